package manager

import "github.com/deskbus/deskbus/events"

// maxName bounds, in bytes, an extension and a reason: the agent keeps them, and
// they are told again and again.
const maxName = 1000

// endSession ends all at once: the customer's call or the part in another
// agent's, the nailing, the session.
func (t *turn) endSession(a *Agent, reason events.DispositionReason) {
	switch c := t.s.Calls[a.Session]; {
	case c == nil:
	case c.Agent != a.ID:
		t.separate(c, events.PartyBroker, "")
	default:
		t.endCall(c, endedByBroker(c))
		t.disposeByDefault(c, reason)
	}
	t.cancelPendingConsults(a)
	t.hangupNailing(a)
	t.notify(a, events.AGTAgentLoggedOut, events.NoData{})
}

// cutCall ends the call that is the agent's, by the broker. A part in another
// agent's is not its to end.
func (t *turn) cutCall(a *Agent) {
	if c := t.s.Calls[a.Session]; c != nil && !c.Ended && c.Agent == a.ID {
		t.endConversation(a, c, endedByBroker(c))
	}
}

func endedByBroker(c *Call) events.CallEndedData {
	return events.CallEndedData{By: events.PartyBroker, Cause: events.CauseCancelled, Answered: c.Answered}
}

// restate tells a desktop all it needs to show the session: one that takes it
// over, and one that showed something else. What the agent is comes first, then
// the contact and the line, then what is done with it, then what waits.
func (t *turn) restate(a *Agent) {
	t.notify(a, events.AGTStateChangedNotify, events.StateChangedData{
		AgentState: a.AgentState, ReasonCode: a.ReasonCode, ReasonName: a.ReasonName,
	})
	t.restateCall(a)
	t.restateNailing(a)
	if a.Inbound {
		t.notify(a, events.AGTBlendedToInbound, events.NoData{})
	}
	if a.CallState == events.Wrapup {
		t.restateWrapup(a)
	}
	t.callState(a, a.CallState)
	if c := t.s.Callbacks[a.PendingCallback]; c != nil {
		t.tell(a, c)
	}
	t.restateZoneDown(a)
	t.restated = a
	t.touch(a)
}

// logoff decides AGTLogoff (L1086). A nailed agent is logged out when the
// nailing is down (reading 20).
func (t *turn) logoff(a *Agent, c Command) {
	if a.AgentState != events.NotReady || a.Busy() {
		t.refuse(a, c, events.LogoffNotReadyFirst)
		return
	}
	t.respond(a, c.Name, events.ResultData{})
	t.leave(a)
}

// pendingLogout decides AGTPendingLogout (L2279): as AGTLogoff, from any state. A
// call is wrapped up first.
func (t *turn) pendingLogout(a *Agent, c Command) {
	t.respond(a, c.Name, events.ResultData{})
	t.leaveAfterCall(a)
}

// leaveAfterCall takes the agent out of pacing now and logs it out as soon as it
// has no call. LoggingOff is set by now.
func (t *turn) leaveAfterCall(a *Agent) {
	t.giveBackCallback(a)
	next := events.NotReady
	if a.Busy() {
		next = events.PendingNotReady
	}
	if a.AgentState != events.NotReady && a.AgentState != next {
		t.notify(a, events.AGTStateChangedNotify, events.StateChangedData{AgentState: next})
	}
	t.cancelPendingConsults(a)
	if !a.Busy() {
		t.leave(a)
	}
}

// leave ends the session of an agent who has no call: the nailing first.
func (t *turn) leave(a *Agent) {
	switch {
	case a.NailupStatus == events.PendingNailupDrop:
		// The end of the drop ends the session.
	case a.NailLeg != "":
		t.dropNailing(a)
	default:
		if a.NailupStatus == events.PendingNailup {
			t.nailup(a, events.NotNailedUp)
		}
		t.notify(a, events.AGTAgentLoggedOut, events.NoData{})
	}
}

// saveAgentForHA decides AGTSaveAgentForHA (L2546): when this desktop dies,
// another one may take the session over at once (reading 2).
func (t *turn) saveAgentForHA(a *Agent, c Command) { t.respond(a, c.Name, events.ResultData{}) }

// skillsChanged decides AGTSkillsChanged (L2576). A job the agent has is kept
// until it ends; the next nailing is for the new skills.
func (t *turn) skillsChanged(a *Agent, c Command) {
	if len(c.Data.(events.SkillsParams).AgentSkills) == 0 {
		t.refuse(a, c, events.SkillsNotFound)
		return
	}
	t.respond(a, c.Name, events.ResultData{})
}

// stateChange decides AGTStateChange (L1115).
func (t *turn) stateChange(a *Agent, c Command) {
	p := c.Data.(events.StateChangeParams)
	switch {
	case len(p.ReasonCode) > maxName, len(p.ReasonName) > maxName:
		t.refuse(a, c, events.InvalidData)
	case a.LoggingOff, p.AgentState == events.Ready && t.s.Settings.Down:
		t.refuse(a, c, events.StateChangeRefused)
	case p.AgentState == events.Ready:
		t.ready(a, c)
	case p.AgentState == events.NotReady:
		t.notReady(a, c, p)
	case p.AgentState == events.PendingNotReady:
		t.refuse(a, c, events.StateChangeRefused)
	default:
		t.refuse(a, c, events.InvalidData)
	}
}

func (t *turn) ready(a *Agent, c Command) {
	if a.AgentState == events.Ready {
		t.refuse(a, c, events.AlreadyReady)
		return
	}
	t.respond(a, c.Name, events.StateChangeResult{AgentState: events.Ready})
	t.notify(a, events.AGTStateChangedNotify, events.StateChangedData{AgentState: events.Ready})
	if a.CallState == events.NoState {
		t.callState(a, events.Idle)
	}
}

// notReady takes effect at once without a call or a pending callback, and after
// them otherwise (L607). A walk away during a call does the same, but says 62
// (reading 26); nobody is there for what waits then.
func (t *turn) notReady(a *Agent, c Command, p events.StateChangeParams) {
	next := events.NotReady
	if a.Busy() || a.PendingCallback != "" && !p.HasWalkedAway {
		next = events.PendingNotReady
	}
	waits := len(a.PendingConsults) > 0 || a.PendingCallback != ""
	if a.AgentState == next && a.ReasonCode == p.ReasonCode && !(p.HasWalkedAway && waits) {
		t.refuse(a, c, events.SameReason)
		return
	}
	result := events.Success
	if p.HasWalkedAway && a.Busy() {
		result = events.WalkAwayInCall
	}
	t.respond(a, c.Name, events.StateChangeResult{AgentState: next, Result: result})
	t.notify(a, events.AGTStateChangedNotify, events.StateChangedData{
		AgentState: next, ReasonCode: p.ReasonCode, ReasonName: p.ReasonName,
	})
	if p.HasWalkedAway {
		t.cancelPendingConsults(a)
		t.giveBackCallback(a)
	}
}
