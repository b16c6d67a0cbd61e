package journal_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

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
	if next.Last() != 5 {
		t.Fatalf("the feed ends at %d", next.Last())
	}
	if err := publish(next, 6, 8); err != nil {
		t.Fatal(err)
	}
	if err := publish(feed, 6, 6); err == nil {
		t.Fatal("an event was published twice")
	}
	stream, err := b.JS.Stream(b.Ctx, subject.EventsStream(zone))
	if err != nil {
		t.Fatal(err)
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
	tail, err := next.Tail(b.Ctx)
	if err != nil || len(tail) != 8 {
		t.Fatalf("%d messages, %v", len(tail), err)
	}
	if err := tail.Check(8, right); err != nil {
		t.Error(err)
	}
	if err := tail.Check(8, wrong); !errors.Is(err, journal.ErrCorrupt) {
		t.Errorf("a feed of another journal: %v", err)
	}
	if _, err := b.JS.Publish(b.Ctx, "pom.main.agent.1001.ntf.X", []byte("an acknowledgement")); err != nil {
		t.Fatal(err)
	}
	last, err := journal.OpenFeed(b.Ctx, b.NC, zone)
	if err != nil {
		t.Fatal(err)
	}
	if tail, err = last.Tail(b.Ctx); err != nil {
		t.Fatal(err)
	}
	if err := tail.Check(9, nil); !errors.Is(err, journal.ErrForeign) {
		t.Errorf("a feed that ends with a stranger's message: %v", err)
	}
	if err := last.Reset(b.Ctx); err != nil {
		t.Fatal(err)
	}
	if err := publish(last, 1, 9); err != nil {
		t.Errorf("the feed cannot be made anew: %v", err)
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

func TestLease(t *testing.T) {
	b := newBus(t)
	leases, err := journal.OpenLeases(b.Ctx, b.JS, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := leases.Probe(b.Ctx, "one"); err != nil {
		t.Fatal(err)
	}
	for tries := 1; ; tries++ {
		if kept := passOn(t, b, leases); kept {
			return
		}
		if tries == 5 {
			t.Fatal("a lease that is renewed was lost again and again")
		}
	}
}

// passOn has one broker hold a lease for a while and give it up to another one. It
// tells whether the lease was kept so long: on a slow machine it may be lost.
func passOn(t *testing.T, b bus, leases *journal.Leases) (kept bool) {
	t.Helper()
	held, release := make(chan struct{}), make(chan struct{})
	first, second, gone := make(chan error, 1), make(chan error, 1), make(chan string, 100)
	go func() {
		first <- leases.Hold(b.Ctx, zone, "one", journal.Anybody, func(ctx context.Context) error {
			close(held)
			select {
			case <-release:
			case <-ctx.Done():
			}
			return nil
		})
	}()
	<-held
	go func() {
		preferred := func(name string) bool { gone <- name; return true }
		second <- leases.Hold(b.Ctx, zone, "two", preferred, func(context.Context) error { return nil })
	}()
	// Longer than a lease that is not renewed lasts.
	select {
	case err := <-first:
		if !errors.Is(err, journal.ErrLeaseLost) {
			t.Fatal(err)
		}
		<-second
		return false
	case err := <-second:
		if err != nil {
			t.Fatal(err)
		}
		select {
		case err := <-first:
			if !errors.Is(err, journal.ErrLeaseLost) {
				t.Fatalf("two brokers hold the lease: %v", err)
			}
		case <-time.After(time.Minute):
			t.Fatal("two brokers hold the lease")
		}
		return false
	case <-time.After(3 * time.Second):
	}
	close(release)
	if err := <-first; err != nil {
		return false // lost in the end
	}
	if err := <-second; err != nil {
		t.Fatal(err)
	}
	// It was given up, and nobody had to wait until it was silent for long enough.
	if name := <-gone; name != "" {
		t.Errorf("the other broker takes %q for gone", name)
	}
	return true
}

// TestALeaseIsKeptAtOnce: a bus that does not say that a watch has ended holds up
// nobody. The lease that was watched for is there when it is used.
func TestALeaseIsKeptAtOnce(t *testing.T) {
	mayNot := &server.Permissions{Publish: &server.SubjectPermission{Deny: []string{"$JS.API.CONSUMER.DELETE.>"}}}
	ns, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true,
		Users: []*server.User{{Username: "broker", Password: "b", Permissions: mayNot}},
	})
	if err != nil {
		t.Fatal(err)
	}
	go ns.Start()
	t.Cleanup(func() { ns.Shutdown(); ns.WaitForShutdown() })
	if !ns.ReadyForConnections(time.Minute) {
		t.Fatal("the server does not start")
	}
	nc, err := nats.Connect(ns.ClientURL(), nats.UserInfo("broker", "b"))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	leases, err := journal.OpenLeases(ctx, js, 1)
	if err != nil {
		t.Fatal(err)
	}
	err = leases.Hold(ctx, zone, "one", journal.Anybody, func(ctx context.Context) error {
		kv, err := js.KeyValue(ctx, "DESKBUS_LEASE")
		if err == nil {
			_, err = kv.Get(ctx, zone)
		}
		return err
	})
	if err != nil {
		t.Errorf("the lease was not there any more: %v", err)
	}
}

// TestASilentHolderIsReplaced: a holder that is not heard of any more loses the
// lease at once, also when the bus would keep it for ever, and to nobody sooner
// than that.
func TestASilentHolderIsReplaced(t *testing.T) {
	t.Parallel() // it takes as long as a holder may be silent
	b := newBus(t)
	leases, err := journal.OpenLeases(b.Ctx, b.JS, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.JS.Publish(b.Ctx, "$KV.DESKBUS_LEASE.main", []byte("silent")); err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	gone := make(chan string, 1)
	preferred := func(name string) bool {
		select {
		case gone <- name:
		default:
		}
		return true
	}
	if err := leases.Hold(b.Ctx, zone, "one", preferred, func(context.Context) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took < time.Second {
		t.Errorf("the lease was taken after %v", took)
	}
	if name := <-gone; name != "silent" {
		t.Errorf("%q is said to be gone", name)
	}
}

// TestTheOthersYield: a broker that is not preferred leaves a free lease to the
// others, and takes it when none of them does.
func TestTheOthersYield(t *testing.T) {
	b := newBus(t)
	leases, err := journal.OpenLeases(b.Ctx, b.JS, 1)
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	nobody := func(string) bool { return false }
	if err := leases.Hold(b.Ctx, zone, "one", nobody, func(context.Context) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took < 500*time.Millisecond {
		t.Errorf("the lease was taken after %v", took)
	}
}

// TestAGhostIsNoMember: a member whose end was never told is asked for and
// forgotten.
func TestAGhostIsNoMember(t *testing.T) {
	t.Parallel() // it takes as long as a member may be silent
	b := newBus(t)
	leases, err := journal.OpenLeases(b.Ctx, b.JS, 1)
	if err != nil {
		t.Fatal(err)
	}
	members := journal.NewMembers(leases, "one", "", []string{zone})
	go func() { _ = members.Watch(b.Ctx) }()
	await := func(prefers bool, again func()) {
		t.Helper()
		for changed := members.Changed(); members.Prefers(zone, "") != prefers; changed = members.Changed() {
			again()
			select {
			case <-changed:
			case <-b.Ctx.Done():
				t.Fatalf("does not become %v", prefers)
			}
		}
	}
	// On a slow machine it may be forgotten before anybody looks.
	await(false, func() {
		if _, err := b.JS.Publish(b.Ctx, "$KV.DESKBUS_LEASE.member.ghost", []byte("ghost")); err != nil {
			t.Fatal(err)
		}
	})
	// A purge tells nobody.
	kv, err := b.JS.Stream(b.Ctx, "KV_DESKBUS_LEASE")
	if err != nil {
		t.Fatal(err)
	}
	if err := kv.Purge(b.Ctx); err != nil {
		t.Fatal(err)
	}
	await(true, func() {})
}
