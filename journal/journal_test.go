package journal_test

import (
	"context"
	"errors"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/subject"
)

const zone = "main"

type bus struct{ *natstest.Bus }

func newBus(t *testing.T) bus {
	t.Helper()
	b := bus{natstest.Start(t)}
	if err := journal.EnsureStreams(b.Ctx, b.JS, zone, 1); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b bus) journal(t *testing.T) *journal.Journal {
	t.Helper()
	return journal.Open(b.JS, zone)
}

// fact returns event number zn and its encoding.
func fact(t *testing.T, zn uint64) (events.Event, []byte) {
	t.Helper()
	e := events.Event{
		Zone: zone, Turn: zn, ZN: zn, At: int64(zn), Kind: events.KindFact, Name: events.LeaderClaimed,
		Data: events.LeaderData{Epoch: zn, Broker: "b"},
	}
	body, err := events.Encode(&e)
	if err != nil {
		t.Fatal(err)
	}
	return e, body
}

func TestASecondWriterIsDeposed(t *testing.T) {
	b := newBus(t)
	first, second := b.journal(t), b.journal(t)
	_, body := fact(t, 1)
	if err := first.Append(b.Ctx, journal.Commit{Epoch: 1, Events: [][]byte{body}}); err != nil {
		t.Fatal(err)
	}
	if err := second.Append(b.Ctx, journal.Commit{Epoch: 1, Events: [][]byte{body}}); !errors.Is(err, journal.ErrDeposed) {
		t.Fatalf("a writer that has not read on: %v", err)
	}
	// Having read on, it may write, and the first one may not any more.
	folded := 0
	if err := second.Fold(b.Ctx, func(journal.Commit) error { folded++; return nil }); err != nil || folded != 1 {
		t.Fatalf("%d commits folded, %v", folded, err)
	}
	if err := second.Append(b.Ctx, journal.Commit{Epoch: 2}); err != nil {
		t.Fatal(err)
	}
	if err := first.Append(b.Ctx, journal.Commit{Epoch: 1}); !errors.Is(err, journal.ErrDeposed) {
		t.Fatalf("the former leader: %v", err)
	}
}

func TestAChangedCommitIsFound(t *testing.T) {
	b := newBus(t)
	writer := b.journal(t)
	for range 2 {
		if err := writer.Append(b.Ctx, journal.Commit{Epoch: 1}); err != nil {
			t.Fatal(err)
		}
	}
	// A third commit that does not know the second: its hash is that of nothing.
	forged := b.journal(t)
	seen := 0
	if err := forged.Fold(b.Ctx, func(journal.Commit) error { seen++; return nil }); err != nil || seen != 2 {
		t.Fatalf("%d commits, %v", seen, err)
	}
	// What is no commit is passed over: the bus delivers answers to any subject.
	if _, err := b.JS.Publish(b.Ctx, subject.Journal(zone), []byte("an acknowledgement")); err != nil {
		t.Fatal(err)
	}
	if err := forged.Fold(b.Ctx, func(journal.Commit) error { seen++; return nil }); err != nil || seen != 2 {
		t.Fatalf("%d commits, %v", seen, err)
	}
	stray := &nats.Msg{
		Subject: subject.Journal(zone), Data: []byte{0x80}, Header: nats.Header{"Deskbus-Commit": []string{"1"}},
	}
	if _, err := b.JS.PublishMsg(b.Ctx, stray); err != nil {
		t.Fatal(err)
	}
	if err := forged.Fold(b.Ctx, func(journal.Commit) error { return nil }); !errors.Is(err, journal.ErrCorrupt) {
		t.Fatalf("a commit without hash or version: %v", err)
	}
	fresh := b.journal(t)
	seen = 0
	if err := fresh.Fold(b.Ctx, func(journal.Commit) error { seen++; return nil }); !errors.Is(err, journal.ErrCorrupt) || seen != 2 {
		t.Fatalf("%d commits, %v", seen, err)
	}
}

func TestInboxIsReadFromTheRecordedPlace(t *testing.T) {
	b := newBus(t)
	for i := range 3 {
		if _, err := b.JS.Publish(b.Ctx, subject.Command(zone, "1001", events.AGTLogoff), []byte{byte(i)}); err != nil {
			t.Fatal(err)
		}
	}
	read := func(after journal.Position, n int) []journal.Received {
		t.Helper()
		ctx, stop := context.WithCancel(b.Ctx)
		defer stop()
		var all []journal.Received
		err := journal.ReadInbox(ctx, b.JS, zone, after, func(r journal.Received) {
			if all = append(all, r); len(all) == n {
				stop()
			}
		})
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		return all
	}
	all := read(journal.Position{}, 3)
	if rest := read(all[0].Position, 2); rest[0].Body[0] != 1 || rest[1].Body[0] != 2 {
		t.Errorf("read on with %v", rest)
	}
	// After a crash the place is beyond the end, or holds another message: what
	// was stored later than the recorded message is read.
	stored := all[0].Position.Stored
	for _, place := range []uint64{9, 3} {
		if rest := read(journal.Position{Sequence: place, Stored: stored}, 2); rest[0].Body[0] != 1 || rest[1].Body[0] != 2 {
			t.Errorf("place %d: read on with %v", place, rest)
		}
	}
}
