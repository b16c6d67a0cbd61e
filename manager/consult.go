package manager

import (
	"slices"

	"github.com/deskbus/deskbus/events"
)

// maxPendingConsults is how many consults may wait for one agent (L745).
const maxPendingConsults = 2

// consultCall decides AGTConsultCall (L1463): from Talking, one consult at a time
// (L738).
func (t *turn) consultCall(a *Agent, c Command) {
	p := c.Data.(events.ConsultParams)
	call := t.callOf(a, p.SessionID)
	switch {
	case call != nil && call.Consult != nil:
		t.refuse(a, c, events.TransferFailed)
	case call == nil || a.CallState != events.Talking:
		t.refuse(a, c, events.NotInThisState)
	case !t.s.switchServes(t.switchOf(call)):
		t.refuse(a, c, events.TransferFailed)
	case p.Destination.Type == events.DestinationAgent:
		t.consultAgent(a, c, call, t.s.Agents[p.Destination.ID])
	case p.Destination.Type == events.DestinationExternal:
		t.consultExternal(a, c, call, p.Destination.Number)
	default:
		t.refuse(a, c, events.ConsultInvalid)
	}
}

// consultAgent starts at once with an agent who has no contact, and waits for
// one who has.
func (t *turn) consultAgent(a *Agent, c Command, call *Call, party *Agent) {
	if code := t.s.consultRefusal(call, party); code != events.Success {
		t.refuse(a, c, code)
		return
	}
	t.respond(a, c.Name, events.SessionResult{SessionID: call.Session})
	t.callFact(call, events.ConsultRequested, events.ConsultRequestedData{Destination: destinationOf(party)})
	t.notify(a, events.AGTEnableCancelConsult, events.SessionData{SessionID: call.Session})
	if party.Busy() {
		t.consultPending(party, call)
	} else {
		t.startConsult(call)
	}
}

func (s *State) consultRefusal(c *Call, party *Agent) events.Code {
	switch {
	case party == nil || party.ID == c.Agent:
		return events.ConsultInvalid
	case !party.LoggedOn || party.LoggingOff:
		return events.ConsultLoggedOut
	case party.Job != "" && party.Job != c.Job:
		return events.ConsultInvalid
	case !party.attends(), s.nailedOn(party) != s.nailedOn(s.Agents[c.Agent]):
		return events.ConsultNotReady
	case len(party.PendingConsults) >= maxPendingConsults:
		return events.ConsultTooMany
	}
	return events.Success
}

func destinationOf(a *Agent) events.POMDestination {
	return events.POMDestination{Type: events.DestinationAgent, ID: a.ID, Name: a.Logon.AgentName}
}

// startConsult lets the owner of a call and the third party speak; the customer
// waits (L746). Both hear a beep (L766).
func (t *turn) startConsult(c *Call) {
	owner := t.s.Agents[c.Agent]
	waits := owner.CallState == events.Held
	t.callFact(c, events.ConsultStarted, c.Consult.data())
	if party := t.s.Agents[c.Consult.Agent]; party != nil {
		t.notify(party, events.AGTConsultNotify, events.ConsultData{
			Contact: t.contact(c), RequestingAgentID: owner.ID, SessionID: c.Session,
		})
		if party.CallState != events.Consult { // it may come from another one
			t.callState(party, events.Consult)
		}
	}
	t.callState(owner, events.Consult)
	if !waits {
		t.order(t.switchOf(c), events.Hold, owner.ID, c.Session, events.LegData{LegID: c.LegID})
	}
	t.connectLegs(c, owner.NailLeg, t.partyLeg(c))
	t.beep(c, owner.NailLeg, t.partyLeg(c))
}

// partyLeg is the line of the third party.
func (t *turn) partyLeg(c *Call) string {
	if party := t.s.Agents[c.Consult.Agent]; party != nil {
		return party.NailLeg
	}
	return c.Consult.LegID
}

