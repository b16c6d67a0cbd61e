package manager

import (
	"strconv"

	"github.com/deskbus/deskbus/events"
)

const (
	// nailupTimeout is how long a nailing may take, from the first notification
	// to the answered call.
	nailupTimeout = 60 * second
	// nailupRing is how long the agent's phone rings, in milliseconds.
	nailupRing = 30_000
	// dropTimeout is how long the switch may take to drop a nailing.
	dropTimeout = 10 * second
	// The pause after a failed nailing doubles from the first to the longest.
	firstPause   = 2 * second
	longestPause = 60 * second
)

func nailupPause(failures int) int64 {
	pause := firstPause
	for ; failures > 1 && pause < longestPause; failures-- {
		pause *= 2
	}
	return min(pause, longestPause)
}

// canBeNailed tells whether the nailer may nail the agent now (L640).
func (s *State) canBeNailed(a *Agent) bool {
	return a.takesWork() && !s.Settings.Down && a.Available && a.AgentState == events.Ready &&
		a.CallState == events.Idle && s.switchUp(s.Settings.Switch) && s.hasJobFor(a)
}

// nailedOn is the switch that has the agent's line, empty for none. It need not be
// the one that the configuration names by now, and no bridge reaches from one to
// another.
func (s *State) nailedOn(a *Agent) string {
	if leg := s.Legs[a.NailLeg]; leg != nil {
		return leg.Switch
	}
	return ""
}

// switchUp tells whether a switch takes new calls.
func (s *State) switchUp(name string) bool {
	sw := s.Switches[name]
	return sw != nil && sw.State == events.SwitchUp
}

// switchServes tells whether a switch takes commands about the calls it has.
func (s *State) switchServes(name string) bool {
	sw := s.Switches[name]
	return sw != nil && sw.State != events.SwitchDown
}

// nailup tells the desktop the next status of the nailing. Who is not nailed up
// any more cannot call back.
func (t *turn) nailup(a *Agent, status events.POMNailupStatus) {
	if status != events.NailedUp {
		t.giveBackCallback(a)
	}
	t.notify(a, events.AGTNailupChange, events.NailupData{NailupStatus: status})
}

// nailupDue takes the step of the nailing that the timer was set for.
func (t *turn) nailupDue(a *Agent) {
	switch a.NailupStatus {
	case events.NotNailedUp, events.NailingLost:
		t.emit(events.Event{
			Kind: events.KindNotification, Name: events.AGTNailupChange, Agent: a.ID, Job: t.jobFor(a),
			Data: events.NailupData{NailupStatus: events.PendingNailup},
		})
		t.touch(a)
	case events.PendingNailup:
		t.hangupNailing(a)
		t.nailup(a, events.NotNailedUp)
	case events.PendingNailupDrop:
		t.nailingDropped(a)
	}
}

// availableForNailup decides AGTAvailableForNailup (L2399). The nailer follows
// by its timer.
func (t *turn) availableForNailup(a *Agent, c Command) {
	switch {
	case a.NailupStatus == events.NailedUp:
		t.refuse(a, c, events.AgentAlreadyNailed)
	case a.AgentState != events.Ready || a.Inbound || a.ToInbound:
		t.refuse(a, c, events.NotInThisState)
	default:
		t.respond(a, c.Name, events.ResultData{})
	}
}

// readyForNailup decides AGTReadyForNailup (L2193): the phone may ring now.
func (t *turn) readyForNailup(a *Agent, c Command) {
	if a.NailupStatus != events.PendingNailup || a.NailLeg != "" {
		t.refuse(a, c, events.NotInThisState)
		return
	}
	if !t.s.switchUp(t.s.Settings.Switch) {
		t.refuse(a, c, events.MediaServerError)
		return
	}
	t.respond(a, c.Name, events.ResultData{})
	t.order(t.s.Settings.Switch, events.Originate, a.ID, "", events.OriginateData{
		LegID: t.newID() + "-a", Role: events.RoleAgent, Address: a.Logon.AgentExt,
		RingTimeoutMs: nailupRing, AutoAnswer: true,
	})
}

// newID returns an id that no other event of the zone can have made.
func (t *turn) newID() string { return t.s.Zone + "-" + strconv.FormatUint(t.s.ZN+1, 10) }

