package manager

import "github.com/deskbus/deskbus/events"

// statusTimeout is how long a desktop may take to answer GetAgentStatus, with
// whatever command.
const statusTimeout = 30 * second

// statusDue asks a silent desktop (L3001), and takes it for gone when it does
// not answer.
func (t *turn) statusDue(a *Agent) {
	if a.StatusAsked {
		t.disconnect(a, events.PartyBroker)
		return
	}
	t.notify(a, events.GetAgentStatus, events.AgentIDData{AgentID: a.ID})
}

// agentStatusResponse decides GetAgentStatusResponse (L2217, reading 3). The log
// is right: a desktop that shows something else is told all anew. What has
// happened since the question may not have reached the desktop when it answered,
// so the status at that time is right as well.
func (t *turn) agentStatusResponse(a *Agent, c Command) {
	desktop := c.Data.(events.AgentStatusParams).Status
	if !validStatus(desktop) {
		t.refuse(a, c, events.InvalidData)
		return
	}
	broker, askedIn := a.status(), a.AskedIn
	t.respond(a, c.Name, events.ResultData{})
	if sameStatus(desktop, broker) || sameStatus(desktop, askedIn) {
		return
	}
	t.zoneFact(events.AgentStatusDiffers, events.AgentStatusDiffersData{
		AgentID: a.ID, Desktop: desktop, Broker: broker,
	})
	t.restate(a)
}

func (a *Agent) status() events.POMAgentStatus {
	return events.POMAgentStatus{
		AgentState: a.AgentState, NailupStatus: a.NailupStatus, CallState: a.CallState,
		SessionID: a.Session, Since: a.CallSince,
	}
}

// sameStatus compares what the desktop gave: session and time are optional.
func sameStatus(desktop, broker events.POMAgentStatus) bool {
	if desktop.SessionID == "" {
		broker.SessionID = ""
	}
	if desktop.Since == 0 {
		broker.Since = 0
	}
	return desktop == broker
}

func validStatus(d events.POMAgentStatus) bool {
	switch d.AgentState {
	case events.NotReady, events.Ready, events.PendingNotReady:
	default:
		return false
	}
	switch d.NailupStatus {
	case events.NotNailedUp, events.PendingNailup, events.NailedUp, events.PendingNailupDrop, events.NailingLost:
	default:
		return false
	}
	switch d.CallState {
	case events.NoState, events.Idle, events.Preview, events.Callback, events.Dialing, events.Talking, events.Held,
		events.Consult, events.ConferenceOwner, events.ConferencePassive, events.Wrapup:
	default:
		return false
	}
	return d.Since >= 0
}