// data is how facts name the third party.
func (x *Consult) data() events.ConsultPartyData {
	return events.ConsultPartyData{AgentID: x.Agent, LegID: x.LegID, Number: x.Destination.Number}
}

// connectLegs lets these lines hear each other, in the bridge of the owner of
// the call.
func (t *turn) connectLegs(c *Call, legs ...string) {
	t.order(t.switchOf(c), events.Bridge, c.Agent, c.Session, events.BridgeData{
		BridgeID: bridgeOf(t.s.Agents[c.Agent]), Members: legs,
	})
}

// beep is the tone of L760.
func (t *turn) beep(c *Call, legs ...string) {
	t.order(t.switchOf(c), events.Play, c.Agent, c.Session, events.PlayData{
		PlayID: t.newID() + "-p", LegIDs: legs, Media: events.MediaBeep,
	})
}

// consultPending tells a busy agent that a consult waits (L2869).
func (t *turn) consultPending(party *Agent, c *Call) {
	owner := t.s.Agents[c.Agent]
	name := owner.Logon.AgentName
	if name == "" {
		name = owner.ID
	}
	t.notifyAbout(party, c, events.AGTConsultPending, events.ConsultPendingData{
		RequestingAgent: name, RequestingAgentID: owner.ID, RequestingCampaign: c.Job, SessionID: c.Session,
	})
}

// notifyAbout tells an agent about a call that is not, or not any more, its own.
func (t *turn) notifyAbout(a *Agent, c *Call, name string, data any) {
	t.emit(events.Event{
		Kind: events.KindNotification, Name: name, Agent: a.ID, Session: c.Session, Job: c.Job, Data: data,
	})
	t.touch(a)
}

// nextConsult starts the consult that has waited longest for an agent who has
// become free, and tells whether there was one. Its owner is still there: a call
// that ends takes its consult along.
func (t *turn) nextConsult(a *Agent) bool {
	if len(a.PendingConsults) == 0 {
		return false
	}
	c := t.s.Calls[a.PendingConsults[0]]
	if !t.s.switchServes(t.switchOf(c)) {
		t.cancelPendingConsults(a)
		return false
	}
	t.notify(t.s.Agents[c.Agent], events.AGTPendingConsultComplete, events.SessionData{SessionID: c.Session})
	t.startConsult(c)
	return true
}

// cancelPendingConsults takes back the consults that wait for an agent who will
// not come. Both sides are told: the agent has them on the screen.
func (t *turn) cancelPendingConsults(a *Agent) {
	for _, session := range slices.Clone(a.PendingConsults) {
		c := t.s.Calls[session]
		x := t.endConsult(c, events.PartyPassive, "")
		t.tellConsultEnded(a, c, x, a.ID)
		t.tellConsultEnded(t.s.Agents[c.Agent], c, x, a.ID)
	}
}

// cancelConsult decides AGTCancelConsult (L1542), by either side (reading 10). A
// desktop that cancels a consult it believes to be waiting, and that has just
// started, cannot be told from one that means the started one, so there is no
// 402.
func (t *turn) cancelConsult(a *Agent, c Command) {
	p := c.Data.(events.CancelConsultParams)
	call := t.callOf(a, p.SessionID)
	if call == nil || call.Consult == nil || call.Consult.Conference || !call.names(a, p.DestAgentID) {
		t.refuse(a, c, events.CancelConsultFailed)
		return
	}
	t.respond(a, c.Name, events.SessionResult{SessionID: call.Session})
	x := call.Consult
	switch {
	case call.Agent != a.ID:
		t.separate(call, events.PartyPassive, "", a.NailLeg, call.LegID)
	case x.Started:
		t.separate(call, events.PartyAgent, "", t.agentLeg(x)...)
	default:
		t.tellConsultEnded(t.s.Agents[x.Agent], call, t.endConsult(call, events.PartyAgent, ""), a.ID)
	}
}

// names tells whether the other side of a consult is called so; an empty name is
// the one there is.
func (c *Call) names(a *Agent, name string) bool {
	if name == "" {
		return true
	}
	if a.ID != c.Agent {
		return name == c.Agent || name == a.ID
	}
	d := c.Consult.Destination
	return name == d.ID || name == d.Number || name == d.Name
}

