package manager

import (
	"slices"

	"github.com/deskbus/deskbus/events"
)

// Acted is the newest command a connector session of a service has sent for an
// agent, and how it was answered.
type Acted struct {
	ID       events.ID
	Response Response
}

// maxActed bounds Agent.Acted. A retry comes within seconds; nobody has that many
// services act for one agent within seconds, and no stranger can get among them.
const maxActed = 8

// acts tells whether a command is one that a service sends for an agent whose
// session somebody else has. A service that has the session itself is that
// agent's desktop.
func (c Command) acts(a *Agent) bool {
	return c.Actor != "" && events.ServiceMaySend(c.Name) && (a == nil || a.Conn != c.ID.Conn)
}

// acted returns what the connector session of this id has done for the agent, nil
// when nothing is known.
func (a *Agent) acted(id events.ID) *Acted {
	for i := range a.Acted {
		if a.Acted[i].ID.Conn == id.Conn {
			return &a.Acted[i]
		}
	}
	return nil
}

// setActed remembers a command of a service, so that a retry gets the same answer
// and is not executed again.
func (a *Agent) setActed(newest Acted) {
	a.Acted = slices.DeleteFunc(a.Acted, func(other Acted) bool { return other.ID.Conn == newest.ID.Conn })
	if len(a.Acted) == maxActed {
		a.Acted = slices.Delete(a.Acted, 0, 1)
	}
	a.Acted = append(a.Acted, newest)
}

// repeatActed answers a retried command of a service as it was answered before.
func (t *turn) repeatActed(a *Agent, c Command, former *Acted) Dropped {
	if t.actor == "" || c.ID.N != former.ID.N || former.Response.Name != events.RESP(c.Name) {
		return DroppedDuplicate
	}
	t.respond(a, c.Name, former.Response.Data)
	return ""
}
