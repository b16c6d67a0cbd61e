package status

import (
	"fmt"

	"github.com/deskbus/deskbus/events"
)

// Agent is the state of one agent, folded from the events addressed to it and the
// facts about its desktop, without those of the rest of the zone. The zero value
// is the state before the first event. It is not safe for concurrent use.
type Agent struct{ agent }

// Apply takes the next event of the agent, or a fact about its desktop. The first
// one may have any number. An error means that the fold can go no further.
func (a *Agent) Apply(e *events.Event) error {
	switch d := e.Data.(type) {
	case events.AgentDisconnectedData:
		a.disconnect(d.AgentID, true)
		return nil
	case events.AgentReconnectedData:
		a.disconnect(d.AgentID, false)
		return nil
	}
	if last := a.status.N; last != 0 && e.N != last+1 {
		return fmt.Errorf("status: event %d of agent %q follows event %d", e.N, e.Agent, last)
	}
	if err := a.apply(e); err != nil {
		return fmt.Errorf("status: event %d of zone %s: %w", e.ZN, e.Zone, err)
	}
	a.status.AgentID, a.status.N = e.Agent, e.N
	return nil
}

func (a *Agent) disconnect(id string, gone bool) {
	if id == a.status.AgentID {
		a.status.Disconnected = gone
	}
}

// Status returns the state, and false when no logon of the agent was seen.
func (a *Agent) Status() (events.AgentStatus, bool) { return a.status, a.known }
