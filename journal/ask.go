package journal

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/internal/again"
)

const (
	// askEvery is after how long a question is asked once more, questionTimeout how
	// long the answer may still come: a bus under load is slow, and not gone.
	askEvery        = 200 * time.Millisecond
	questionTimeout = 2 * time.Second
	// askFor is how long a question is asked. A cluster elects who leads a stream
	// in 4 to 9 s, unless it has to try twice.
	askFor = 15 * time.Second
	// makeTimeout is how long a cluster may take to create a stream, at first.
	makeTimeout = 2 * time.Second
)

// errLeaderless: a server has answered for a stream that nobody leads. What it says
// may be old.
var errLeaderless = errors.New("nobody leads the stream")

// ask asks a question until the first answer.
func ask[T any](ctx context.Context, question func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	return again.Ask(ctx, askEvery, questionTimeout, isAnswer, question)
}

// isAnswer tells whether an error is the bus's last word, and not that the bus, or
// the way to it, is away for a moment.
func isAnswer(err error) bool {
	// The cluster has no leader, this server is not it, the stream is offline.
	const unavailable, notLeader, offline jetstream.ErrorCode = 10008, 10009, 10118
	var said jetstream.JetStreamError
	if errors.As(err, &said) && said.APIError() != nil {
		code := said.APIError().ErrorCode
		return code != unavailable && code != notLeader && code != offline
	}
	return errors.Is(err, nats.ErrConnectionClosed)
}

// stream returns a stream as its leader sees it now.
func stream(ctx context.Context, js jetstream.JetStream, name string) (jetstream.Stream, error) {
	return ask(ctx, func(ctx context.Context) (jetstream.Stream, error) {
		stream, err := js.Stream(ctx, name)
		if err == nil && stream.CachedInfo().Cluster != nil && stream.CachedInfo().Cluster.Leader == "" {
			err = errLeaderless
		}
		return stream, err
	})
}

// askAgain repeats a request that creates or updates a stream until it is
// answered or the context ends, each time with more patience. A cluster may leave
// both of two brokers without an answer that ask for the same stream at the same
// moment, although it makes the stream.
func askAgain(ctx context.Context, request func(context.Context) error) error {
	for timeout := makeTimeout; ; timeout *= 2 {
		asking, cancel := context.WithTimeout(ctx, timeout)
		err := request(asking)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return err
		}
	}
}
