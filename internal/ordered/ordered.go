// Package ordered reads a stream through an ordered consumer: each message once,
// in order, over reconnections and restarts of the server.
package ordered

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	// heartbeat is after how long of silence the reader suspects the stream:
	// twice this, then it starts over from where it was. The library's default
	// of 30 s is too long for a takeover.
	heartbeat = time.Second
	// forgetAfter is how long the server keeps what it knows about a reader that
	// has stopped asking. Its default is 5 minutes.
	forgetAfter = 10 * time.Second
	// openTimeout is how long the server may take to make a consumer, and
	// openAttempts how often it is asked.
	openTimeout  = time.Second
	openAttempts = 10
	// ahead is how many messages may wait for fn, and aheadBytes how much the server
	// sends beyond them. By default that is 500 messages: so many commits are more
	// than the client keeps, which then drops them and begins again.
	ahead      = 64
	aheadBytes = 16 << 20
)

// Read calls fn for each message from the place that the configuration names.
// It returns the first error of fn, and the context's error when that ends it.
// With follow it goes on with what is stored later; without, it returns nil
// after the last message there was when it began.
func Read(ctx context.Context, js jetstream.JetStream, stream string, c jetstream.OrderedConsumerConfig,
	follow bool, fn func(jetstream.Msg) error) error {
	c.InactiveThreshold = forgetAfter
	consumer, err := open(ctx, js, stream, c)
	if err != nil {
		return fmt.Errorf("stream %s: %w", stream, err)
	}
	remaining := consumer.CachedInfo().NumPending
	if remaining == 0 && !follow {
		return nil
	}
	arrived, left := make(chan jetstream.Msg, ahead), make(chan struct{})
	defer close(left)
	// Not Messages, which waits for a missing heartbeat when the server did not know
	// the new consumer yet: one in a hundred of a cluster's.
	consuming, err := consumer.Consume(func(msg jetstream.Msg) {
		select {
		case arrived <- msg:
		case <-left:
		}
	}, jetstream.PullHeartbeat(heartbeat), jetstream.PullMaxBytes(aheadBytes))
	if err != nil {
		return fmt.Errorf("stream %s: %w", stream, err)
	}
	// The library may be waiting for a new consumer, for up to 10 s when a cluster
	// has no leader, and Stop with it.
	defer func() { go consuming.Stop() }()
	closed := consuming.Closed()
	for {
		var msg jetstream.Msg
		select {
		case msg = <-arrived:
		case <-ctx.Done():
			return ctx.Err()
		case <-closed:
			return fmt.Errorf("stream %s: %w", stream, nats.ErrConnectionClosed)
		}
		if err := fn(msg); err != nil {
			return err
		}
		if follow {
			continue
		}
		meta, err := msg.Metadata()
		if err != nil {
			return fmt.Errorf("stream %s: %w", stream, err)
		}
		// Messages that are removed meanwhile are never delivered.
		if remaining--; remaining == 0 || meta.NumPending == 0 {
			return nil
		}
	}
}

// open makes a consumer. A cluster may give it to a server that has just died; who
// asks again gets another.
func open(ctx context.Context, js jetstream.JetStream, stream string, c jetstream.OrderedConsumerConfig) (consumer jetstream.Consumer, err error) {
	for range openAttempts {
		asking, cancel := context.WithTimeout(ctx, openTimeout)
		consumer, err = js.OrderedConsumer(asking, stream, c)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			break
		}
	}
	return consumer, err
}
