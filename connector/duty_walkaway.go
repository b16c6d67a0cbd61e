package connector

import "github.com/deskbus/deskbus/events"

// walkAwayCalls are the calls in a row without a sign of the agent after which
// it has walked away (L621, L3283).
const walkAwayCalls = 2

// presence is whether somebody sits at the desktop.
type presence struct {
	// acted: the agent did something in this call.
	acted bool
	// machine: an answering machine took the call, which wants nobody (L625).
	machine bool
	// alone counts the calls since the agent did something; counted: this one is
	// among them.
	alone   int
	counted bool
}

// acted takes a command of the desktop. Between two calls it shows that the
// agent is here now, not that the next call has somebody.
func (d *duties) acted(command string) {
	if !sentUnasked(command) {
		d.presence.alone = 0
		d.presence.acted = d.status.SessionID != ""
	}
}

// sentUnasked tells whether a desktop sends the command without its agent, for
// example AGTGetCustomerDetails at each AGTCallNotify (L2660).
func sentUnasked(command string) bool {
	switch command {
	case events.AGTGetCustomerDetails, events.AGTGetContactAttributes, events.AGTGetCompCodes,
		events.AGTRefreshAgentNotes, events.AGTGetTimezones, events.AGTGetZoneList, events.AGTGetErrorString,
		events.AGTGetErrorInfo, events.AGTAvailableForNailup, events.AGTReadyForNailup, events.AGTNailupAgent,
		events.AGTLostNailing, events.GetAgentStatusResponse, events.AGTSaveAgentForHA, events.AGTSkillsChanged,
		events.AGTBlendToInbound, events.AGTBlendToOutbound, events.AGTAgentDisconnected:
		return true
	}
	return false
}

// callWrappedUp counts a call that is over. When it was the broker that wrapped up,
// this is the first to notice that the agent has walked away.
func (d *duties) callWrappedUp() {
	d.noticeWalkAway()
	d.presence.acted, d.presence.machine, d.presence.counted = false, false, false
}

// noticeWalkAway counts the call that is being wrapped up, and says when the agent
// has walked away.
func (d *duties) noticeWalkAway() {
	p := &d.presence
	if p.acted || p.machine || p.counted {
		return
	}
	p.counted = true
	p.alone++
	if p.alone < walkAwayCalls || d.manual.WalkAway || d.status.AgentState != events.Ready {
		return
	}
	p.alone = 0
	d.command(events.AGTStateChange, "", events.StateChangeParams{AgentState: events.NotReady, HasWalkedAway: true})
}
