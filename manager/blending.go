package manager

import "github.com/deskbus/deskbus/events"

// blendToInbound decides AGTBlendToInbound (L2109): at once without a call, and
// after it otherwise.
func (t *turn) blendToInbound(a *Agent, c Command) {
	switch {
	case a.Inbound || a.ToInbound:
		t.refuse(a, c, events.AlreadyInbound)
	case a.LoggingOff:
		t.refuse(a, c, events.NotInThisState)
	default:
		t.respond(a, c.Name, events.ResultData{})
		t.turnAway(a)
		if !a.Busy() {
			t.toInbound(a)
		}
	}
}

// toInbound lends the agent: the phone must be free for inbound calls.
func (t *turn) toInbound(a *Agent) {
	t.notify(a, events.AGTBlendedToInbound, events.NoData{})
	switch a.NailupStatus {
	case events.PendingNailup, events.NailedUp:
		t.dropNailing(a)
	}
}

// blendToOutbound decides AGTBlendToOutbound (L2139). Where the way to inbound
// still waits for the end of a call, the agent simply stays.
func (t *turn) blendToOutbound(a *Agent, c Command) {
	switch {
	case !a.Inbound && !a.ToInbound:
		t.refuse(a, c, events.AlreadyOutbound)
	case a.LoggingOff:
		t.refuse(a, c, events.NotInThisState)
	default:
		t.respond(a, c.Name, events.ResultData{})
		t.notify(a, events.AGTBlendedToOutbound, events.NoData{})
	}
}

// nailupAgent decides AGTNailupAgent (L2169): an agent who is back from inbound
// may be nailed. The nailer follows by its timer, once the agent is ready.
func (t *turn) nailupAgent(a *Agent, c Command) {
	switch {
	case a.NailupStatus == events.NailedUp:
		t.refuse(a, c, events.AgentAlreadyNailed)
	case a.Inbound || a.ToInbound || a.LoggingOff:
		t.refuse(a, c, events.NotInThisState)
	default:
		t.respond(a, c.Name, events.ResultData{})
	}
}
