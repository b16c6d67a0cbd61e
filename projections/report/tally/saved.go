package tally

import (
	"fmt"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/projections/status"
)

// Item names one part of the state of a fold: an agent, a call, a callback.
type Item struct{ Kind, ID string }

const (
	kindAgent    = "agent"
	kindCall     = "call"
	kindCallback = "callback"
)

// Mark is how far the feed is counted.
type Mark struct {
	// ZN and At are those of the newest event.
	ZN uint64
	At int64
	// Trimmed: the feed no longer began with number 1.
	Trimmed bool
}

// Changes are what the events since the last Take have changed. They are to be
// stored together or not at all.
type Changes struct {
	Mark
	Rows
	Names []Name
	// Open is the state of what has changed; nil is gone.
	Open map[Item][]byte
}

// openAgent is how an agent is stored.
type openAgent struct {
	status.Saved
	Since int64 `msgpack:"since,omitempty"`
}

// Mark returns how far the fold has come.
func (f *Fold) Mark() Mark { return Mark{f.ZN(), f.At(), f.agents.Trimmed()} }

// Take returns what has changed and forgets the rows.
func (f *Fold) Take() (Changes, error) {
	c := Changes{Mark: f.Mark(), Rows: f.rows, Open: make(map[Item][]byte, len(f.changed))}
	for name := range f.names {
		c.Names = append(c.Names, name)
	}
	for item := range f.changed {
		encoded, err := f.save(item)
		if err != nil {
			return Changes{}, err
		}
		c.Open[Item{item.Kind, printable(item.ID)}] = encoded
	}
	f.rows = newRows()
	clear(f.names)
	clear(f.changed)
	return c, nil
}

func (f *Fold) save(item Item) ([]byte, error) {
	switch item.Kind {
	case kindCall:
		if call := f.calls[item.ID]; call != nil {
			return events.Marshal(call)
		}
	case kindCallback:
		if c, there := f.callbacks[item.ID]; there {
			return events.Marshal(&c)
		}
	case kindAgent:
		saved, there := f.agents.Save(item.ID)
		if !there {
			return nil, nil // a desktop is gone of whom the feed holds nothing
		}
		a := openAgent{Saved: saved}
		if s := f.spells[item.ID]; s != nil {
			a.Since = s.since
		}
		return events.Marshal(&a)
	}
	return nil, nil
}

// Restore returns the fold as of an event, from all parts as they were stored
// last.
func Restore(m Mark, open map[Item][]byte) (*Fold, error) {
	var agents []openAgent
	var saved []status.Saved
	f := newFold(nil)
	for item, encoded := range open {
		var err error
		switch item.Kind {
		case kindCall:
			var call Call
			call, err = events.Unmarshal[Call](encoded)
			f.calls[item.ID] = &call
		case kindCallback:
			f.callbacks[item.ID], err = events.Unmarshal[Callback](encoded)
		case kindAgent:
			var a openAgent
			a, err = events.Unmarshal[openAgent](encoded)
			agents, saved = append(agents, a), append(saved, a.Saved)
		default:
			err = fmt.Errorf("unknown kind")
		}
		if err != nil {
			return nil, fmt.Errorf("tally: stored %s %q: %w", item.Kind, item.ID, err)
		}
	}
	f.agents = status.Restore(m.ZN, m.At, m.Trimmed, saved)
	for i := range agents {
		if a := &agents[i].Status; a.LoggedOn {
			s := spellOf(a, f.calls[a.Status.SessionID], agents[i].Since)
			f.spells[a.AgentID] = &s
		}
	}
	return f, nil
}
