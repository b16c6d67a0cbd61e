package manager

import "github.com/deskbus/deskbus/events"

// defaultGrace is how long a desktop may be gone where the settings do not say.
const defaultGrace = 60 * second

// agentDisconnected decides AGTAgentDisconnected (L2429, reading 4): who watches
// over the desktop says that it is gone. Said again, it changes nothing.
func (t *turn) agentDisconnected(a *Agent, c Command) {
	t.respond(a, c.Name, events.ResultData{})
	if !a.Disconnected {
		t.disconnect(a, events.PartyAgent)
	}
}

// disconnect takes the agent out of pacing. A conversation goes on: the phone
// is another line than the desktop's.
func (t *turn) disconnect(a *Agent, by events.Party) {
	t.zoneFact(events.AgentDisconnected, events.AgentDisconnectedData{AgentID: a.ID, By: by})
	t.turnAway(a)
}

// turnAway sends away what waits for an agent who will not come.
func (t *turn) turnAway(a *Agent) {
	t.cancelPendingConsults(a)
	t.giveBackCallback(a)
	t.settleNotReady(a)
}

// reconnected puts an agent back to work whose desktop sent a command. What it
// missed is in the feed.
func (t *turn) reconnected(a *Agent, command string) {
	if !a.Disconnected || command == events.AGTAgentDisconnected {
		return
	}
	if id, err := events.ParseID(t.cause); err == nil && id.Conn == a.Conn {
		t.zoneFact(events.AgentReconnected, events.AgentReconnectedData{AgentID: a.ID})
	}
}

// graceOver logs out the agent of a desktop that did not come back. What the
// agent has is disposed of, and a nailing dropped first. A customer on hold comes
// back to the agent, who still has the phone.
func (t *turn) graceOver(a *Agent) {
	if a.CallState == events.Held {
		t.callState(a, events.Talking)
		t.bridge(a, t.s.Calls[a.Session])
		return
	}
	t.cutCall(a)
	if c := t.s.Calls[a.Session]; c != nil {
		t.disposeByDefault(c, events.ReasonDisconnected)
		t.afterCall(a)
	}
	if !a.LoggedOn || a.NailupStatus == events.PendingNailupDrop {
		return // it was on the way out, and afterCall has seen to it
	}
	if a.AgentState != events.NotReady {
		t.notify(a, events.AGTStateChangedNotify, events.StateChangedData{AgentState: events.NotReady})
	}
	t.leave(a)
}
