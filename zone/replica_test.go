package zone

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/ordered"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/manager"
	"github.com/deskbus/deskbus/subject"
)

// runZone runs a zone until the test ends or stop is called.
func (r *rig) runZone(z *Zone) (stop func()) {
	r.t.Helper()
	ctx, cancel := context.WithCancel(r.Ctx)
	done := make(chan error, 1)
	go func() { done <- z.Run(ctx) }()
	var ended bool
	stop = func() {
		cancel()
		if !ended {
			ended = true
			if err := <-done; err != nil {
				r.t.Errorf("zone: %v", err)
			}
		}
	}
	r.t.Cleanup(stop)
	return stop
}

// logons logs on n agents, one after the other.
func (r *rig) logons(first, n int) {
	r.t.Helper()
	for i := first; i < first+n; i++ {
		agent := fmt.Sprint("agent", i)
		body := r.logon(agent, events.ID{Conn: "c" + agent, N: 1})
		if _, err := r.JS.Publish(r.Ctx, subject.Command(name, agent, events.AGTLogon), body); err != nil {
			r.t.Fatal(err)
		}
		for e := r.await("AGTLogonRESP"); e.Agent != agent; e = r.await("AGTLogonRESP") {
		}
	}
}

// stateOf is the encoded state that a new replica has at the end of the journal.
// It must have begun with a snapshot.
func (r *rig) stateOf(z *Zone) []byte {
	r.t.Helper()
	replica, err := z.newReplica(r.Ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	if replica.folded == 0 {
		r.t.Fatal("no snapshot was used")
	}
	if err := replica.journal.Fold(r.Ctx, replica.fold); err != nil {
		r.t.Fatal(err)
	}
	return encodeState(r.t, replica.state)
}

// stateFromFeed is the encoded state after every event there ever was.
func (r *rig) stateFromFeed() []byte {
	r.t.Helper()
	state := manager.New(name)
	all := jetstream.OrderedConsumerConfig{DeliverPolicy: jetstream.DeliverAllPolicy}
	err := ordered.Read(r.Ctx, r.JS, subject.EventsStream(name), all, false, func(msg jetstream.Msg) error {
		e, err := events.Decode(msg.Data())
		if err == nil {
			err = state.Evolve(&e)
		}
		return err
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return encodeState(r.t, state)
}

func encodeState(t *testing.T, s *manager.State) []byte {
	t.Helper()
	b, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// awaitSnapshot waits until a snapshot at or after a commit is there, and few
// others.
func (r *rig) awaitSnapshot(least uint64) []uint64 {
	r.t.Helper()
	watcher, err := r.JS.ObjectStore(r.Ctx, "DESKBUS_SNAPSHOT_"+name)
	if err != nil {
		r.t.Fatal(err)
	}
	changes, err := watcher.Watch(r.Ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = changes.Stop() }()
	for deadline := time.After(time.Minute); ; {
		all, err := r.stored.List(r.Ctx)
		if err != nil {
			r.t.Fatal(err)
		}
		if len(all) > 0 && all[0] >= least && len(all) <= 3 {
			return all
		}
		select {
		case <-changes.Updates():
		case <-deadline:
			r.t.Fatalf("no snapshot since commit %d: %v", least, all)
		}
	}
}

// TestSnapshots: a state from a snapshot and the rest of the journal is the state
// from the beginning; a snapshot that cannot be read is passed over; few are
// kept; the journal is trimmed behind them and the zone still starts.
func TestSnapshots(t *testing.T) {
	r := newRig(t)
	config := r.config("one")
	config.KeepCommits = 4
	z := New(config)
	z.snapshotEvery = 5
	stop := r.runZone(z)
	r.logons(0, 40)
	all := r.awaitSnapshot(20)
	stop()
	whole := r.stateFromFeed()
	if got := r.stateOf(z); !bytes.Equal(got, whole) {
		t.Error("the state from a snapshot is another one than that from the beginning")
	}
	stream, err := r.JS.Stream(r.Ctx, subject.JournalStream(name))
	if err != nil {
		t.Fatal(err)
	}
	if first := stream.CachedInfo().State.FirstSeq; first == 1 {
		t.Error("the journal was not trimmed")
	}

	r.spoil(all[0])
	if got := r.stateOf(z); !bytes.Equal(got, whole) {
		t.Error("the state from an older snapshot is another one than that from the beginning")
	}
	again := New(config)
	stop = r.runZone(again)
	r.logons(100, 1)
	stop()
}

// TestNoSnapshotLeft: without a snapshot and without the beginning of the journal
// there is no state. The zone says so and touches nothing.
func TestNoSnapshotLeft(t *testing.T) {
	r := newRig(t)
	config := r.config("one")
	config.KeepCommits = 4
	z := New(config)
	z.snapshotEvery = 5
	stop := r.runZone(z)
	r.logons(0, 30)
	r.awaitSnapshot(10)
	stop()
	all, err := r.stored.List(r.Ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, sequence := range all {
		r.spoil(sequence)
	}
	if err := New(config).Run(r.Ctx); !errors.Is(err, journal.ErrCorrupt) {
		t.Fatalf("%v", err)
	}
}

// spoil overwrites a snapshot with something else.
func (r *rig) spoil(sequence uint64) {
	r.t.Helper()
	store, err := r.JS.ObjectStore(r.Ctx, "DESKBUS_SNAPSHOT_"+name)
	if err != nil {
		r.t.Fatal(err)
	}
	meta := jetstream.ObjectMeta{Name: fmt.Sprint(sequence)}
	if _, err := store.Put(r.Ctx, meta, bytes.NewReader([]byte("not a snapshot"))); err != nil {
		r.t.Fatal(err)
	}
}

// TestHandover: a broker that joins gets the zones it should lead, at once and
// without a gap; when it leaves they go back.
func TestHandover(t *testing.T) {
	r := newRig(t)
	first, second := preferredFor(name, "alpha", "beta")
	zones := map[string]*Zone{}
	stops := map[string]func(){}
	leave := map[string]func(){}
	for _, broker := range []string{second, first} {
		config := r.config(broker)
		zones[broker] = New(config)
		stops[broker] = r.runZone(zones[broker])
		<-zones[broker].Ready()
		leave[broker] = r.join(config.Members)
		r.awaitLeader(broker)
		r.logons(len(stops), 1)
	}
	leave[first]()
	r.awaitLeader(second)
	r.logons(10, 1)
	for _, stop := range stops {
		stop()
	}
	r.check()
}

// preferredFor returns two brokers, first the one that should lead the zone.
func preferredFor(zone, a, b string) (first, second string) {
	if journal.Place([]string{zone}, []string{a, b})[zone] == a {
		return a, b
	}
	return b, a
}

// join makes a broker a member until leave is called.
func (r *rig) join(m *journal.Members) (leave func()) {
	ctx, cancel := context.WithCancel(r.Ctx)
	left := make(chan struct{})
	go func() {
		defer close(left)
		for ctx.Err() == nil { // on a slow machine the bus may forget it
			_ = m.Announce(ctx)
		}
	}()
	go func() { _ = m.Watch(r.Ctx) }()
	return func() { cancel(); <-left }
}

// awaitLeader waits until a broker has claimed the zone.
func (r *rig) awaitLeader(broker string) {
	r.t.Helper()
	for {
		if e := r.await(events.LeaderClaimed); e.Data.(events.LeaderData).Broker == broker {
			return
		}
	}
}
