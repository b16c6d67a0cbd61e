package manager

import "github.com/deskbus/deskbus/events"

const (
	// queueTimeout is how long an answered customer waits for an agent. Beyond
	// it the call counts as abandoned (the regulatory limit).
	queueTimeout = 2 * second
	// switchGrace is how much later than the ring timeout the leader gives up
	// on a switch that does not say how an attempt ended.
	switchGrace = 10 * second
)

// callOf returns the call a command is about: that of the sessionID, which must
// be the agent's own; an empty sessionID means the current one (reading 27).
func (t *turn) callOf(a *Agent, session string) *Call {
	if session != "" && session != a.Session {
		return nil
	}
	return t.s.Calls[a.Session]
}

// hold decides AGTHoldCall (L1156).
func (t *turn) hold(a *Agent, c Command) {
	call := t.callOf(a, c.Data.(events.SessionParams).SessionID)
	switch {
	case call == nil:
		t.refuse(a, c, events.HoldNotOnCall)
	case call.Ended:
		t.refuse(a, c, events.HoldDisconnected)
	case a.CallState != events.Talking:
		t.refuse(a, c, events.NotInThisState)
	case !t.s.switchServes(t.switchOf(call)):
		t.refuse(a, c, events.HoldFailed)
	default:
		t.respond(a, c.Name, events.SessionResult{SessionID: call.Session})
		t.callState(a, events.Held)
		t.order(t.switchOf(call), events.Hold, a.ID, call.Session, events.LegData{LegID: call.LegID})
	}
}

// unhold decides AGTUnholdCall (L1191).
func (t *turn) unhold(a *Agent, c Command) {
	call := t.callOf(a, c.Data.(events.SessionParams).SessionID)
	switch {
	case call == nil:
		t.refuse(a, c, events.UnholdNotOnCall)
	case call.Ended:
		t.refuse(a, c, events.UnholdDisconnected)
	case a.CallState != events.Held:
		t.refuse(a, c, events.NotInThisState)
	case !t.s.switchServes(t.switchOf(call)):
		t.refuse(a, c, events.UnholdFailed)
	default:
		t.respond(a, c.Name, events.SessionResult{SessionID: call.Session})
		t.callState(a, events.Talking)
		t.bridge(a, call)
	}
}

// releaseLine decides AGTReleaseLine (L1226): in Talking only. In any other
// state of a call the agent has something else to end first.
func (t *turn) releaseLine(a *Agent, c Command) {
	call := t.callOf(a, c.Data.(events.SessionParams).SessionID)
	switch {
	case call == nil:
		t.refuse(a, c, events.NotInThisState)
	case call.Ended:
		t.refuse(a, c, events.AlreadyDisconnected)
	case a.CallState != events.Talking || call.Consult != nil:
		t.refuse(a, c, events.ReleaseFailed) // a consult waits or rings (L1243)
	default:
		details := t.wrapupDetails(call)
		t.respond(a, c.Name, events.WrapupResult{WrapupDetails: &details, SessionID: call.Session})
		t.endCall(call, events.CallEndedData{By: events.PartyAgent, Cause: events.CauseNormal, Answered: true})
		t.callState(a, events.Wrapup)
	}
}

// switchOf is the switch that has the customer's line, whatever the campaign's
// settings say by now.
func (t *turn) switchOf(c *Call) string {
	if c.Switch != "" {
		return c.Switch
	}
	return t.s.Jobs[c.Job].Campaign.Switch
}

// bridge lets the agent and the customer hear each other.
func (t *turn) bridge(a *Agent, c *Call) {
	t.connectLegs(c, a.NailLeg, c.LegID)
}

// endCall ends the customer's part of a call, the line if it is still there, and
// the part of whoever was consulted. The agent's state is for the caller.
func (t *turn) endCall(c *Call, d events.CallEndedData) {
	if c.Ended {
		return
	}
	t.callFact(c, events.CallEnded, d)
	if leg := t.s.Legs[c.LegID]; leg != nil {
		t.order(leg.Switch, events.Hangup, c.Agent, c.Session, events.HangupData{LegID: leg.ID, Cause: d.Cause})
	}
	if c.Consult != nil {
		t.endConsultOfCall(c, d)
	}
}

// endConsultOfCall leaves owner and passive agent each alone on the line.
func (t *turn) endConsultOfCall(c *Call, d events.CallEndedData) {
	owner := t.s.Agents[c.Agent]
	x := t.endConsult(c, d.By, d.Cause)
	t.tellConsultEnded(t.s.Agents[x.Agent], c, x, owner.ID)
	// Without its owner's line the bridge has nobody in it who is not hung up.
	if x.Agent != "" && x.Started && owner.NailLeg != "" {
		t.connectLegs(c, owner.NailLeg)
	}
}

