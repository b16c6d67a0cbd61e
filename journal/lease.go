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
	// deadAfter is well beyond leaseTime, because the clocks of the bus and of a
	// broker differ.
	deadAfter = 10 * time.Second
	// tryEvery is how often a broker that waits asks for the lease, in case that
	// it was not told that the lease is free.
	tryEvery = time.Second
	// yield is how long a broker that is not the preferred one leaves a free lease
	// to the others.
	yield = 500 * time.Millisecond
)

// Leases is where all leases are kept. It may be used from many
// goroutines.
type Leases struct {
	js jetstream.JetStream
	kv jetstream.KeyValue
}

// OpenLeases opens the leases, creating their place if need be.
func OpenLeases(ctx context.Context, js jetstream.JetStream, replicas int) (*Leases, error) {
	var kv jetstream.KeyValue
	err := askAgain(ctx, func(ctx context.Context) (err error) {
		kv, err = js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{
			Bucket: leaseBucket, Replicas: replicas, LimitMarkerTTL: time.Minute,
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("leases: %w", err)
	}
	return &Leases{js: js, kv: kv}, nil
}

// Hold waits until the broker has the lease on what (a zone, a switch), and
// calls fn with a context that ends when the lease is lost. It gives the lease
// up when fn returns, and returns fn's error or why the lease was lost.
//
// While preferred says no, a free lease is left to the others for a moment.
//
// A lease that stands under the broker's own name was left by a process that is
// gone, so names must be unique among running brokers.
func (l *Leases) Hold(ctx context.Context, what, broker string, preferred func() bool, fn func(context.Context) error) error {
	held, err := l.acquire(ctx, what, broker, preferred)
	if err != nil {
		return err
	}
	holding, stop := context.WithCancelCause(ctx)
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		stop(held.keep(holding, broker))
	}()
	err = fn(holding)
	lost := context.Cause(holding)
	stop(nil)
	<-kept
	// Errors of the release do not matter: the lease ends by itself.
	releasing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = l.kv.Delete(releasing, what, jetstream.LastRevision(held.revision))
	return errors.Join(err, lost)
}

// Anybody is for a lease that no broker should rather have than another.
func Anybody() bool { return true }

// Probe writes something small and tells whether the bus has it. A bus can look
// well while its writes are stuck.
func (l *Leases) Probe(ctx context.Context, broker string) error {
	_, err := l.kv.Put(ctx, "probe."+broker, nil)
	return err
}

// lease is one lease, as long as it is renewed.
type lease struct {
	leases   *Leases
	what     string
	revision uint64
}

func (l *Leases) acquire(ctx context.Context, what, broker string, preferred func() bool) (*lease, error) {
	watching, stop := context.WithCancel(ctx)
	defer stop()
	watcher, err := l.kv.Watch(watching, what)
	if err != nil {
		return nil, fmt.Errorf("lease on %s: %w", what, err)
	}
	defer func() { _ = watcher.Stop() }()
	tick := time.NewTicker(tryEvery)
	defer tick.Stop()
	for {
		if preferred() || !l.yields(ctx, what) {
			held, err := l.try(ctx, what, broker)
			if err == nil {
				return held, nil
			}
			if !errors.Is(err, jetstream.ErrKeyExists) {
				return nil, fmt.Errorf("lease on %s: %w", what, err)
			}
		}
		if err := freed(ctx, watcher, tick); err != nil {
			return nil, err
		}
	}
}

// freed waits until the lease may be free.
func freed(ctx context.Context, watcher jetstream.KeyWatcher, tick *time.Ticker) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case entry := <-watcher.Updates():
			if entry != nil && entry.Operation() != jetstream.KeyValuePut {
				return nil
			}
		case <-tick.C:
			return nil
		}
	}
}

// yields waits a moment when the lease is free, and tells whether somebody else
// has taken it meanwhile.
func (l *Leases) yields(ctx context.Context, what string) bool {
	if l.taken(ctx, what) {
		return false // nothing to yield; a lease that was left behind is found by trying
	}
	select {
	case <-ctx.Done():
	case <-time.After(yield):
	}
	return l.taken(ctx, what)
}

func (l *Leases) taken(ctx context.Context, what string) bool {
	_, err := l.kv.Get(ctx, what)
	return err == nil
}

func (l *Leases) try(ctx context.Context, what, broker string) (*lease, error) {
	revision, err := l.kv.Create(ctx, what, []byte(broker), jetstream.KeyTTL(leaseTime))
	if err == nil {
		return &lease{l, what, revision}, nil
	}
	if !errors.Is(err, jetstream.ErrKeyExists) {
		return nil, err
	}
	left := &lease{leases: l, what: what}
	if !left.adopt(ctx, broker) && !left.inherit(ctx) || left.renew(ctx, broker) != nil {
		return nil, err
	}
	return left, nil
}

// keep renews the lease until the context ends, or returns why it is lost.
func (l *lease) keep(ctx context.Context, broker string) error {
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
		case isWrongLastSequence(err) && !l.adopt(ctx, broker):
			return fmt.Errorf("lease on %s: taken by another broker", l.what)
		case time.Since(renewed) > leaseTime:
			return fmt.Errorf("lease on %s: not renewed for %s: %w", l.what, leaseTime, err)
		}
	}
}

// adopt finds the lease again when a renewal was stored and its
// acknowledgement came too late.
func (l *lease) adopt(ctx context.Context, broker string) bool {
	entry, err := l.leases.kv.Get(ctx, l.what)
	if err != nil || string(entry.Value()) != broker {
		return false
	}
	l.revision = entry.Revision()
	return true
}

// inherit finds a lease that is not renewed and does not end either: it has no
// time to live, so no broker wrote it.
func (l *lease) inherit(ctx context.Context) bool {
	entry, err := l.leases.kv.Get(ctx, l.what)
	if err != nil || time.Since(entry.Created()) < deadAfter {
		return false
	}
	l.revision = entry.Revision()
	return true
}

// renew publishes to the key itself, because the client's Update cannot give a
// time to live. Once begun it is waited for, also when the leader stops: without
// its revision the lease could not be given up.
func (l *lease) renew(ctx context.Context, broker string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewEvery)
	defer cancel()
	msg := nats.NewMsg("$KV." + leaseBucket + "." + l.what)
	msg.Data = []byte(broker)
	ack, err := l.leases.js.PublishMsg(ctx, msg,
		jetstream.WithExpectLastSequencePerSubject(l.revision), jetstream.WithMsgTTL(leaseTime))
	if err != nil {
		return err
	}
	l.revision = ack.Sequence
	return nil
}
