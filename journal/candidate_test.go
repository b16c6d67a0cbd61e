package journal_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/journal"
)

// leaseEnds are the ways in which a lease that somebody holds can end.
var leaseEnds = map[string]func(context.Context, jetstream.KeyValue, jetstream.Stream) error{
	"given up": func(ctx context.Context, kv jetstream.KeyValue, _ jetstream.Stream) error {
		return kv.Delete(ctx, zone)
	},
	"purged": func(ctx context.Context, kv jetstream.KeyValue, _ jetstream.Stream) error { return kv.Purge(ctx, zone) },
	"forgotten": func(ctx context.Context, _ jetstream.KeyValue, stream jetstream.Stream) error {
		return stream.Purge(ctx) // tells nobody, and leaves no mark
	},
	"run out": func(context.Context, jetstream.KeyValue, jetstream.Stream) error { return nil },
}

// TestAnEndedLease: a lease is had however the last one has ended, by who has heard
// of the end, by who comes later, and by who hears nothing.
func TestAnEndedLease(t *testing.T) {
	for name, end := range leaseEnds {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // it takes as long as a holder may be silent
			b := newBus(t)
			leases := openLeases(t, b, b.JS)
			kv, err := b.JS.KeyValue(b.Ctx, "DESKBUS_LEASE")
			if err != nil {
				t.Fatal(err)
			}
			stream, err := b.JS.Stream(b.Ctx, "KV_DESKBUS_LEASE")
			if err != nil {
				t.Fatal(err)
			}
			for round, taker := range []*journal.Leases{leases, leases, openLeases(t, b, deaf{b.JS})} {
				msg := nats.NewMsg("$KV.DESKBUS_LEASE." + zone)
				msg.Data = []byte("former")
				if _, err := b.JS.PublishMsg(b.Ctx, msg, jetstream.WithMsgTTL(2*time.Second)); err != nil {
					t.Fatal(err)
				}
				taken := make(chan error, 1)
				take := func() {
					taken <- taker.Hold(b.Ctx, zone, "next", journal.Anybody, func(context.Context) error { return nil })
				}
				if round == 0 {
					go take()
				}
				if err := end(b.Ctx, kv, stream); err != nil {
					t.Fatal(err)
				}
				if round > 0 {
					go take()
				}
				select {
				case err := <-taken:
					if err != nil {
						t.Errorf("round %d: %v", round, err)
					}
				case <-time.After(time.Minute):
					t.Fatalf("round %d: waits for ever", round)
				}
			}
		})
	}
}

// TestADeafCandidate: a watch that says nothing, not even what there was, is not
// waited for, and who is there and renews the lease keeps it.
func TestADeafCandidate(t *testing.T) {
	t.Parallel() // it takes as long as a holder may be silent
	b := newBus(t)
	leases, taker := openLeases(t, b, b.JS), openLeases(t, b, deaf{b.JS})
	held, release := make(chan struct{}), make(chan struct{})
	first, second := make(chan error, 1), make(chan error, 1)
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
		second <- taker.Hold(b.Ctx, zone, "two", journal.Anybody, func(context.Context) error { return nil })
	}()
	select {
	case err := <-second:
		// On a slow machine the holder may have lost it.
		if lost := <-first; err != nil || !errors.Is(lost, journal.ErrLeaseLost) {
			t.Fatalf("it was taken from one who has it: %v, %v", err, lost)
		}
		return
	case <-time.After(4 * time.Second): // longer than a silent holder keeps it
	}
	close(release)
	if err := <-second; err != nil {
		t.Error(err)
	}
}

func openLeases(t *testing.T, b bus, js jetstream.JetStream) *journal.Leases {
	t.Helper()
	leases, err := journal.OpenLeases(b.Ctx, js, 1)
	if err != nil {
		t.Fatal(err)
	}
	return leases
}

// deaf is a bus whose watches say nothing, as when the first messages of one are
// lost with a connection.
type deaf struct{ jetstream.JetStream }

func (d deaf) CreateOrUpdateKeyValue(ctx context.Context, c jetstream.KeyValueConfig) (jetstream.KeyValue, error) {
	kv, err := d.JetStream.CreateOrUpdateKeyValue(ctx, c)
	return deafKeyValue{kv}, err
}

type deafKeyValue struct{ jetstream.KeyValue }

func (deafKeyValue) Watch(context.Context, string, ...jetstream.WatchOpt) (jetstream.KeyWatcher, error) {
	return deafWatcher{}, nil
}

type deafWatcher struct{ jetstream.KeyWatcher }

func (deafWatcher) Updates() <-chan jetstream.KeyValueEntry { return nil }