// customerAnswered gives the call to the agent who dialled it, or else to the
// one who has been idle longest. When none is idle the call waits a moment.
func (t *turn) customerAnswered(c *Call) {
	t.callFact(c, events.CallAnswered, events.LegData{LegID: c.LegID})
	if a := t.s.Agents[c.Agent]; a != nil {
		t.callState(a, events.Talking)
		t.bridge(a, c)
		return
	}
	if a := t.freeFor(c); a != nil {
		t.connect(a, c)
	}
}

// freeFor returns who gets an answered call, nil for nobody: those in the queue are
// on the campaign's switch, which may be another than when the call was dialled.
func (t *turn) freeFor(c *Call) *Agent {
	j := t.s.Jobs[c.Job]
	if c.Switch != j.Campaign.Switch {
		return nil
	}
	return j.idle.longest()
}

func (t *turn) connect(a *Agent, c *Call) {
	t.emit(events.Event{
		Kind: events.KindFact, Name: events.CallConnected, Agent: a.ID, Session: c.Session, Job: c.Job,
		Data: events.CallConnectedData{AgentID: a.ID},
	})
	t.emit(events.Event{
		Kind: events.KindNotification, Name: events.AGTCallNotify, Agent: a.ID, Session: c.Session, Job: c.Job,
		Data: events.ContactData{Contact: t.contact(c), SessionID: c.Session},
	})
	t.callState(a, events.Talking)
	t.bridge(a, c)
}

// customerLegEnded decides the end of a customer's line, before the answer or
// after. When the leader hung up itself the call is over already.
func (t *turn) customerLegEnded(leg *Leg, d events.CallEndedData) {
	c := t.s.Calls[leg.Session]
	if c == nil || c.Ended || c.LegID != leg.ID {
		return
	}
	a := t.s.Agents[c.Agent]
	if a == nil {
		d.Abandoned = d.Answered
		t.endCall(c, d)
		return
	}
	if !c.Answered {
		t.dialFailed(a, c, d)
		return
	}
	hear := t.hearEnd(a, c)
	t.endConversation(a, c, d)
	if len(hear) > 0 {
		t.order(leg.Switch, events.Play, a.ID, c.Session, events.PlayData{
			PlayID: t.newID() + "-p", LegIDs: hear, Media: events.MediaBeep,
		})
	}
}

// endConversation ends a call that nobody released. The disposition is what is
// left to the agent.
func (t *turn) endConversation(a *Agent, c *Call, d events.CallEndedData) {
	t.endCall(c, d)
	t.notify(a, events.AGTAutoReleaseLine, events.AutoReleaseData{
		WrapupDetails: t.wrapupDetails(c), SessionID: c.Session,
	})
	t.callState(a, events.Wrapup)
}

// hearEnd is the lines that hear a beep when the customer leaves: of the agents
// who spoke with the customer (L772, L775).
func (t *turn) hearEnd(a *Agent, c *Call) []string {
	switch {
	case c.isConference():
		return append([]string{a.NailLeg}, t.agentLeg(c.Consult)...)
	case a.CallState == events.Talking:
		return []string{a.NailLeg}
	}
	return nil
}

// abandon gives up on an answered call that found no agent in time.
func (t *turn) abandon(c *Call) {
	t.endCall(c, events.CallEndedData{
		By: events.PartyBroker, Cause: events.CauseCancelled, Answered: true, Abandoned: true,
	})
}

// ringOverdue ends an attempt the switch has said nothing about.
func (t *turn) ringOverdue(c *Call) {
	d := events.CallEndedData{By: events.PartySwitch, Cause: events.CauseSwitchFailure}
	if a := t.s.Agents[c.Agent]; a != nil {
		t.dialFailed(a, c, d)
		return
	}
	t.endCall(c, d)
}

// contact is what the agent sees of the call's contact.
func (t *turn) contact(c *Call) events.POMContact {
	j := t.s.Jobs[c.Job]
	d := t.s.contactOf(c).Details
	contact := events.POMContact{
		ContactID: d.ContactID, CampaignName: c.Job, SkillName: j.Campaign.Skill, ContactType: j.Campaign.Mode,
		FirstName: d.FirstName, LastName: d.LastName, Numbers: d.Numbers, DialedNumber: c.Number.Number,
		AgentScriptURL: j.Campaign.AgentScriptURL, TimeZone: d.TimeZone,
	}
	if c.Callback != nil {
		contact.ContactType = events.ContactCallback
	}
	if c.inPreview() {
		t.describePreview(&contact, c)
	}
	return contact
}
