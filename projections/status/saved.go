package status

import (
	"slices"

	"github.com/deskbus/deskbus/events"
)

// Saved is one agent as a reader stores it, to fold on later from there.
type Saved struct {
	Status    events.AgentStatus `msgpack:"status"`
	Known     bool               `msgpack:"known,omitempty"`
	LogonTurn uint64             `msgpack:"logonTurn,omitempty"`
}

// Trimmed tells whether the feed no longer began with number 1.
func (f *Fold) Trimmed() bool { return f.trimmed }

// Save returns one agent as it is to be stored, and false when the fold has
// never heard of it.
func (f *Fold) Save(id string) (Saved, bool) {
	a := f.agents[id]
	if a == nil {
		return Saved{}, false
	}
	return Saved{Status: a.status, Known: a.known, LogonTurn: a.logonTurn}, true
}

// Restore returns the state as of an event, from all agents as they were saved.
func Restore(zn uint64, at int64, trimmed bool, saved []Saved) *Fold {
	f := &Fold{zn: zn, at: at, trimmed: trimmed, agents: make(map[string]*agent, len(saved))}
	for _, s := range saved {
		f.agents[s.Status.AgentID] = &agent{status: s.Status, known: s.Known, logonTurn: s.LogonTurn}
		if s.Known {
			f.known = append(f.known, s.Status.AgentID)
		}
	}
	slices.Sort(f.known)
	return f
}
