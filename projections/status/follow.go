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

// retryAfter is the pause before the feed is tried again after NATS trouble, and
// while its stream does not exist yet.
const retryAfter = 500 * time.Millisecond

// errFold marks an error that reading again cannot heal.
var errFold = errors.New("the feed cannot be folded")

// follow folds the feed of a zone until the context ends or the fold fails.
func (z *zone) follow(ctx context.Context, js jetstream.JetStream, logger *slog.Logger) {
	logger = logger.With("zone", z.name)
	reported := ""
	for {
		begin := z.next()
		err := z.readFeed(ctx, js)
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, errFold) {
			z.fail()
			logger.Error("status: the fold has stopped; requests about this zone are refused", "error", err)
			return
		}
		// A zone that is not set up yet would fill the log.
		if trouble := err.Error(); trouble != reported || z.next() != begin {
			logger.Warn("status: cannot read the feed, trying again", "error", err)
			reported = trouble
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(retryAfter):
		}
	}
}

// readFeed goes on from the last event that was folded. It never returns nil.
func (z *zone) readFeed(ctx context.Context, js jetstream.JetStream) error {
	stream, err := js.Stream(ctx, subject.EventsStream(z.name))
	if err != nil {
		return fmt.Errorf("stream %s: %w", subject.EventsStream(z.name), err)
	}
	if state := stream.CachedInfo().State; state.Msgs > 0 {
		z.start(state.LastSeq)
	} else {
		z.start(0)
	}
	query := feed.Query{From: z.next(), Follow: true}
	err = feed.Read(ctx, js, z.name, query, func(m jetstream.Msg) error {
		e, err := events.Decode(m.Data())
		if err != nil {
			return fmt.Errorf("%w: after event %d: %w", errFold, z.next()-1, err)
		}
		if err := z.apply(&e); err != nil {
			return fmt.Errorf("%w: %w", errFold, err)
		}
		return nil
	})
	if err == nil {
		return errors.New("the feed has ended")
	}
	return err
}
