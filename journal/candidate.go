package journal

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

const (
	// lookEvery is how often a candidate looks at its clock.
	lookEvery = 50 * time.Millisecond
	// yield is how long a broker that is not the preferred one leaves a free lease
	// to the others.
	yield = 500 * time.Millisecond
	// watchPause is the pause before it is tried again to watch a lease.
	watchPause = 50 * time.Millisecond
)

// candidate waits for a lease. It believes its own clock alone: a holder from
// whom it has heard nothing for leaseTime is gone. If it errs, the revision that
// it expects is not the newest any more and the bus refuses.
type candidate struct {
	lease
	broker    string
	preferred func(gone string) bool
	// holder is who has the lease, "" for nobody, and heard when that was heard.
	// Until known, nobody has said anything since then.
	holder string
	heard  time.Time
	known  bool
	// freeSince is when the lease was first seen to be free, zero while it is not.
	freeSince time.Time
}

// acquire waits for the lease. It returns an error only when the context ends: a
// bus in trouble is no reason to stop waiting for it.
func (l *Leases) acquire(ctx context.Context, what, broker string, preferred func(gone string) bool) (*lease, error) {
	c := &candidate{lease: lease{leases: l, what: what}, broker: broker, preferred: preferred, heard: time.Now()}
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
		if l.restore(ctx) {
			c.revision, c.known, c.holder = 0, false, ""
		}
		select {
		case <-ctx.Done():
		case <-time.After(watchPause):
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
			c.known = true // nil is the end of what there was before the watch began
			if entry != nil {
				c.note(entry.Revision(), string(entry.Value()))
			}
		case <-tick.C:
		}
		if c.isDue() && c.take(ctx) {
			return nil
		}
	}
}

// note takes what the bus says about the lease.
func (c *candidate) note(revision uint64, holder string) {
	if revision > c.revision {
		c.revision, c.holder, c.heard, c.known = revision, holder, time.Now(), true
	}
}

// isDue tells whether to try for the lease now. A watch that says nothing, not even
// what there was, is not waited for: the bus may have lost it.
func (c *candidate) isDue() bool {
	silent := time.Since(c.heard) > leaseTime
	switch {
	case c.known && c.holder == c.broker:
		return true
	case !silent && (c.holder != "" || !c.known):
		c.freeSince = time.Time{}
		return false
	}
	if c.freeSince.IsZero() {
		c.freeSince = time.Now()
	}
	return c.preferred(c.holder) || time.Since(c.freeSince) > yield
}

// take tries for the lease, and tells whether this broker has it now. The watch
// may be late, so it asks first, also for the revision: the bus forgets the mark of a
// lease's end, and what was heard of it means nothing then.
func (c *candidate) take(ctx context.Context) bool {
	revision, holder, err := c.leases.look(ctx, c.what)
	if err != nil {
		return false
	}
	if revision > c.revision && holder != "" && holder != c.broker {
		c.note(revision, holder)
		return false
	}
	taken := lease{leases: c.leases, what: c.what, revision: revision}
	if taken.renew(ctx, c.broker) != nil {
		return false
	}
	c.lease = taken
	return true
}
