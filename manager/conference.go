package manager

import "github.com/deskbus/deskbus/events"

// startConf decides AGTStartConf (L1574): the customer joins owner and party.
func (t *turn) startConf(a *Agent, c Command) {
	call := t.callOf(a, c.Data.(events.SessionParams).SessionID)
	if code := t.confRefusal(a, call); code != events.Success {
		t.refuse(a, c, code)
		return
	}
	t.respond(a, c.Name, events.SessionResult{SessionID: call.Session})
	t.callFact(call, events.ConferenceStarted, call.Consult.data())
	if party := t.s.Agents[call.Consult.Agent]; party != nil {
		t.notify(party, events.AGTConferenceNotify, events.ContactData{Contact: t.contact(call), SessionID: call.Session})
		t.callState(party, events.ConferencePassive)
	}
	t.callState(a, events.ConferenceOwner)
	t.connectLegs(call, a.NailLeg, t.partyLeg(call), call.LegID)
}

func (t *turn) confRefusal(a *Agent, call *Call) events.Code {
	if !call.consultedBy(a) || call.Consult.Conference {
		return events.ConferenceNoConsult
	}
	party := t.s.Agents[call.Consult.Agent]
	switch {
	case party != nil && party.LoggingOff:
		return events.ConferenceLoggedOut
	case party != nil && party.Disconnected:
		return events.ConferenceNotReady
	case !t.s.switchServes(t.switchOf(call)):
		return events.ConferenceFailed
	}
	return events.Success
}

// consultedBy tells whether the agent owns the call and speaks with a third
// party.
func (c *Call) consultedBy(a *Agent) bool {
	return c != nil && c.Agent == a.ID && c.Consult != nil && c.Consult.Started
}

// endConf decides AGTEndConf (L1606): the owner sends the passive agent away, or
// that one leaves (reading 9). All three hear a beep (L770).
func (t *turn) endConf(a *Agent, c Command) {
	call := t.callOf(a, c.Data.(events.SessionParams).SessionID)
	if !call.isConference() {
		t.refuse(a, c, events.NotInConference)
		return
	}
	t.respond(a, c.Name, events.SessionResult{SessionID: call.Session})
	by := events.PartyAgent
	if call.Agent != a.ID {
		by = events.PartyPassive
	}
	t.separate(call, by, "", append(t.agentLeg(call.Consult), call.LegID)...)
}

func (c *Call) isConference() bool { return c != nil && c.Consult != nil && c.Consult.Conference }

// changeOwnership decides AGTConfChangeOwnership (L1644): owner and passive agent
// change places, and the conference moves into the bridge of the new owner.
// Everyone hears a beep (L771).
func (t *turn) changeOwnership(a *Agent, c Command) {
	call := t.callOf(a, c.Data.(events.SessionParams).SessionID)
	if code := t.ownershipRefusal(a, call); code != events.Success {
		t.refuse(a, c, code)
		return
	}
	party := t.s.Agents[call.Consult.Agent]
	t.respond(a, c.Name, events.SessionResult{SessionID: call.Session})
	t.callFact(call, events.ConferenceOwnerChanged, call.Consult.data())
	t.notify(party, events.AGTConferenceOwnershipChanged, events.SessionData{SessionID: call.Session})
	t.callState(party, events.ConferenceOwner)
	t.callState(a, events.ConferencePassive)
	t.connectLegs(call, party.NailLeg, a.NailLeg, call.LegID)
	t.beep(call, party.NailLeg, a.NailLeg, call.LegID)
}

// ownershipRefusal: who is about to be gone is given no customer.
func (t *turn) ownershipRefusal(a *Agent, call *Call) events.Code {
	if !call.isConference() {
		return events.NotInConference
	}
	party := t.s.Agents[call.Consult.Agent]
	switch {
	case call.Agent != a.ID:
		return events.NotConferenceOwner
	case party == nil:
		return events.NotAgentConference
	case !party.takesWork():
		return events.NotInThisState
	}
	return events.Success
}

// completeTransfer decides AGTCompleteTransfer (L1505): out of a consult, and out
// of a conference with an external party (L837, reading 11).
func (t *turn) completeTransfer(a *Agent, c Command) {
	call := t.callOf(a, c.Data.(events.SessionParams).SessionID)
	if !call.consultedBy(a) || !t.s.switchServes(t.switchOf(call)) {
		t.refuse(a, c, events.TransferFailed)
		return
	}
	party := t.s.Agents[call.Consult.Agent]
	switch {
	case party == nil:
		t.transferExternal(a, c, call)
	case call.Consult.Conference || !party.takesWork():
		t.refuse(a, c, events.TransferFailed)
	default:
		t.transfer(a, c, call, party)
	}
}

// transfer gives the call to the consulted agent; the other is free (reading
// 13). All three hear a beep (L769).
func (t *turn) transfer(a *Agent, c Command, call *Call, party *Agent) {
	t.respond(a, c.Name, events.TransferResult{SessionID: call.Session})
	t.callFact(call, events.CallTransferred, call.Consult.data())
	t.notify(party, events.AGTTransferNotify, events.ContactData{Contact: t.contact(call), SessionID: call.Session})
	t.callState(party, events.Talking)
	t.bridge(party, call)
	t.beep(call, party.NailLeg, a.NailLeg, call.LegID)
	t.afterCall(a)
}
