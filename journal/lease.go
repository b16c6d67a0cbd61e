package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	leaseBucket = "DESKBUS_LEASE"
	leaseStream = "KV_" + leaseBucket
	// leaseTime is after how long a silent leader has lost the lease. A leader that
	// only paused, for its memory or its disk, meets the fence of the journal; a
	// shorter time would make that happen more often.
	leaseTime = 1500 * time.Millisecond
	// renewEvery leaves room for several attempts within leaseTime.
	renewEvery = 300 * time.Millisecond
	// releaseAttempts is how often a lease is given up before it is left to end by
	// itself.
	releaseAttempts = 2
	// timeToLive is when the bus removes a lease that nobody renews. It counts in
	// whole seconds and looks a few times a second, so brokers do not wait for it.
	timeToLive = 2 * time.Second
)

// watchPatience is how long the answer to a watch is waited for, at first and when it
// is asked for once more: a lost answer shall cost little, a slow one count.
var watchPatience = [...]time.Duration{500 * time.Millisecond, leaseTime}

// ErrLeaseLost: another broker has the lease, or nobody knows.
var ErrLeaseLost = errors.New("the lease is lost")

// Leases is where all leases are kept. It may be used from many
// goroutines.
type Leases struct {
	js       jetstream.JetStream
	kv       jetstream.KeyValue
	stream   jetstream.Stream
	replicas int
}

// OpenLeases opens the leases, creating their place if need be.
func OpenLeases(ctx context.Context, js jetstream.JetStream, replicas int) (*Leases, error) {
	l := &Leases{js: js, replicas: replicas}
	var err error
	if l.kv, err = l.makeBucket(ctx); err != nil {
		return nil, err
	}
	if l.stream, err = stream(ctx, js, leaseStream); err != nil {
		return nil, fmt.Errorf("leases: %w", err)
	}
	return l, nil
}

// makeBucket makes the place of the leases where there is none.
func (l *Leases) makeBucket(ctx context.Context) (kv jetstream.KeyValue, err error) {
	err = askAgain(ctx, func(ctx context.Context) error {
		kv, err = l.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{
			Bucket: leaseBucket, Replicas: l.replicas, LimitMarkerTTL: time.Minute,
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("leases: %w", err)
	}
	return kv, nil
}

// restore makes the place of the leases again if somebody has deleted it, and tells
// whether it did. Nothing is lost: it holds nothing but hints.
func (l *Leases) restore(ctx context.Context) bool {
	asking, cancel := context.WithTimeout(ctx, questionTimeout)
	defer cancel()
	if _, err := l.js.KeyValue(asking, leaseBucket); !errors.Is(err, jetstream.ErrBucketNotFound) {
		return false
	}
	_, err := l.makeBucket(asking)
	return err == nil
}

// Hold waits until the broker has the lease on what (a zone, a switch), and
// calls fn with a context that ends when the lease is lost. It gives the lease
// up when fn returns, and returns fn's error or why the lease was lost.
//
// While preferred says no, a free lease is left to the others for a moment.
// It is told which broker has fallen silent, "" when the lease was given up.
//
// A lease that stands under the broker's own name was left by a process that is
// gone, so names must be unique among running brokers.
func (l *Leases) Hold(ctx context.Context, what, broker string, preferred func(gone string) bool, fn func(context.Context) error) error {
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
	for range releaseAttempts {
		releasing, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeEvery)
		refused := l.kv.Delete(releasing, what, jetstream.LastRevision(held.revision))
		cancel()
		if refused == nil || isAnswer(refused) {
			break
		}
	}
	return errors.Join(err, lost)
}

// watch watches a key, until the context ends or stop is called. The library waits
// for an answer as long as the context lasts, and when a watch is stopped by its own
// Stop, 5 s: longer than a lease lasts that is not renewed.
func (l *Leases) watch(ctx context.Context, key string) (watcher jetstream.KeyWatcher, stop context.CancelFunc, err error) {
	for _, patience := range watchPatience {
		var watching context.Context
		watching, stop = context.WithCancel(ctx)
		late := time.AfterFunc(patience, stop)
		watcher, err = l.kv.Watch(watching, key)
		if late.Stop() && err == nil {
			break
		}
		stop()
		err = cmp.Or(err, context.DeadlineExceeded)
	}
	return watcher, stop, err
}

// look returns the newest revision of a lease, 0 when the bus has forgotten it, and
// who has it, "" for nobody. Any copy of the leases answers, which may lag behind.
func (l *Leases) look(ctx context.Context, what string) (revision uint64, holder string, err error) {
	msg, err := ask(ctx, func(ctx context.Context) (*jetstream.RawStreamMsg, error) {
		return l.stream.GetLastMsgForSubject(ctx, leaseKey(what))
	})
	switch {
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return 0, "", nil
	case err != nil:
		return 0, "", err
	}
	// The mark of its end, by whoever gave it up or by the bus, is empty.
	return msg.Sequence, string(msg.Data), nil
}

func leaseKey(what string) string { return "$KV." + leaseBucket + "." + what }

// Anybody is for a lease that no broker should rather have than another.
func Anybody(string) bool { return true }

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
		begun := time.Now()
		err := l.renew(ctx, broker)
		switch {
		case err == nil:
			renewed = begun
		case errors.Is(err, errOvertaken):
			return fmt.Errorf("lease on %s: %w: %w", l.what, ErrLeaseLost, err)
		case time.Since(renewed) > leaseTime:
			return fmt.Errorf("lease on %s: %w: not renewed for %s: %w", l.what, ErrLeaseLost, leaseTime, err)
		}
	}
}

// renew writes the lease again. Once begun it is waited for, also when the leader
// stops: without its revision the lease could not be given up.
func (l *lease) renew(ctx context.Context, broker string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseTime)
	defer cancel()
	before := *l
	revision, err := writeOnce(ctx, func(ctx context.Context) (*jetstream.PubAck, error) {
		return before.send(ctx, broker)
	}, func(ctx context.Context) (uint64, error) {
		return before.find(ctx, broker)
	})
	if err == nil {
		l.revision = revision
	}
	return err
}

// send publishes to the key itself, because the client's Update cannot give a time to
// live.
func (l *lease) send(ctx context.Context, broker string) (*jetstream.PubAck, error) {
	msg := nats.NewMsg(leaseKey(l.what))
	msg.Data = []byte(broker)
	return l.leases.js.PublishMsg(ctx, msg, jetstream.WithRetryAttempts(0),
		jetstream.WithExpectLastSequencePerSubject(l.revision), jetstream.WithMsgTTL(timeToLive))
}

// find looks for a renewal that was sent, and returns its revision.
func (l *lease) find(ctx context.Context, broker string) (uint64, error) {
	revision, holder, err := l.leases.look(ctx, l.what)
	switch {
	case err != nil:
		return 0, err
	case revision <= l.revision:
		return 0, errUnderWay // or the copy that was asked does not have it yet
	case holder != broker:
		return 0, errOvertaken
	}
	return revision, nil
}
