package status

import (
	"context"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/deskbus/deskbus/events"
)

// zone shares the fold of one zone between the goroutine that reads the feed
// and the requests.
type zone struct {
	name string
	// folded shows the number of the newest event that was folded.
	folded prometheus.Gauge

	mu   sync.RWMutex
	fold Fold
	// ready is the number up to which the feed was filled when reading began;
	// before that, an answer would be older than what others have seen.
	ready   uint64
	started bool
	// broken: the fold met an event it cannot take.
	broken bool
	// waiters are the requests that wait for a number. A channel is closed when
	// the fold has reached its number or is broken.
	waiters map[chan struct{}]uint64
}

// start tells how far the feed was filled when reading began for the first time.
func (z *zone) start(last uint64) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if !z.started {
		z.started, z.ready = true, last
		z.wake()
	}
}

func (z *zone) apply(e *events.Event) error {
	z.mu.Lock()
	defer z.mu.Unlock()
	err := z.fold.Apply(e)
	z.folded.Set(float64(z.fold.ZN()))
	z.wake()
	return err
}

func (z *zone) fail() {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.broken = true
	z.wake()
}

// wake needs the lock.
func (z *zone) wake() {
	for ch, number := range z.waiters {
		if z.broken || z.reached(number) {
			close(ch)
			delete(z.waiters, ch)
		}
	}
}

// reached needs the lock.
func (z *zone) reached(number uint64) bool {
	return z.started && !z.broken && z.fold.ZN() >= max(number, z.ready)
}

// read calls fn with the fold if it has reached the number, and tells whether
// it has.
func (z *zone) read(number uint64, fn func(*Fold)) bool {
	z.mu.RLock()
	defer z.mu.RUnlock()
	if !z.reached(number) {
		return false
	}
	fn(&z.fold)
	return true
}

// wait returns when the fold has reached the number, can no longer reach it, or
// the context ends.
func (z *zone) wait(ctx context.Context, number uint64) {
	ch := make(chan struct{})
	z.mu.Lock()
	if z.broken || z.reached(number) {
		z.mu.Unlock()
		return
	}
	if z.waiters == nil {
		z.waiters = make(map[chan struct{}]uint64)
	}
	z.waiters[ch] = number
	z.mu.Unlock()

	select {
	case <-ch:
	case <-ctx.Done():
		z.mu.Lock()
		delete(z.waiters, ch)
		z.mu.Unlock()
	}
}
