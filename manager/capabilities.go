package manager

import "github.com/deskbus/deskbus/events"

// capabilities is the matrix of L3110: CanReady and CanNotReady follow from the
// agent state, everything else from the call state (reading 5).
func capabilities(a *Agent) events.POMCapabilities {
	c := callCapabilities(a.CallState)
	c.CanReady = a.AgentState == events.NotReady || a.AgentState == events.PendingNotReady
	c.CanNotReady = a.AgentState == events.Ready
	return c
}

func callCapabilities(state events.POMCallState) events.POMCapabilities {
	switch state {
	case events.Held:
		return events.POMCapabilities{CanUnhold: true}
	case events.Talking:
		return events.POMCapabilities{
			CanHold: true, CanTransfer: true, CanConference: true, CanRelease: true, CanDispose: true,
			CanOriginate: true, CanCreateCallback: true, CanSendDTMF: true, CanUpdateRecord: true,
		}
	case events.Wrapup:
		return events.POMCapabilities{CanDispose: true, CanCreateCallback: true}
	}
	return events.POMCapabilities{}
}
