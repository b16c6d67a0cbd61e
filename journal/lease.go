package journal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	leaseBucket = "DESKBUS_LEASE"
	// leaseTime is after how long a silent leader has lost the lease. The bus
	// counts in whole seconds.
	leaseTime = 2 * time.Second
	// renewEvery leaves room for two attempts within leaseTime.
	renewEvery = 600 * time.Millisecond
	// tryEvery is how often a broker that waits asks for the lease.
	tryEvery = 300 * time.Millisecond
)

// Leases is where the leases of all zones are kept. It may be used from many
// goroutines.
type Leases struct {
	js jetstream.JetStream
	kv jetstream.KeyValue
}

// OpenLeases opens the leases, creating their place if need be.
func OpenLeases(ctx context.Context, js jetstream.JetStream, replicas int) (*Leases, error) {
	kv, err := js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{
		Bucket: leaseBucket, Replicas: replicas, LimitMarkerTTL: time.Minute,
	})
	if err != nil {
		return nil, fmt.Errorf("leases: %w", err)
	}
	return &Leases{js: js, kv: kv}, nil
}

// Lease is the right to lead a zone, as long as it is renewed.
type Lease struct {
	leases   *Leases
	zone     string
	revision uint64
}

// Acquire waits until the broker has the lease of a zone. A lease that stands
// under the broker's own name was left by a process that is gone, so names must
// be unique among running brokers.
func (l *Leases) Acquire(ctx context.Context, zone, broker string) (*Lease, error) {
	tick := time.NewTicker(tryEvery)
	defer tick.Stop()
	for {
		lease, err := l.try(ctx, zone, broker)
		if err == nil {
			return lease, nil
		}
		if !errors.Is(err, jetstream.ErrKeyExists) {
			return nil, fmt.Errorf("lease of zone %s: %w", zone, err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-tick.C:
		}
	}
}

func (l *Leases) try(ctx context.Context, zone, broker string) (*Lease, error) {
	revision, err := l.kv.Create(ctx, zone, []byte(broker), jetstream.KeyTTL(leaseTime))
	if err == nil {
		return &Lease{l, zone, revision}, nil
	}
	if !errors.Is(err, jetstream.ErrKeyExists) {
		return nil, err
	}
	held, getErr := l.kv.Get(ctx, zone)
	if getErr != nil || string(held.Value()) != broker {
		return nil, err
	}
	lease := &Lease{l, zone, held.Revision()}
	if renewErr := lease.renew(ctx, broker); renewErr != nil {
		return nil, err
	}
	return lease, nil
}

// Keep renews the lease until the context ends, or returns why it is lost.
func (l *Lease) Keep(ctx context.Context, broker string) error {
	tick := time.NewTicker(renewEvery)
	defer tick.Stop()
	renewed := time.Now()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		err := l.renew(ctx, broker)
		switch {
		case err == nil:
			renewed = time.Now()
		case isWrongLastSequence(err):
			return fmt.Errorf("lease of zone %s: taken by another broker", l.zone)
		case time.Since(renewed) > leaseTime:
			return fmt.Errorf("lease of zone %s: not renewed for %s: %w", l.zone, leaseTime, err)
		}
	}
}

// renew publishes to the key itself, because the client's Update cannot give a
// time to live.
func (l *Lease) renew(ctx context.Context, broker string) error {
	ctx, cancel := context.WithTimeout(ctx, renewEvery)
	defer cancel()
	msg := nats.NewMsg("$KV." + leaseBucket + "." + l.zone)
	msg.Data = []byte(broker)
	ack, err := l.leases.js.PublishMsg(ctx, msg,
		jetstream.WithExpectLastSequencePerSubject(l.revision), jetstream.WithMsgTTL(leaseTime))
	if err != nil {
		return err
	}
	l.revision = ack.Sequence
	return nil
}

// Release gives the lease up at once. Errors do not matter: it ends by itself.
func (l *Lease) Release(ctx context.Context) {
	_ = l.leases.kv.Delete(ctx, l.zone, jetstream.LastRevision(l.revision))
}
