package journal

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	// lookEvery is how often a candidate looks at its clock.
	lookEvery = 50 * time.Millisecond
	// yield is how long a broker that is not the preferred one leaves a free lease
	// to the others.
	yield = 500 * time.Millisecond
)

// candidate waits for a lease. It believes its own clock alone: a holder from
// whom it has heard nothing for leaseTime is gone. If it errs, the revision that
// it expects is not the newest any more and the bus refuses.
type candidate struct {
	lease
	broker    string
	preferred func(gone string) bool
	// holder is who has the lease, "" for nobody, and heard when that was heard.
	// They mean nothing until known.
	holder string
	heard  time.Time
	known  bool
	// freeSince is when the lease was first seen to be free, zero while it is not.
	freeSince time.Time
}

// acquire waits for the lease. It returns an error only when the context ends: a
// bus in trouble is no reason to stop waiting for it.
func (l *Leases) acquire(ctx context.Context, what, broker string, preferred func(gone string) bool) (*lease, error) {
	c := &candidate{lease: lease{leases: l, what: what}, broker: broker, preferred: preferred}
	for warned := false; ; warned = true {
		err := c.run(ctx)
		if err == nil {
			return &c.lease, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if !warned {
			slog.Warn("lease: cannot be watched, trying again", "lease", what, "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(retryPause):
		}
	}
}

// run waits until it has the lease, or cannot watch it any more.
func (c *candidate) run(ctx context.Context) error {
	watcher, stop, err := c.leases.watch(ctx, c.what)
	if err != nil {
		return err
	}
	defer stop()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case entry, open := <-watcher.Updates():
			if !open {
				return errors.New("the bus has ended the watch")
			}
			c.note(entry)
		case <-tick.C:
		}
		if c.isDue() && c.take(ctx) {
			return nil
		}
	}
}

// note takes what the bus says about the lease; nil is the end of what there was
// before the watch began.
func (c *candidate) note(entry jetstream.KeyValueEntry) {
	c.known = true
	if entry == nil || entry.Revision() <= c.revision {
		return
	}
	c.revision, c.heard, c.holder = entry.Revision(), time.Now(), ""
	if entry.Operation() == jetstream.KeyValuePut {
		c.holder = string(entry.Value())
	}
}

// isDue tells whether to try for the lease now.
func (c *candidate) isDue() bool {
	silent := c.holder != "" && time.Since(c.heard) > leaseTime
	switch {
	case !c.known:
		return false
	case c.holder == c.broker:
		return true
	case c.holder != "" && !silent:
		c.freeSince = time.Time{}
		return false
	}
	if c.freeSince.IsZero() {
		c.freeSince = time.Now()
	}
	return c.preferred(c.holder) || time.Since(c.freeSince) > yield
}

// take tries for the lease, and tells whether this broker has it now. The watch
// may be late, so it asks first.
func (c *candidate) take(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, renewTimeout)
	defer cancel()
	entry, err := c.leases.kv.Get(ctx, c.what)
	switch {
	case errors.Is(err, jetstream.ErrKeyNotFound):
		revision, err := c.leases.kv.Create(ctx, c.what, []byte(c.broker), jetstream.KeyTTL(timeToLive))
		if err == nil {
			c.revision = revision
		}
		return err == nil
	case err != nil:
		return false
	case entry.Revision() > c.revision && string(entry.Value()) != c.broker:
		c.note(entry)
		return false
	}
	c.revision = entry.Revision()
	return c.renew(ctx, c.broker) == nil
}
