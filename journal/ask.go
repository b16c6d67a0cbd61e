package journal

import (
	"context"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	// answerTimeout is how long the answer to a write is waited for. A server that
	// dies takes its answers with it, so whoever waits longer waits in vain.
	answerTimeout = 500 * time.Millisecond
	// askEvery is after how long a question is asked once more, questionTimeout how
	// long the answer may still come: a bus under load is slow, and not gone.
	askEvery        = 200 * time.Millisecond
	questionTimeout = 2 * time.Second
	// askFor is how long a question is asked. A cluster elects who leads a stream
	// in 4 to 9 s, unless it has to try twice.
	askFor = 15 * time.Second
	// retryPause is the pause before a write is tried again.
	retryPause = 50 * time.Millisecond
	// makeTimeout is how long a cluster may take to create a stream.
	makeTimeout = 2 * time.Second
)

// errLeaderless: a server has answered for a stream that nobody leads. What it says
// may be old.
var errLeaderless = errors.New("nobody leads the stream")

// ask asks again and again until the first answer. It is for questions: whoever
// writes must know what has become of the first attempt.
func ask[T any](ctx context.Context, question func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	type answer struct {
		is  T
		err error
	}
	answers := make(chan answer, askFor/askEvery+1) // nobody waits to put one in
	put := func() {
		asking, done := context.WithTimeout(ctx, questionTimeout)
		defer done()
		is, err := question(asking)
		answers <- answer{is, err}
	}
	last := answer{err: context.DeadlineExceeded}
	again := time.NewTicker(askEvery)
	defer again.Stop()
	go put()
	for {
		select {
		case last = <-answers:
			if last.err == nil || isAnswer(last.err) {
				return last.is, last.err
			}
		case <-again.C:
			go put()
		case <-ctx.Done():
			return last.is, last.err
		}
	}
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
// answered or the context ends. A cluster may leave both of two brokers without
// an answer that ask for the same stream at the same moment, although it makes
// the stream.
func askAgain(ctx context.Context, request func(context.Context) error) error {
	for {
		asking, cancel := context.WithTimeout(ctx, makeTimeout)
		err := request(asking)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return err
		}
	}
}
