// Package ordered reads a stream in order: each message once, over reconnections
// and restarts of the server.
//
// The library has an ordered consumer too. It waits up to 10 s for an answer that
// a server may have died with, and longer after each failure; a takeover cannot.
package ordered

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/internal/again"
)

const (
	// heartbeat is how often a server that answers at once says that there is nothing
	// new. After twice this in silence the reader goes on with a new consumer. The
	// library takes no less.
	heartbeat = 500 * time.Millisecond
	// forgetAfter is how long the server keeps what it knows about a reader that
	// has stopped asking. Its default is 5 minutes.
	forgetAfter = 10 * time.Second
	// openEvery is after how long the server is asked once more for a consumer,
	// openPatience how long it may take to make one, and openFor how long it is asked
	// for the first one.
	openEvery    = 250 * time.Millisecond
	openPatience = 2 * time.Second
	openFor      = 10 * time.Second
	// ahead is how many messages may wait for fn, and aheadBytes how much the server
	// sends beyond them. By default that is 500 messages: so many commits are more
	// than the client keeps, which then drops them and begins again.
	ahead      = 64
	aheadBytes = 16 << 20
)

// errLost: the consumer says nothing more, or a message of it is missing.
var errLost = errors.New("the consumer was lost")

// Read calls fn for each message from the place that the configuration names.
// It returns the first error of fn, and the context's error when that ends it.
// With follow it goes on with what is stored later; without, it returns nil
// after the last message there was when it began.
func Read(ctx context.Context, js jetstream.JetStream, stream string, c jetstream.OrderedConsumerConfig,
	follow bool, fn func(jetstream.Msg) error) error {
	r := &reader{js: js, stream: stream, follow: follow, fn: fn, config: jetstream.ConsumerConfig{
		DeliverPolicy: c.DeliverPolicy, OptStartSeq: c.OptStartSeq, OptStartTime: c.OptStartTime,
		FilterSubjects: c.FilterSubjects, AckPolicy: jetstream.AckNonePolicy,
		MemoryStorage: true, Replicas: 1, InactiveThreshold: forgetAfter,
	}}
	if len(c.FilterSubjects) == 1 {
		// Then it is part of the request's subject, on which a reader may have rights.
		r.config.FilterSubject, r.config.FilterSubjects = c.FilterSubjects[0], nil
	}
	consumer, err := r.first(ctx)
	for err == nil {
		err = r.consume(ctx, consumer)
		if !errors.Is(err, errLost) {
			return err
		}
		consumer, err = r.further(ctx)
	}
	return fmt.Errorf("stream %s: %w", stream, err)
}

// reader is where a Read is.
type reader struct {
	js     jetstream.JetStream
	stream string
	follow bool
	fn     func(jetstream.Msg) error
	// config is that of the next consumer.
	config jetstream.ConsumerConfig
}

// consumer is one consumer of a reader.
type consumer struct {
	jetstream.Consumer
	// took is how long the server took to answer. It may take as long to say that it
	// is alive.
	took time.Duration
}

// open makes a consumer. A cluster may give it to a server that has just died; who
// asks again gets another. One that nobody uses is forgotten.
func (r *reader) open(ctx context.Context, isAnswer func(error) bool) (consumer, error) {
	config := r.config // a question may outlast this call
	return again.Ask(ctx, openEvery, openPatience, isAnswer, func(ctx context.Context) (c consumer, err error) {
		begun := time.Now()
		c.Consumer, err = r.js.CreateConsumer(ctx, r.stream, config)
		c.took = time.Since(begun)
		return c, err
	})
}

// first makes the first consumer.
func (r *reader) first(ctx context.Context) (consumer, error) {
	ctx, cancel := context.WithTimeout(ctx, openFor)
	defer cancel()
	return r.open(ctx, func(err error) bool { return !errors.Is(err, context.DeadlineExceeded) })
}

// further makes a further consumer, however long it takes: there was one, so there
// will be one again, unless the stream was deleted.
func (r *reader) further(ctx context.Context) (consumer, error) {
	c, err := r.open(ctx, func(err error) bool {
		return errors.Is(err, nats.ErrConnectionClosed) || errors.Is(err, jetstream.ErrStreamNotFound)
	})
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return c, err
}

// consume reads from one consumer, until the end or until it is lost.
func (r *reader) consume(ctx context.Context, consumer consumer) error {
	remaining := consumer.CachedInfo().NumPending
	if remaining == 0 && !r.follow {
		return nil
	}
	// What was under way when the connection broke does not come any more.
	broken := r.js.Conn().StatusChanged(nats.RECONNECTING, nats.CLOSED)
	defer r.js.Conn().RemoveStatusListener(broken)
	arrived, left := make(chan jetstream.Msg, ahead), make(chan struct{})
	defer close(left)
	trouble := make(chan error, 1)
	consuming, err := consumer.Consume(func(msg jetstream.Msg) {
		select {
		case arrived <- msg:
		case <-left:
		}
	}, jetstream.PullHeartbeat(heartbeat+consumer.took), jetstream.PullMaxBytes(aheadBytes),
		jetstream.ConsumeErrHandler(func(_ jetstream.ConsumeContext, err error) {
			select {
			case trouble <- err:
			default:
			}
		}))
	if err != nil {
		return errLost // the connection has gone
	}
	defer consuming.Stop()
	for delivered := uint64(1); ; delivered++ {
		var msg jetstream.Msg
		select {
		case msg = <-arrived:
		case <-ctx.Done():
			return ctx.Err()
		case <-broken:
			return errLost
		case <-trouble:
			return errLost
		}
		meta, err := msg.Metadata()
		if err != nil {
			return fmt.Errorf("stream %s: %w", r.stream, err)
		}
		if meta.Sequence.Consumer != delivered {
			return errLost
		}
		r.config.DeliverPolicy, r.config.OptStartSeq = jetstream.DeliverByStartSequencePolicy, meta.Sequence.Stream+1
		r.config.OptStartTime = nil
		if err := r.fn(msg); err != nil {
			return err
		}
		// Messages that are removed meanwhile are never delivered.
		if remaining--; !r.follow && (remaining == 0 || meta.NumPending == 0) {
			return nil
		}
	}
}