// bridgeOf names the bridge an agent's calls take place in. It lives as long as
// the nailing, so that a call costs one Bridge command and leaves none behind.
func bridgeOf(a *Agent) string { return a.NailLeg + "-b" }

func (t *turn) nailingUp(a *Agent) {
	t.nailup(a, events.NailedUp)
	t.notify(a, events.AGTJobAttached, events.JobAttachedData{CampaignName: a.Job})
}

// hangupNailing ends the nailing call; the agent's status is for the caller.
func (t *turn) hangupNailing(a *Agent) {
	leg := t.s.Legs[a.NailLeg]
	if leg == nil {
		return
	}
	if leg.Up {
		t.order(leg.Switch, events.Bridge, a.ID, "", events.BridgeData{
			BridgeID: bridgeOf(a), Members: []string{},
		})
	}
	t.order(leg.Switch, events.Hangup, a.ID, "", events.HangupData{LegID: leg.ID, Cause: events.CauseNormal})
}

// dropNailing drops the nailing on purpose: the job or the session is over.
func (t *turn) dropNailing(a *Agent) {
	if t.s.Legs[a.NailLeg] == nil {
		t.nailingDropped(a)
		return
	}
	t.nailup(a, events.PendingNailupDrop)
	t.hangupNailing(a)
}

// nailingDropped ends what dropNailing began.
func (t *turn) nailingDropped(a *Agent) {
	t.nailup(a, events.NotNailedUp)
	if a.LoggingOff {
		t.notify(a, events.AGTAgentLoggedOut, events.NoData{})
	}
}

// agentLegEnded decides the end of a nailing call, before the answer or after.
func (t *turn) agentLegEnded(leg *Leg, cause events.Cause) {
	a := t.s.Agents[leg.Agent]
	if a == nil || a.NailLeg != leg.ID {
		return
	}
	switch a.NailupStatus {
	case events.PendingNailup:
		t.nailup(a, events.NotNailedUp)
	case events.PendingNailupDrop:
		t.nailingDropped(a)
	case events.NailedUp:
		t.nailup(a, events.NailingLost)
		t.lostInCall(a, cause)
	}
}

// lostInCall ends what an agent did whose nailing is lost: the call, or a part in
// another agent's.
func (t *turn) lostInCall(a *Agent, cause events.Cause) {
	c := t.s.Calls[a.Session]
	switch {
	case c == nil || c.Ended:
	case c.Agent != a.ID:
		t.separate(c, events.PartySwitch, cause)
	default:
		t.endConversation(a, c, lostCall(c, cause))
	}
	t.cancelPendingConsults(a)
}

// lostCall is how a call ends whose agent lost the nailing.
func lostCall(c *Call, cause events.Cause) events.CallEndedData {
	return events.CallEndedData{By: events.PartySwitch, Cause: cause, Answered: c.Answered}
}

// lostNailing decides AGTLostNailing (L2245): the desktop saw it first.
func (t *turn) lostNailing(a *Agent, c Command) {
	if a.NailupStatus != events.NailedUp {
		t.refuse(a, c, events.AgentNotNailed)
		return
	}
	call := t.s.Calls[a.Session]
	owns := call != nil && !call.Ended && call.Agent == a.ID
	if owns {
		details := t.wrapupDetails(call)
		t.respond(a, c.Name, events.WrapupResult{WrapupDetails: &details, SessionID: a.Session})
		t.endCall(call, lostCall(call, events.CauseMediaTimeout))
	} else {
		t.respond(a, c.Name, events.WrapupResult{SessionID: a.Session})
	}
	t.hangupNailing(a)
	t.nailup(a, events.NailingLost)
	if owns {
		t.callState(a, events.Wrapup)
	}
	t.lostInCall(a, events.CauseMediaTimeout)
}

// restateNailing tells a desktop that takes over where the nailing stands. A
// PendingNailup that is told again is answered by the new desktop.
func (t *turn) restateNailing(a *Agent) {
	t.nailup(a, a.NailupStatus)
	if a.NailupStatus == events.NailedUp {
		t.notify(a, events.AGTJobAttached, events.JobAttachedData{CampaignName: a.Job})
	}
}
