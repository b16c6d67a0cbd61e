package desktop

import (
	"slices"
	"strings"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/projections/status"
)

// Fold is the view of one desktop as of one event. The zero value is the view
// before the first event.
type Fold struct {
	status status.Agent
	view   View
	// asked is the parameters of the newest command, in its turn.
	asked any
	turn  uint64
}

// View returns what the desktop shows, and false when no logon was seen.
func (f *Fold) View() (View, bool) {
	var known bool
	v := f.view
	v.Agent, known = f.status.Status()
	return v, known
}

// Apply takes the next event: one addressed to the agent, or a fact about a
// desktop that is gone or back. An error means that the fold can go no further.
func (f *Fold) Apply(e *events.Event) error {
	before, _ := f.status.Status()
	if err := f.status.Apply(e); err != nil {
		return err
	}
	after, _ := f.status.Status()
	f.view.ZN, f.view.At = e.ZN, e.At
	switch e.Kind {
	case events.KindCommand:
		f.command(e)
	case events.KindResponse:
		f.response(e)
	case events.KindNotification:
		f.notify(e)
		f.callState(before.Status.CallState, after.Status.CallState)
		if before.Status.NailupStatus != after.Status.NailupStatus {
			f.view.NailingSince = e.At
		}
	}
	return nil
}

func (f *Fold) command(e *events.Event) {
	f.asked, f.turn = e.Data, e.Turn
	f.view.Unanswered = append(slices.Clip(f.view.Unanswered), Command{e.Name, e.Cause, e.At, e.Actor})
}

// response takes an answer. One that is said again to a retry, in a turn without
// the command, has had its effect.
func (f *Fold) response(e *events.Event) {
	command := strings.TrimSuffix(e.Name, "RESP")
	f.answered(e.Cause)
	if code, _ := events.ResultOf(e.Data); code != events.Success {
		entry, _ := events.Lookup(code)
		f.view.LastError = &Refusal{Command{command, e.Cause, e.At, e.Actor}, code, entry.Message}
		return
	}
	if e.Turn != f.turn {
		return
	}
	switch d := e.Data.(type) {
	case events.WrapupResult:
		f.wrapup(d.WrapupDetails, e.At)
	case events.TransferResult:
		f.view.Consult = nil
		f.wrapup(d.WrapupDetails, e.At)
	case events.CustomerDetailsResult:
		f.view.Details = d.CustomerDetails
	default:
		f.granted(e.At)
	}
}

// granted takes an answer that only says yes.
func (f *Fold) granted(at int64) {
	switch p := f.asked.(type) {
	case events.LogonParams:
		f.clear(at)
	case events.ConsultParams:
		f.view.Consult = &p.Destination
	case events.CancelConsultParams:
		f.view.Consult = nil
	case events.SetCustomerDetailParams:
		f.attribute(p.KeyValuePair.Key, p.KeyValuePair.Value)
	}
}

func (f *Fold) answered(cause string) {
	if i := slices.IndexFunc(f.view.Unanswered, func(c Command) bool { return c.ID == cause }); i >= 0 {
		f.view.Unanswered = slices.Delete(slices.Clone(f.view.Unanswered), i, i+1)
	}
}

// clear empties the screen: a desktop logs on, or the agent is logged out. What
// went wrong last is still of interest.
func (f *Fold) clear(at int64) {
	v := &f.view
	since := v.NailingSince
	*v = View{ZN: v.ZN, At: v.At, NailingSince: since, Unanswered: v.Unanswered, LastError: v.LastError}
	if since == 0 {
		v.NailingSince = at
	}
}

