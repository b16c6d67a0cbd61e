package zone

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
)

// mostLost is what a lost answer may cost, the rest of the takeover included: less
// than the 5 s for which the library waits. On a machine that has nothing else to do
// it is about one.
const mostLost = 4 * time.Second

// TestLostAnswers loses each request of a takeover, and the answer to each: a bus
// whose servers die answers some of them never.
func TestLostAnswers(t *testing.T) {
	for name, unheard := range map[string]bool{"request": true, "answer": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := 1; ; n++ {
				lost, took := takeOverLosing(t, n, unheard)
				for tries := 1; tries < 3 && took > mostLost; tries++ { // on a busy machine all may be late for once
					lost, took = takeOverLosing(t, n, unheard)
				}
				if lost == "" {
					if n < 10 {
						t.Errorf("a takeover takes only %d requests", n-1)
					}
					return
				}
				t.Logf("%2d %4d ms %s", n, took.Milliseconds(), lost)
				if took > mostLost {
					t.Errorf("the lost %s %d, %s, has cost %s", name, n, lost, took)
				}
			}
		})
	}
}

// takeOverLosing measures how long it takes from the end of one leader until the
// next one answers, when that one loses a request. It returns which one, "" when
// so many were not needed.
func takeOverLosing(t *testing.T, n int, unheard bool) (lost string, took time.Duration) {
	r := newRig(t)
	former := New(r.config("one"))
	stopFormer := r.runZone(former)
	r.logons(0, 1)
	bus := r.Lossy(t)
	config := r.config("two")
	config.NC, config.JS = bus.NC, bus.JS
	var err error
	if config.Leases, err = journal.OpenLeases(r.Ctx, bus.JS, 1); err != nil {
		t.Fatal(err)
	}
	if config.Snapshots, err = journal.OpenSnapshots(r.Ctx, bus.JS, name, 1); err != nil {
		t.Fatal(err)
	}
	next := New(config)
	stop := r.runZone(next)
	<-next.Ready()

	bus.Lose(n, unheard)
	begun := time.Now()
	stopFormer()
	r.command("agent0", 2, events.AGTStateChange, events.StateChangeParams{AgentState: events.Ready})
	took, lost = time.Since(begun), bus.Lost()
	stop()
	// What has left no trace in the feed is repaired by the next leader.
	stopLast := r.runZone(New(r.config("three")))
	for e := r.await(events.LeaderClaimed); e.Data.(events.LeaderData).Broker != "three"; e = r.await(events.LeaderClaimed) {
	}
	stopLast()
	if n := responses(r.check()); n != 2 {
		t.Errorf("%d responses to 2 commands", n)
	}
	return lost, took
}

// refusingBus refuses so many consumers.
type refusingBus struct {
	jetstream.JetStream
	refuses atomic.Int32
}

func (b *refusingBus) CreateConsumer(ctx context.Context, stream string, c jetstream.ConsumerConfig) (jetstream.Consumer, error) {
	if b.refuses.Add(-1) >= 0 {
		return nil, &jetstream.APIError{Code: 500, ErrorCode: 10023, Description: "insufficient resources"}
	}
	return b.JetStream.CreateConsumer(ctx, stream, c)
}

// TestABusThatWasAway: who could not claim for a while does not wait longer each time.
func TestABusThatWasAway(t *testing.T) {
	t.Parallel() // it waits most of the time
	r := newRig(t)
	bus := &refusingBus{JetStream: r.JS}
	bus.refuses.Store(8)
	config := r.config("one")
	config.JS = bus
	begun := time.Now()
	r.runZone(New(config))
	r.await(events.LeaderClaimed)
	if took := time.Since(begun); took > 15*time.Second { // with pauses that double it is half a minute
		t.Errorf("the zone is led after %v", took)
	}
}
