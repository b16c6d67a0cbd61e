package journal_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/journal"
)

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
