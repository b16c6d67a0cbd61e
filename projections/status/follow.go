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
)

// retryAfter is the pause before the stream of a zone is looked for again.
const retryAfter = 500 * time.Millisecond

// follow folds the feed of a zone until the context ends or the fold fails.
//
// It listens to the events as they are published and reads from the stream only
// what it has missed: a consumer of its own would have the server send every
// event a second time, which costs a fifth of the zone's throughput.
func (z *zone) follow(ctx context.Context, c *Config) {
	log := c.Logger.With("zone", z.name)
	stream, newest, err := z.awaitStream(ctx, c.JS, log)
	if err != nil {
		return
	}
	checkpoints := feed.NewCheckpoints(c.Checkpoints, fmt.Sprintf("%s.status.%d", z.name, CheckpointVersion), stream, log)
	checkpoints.Load(ctx, z.restore)
	z.start(newest)
	// Called by one goroutine at a time; what follows an error is not folded.
	broken := false
	stop := func(err error) {
		broken = true
		log.Error("status: the fold has stopped; requests about this zone are refused", "error", err)
		z.fail()
	}
	follower, err := c.Feeds[z.name].Follow(feed.FollowConfig{From: z.fold.ZN() + 1, NeedsData: needsData, OnEvent: func(e events.Event) {
		if broken {
			return
		}
		if err := z.apply(&e); err != nil {
			stop(err)
		} else if checkpoints.Due(e.ZN) {
			z.keep(ctx, checkpoints)
		}
	}})
	if err != nil {
		stop(err)
		return
	}
	defer follower.Close()
	<-ctx.Done()
}

// restore goes on from a checkpoint.
func (z *zone) restore(body []byte) error {
	fold, err := Decode(body)
	if err != nil {
		return err
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	z.fold = *fold
	return nil
}

// keep stores a checkpoint. Nobody else writes the fold meanwhile: this is the
// goroutine that does.
func (z *zone) keep(ctx context.Context, to *feed.Checkpoints) {
	body, err := z.fold.Encode()
	if err != nil {
		panic(err) // a fold is made of texts and numbers
	}
	to.Keep(ctx, z.fold.ZN(), z.fold.At(), body)
}

// awaitStream waits until there is a feed and returns it, with the number of its
// newest event. It fails only when the context ends.
func (z *zone) awaitStream(ctx context.Context, js jetstream.JetStream, logger *slog.Logger) (jetstream.Stream, uint64, error) {
	reported := ""
	for {
		stream, newest, err := feed.Find(ctx, js, z.name)
		if err == nil {
			return stream, newest, nil
		}
		// A zone that is not set up yet would fill the log.
		if trouble := fmt.Sprint(err); trouble != reported && !errors.Is(err, context.Canceled) {
			logger.Warn("status: cannot read the feed, trying again", "error", err)
			reported = trouble
		}
		select {
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		case <-time.After(retryAfter):
		}
	}
}
