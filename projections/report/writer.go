package report

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/projections/report/tally"
	"github.com/deskbus/deskbus/subject"
)

const (
	// saveEvery is how long what happens is gathered for one transaction.
	saveEvery = 500 * time.Millisecond
	// maxBatch bounds the events of one transaction.
	maxBatch = 10_000
	// maxQueue bounds the events that wait for the database. When there are more,
	// they are read from the stream, as fast as the database takes them.
	maxQueue = 1 << 14
)

// errTooFast: events come faster than the database takes them.
var errTooFast = errors.New("events come too fast")

// writer counts the feed of one zone into the database.
type writer struct {
	zone     string
	feed     *feed.Zone
	js       jetstream.JetStream
	database *database
	// queue is how many events may wait for the database.
	queue   int
	log     *slog.Logger
	metrics metrics

	fold *tally.Fold
	// saved is what the database has; waiting is how many events it lacks.
	saved   tally.Mark
	waiting int
	trouble *trouble
}

// run counts until the context ends.
func (w *writer) run(ctx context.Context) {
	w.trouble = standstill(w.metrics.trouble.WithLabelValues(w.zone))
	defer w.metrics.number.DeleteLabelValues(w.zone)
	defer w.trouble.changes(false)
	for ctx.Err() == nil {
		w.trouble.tell(ctx, w.log, w.count(ctx))
		pause(ctx)
	}
}

// count goes on from what the database has, until something goes wrong.
func (w *writer) count(ctx context.Context) error {
	var err error
	if w.fold, err = w.database.load(ctx, w.zone); err != nil {
		return fmt.Errorf("database: %w", err)
	}
	w.saved, w.waiting = w.fold.Mark(), 0
	w.metrics.number.WithLabelValues(w.zone).Set(float64(w.saved.ZN))
	for {
		if err := w.readHistory(ctx); err != nil {
			return err
		}
		w.trouble.over(w.log)
		if err := w.follow(ctx); !errors.Is(err, errTooFast) {
			return err
		}
	}
}

// readHistory counts what the stream has, up to its end.
func (w *writer) readHistory(ctx context.Context) error {
	stream, err := w.js.Stream(ctx, subject.EventsStream(w.zone))
	if err != nil {
		return fmt.Errorf("feed: %w", err)
	}
	if last := stream.CachedInfo().State.LastSeq; last < w.saved.ZN {
		return fmt.Errorf("the feed ends at event %d, before event %d that the database has: %s", last, w.saved.ZN, otherFeed)
	}
	// It begins with the last event that was counted, to see that it is the same
	// feed.
	first, newest := true, uint64(0)
	err = feed.Read(ctx, w.js, w.zone, feed.Query{From: max(1, w.saved.ZN)}, func(m jetstream.Msg) error {
		e, err := events.Decode(m.Data())
		if err != nil {
			// If it is not a stranger's message, the next event does not follow.
			w.log.Error("reports: a message of the feed cannot be read and is passed over", "subject", m.Subject(), "error", err)
			return nil
		}
		if e.Zone != w.zone {
			return nil
		}
		newest = max(newest, e.ZN)
		if e.ZN < w.saved.ZN || !first && e.ZN != w.fold.ZN()+1 {
			return nil // not the next: what something stood in place of comes once more
		}
		if first {
			first = false
			if done, err := w.meet(ctx, &e); done || err != nil {
				return err
			}
		}
		return w.take(ctx, &e)
	})
	if err != nil {
		return err
	}
	if err := w.save(ctx); err != nil || newest <= w.fold.ZN() {
		return err
	}
	return fmt.Errorf("event %d is missing in the feed", w.fold.ZN()+1)
}

const otherFeed = "it belongs to another bus, or the end of the feed is not there yet"

// meet compares the first event of the stream with the last one that was counted,
// and tells whether it is that one.
func (w *writer) meet(ctx context.Context, e *events.Event) (bool, error) {
	switch {
	case w.saved.ZN == 0 || e.ZN == w.saved.ZN+1:
		return false, nil
	case e.ZN > w.saved.ZN:
		return false, w.skip(ctx, e)
	case e.At != w.saved.At:
		return false, fmt.Errorf("event %d is not the one that the database has: %s", e.ZN, otherFeed)
	}
	return true, nil
}

// skip goes on with an event that does not follow, because the feed has dropped
// what was before.
func (w *writer) skip(ctx context.Context, e *events.Event) error {
	w.log.Error("reports: the feed has dropped events that are not counted; the reports lack them",
		"from", w.saved.ZN+1, "to", e.ZN-1)
	mark := tally.Mark{ZN: e.ZN - 1, At: w.saved.At, Trimmed: true}
	if err := w.database.forget(ctx, w.zone, w.saved.ZN, mark); err != nil {
		return fmt.Errorf("database: %w", err)
	}
	w.saved = mark
	var err error
	w.fold, err = tally.Restore(mark, nil)
	return err
}

// take counts one event, and saves when there are many. What is before an event that
// cannot be counted is saved too.
func (w *writer) take(ctx context.Context, e *events.Event) error {
	if err := w.fold.Apply(e); err != nil {
		return errors.Join(err, w.save(ctx))
	}
	if w.waiting++; w.waiting < maxBatch {
		return nil
	}
	return w.save(ctx)
}

func (w *writer) save(ctx context.Context) error {
	if w.waiting == 0 {
		return nil
	}
	changes, err := w.fold.Take()
	if err != nil {
		return err
	}
	if err := w.database.save(ctx, w.zone, w.saved.ZN, changes); err != nil {
		return fmt.Errorf("database: %w", err)
	}
	w.saved, w.waiting = changes.Mark, 0
	w.metrics.number.WithLabelValues(w.zone).Set(float64(w.saved.ZN))
	return nil
}

// follow counts events as they are published. Only what it has missed it reads
// from the stream, which costs the server less than a consumer.
func (w *writer) follow(ctx context.Context) error {
	following, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	queue := make(chan events.Event, w.queue)
	follower, err := w.feed.Follow(feed.FollowConfig{From: w.saved.ZN + 1, OnEvent: func(e events.Event) {
		select {
		case queue <- e:
		default:
			stop(errTooFast)
		}
	}})
	if err != nil {
		return err
	}
	defer follower.Close()
	tick := time.NewTicker(saveEvery)
	defer tick.Stop()
	for err == nil {
		select {
		case <-following.Done():
			if err := w.save(ctx); err != nil {
				return err
			}
			return context.Cause(following)
		case e := <-queue:
			err = w.take(ctx, &e)
		case <-tick.C:
			err = w.save(ctx)
		}
	}
	return err
}
