package feed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
)

const (
	// checkpointEvery is after how many events a checkpoint is kept. To fold that
	// many again takes a second or two.
	checkpointEvery = 500_000
	// checkpointTimeout bounds the reading and the writing of one.
	checkpointTimeout = 20 * time.Second
	// What stands in the description of a checkpoint: the number and the time of its
	// newest event, in microseconds since 1970.
	checkpointNumber = "zn"
	checkpointTime   = "at"
)

// Store is where checkpoints are kept.
type Store struct {
	jetstream.ObjectStore
	// Alone calls fn while no other broker is called for the same, nil where there
	// is no other. All brokers come to an event at the same moment; of two that put
	// an object at once, the parts of one would stay behind for ever.
	Alone func(ctx context.Context, what string, fn func(context.Context) error) error
}

// Checkpoints keeps what one fold has made of a feed, so that a broker that starts
// need not read the feed from its first event.
//
// A checkpoint saves time and nothing else. One that is missing, cannot be read, or
// whose newest event is not in the feed is passed over: the feed was begun anew, was
// restored or trimmed, or has lost its end. All brokers share them: whoever
// comes to the next one first stores it. The methods but Load and Due may be
// called from any goroutine.
type Checkpoints struct {
	store Store
	name  string
	feed  jetstream.Stream
	log   *slog.Logger
	every uint64
	// at is the newest event when the last checkpoint was kept; busy while one is
	// being stored.
	at   uint64
	busy atomic.Bool
}

// NewCheckpoints returns those of one fold of a feed. The name has the zone, the
// fold and the version of its encoding: another version is another checkpoint.
// The stream is that of the feed.
func NewCheckpoints(store Store, name string, stream jetstream.Stream, log *slog.Logger) *Checkpoints {
	return &Checkpoints{store: store, name: name, feed: stream, log: log.With("checkpoint", name), every: checkpointEvery}
}

// Load gives decode the checkpoint. It returns false when there is none that
// decode takes; why is logged.
func (c *Checkpoints) Load(ctx context.Context, decode func(body []byte) error) bool {
	loading, cancel := context.WithTimeout(ctx, checkpointTimeout)
	defer cancel()
	zn, err := c.load(loading, decode)
	switch {
	case err == nil:
		c.at = zn
		return true
	case !errors.Is(err, jetstream.ErrObjectNotFound) && ctx.Err() == nil:
		c.log.Warn("a checkpoint is passed over; the feed is read from its first event", "error", err)
	}
	return false
}

func (c *Checkpoints) load(ctx context.Context, decode func([]byte) error) (zn uint64, err error) {
	zn, err = c.stored(ctx)
	if err != nil {
		return 0, err
	}
	// The store compares the body with its SHA-256.
	body, err := c.store.GetBytes(ctx, c.name)
	if err != nil {
		return 0, err
	}
	if err := events.WellFormed(body); err != nil {
		return 0, err
	}
	return zn, decode(body)
}

// stored returns the number of the newest event of the checkpoint there is, if the
// feed has that event.
func (c *Checkpoints) stored(ctx context.Context) (uint64, error) {
	info, err := c.store.GetInfo(ctx, c.name)
	if err != nil {
		return 0, err
	}
	zn, err := strconv.ParseUint(info.Metadata[checkpointNumber], 10, 64)
	if err != nil {
		return 0, err
	}
	newest, err := Get(ctx, c.feed, zn)
	if err != nil {
		return 0, fmt.Errorf("its event %d is not to be had from the feed: %w", zn, err)
	}
	e, _, err := events.DecodeEnvelope(newest.Data)
	if err == nil && strconv.FormatInt(e.At, 10) != info.Metadata[checkpointTime] {
		err = fmt.Errorf("its event %d is not that of the feed", zn)
	}
	return zn, err
}

// Due tells whether it is time for a checkpoint as of event number zn.
func (c *Checkpoints) Due(zn uint64) bool { return zn >= c.at+c.every && !c.busy.Load() }

// Keep stores a checkpoint as of an event, by its number and time, and does not wait
// for it. What goes wrong is logged.
func (c *Checkpoints) Keep(ctx context.Context, zn uint64, at int64, body []byte) {
	c.at = zn
	c.busy.Store(true)
	go func() {
		defer c.busy.Store(false)
		ctx, cancel := context.WithTimeout(ctx, checkpointTimeout)
		defer cancel()
		if err := c.keep(ctx, zn, at, body); err != nil && !errors.Is(err, context.Canceled) {
			c.log.Warn("no checkpoint was stored", "zn", zn, "error", err)
		}
	}()
}

func (c *Checkpoints) keep(ctx context.Context, zn uint64, at int64, body []byte) error {
	put := func(ctx context.Context) error {
		if stored, err := c.stored(ctx); err == nil && stored+c.every/2 > zn {
			return nil // another broker was here
		}
		_, err := c.store.Put(ctx, jetstream.ObjectMeta{
			Name: c.name,
			Metadata: map[string]string{
				checkpointNumber: strconv.FormatUint(zn, 10), checkpointTime: strconv.FormatInt(at, 10),
			},
		}, bytes.NewReader(body))
		return err
	}
	if c.store.Alone == nil {
		return put(ctx)
	}
	return c.store.Alone(ctx, "checkpoint."+c.name, put)
}
