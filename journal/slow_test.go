package journal_test

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
)

// TestASlowBusIsAnswered: whatever a broker asks and writes gets through when each
// answer takes long.
func TestASlowBusIsAnswered(t *testing.T) {
	t.Parallel() // it waits most of the time
	b := newBus(t)
	slow := b.slow(t, 700*time.Millisecond)
	ctx, cancel := context.WithTimeout(b.Ctx, time.Minute)
	defer cancel()
	if err := journal.EnsureStreams(ctx, slow, zone, 1); err != nil {
		t.Error(err)
	}
	j := journal.Open(slow, zone)
	for range 2 {
		if err := j.Append(ctx, journal.Commit{Epoch: 1}); err != nil {
			t.Error(err)
		}
	}
	commits := 0
	if err := journal.Open(slow, zone).Fold(ctx, func(journal.Commit) error { commits++; return nil }); err != nil || commits != 2 {
		t.Errorf("%d commits, %v", commits, err)
	}
	snapshots, err := journal.OpenSnapshots(ctx, slow, zone, 1)
	if err == nil {
		err = snapshots.Save(ctx, j.Snapshot(journal.Position{}, []byte("state")))
	}
	if err != nil {
		t.Fatal(err)
	}
	all, err := snapshots.List(ctx)
	if err != nil || len(all) != 1 {
		t.Fatalf("snapshots %v, %v", all, err)
	}
	if s, err := snapshots.Load(ctx, all[0]); err != nil || string(s.State) != "state" {
		t.Errorf("%+v, %v", s, err)
	}
	feed, err := journal.OpenFeed(ctx, slow.Conn(), zone)
	if err != nil {
		t.Fatal(err)
	}
	e, body := fact(t, 1)
	if err := feed.Publish([]events.Event{e}, [][]byte{body}, nil); err != nil {
		t.Error(err)
	}
	if err := feed.Flush(ctx); err != nil {
		t.Error(err)
	}
	if tail, err := feed.Tail(ctx, 0); err != nil || tail.Len() != 1 {
		t.Errorf("%d messages, %v", tail.Len(), err)
	}
}

// TestALeaseOnASlowBus: it can be had, is kept, and passed on.
func TestALeaseOnASlowBus(t *testing.T) {
	t.Parallel() // it waits most of the time
	b := newBus(t)
	leases := openLeases(t, b, b.slow(t, 700*time.Millisecond))
	for tries := 1; !passOn(t, b, leases); tries++ {
		if tries == 5 {
			t.Fatal("a lease that is renewed was lost again and again")
		}
	}
}

// TestALostRenewal: a renewal, or the answer to it, that is lost does not cost the
// lease.
func TestALostRenewal(t *testing.T) {
	const key = "$KV.DESKBUS_LEASE." + zone
	for name, unheard := range map[string]bool{"request": true, "answer": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBus(t)
			lossy := b.Lossy(t)
			watched, err := b.NC.SubscribeSync(key)
			if err != nil {
				t.Fatal(err)
			}
			leases := openLeases(t, b, lossy.JS)
			err = leases.Hold(b.Ctx, zone, "one", journal.Anybody, func(ctx context.Context) error {
				for renewed := 0; renewed < 3; renewed++ {
					if lossy.Lost() != key {
						lossy.Lose(1, unheard)
						renewed = 0
					}
					if _, err := watched.NextMsgWithContext(ctx); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// slow connects to the bus by a way on which its answers are late.
func (b bus) slow(t *testing.T, late time.Duration) jetstream.JetStream {
	t.Helper()
	way := b.Proxy(t)
	way.Delay(late)
	nc, err := nats.Connect(way.URL, nats.Timeout(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return js
}
