package wallboard

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
)

const (
	// retryAfter is the pause before the stream of a zone is looked for again.
	retryAfter = 500 * time.Millisecond
	// silentAfter is how long no heartbeat may come: three of them.
	silentAfter = 3 * time.Second
	// behindAfter is how long the fold may lack what a heartbeat spoke of.
	behindAfter = 2 * time.Second
)

// state says what the figures of a zone are worth.
type state string

const (
	live     state = "live"
	starting state = "starting"
	behind   state = "behind"
	silent   state = "silent"
	broken   state = "broken"
)

// health is a state, when it began, and how many events are known to be missing.
type health struct {
	State   state  `json:"state"`
	Since   int64  `json:"since,omitempty"`
	Missing uint64 `json:"missing,omitempty"`
}

// zone shares the fold of a zone between the goroutine that reads the feed and
// the one that makes the messages.
type zone struct {
	name string
	log  *slog.Logger

	mu   sync.Mutex
	fold *fold
	// ready is the number up to which the feed was filled when reading began.
	ready            uint64
	started, stopped bool
	// newest is what the last heartbeat spoke of; heard is when it came, and
	// upToDate when the fold was last seen to have that. All three count from
	// when the board began.
	newest          uint64
	heard, upToDate time.Time
}

func newZone(name string, names map[string]string, log *slog.Logger, now time.Time) *zone {
	return &zone{name: name, log: log.With("zone", name), fold: newFold(names), heard: now, upToDate: now}
}

// follow folds the feed until the context ends or the fold fails.
func (z *zone) follow(ctx context.Context, joined *feed.Zone, js jetstream.JetStream, store feed.Store) {
	stream, newest, err := z.awaitStream(ctx, js)
	if err != nil {
		return
	}
	checkpoints := feed.NewCheckpoints(store, z.name+checkpointName, stream, z.log)
	checkpoints.Load(ctx, z.restore)
	z.begin(newest)
	follower, err := joined.Follow(feed.FollowConfig{
		From: z.fold.status.ZN() + 1,
		OnEvent: func(e events.Event) {
			if z.apply(&e) && checkpoints.Due(e.ZN) {
				z.keep(ctx, checkpoints)
			}
		},
		OnHeartbeat: func(h events.Heartbeat) { z.beat(h, time.Now()) },
	})
	if err != nil {
		z.stop(err)
		return
	}
	defer follower.Close()
	<-ctx.Done()
}

// awaitStream waits until there is a feed and returns it, with the number of its
// newest event. It fails only when the context ends.
func (z *zone) awaitStream(ctx context.Context, js jetstream.JetStream) (jetstream.Stream, uint64, error) {
	reported := ""
	for {
		stream, newest, err := feed.Find(ctx, js, z.name)
		if err == nil {
			return stream, newest, nil
		}
		// A zone that is not set up yet would fill the log.
		if trouble := fmt.Sprint(err); trouble != reported && !errors.Is(err, context.Canceled) {
			z.log.Warn("wallboard: cannot read the feed, trying again", "error", err)
			reported = trouble
		}
		select {
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		case <-time.After(retryAfter):
		}
	}
}

func (z *zone) begin(last uint64) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.started, z.ready = true, last
}

// apply tells whether the fold took the event.
func (z *zone) apply(e *events.Event) bool {
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.stopped {
		return false
	}
	err := z.fold.apply(e)
	if err != nil {
		z.fail(err)
	}
	return err == nil
}

func (z *zone) stop(err error) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.fail(err)
}

// fail needs the lock.
func (z *zone) fail(err error) {
	z.stopped = true
	z.log.Error("wallboard: the fold has stopped; its figures stand still", "error", err)
}

func (z *zone) beat(h events.Heartbeat, now time.Time) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.newest, z.heard = h.ZN, now
}

// filled tells whether the fold knows what the feed held when reading began.
// Before that its figures are those of the past. It needs the lock.
func (z *zone) filled() bool { return z.started && z.fold.status.ZN() >= z.ready }

// health needs the lock.
func (z *zone) health(now time.Time) health {
	zn := z.fold.status.ZN()
	if zn >= z.newest {
		z.upToDate = now
	}
	missing := max(z.newest, z.ready, zn) - zn
	switch {
	case z.stopped:
		return health{State: broken, Since: z.fold.status.At() / 1000, Missing: missing}
	case now.Sub(z.heard) > silentAfter:
		return health{State: silent, Since: z.heard.UnixMilli(), Missing: missing}
	case !z.filled():
		return health{State: starting, Missing: missing}
	case now.Sub(z.upToDate) > behindAfter:
		return health{State: behind, Since: z.upToDate.UnixMilli(), Missing: missing}
	}
	return health{State: live}
}