func (f *Fold) notify(e *events.Event) {
	v := &f.view
	switch d := e.Data.(type) {
	case events.ContactData:
		f.begin(d.Contact, d.SessionID)
		if e.Name != events.AGTConferenceNotify {
			v.ConsultedBy = ""
		}
		if v.PreviewEnds = 0; d.Contact.PreviewTime > 0 {
			v.PreviewEnds = e.At + int64(d.Contact.PreviewTime)*second
		}
	case events.ConsultData:
		f.begin(d.Contact, d.SessionID)
		v.ConsultedBy = d.RequestingAgentID
	case events.AutoReleaseData:
		f.wrapup(&d.WrapupDetails, e.At)
	case events.DialFailedData:
		f.wrapup(&d.WrapupDetails, e.At)
	case events.ConsultDialFailedData:
		v.Consult = nil
	case events.ConsultPendingData:
		if !slices.Contains(v.PendingConsults, d) {
			v.PendingConsults = append(slices.Clip(v.PendingConsults), d)
		}
	case events.ConsultCancelledData:
		f.consultEnded(d.SessionID)
	case events.CallbackDueData:
		if v.PendingCallback = nil; e.Name == events.AGTPreviewCallbackPending {
			v.PendingCallback = &d
		}
	case events.CustomerDetailsChangedData:
		f.attribute(d.Attribute.Name, d.Attribute.Value)
	case events.ZoneDownData:
		v.ZoneDownAt = e.At + int64(d.GracePeriodInMillis)*1000
	case events.SessionData:
		if e.Name == events.AGTConferenceEnded {
			f.consultEnded(d.SessionID)
		}
	case events.NoData:
		if e.Name == events.AGTAgentLoggedOut {
			v.NailingSince = 0
			f.clear(e.At)
		}
	}
}

const second = int64(1_000_000)

// begin puts a contact on the screen. A consult or callback with that session
// waits no more; the details were those of another contact, unless it is told
// again.
func (f *Fold) begin(contact events.POMContact, session string) {
	v := &f.view
	if v.Contact == nil || v.Contact.ContactID != contact.ContactID {
		v.Details = nil
	}
	v.Contact = &contact
	f.endPendingConsult(session)
	if v.PendingCallback != nil && v.PendingCallback.SessionID == session {
		v.PendingCallback = nil
	}
}

func (f *Fold) endPendingConsult(session string) bool {
	i := slices.IndexFunc(f.view.PendingConsults, func(p events.ConsultPendingData) bool { return p.SessionID == session })
	if i >= 0 {
		f.view.PendingConsults = slices.Delete(slices.Clone(f.view.PendingConsults), i, i+1)
	}
	return i >= 0
}

// consultEnded is about a consult that waits for the agent, or one the agent is
// in.
func (f *Fold) consultEnded(session string) {
	if !f.endPendingConsult(session) {
		f.view.Consult, f.view.ConsultedBy = nil, ""
	}
}

func (f *Fold) wrapup(d *events.WrapupData, at int64) {
	if d == nil {
		return
	}
	f.view.Wrapup, f.view.WrapupEnds = d, 0
	if d.ACWMaxTime > 0 {
		f.view.WrapupEnds = at + int64(d.ACWMaxTime)*second
	}
}

func (f *Fold) attribute(name, value string) {
	if f.view.Details == nil {
		return
	}
	details := *f.view.Details
	details.Attributes = slices.Clone(details.Attributes)
	for i := range details.Attributes {
		if details.Attributes[i].Name == name {
			details.Attributes[i].Value = value
		}
	}
	f.view.Details = &details
}

// callState takes from the screen what a new call state ends.
func (f *Fold) callState(was, is events.POMCallState) {
	if was == is {
		return
	}
	v := &f.view
	if was == events.Wrapup {
		v.Wrapup, v.WrapupEnds = nil, 0
	}
	if was == events.Preview || was == events.Callback {
		v.PreviewEnds = 0
	}
	switch is {
	case events.ConferencePassive: // the other has the call now
		if v.Consult != nil {
			v.Consult, v.ConsultedBy = nil, v.Consult.ID
		}
	case events.ConferenceOwner:
		if v.ConsultedBy != "" {
			v.Consult, v.ConsultedBy = &events.POMDestination{Type: events.DestinationAgent, ID: v.ConsultedBy}, ""
		}
	case events.Idle, events.NoState:
		v.Contact, v.Details, v.Consult, v.ConsultedBy = nil, nil, nil, ""
	case events.Talking, events.Wrapup:
		if was != events.Wrapup && was != events.Dialing {
			v.Consult, v.ConsultedBy = nil, ""
		}
	}
}
