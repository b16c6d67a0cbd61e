package status

import (
	"fmt"
	"slices"

	"github.com/deskbus/deskbus/events"
)

// notify folds a notification. Each name is listed, so that a new one is an
// error until somebody has decided what it means here. POMAvailable and
// POMNotAvailable are the connector's own and have no place in a feed.
func (a *agent) notify(e *events.Event) error {
	s := &a.status
	switch e.Name {
	case events.AGTAgentLoggedOut:
		a.reset(e.At)
	case events.AGTStateChangedNotify:
		a.changeAgentState(e.Data.(events.StateChangedData), e.At)
	case events.AGTNailupChange:
		a.changeNailing(e.Data.(events.NailupData).NailupStatus)
	case events.AGTCallStateChangedNotify:
		a.changeCallState(e.Data.(events.CallStateData).CallState, e.At)
	case events.AGTCallNotify, events.AGTTransferNotify, events.AGTConferenceNotify:
		a.begin(e.Data.(events.ContactData).SessionID)
	case events.AGTConsultNotify:
		a.begin(e.Data.(events.ConsultData).SessionID)
	case events.AGTConsultPending:
		a.addPendingConsult(e.Data.(events.ConsultPendingData).SessionID)
	case events.AGTConsultCancelled:
		a.endPendingConsult(e.Data.(events.ConsultCancelledData).SessionID)
	case events.AGTPreviewCallbackPending:
		s.PendingCallback = e.Data.(events.CallbackDueData).SessionID
	case events.AGTPreviewCallbackCancelled:
		a.endPendingCallback(e.Data.(events.CallbackDueData).SessionID)
	case events.AGTBlendedToInbound:
		s.Inbound = true
	case events.AGTBlendedToOutbound:
		s.Inbound = false
	case events.AGTCapabilitiesChanged:
		s.Capabilities = e.Data.(events.CapabilitiesData).Capabilities
	case events.AGTJobAttached:
		s.CampaignName = e.Data.(events.JobAttachedData).CampaignName
	case events.AGTAutoReleaseLine, events.AGTDialFailed, events.AGTConsultDialFailed,
		events.AGTPendingConsultComplete, events.AGTConferenceEnded, events.AGTConferenceOwnershipChanged:
		// The new call state comes with a notification of its own (L2823).
	case events.AGTEnableCancelConsult, events.AGTCustomerDetailsChanged, events.AGTInvalidCommandName,
		events.AGTZoneDown, events.GetAgentStatus:
		// No part of the status.
	default:
		return fmt.Errorf("%w: notification %q", events.ErrUnknownName, e.Name)
	}
	return nil
}

// begin takes a contact: a consult or a callback with that session waits no more.
func (a *agent) begin(session string) {
	a.status.Status.SessionID = session
	a.endPendingConsult(session)
	a.endPendingCallback(session)
}

// addPendingConsult leaves the list alone when the consult is only told again.
// The list is made anew: who has read the old one may still hold it.
func (a *agent) addPendingConsult(session string) {
	if list := a.status.PendingConsults; !slices.Contains(list, session) {
		a.status.PendingConsults = append(slices.Clone(list), session)
	}
}

func (a *agent) endPendingConsult(session string) {
	list := a.status.PendingConsults
	i := slices.Index(list, session)
	switch {
	case i < 0:
	case len(list) == 1:
		a.status.PendingConsults = nil
	default:
		a.status.PendingConsults = slices.Delete(slices.Clone(list), i, i+1)
	}
}

func (a *agent) endPendingCallback(session string) {
	if a.status.PendingCallback == session {
		a.status.PendingCallback = ""
	}
}

// changeAgentState leaves the time alone when the state is only told again, as
// to a desktop that came back, or has a new reason.
func (a *agent) changeAgentState(d events.StateChangedData, at int64) {
	if a.status.Status.AgentState != d.AgentState {
		a.status.Status.AgentState, a.status.AgentSince = d.AgentState, at
	}
	a.status.ReasonCode, a.status.ReasonName = d.ReasonCode, d.ReasonName
}

// changeNailing ends the attachment to a campaign with the line: the next one is
// told by AGTJobAttached once there is a line again.
func (a *agent) changeNailing(status events.POMNailupStatus) {
	a.status.Status.NailupStatus = status
	if status == events.NotNailedUp || status == events.NailingLost {
		a.status.CampaignName = ""
	}
}

// changeCallState leaves the time alone when the state is only told again. The
// session ends when the agent has no contact any more.
func (a *agent) changeCallState(state events.POMCallState, at int64) {
	s := &a.status.Status
	if s.CallState != state {
		s.CallState, s.Since = state, at
	}
	if state == events.Idle || state == events.NoState {
		s.SessionID = ""
	}
}
