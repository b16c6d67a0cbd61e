package manager

import "github.com/deskbus/deskbus/events"

// CapabilitiesOf is the matrix of L3110: CanReady and CanNotReady follow from the
// agent state, everything else from the call state and the agent's part in it
// (reading 5).
func (s *State) CapabilitiesOf(a *Agent) events.POMCapabilities {
	c := callCapabilities(a.CallState, s.partOf(a))
	c.CanReady = a.AgentState == events.NotReady || a.AgentState == events.PendingNotReady
	c.CanNotReady = a.AgentState == events.Ready
	return c
}

// part is the part an agent has in a call with a third party.
type part int

const (
	// ownerWithAgent: the agent has the call, the third party is an agent.
	ownerWithAgent part = iota
	// ownerWithExternal: the agent has the call, the third party is outside.
	ownerWithExternal
	// recipient: the agent is the third party.
	recipient
)

func (s *State) partOf(a *Agent) part {
	c := s.Calls[a.Session]
	switch {
	case c == nil || c.Agent == a.ID && (c.Consult == nil || c.Consult.LegID == ""):
		return ownerWithAgent
	case c.Agent == a.ID:
		return ownerWithExternal
	}
	return recipient
}

func callCapabilities(state events.POMCallState, p part) events.POMCapabilities {
	external := p == ownerWithExternal
	switch state {
	case events.Held:
		return events.POMCapabilities{CanUnhold: true}
	case events.Talking:
		return events.POMCapabilities{
			CanHold: true, CanTransfer: true, CanConference: true, CanRelease: true, CanDispose: true,
			CanOriginate: true, CanCreateCallback: true, CanSendDTMF: true, CanUpdateRecord: true,
		}
	case events.Consult:
		if p == recipient {
			return events.POMCapabilities{CanLeaveConsult: true}
		}
		return events.POMCapabilities{
			CanTransfer: true, CanConference: true, CanLeaveConsult: true,
			CanSendDTMF: external, // L731, reading 8
		}
	case events.ConferenceOwner:
		return events.POMCapabilities{
			CanUpdateRecord: true, CanEndConference: true,
			CanTransfer: external, CanSendDTMF: external, // L837, reading 8
			CanChangeOwnership: !external, // L837, reading 6
		}
	case events.ConferencePassive:
		return events.POMCapabilities{CanLeaveConference: true}
	case events.Wrapup:
		return events.POMCapabilities{CanDispose: true, CanCreateCallback: true}
	case events.Preview, events.Callback:
		return events.POMCapabilities{CanCreateCallback: true, CanUpdateRecord: true}
	}
	return events.POMCapabilities{}
}
