package manager

import "github.com/deskbus/deskbus/events"

// previewGrace is how much later than the desktop the leader decides on a
// preview (reading 22).
const previewGrace = 5 * second

// inPreview tells whether the agent has yet to decide on the call.
func (c *Call) inPreview() bool { return c.LegID == "" && !c.Ended }

// preview shows the next contact of the campaign to the agent who has been idle
// longest (L664).
func (t *turn) preview(name string, j *Job, contact *Contact, number events.POMContactNumber) {
	a := j.idle.longest()
	t.offer(a, name, t.newID(), events.Preview, events.ContactOfferedData{
		ContactID: contact.Details.ContactID, AgentID: a.ID, ContactNumber: number, List: name,
	})
}

// offer gives an agent a contact who is dialled only on request.
func (t *turn) offer(a *Agent, job, session string, state events.POMCallState, d events.ContactOfferedData) {
	t.emit(events.Event{
		Kind: events.KindFact, Name: events.ContactOffered, Agent: a.ID, Session: session, Job: job, Data: d,
	})
	t.emit(events.Event{
		Kind: events.KindNotification, Name: events.AGTCallNotify, Agent: a.ID, Session: session, Job: job,
		Data: events.ContactData{Contact: t.contact(t.s.Calls[session]), SessionID: session},
	})
	t.callState(a, state)
}

// offerAgain lets another agent have a contact, or a callback that was promised,
// on which nobody has decided. The session is over, so the callback is a new one.
func (t *turn) offerAgain(c *Call) {
	if c.Callback == nil {
		t.jobFact(c.Job, events.ContactQueued, events.ContactIDData{ContactID: c.ContactID})
		return
	}
	if t.endOfCallback(c.Callback) == "" {
		again := c.Callback.CallbackData
		again.CallbackID, again.Replaces, again.AgreedIn = t.newID(), c.Session, ""
		t.jobFact(c.Job, events.CallbackCreated, again)
	}
}

// describePreview adds what the agent decides on: what is dialled, and how much
// time is left. No time left is one second for a preview, where 0 is untimed.
// Without a default number no desktop dials by itself.
func (t *turn) describePreview(contact *events.POMContact, c *Call) {
	contact.DialedNumber = ""
	if number, allowed := t.s.defaultNumber(c); allowed && !c.Agreed {
		contact.DefaultNumber = &number
	}
	due, timed := t.s.Timers[timerOf(timerPreview, c.Session)]
	if !timed {
		return
	}
	left := max(0, (due-previewGrace-t.now+second-1)/second)
	if c.Callback == nil {
		left = max(1, left)
	}
	contact.PreviewTime = int(left)
}

// defaultNumber returns the number that was offered, or another of the contact
// when it must not be dialled by now.
func (s *State) defaultNumber(c *Call) (events.POMContactNumber, bool) {
	for _, number := range append([]events.POMContactNumber{c.Number}, s.contactOf(c).Details.Numbers...) {
		if s.mayDial(number) {
			return number, true
		}
	}
	return events.POMContactNumber{}, false
}

// previewDial decides AGTPreviewDial (L1966), in a preview and in a callback
// (reading 23).
func (t *turn) previewDial(a *Agent, c Command) {
	p := c.Data.(events.PreviewDialParams)
	call := t.callOf(a, p.SessionID)
	if call == nil || !call.inPreview() {
		t.refuse(a, c, events.DialNotInPreview)
		return
	}
	number, valid := t.s.chosenNumber(call, p.ContactNumber)
	if !valid {
		t.refuse(a, c, events.InvalidData)
		return
	}
	if code := t.cannotDial(a, call); code != events.Success {
		t.refuse(a, c, code)
		return
	}
	t.respond(a, c.Name, events.SessionResult{SessionID: call.Session})
	t.dialNumber(a, call, number)
}

// previewCancel decides AGTPreviewCancel (L1998). A preview may be cancelled
// where the campaign allows it (L664), a callback always (L796).
func (t *turn) previewCancel(a *Agent, c Command) {
	call := t.callOf(a, c.Data.(events.SessionParams).SessionID)
	switch {
	case call == nil || !call.inPreview():
		t.refuse(a, c, events.CancelNotInPreview)
	case call.Callback == nil && !t.s.Jobs[call.Job].Campaign.PreviewCancel:
		t.refuse(a, c, events.NotInThisState)
	default:
		details := t.wrapupDetails(call)
		t.respond(a, c.Name, events.WrapupResult{WrapupDetails: &details, SessionID: call.Session})
		t.endCall(call, events.CallEndedData{By: events.PartyAgent, Cause: events.CauseCancelled})
		t.callState(a, events.Wrapup)
	}
}

// previewOverdue dials for the desktop that did not (L666). What cannot be
// dialled has failed: the agent's time is over either way. Nobody is dialled for
// an agent who has no desktop to see the customer on, nor who agreed to call later.
func (t *turn) previewOverdue(c *Call) {
	a := t.s.Agents[c.Agent]
	number, allowed := t.s.defaultNumber(c)
	switch {
	case a.Disconnected, c.Agreed:
		t.endConversation(a, c, endedByBroker(c))
	case !allowed, !t.mayCall(t.s.timeZoneOf(c), t.s.Jobs[c.Job]):
		t.dialFailed(a, c, events.CallEndedData{By: events.PartyBroker, Cause: events.CauseRejected})
	case t.cannotDial(a, c) != events.Success:
		t.dialFailed(a, c, events.CallEndedData{By: events.PartySwitch, Cause: events.CauseSwitchFailure})
	default:
		t.dialNumber(a, c, number)
	}
}