// agentLeg is the line of a third party who is an agent: one from outside hears
// nothing any more when the conversation is over.
func (t *turn) agentLeg(x *Consult) []string {
	if party := t.s.Agents[x.Agent]; party != nil {
		return []string{party.NailLeg}
	}
	return nil
}

// separate ends a consult or conference and leaves the customer to the owner. The
// other side is told. Owner and the given lines hear a beep, but when nobody
// asked for this.
func (t *turn) separate(c *Call, by events.Party, cause events.Cause, hear ...string) {
	owner := t.s.Agents[c.Agent]
	x := t.endConsult(c, by, cause)
	if by == events.PartyAgent {
		t.tellConsultEnded(t.s.Agents[x.Agent], c, x, owner.ID)
	} else {
		t.tellConsultEnded(owner, c, x, x.name())
	}
	t.callState(owner, events.Talking)
	t.bridge(owner, c)
	if by == events.PartyAgent || by == events.PartyPassive {
		t.beep(c, append([]string{owner.NailLeg}, hear...)...)
	}
}

// name is what the third party is called.
func (x *Consult) name() string {
	if x.Agent != "" {
		return x.Agent
	}
	return x.Destination.Number
}

// endConsult takes the third party out of a call, whether it waits, rings or
// speaks, and hangs up an external one. A passive agent is free at the end of
// the turn.
func (t *turn) endConsult(c *Call, by events.Party, cause events.Cause) *Consult {
	x := c.Consult
	fact := events.ConsultEnded
	if x.Conference {
		fact = events.ConferenceEnded
	}
	t.callFact(c, fact, events.ConsultEndedData{AgentID: x.Agent, LegID: x.LegID, By: by, Cause: cause})
	if leg := t.s.Legs[x.LegID]; leg != nil {
		t.order(leg.Switch, events.Hangup, c.Agent, c.Session, events.HangupData{LegID: leg.ID, Cause: events.CauseNormal})
	}
	if party := t.s.Agents[x.Agent]; party != nil && x.Started {
		t.freed = append(t.freed, party)
	}
	return x
}

// tellConsultEnded tells one side of a consult or conference, if it is an agent,
// that it is over.
func (t *turn) tellConsultEnded(a *Agent, c *Call, x *Consult, by string) {
	switch {
	case a == nil:
	case x.Conference:
		t.notifyAbout(a, c, events.AGTConferenceEnded, events.SessionData{SessionID: c.Session})
	default:
		t.notifyAbout(a, c, events.AGTConsultCancelled, events.ConsultCancelledData{
			RequestingAgentID: by, SessionID: c.Session,
		})
	}
}

// freeParties is the end of a turn for the agents who were third parties.
func (t *turn) freeParties() {
	for _, a := range t.freed {
		if a.LoggedOn && a.Busy() && a.Session == "" {
			t.afterCall(a)
		}
	}
}

// restateCall tells a desktop that takes over about the call and about the
// consults that wait.
func (t *turn) restateCall(a *Agent) {
	c := t.s.Calls[a.Session]
	switch {
	case c == nil:
	case c.Agent == a.ID:
		t.notify(a, events.AGTCallNotify, events.ContactData{Contact: t.contact(c), SessionID: c.Session})
		if c.Consult != nil && !c.Consult.Conference {
			t.notify(a, events.AGTEnableCancelConsult, events.SessionData{SessionID: c.Session})
		}
	case c.Consult.Conference:
		t.notify(a, events.AGTConferenceNotify, events.ContactData{Contact: t.contact(c), SessionID: c.Session})
	default:
		t.notify(a, events.AGTConsultNotify, events.ConsultData{
			Contact: t.contact(c), RequestingAgentID: c.Agent, SessionID: c.Session,
		})
	}
	for _, session := range a.PendingConsults {
		t.consultPending(a, t.s.Calls[session])
	}
}
