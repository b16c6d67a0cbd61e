// Package logtest writes the log of a zone as a leader does, for the tests of
// those who read it: the rules decide, commits go into the journal and events
// into the feed, at the times a test says. There is no leader and no waiting.
//
// A log belongs to the goroutine of its test.
package logtest

import (
	"context"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/manager"
)

// commitBytes is how much a commit may hold before no turn is added.
const commitBytes = 256 << 10

// Log is the log of one zone while it is written.
type Log struct {
	t     testing.TB
	ctx   context.Context
	js    jetstream.JetStream
	State *manager.State
	// Events counts those that are decided.
	Events int

	journal *journal.Journal
	feed    *journal.Feed
	encoder events.Encoder
	turns   []events.Event
	bodies  [][]byte
	size    int
}

// Start begins the log of a zone on a bus.
func Start(ctx context.Context, t testing.TB, bus *natstest.Bus, zone string) *Log {
	t.Helper()
	if err := journal.EnsureStreams(ctx, bus.JS, zone, 1); err != nil {
		t.Fatal(err)
	}
	feed, err := journal.OpenFeed(ctx, bus.NC, zone)
	if err != nil {
		t.Fatal(err)
	}
	return &Log{
		t: t, ctx: ctx, js: bus.JS, State: manager.New(zone), journal: journal.Open(bus.JS, zone), feed: feed,
	}
}

// Decide adds the turn of one input, at a time in microseconds since 1970, UTC,
// and returns it. The next call overwrites it.
func (l *Log) Decide(at int64, in manager.Input) []events.Event {
	l.t.Helper()
	if l.size > commitBytes {
		l.Commit()
	}
	before := len(l.turns)
	l.turns, _ = l.State.Decide(at, in, l.turns)
	for i := before; i < len(l.turns); i++ {
		body, err := l.encoder.Append(nil, &l.turns[i])
		if err != nil {
			l.t.Fatal(err)
		}
		l.bodies = append(l.bodies, body)
		l.size += len(body)
	}
	l.Events += len(l.turns) - before
	return l.turns[before:]
}

// Commit writes what was decided to the journal and publishes it.
func (l *Log) Commit() {
	l.t.Helper()
	if len(l.turns) == 0 {
		return
	}
	l.CommitOnly()
	if err := l.feed.Publish(l.turns, l.bodies, nil); err != nil {
		l.t.Fatal(err)
	}
	if err := l.feed.Flush(l.ctx); err != nil {
		l.t.Fatal(err)
	}
	l.turns, l.bodies, l.size = l.turns[:0], l.bodies[:0], 0
}

// CommitOnly writes what was decided to the journal, as a leader that dies before
// it publishes anything. The log ends with it.
func (l *Log) CommitOnly() {
	l.t.Helper()
	if err := l.journal.Append(l.ctx, journal.Commit{Epoch: l.State.Epoch, Events: l.bodies}); err != nil {
		l.t.Fatal(err)
	}
}

// Snapshot stores a snapshot of the newest commit.
func (l *Log) Snapshot() {
	l.t.Helper()
	l.Commit()
	store, err := journal.OpenSnapshots(l.ctx, l.js, l.State.Zone, 1)
	if err != nil {
		l.t.Fatal(err)
	}
	state, err := l.State.Encode()
	if err != nil {
		l.t.Fatal(err)
	}
	if err := store.Save(l.ctx, l.journal.Snapshot(journal.Position{}, state)); err != nil {
		l.t.Fatal(err)
	}
}

// Trim removes the commits before the one with this sequence.
func (l *Log) Trim(before uint64) {
	l.t.Helper()
	if err := l.journal.Trim(l.ctx, before); err != nil {
		l.t.Fatal(err)
	}
}

// Last returns the sequence of the newest commit.
func (l *Log) Last() uint64 { return l.journal.Last() }
