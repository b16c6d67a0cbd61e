// Package tally counts what the feed of a zone says, in intervals, by agent and
// by campaign: the times, contacts, attempts and callbacks of a report.
//
// [Fold] takes the events one after the other and gives out what they add to the
// rows. It keeps no rows, so its state is as large as the zone and not as the
// past: what each agent does and since when, the calls there are, the callbacks
// that wait. [Fold.Take] returns the additions together with what has changed of
// that state; whoever stores both at once can go on from there with [Restore] and
// comes to the same rows, wherever the log was cut.
//
// Time counts where it passes: a state that spans the boundary of an interval is
// split at it, and with the first event of a new interval the times of the one
// before are complete. What an agent does in the newest interval is counted up to
// the last change; [Fold.Open] has the rest. A thing counts when it happens, but
// what becomes of a live answer counts in the interval of the answer.
//
// Times are cut to milliseconds before they are subtracted, so that sums are exact.
package tally

import (
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/projections/status"
)

// Fold is where the counting stands after an event. It is not safe for concurrent
// use.
type Fold struct {
	agents *status.Fold
	// spells are what the agents do who are logged on.
	spells    map[string]*spell
	calls     map[string]*Call
	callbacks map[string]Callback

	rows    Rows
	names   map[Name]bool
	changed map[Item]bool
}

// Name is an agent or a campaign that reports know.
type Name struct{ By, Name string }

// The values of [Name].By.
const (
	ByAgent    = "agent"
	ByCampaign = "campaign"
)

// New returns the state before the first event.
func New() *Fold { return newFold(&status.Fold{}) }

func newFold(agents *status.Fold) *Fold {
	return &Fold{
		agents: agents, spells: map[string]*spell{}, calls: map[string]*Call{}, callbacks: map[string]Callback{},
		rows: newRows(), names: map[Name]bool{}, changed: map[Item]bool{},
	}
}

// ZN and At are those of the newest event, 0 before the first.
func (f *Fold) ZN() uint64 { return f.agents.ZN() }
func (f *Fold) At() int64  { return f.agents.At() }

// Apply takes the next event, as events.Decode returns it. The first one may have
// any number. An error means that the fold can go no further.
func (f *Fold) Apply(e *events.Event) error {
	before := milliseconds(f.agents.At())
	if err := f.agents.Apply(e); err != nil {
		return err
	}
	at := milliseconds(e.At)
	if before/base != at/base {
		f.beginInterval(at / base * base)
	}
	switch e.Kind {
	case events.KindCommand, events.KindResponse, events.KindNotification:
		f.change(e.Agent, at)
		f.countHold(e)
	case events.KindFact:
		f.applyFact(e, at)
	}
	return nil
}

func milliseconds(at int64) int64 { return at / 1000 }

// beginInterval completes the times of the intervals before.
func (f *Fold) beginInterval(start int64) {
	for id, s := range f.spells {
		f.settle(id, start)
		f.rows.of(key(start, id, s.campaign))
	}
}

// settle counts what the agent did up to now.
func (f *Fold) settle(id string, at int64) {
	if s := f.spells[id]; s != nil {
		s.count(&f.rows, id, at)
		f.changed[Item{kindAgent, id}] = true
	}
}

// change counts what the agent did up to now and looks at what the agent does from
// now on. Who is logged on has a row at once.
func (f *Fold) change(id string, at int64) {
	f.settle(id, at)
	f.changed[Item{kindAgent, id}] = true
	a, _ := f.agents.Agent(id)
	if !a.LoggedOn {
		delete(f.spells, id)
		return
	}
	if f.spells[id] == nil {
		f.names[Name{ByAgent, printable(id)}] = true
	}
	s := spellOf(&a, f.calls[a.Status.SessionID], at)
	f.spells[id] = &s
	f.rows.of(key(at, id, s.campaign))
}

// Open returns the times of the agents that are not in the rows yet, up to the
// newest event.
func (f *Fold) Open() Rows {
	r := newRows()
	for id, s := range f.spells {
		open := *s
		open.count(&r, id, milliseconds(f.At()))
	}
	return r
}
