package status

import (
	"maps"
	"slices"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/deskbus/deskbus/events"
)

// CheckpointVersion is the version of the encoding of a fold, and of what the
// folding makes of an event: a checkpoint of another version is not read.
const CheckpointVersion = 1

// checkpoint is a fold as it is stored.
type checkpoint struct {
	ZN      uint64  `msgpack:"zn"`
	At      int64   `msgpack:"at"`
	Trimmed bool    `msgpack:"trimmed,omitempty"`
	Agents  []Saved `msgpack:"agents"`
}

// Encode returns the fold as it is to be stored as a whole.
func (f *Fold) Encode() ([]byte, error) {
	c := checkpoint{ZN: f.zn, At: f.at, Trimmed: f.trimmed, Agents: make([]Saved, 0, len(f.agents))}
	for _, id := range slices.Sorted(maps.Keys(f.agents)) {
		saved, _ := f.Save(id)
		c.Agents = append(c.Agents, saved)
	}
	return msgpack.Marshal(c)
}

// Decode returns the fold that was encoded.
func Decode(body []byte) (*Fold, error) {
	var c checkpoint
	if err := msgpack.Unmarshal(body, &c); err != nil {
		return nil, err
	}
	return Restore(c.ZN, c.At, c.Trimmed, c.Agents), nil
}

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
