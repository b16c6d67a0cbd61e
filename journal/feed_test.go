package journal_test

import (
	"errors"
	"testing"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/subject"
)

func TestTheFeedIsDense(t *testing.T) {
	b := newBus(t)
	feed, err := journal.OpenFeed(b.Ctx, b.NC, zone)
	if err != nil {
		t.Fatal(err)
	}
	publish := func(f *journal.Feed, from, to uint64) error {
		var evs []events.Event
		var bodies [][]byte
		for zn := from; zn <= to; zn++ {
			e, body := fact(t, zn)
			evs, bodies = append(evs, e), append(bodies, body)
		}
		if err := f.Publish(evs, bodies, nil); err != nil {
			return err
		}
		return f.Flush(b.Ctx)
	}
	if err := publish(feed, 1, 5); err != nil {
		t.Fatal(err)
	}
	if err := publish(feed, 7, 7); err == nil {
		t.Fatal("a gap was published")
	}
	// Another leader goes on from where the feed ends; the former one fails.
	next, err := journal.OpenFeed(b.Ctx, b.NC, zone)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := next.Tail(b.Ctx, 5); err != nil || next.Last() != 5 {
		t.Fatalf("the feed ends at %d, %v", next.Last(), err)
	}
	if err := publish(next, 6, 8); err != nil {
		t.Fatal(err)
	}
	if err := publish(feed, 6, 8); err == nil {
		t.Fatal("events were published twice")
	}
	stream, err := b.JS.Stream(b.Ctx, subject.EventsStream(zone))
	if err != nil {
		t.Fatal(err)
	}
	if last := stream.CachedInfo().State.LastSeq; last != 8 {
		t.Fatalf("%d messages are stored of what a leader had under way when it was deposed", last-8)
	}
	for zn := uint64(1); zn <= 8; zn++ {
		msg, err := stream.GetMsg(b.Ctx, zn)
		if err != nil {
			t.Fatal(err)
		}
		if e, err := events.Decode(msg.Data); err != nil || e.ZN != zn {
			t.Errorf("sequence %d holds event %d, %v", zn, e.ZN, err)
		}
	}
	_, right := fact(t, 8)
	_, wrong := fact(t, 7)
	tail, err := next.Tail(b.Ctx, 8)
	if err != nil || tail.Len() != 8 || next.Last() != 8 {
		t.Fatalf("%d messages, the last is %d, %v", tail.Len(), next.Last(), err)
	}
	if err := tail.Check(8, right); err != nil {
		t.Error(err)
	}
	if err := tail.Check(8, wrong); !errors.Is(err, journal.ErrCorrupt) {
		t.Errorf("a feed of another journal: %v", err)
	}
	if err := tail.CheckEnd(8); err != nil {
		t.Error(err)
	}
	if err := tail.CheckEnd(7); !errors.Is(err, journal.ErrCorrupt) {
		t.Errorf("a feed that goes on behind the journal: %v", err)
	}
}

// TestAFeedWithStrangers: an event is published after the newest one, wherever that
// stands.
func TestAFeedWithStrangers(t *testing.T) {
	b := newBus(t)
	stranger := func(body []byte) {
		t.Helper()
		if _, err := b.JS.Publish(b.Ctx, "pom.main.agent.1001.ntf.X", body); err != nil {
			t.Fatal(err)
		}
	}
	_, third := fact(t, 3)
	_, unborn := fact(t, 1_000_000)
	published := uint64(0)
	for i, disturb := range []func(){
		func() { stranger([]byte("an acknowledgement")) },
		func() { stranger(nil) },
		func() { stranger(third); stranger([]byte("{}")) },
		func() { stranger(unborn) },
		func() { // so many that the tail has nothing else
			for range journal.TailLength + 1 {
				if err := b.NC.Publish("pom.main.agent.1001.ntf.X", []byte("x")); err != nil {
					t.Fatal(err)
				}
			}
			stranger(nil)
		},
		func() { // whoever deletes them does not give their sequences back
			stream, err := b.JS.Stream(b.Ctx, subject.EventsStream(zone))
			if err != nil {
				t.Fatal(err)
			}
			last := stream.CachedInfo().State.LastSeq
			stranger(nil)
			stranger(nil)
			for _, sequence := range []uint64{last + 2, last + 1, last - 3} {
				if err := stream.DeleteMsg(b.Ctx, sequence); err != nil {
					t.Fatal(err)
				}
			}
		},
		func() {
			stream, err := b.JS.Stream(b.Ctx, subject.EventsStream(zone))
			if err != nil {
				t.Fatal(err)
			}
			if err := stream.Purge(b.Ctx); err != nil {
				t.Fatal(err)
			}
		},
		func() { stranger(nil) },
	} {
		disturb()
		feed, err := journal.OpenFeed(b.Ctx, b.NC, zone)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := feed.Tail(b.Ctx, published); err != nil || feed.Last() != published {
			t.Fatalf("%d: the last event is %d, want %d, %v", i, feed.Last(), published, err)
		}
		for range 3 {
			published++
			e, body := fact(t, published)
			if err := feed.Publish([]events.Event{e}, [][]byte{body}, nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := feed.Flush(b.Ctx); err != nil {
			t.Errorf("%d: %v", i, err)
		}
	}
}

// TestACopyInTheTail: an old event that somebody has copied to the end of the feed
// does not make those missing that are older than the tail.
func TestACopyInTheTail(t *testing.T) {
	b := newBus(t)
	feed, err := journal.OpenFeed(b.Ctx, b.NC, zone)
	if err != nil {
		t.Fatal(err)
	}
	const last = journal.TailLength + 10
	for zn := uint64(1); zn <= last; zn++ {
		e, body := fact(t, zn)
		if err := feed.Publish([]events.Event{e}, [][]byte{body}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := feed.Flush(b.Ctx); err != nil {
		t.Fatal(err)
	}
	_, third := fact(t, 3)
	if _, err := b.JS.Publish(b.Ctx, "pom.main.agent.1001.ntf.X", third); err != nil {
		t.Fatal(err)
	}
	if err := feed.Reopen(b.Ctx); err != nil {
		t.Fatal(err)
	}
	tail, err := feed.Tail(b.Ctx, last)
	if err != nil || feed.Last() != last || len(tail.Strangers) != 1 {
		t.Fatalf("the feed ends at %d, strangers at %d, %v", feed.Last(), tail.Strangers, err)
	}
	for zn := uint64(1); zn <= last; zn++ {
		if tail.Lacks(zn) {
			t.Fatalf("event %d is taken for missing", zn)
		}
	}
}
