package status

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/subject"
)

// retryAfter is the pause before the stream of a zone is looked for again.
const retryAfter = 500 * time.Millisecond

// follow folds the feed of a zone until the context ends or the fold fails.
//
// It listens to the events as they are published and reads from the stream only
// what it has missed: a consumer of its own would have the server send every
// event a second time, which costs a fifth of the zone's throughput.
func (z *zone) follow(ctx context.Context, joined *feed.Zone, js jetstream.JetStream, logger *slog.Logger) {
	logger = logger.With("zone", z.name)
	last, err := z.awaitStream(ctx, js, logger)
	if err != nil {
		return
	}
	z.start(last)
	// Called by one goroutine at a time; what follows an error is not folded.
	broken := false
	stop := func(err error) {
		broken = true
		logger.Error("status: the fold has stopped; requests about this zone are refused", "error", err)
		z.fail()
	}
	follower, err := joined.Follow(feed.FollowConfig{From: 1, OnEvent: func(e events.Event) {
		if broken {
			return
		}
		if err := z.apply(&e); err != nil {
			stop(err)
		}
	}})
	if err != nil {
		stop(err)
		return
	}
	defer follower.Close()
	<-ctx.Done()
}

// awaitStream waits until there is a feed and returns the number of its newest
// event. It fails only when the context ends.
func (z *zone) awaitStream(ctx context.Context, js jetstream.JetStream, logger *slog.Logger) (uint64, error) {
	reported := ""
	for {
		stream, err := js.Stream(ctx, subject.EventsStream(z.name))
		if err == nil {
			return stream.CachedInfo().State.LastSeq, nil
		}
		// A zone that is not set up yet would fill the log.
		if trouble := fmt.Sprint(err); trouble != reported && !errors.Is(err, context.Canceled) {
			logger.Warn("status: cannot read the feed, trying again", "error", err)
			reported = trouble
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(retryAfter):
		}
	}
}
