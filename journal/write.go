package journal

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/internal/again"
)

const (
	// writeEvery is after how long a write without an answer is tried once more. A
	// server that dies takes its answers with it.
	writeEvery = 500 * time.Millisecond
	// writePatience is how long the outcome of one attempt may take to be known: a bus
	// under load is slow, and not gone.
	writePatience = 5 * time.Second
)

var (
	// errOvertaken: the fence has refused a write, because of somebody else's.
	errOvertaken = errors.New("another broker has written before")
	// errUnderWay: a write has been sent and is not to be found yet.
	errUnderWay = errors.New("the write is under way")
)

// writeOnce sends a write until its outcome is known or the context ends, and returns
// its sequence. The write must have a fence, which lets it in once at most. A refusal by
// the fence is the last word for the only attempt; of several any may have been let in,
// so find looks for that.
//
// Attempts may outlast the call.
func writeOnce(ctx context.Context, send func(context.Context) (*jetstream.PubAck, error),
	find func(context.Context) (sequence uint64, err error)) (sequence uint64, err error) {
	var attempts atomic.Int32
	isOutcome := func(err error) bool { return errors.Is(err, errOvertaken) || isAnswer(err) }
	return again.Ask(ctx, writeEvery, writePatience, isOutcome, func(ctx context.Context) (uint64, error) {
		attempts.Add(1)
		ack, err := send(ctx)
		switch {
		case err == nil:
			return ack.Sequence, nil
		case !isRefused(err):
			return 0, err
		case attempts.Load() == 1:
			return 0, errOvertaken
		}
		return find(ctx)
	})
}

// isRefused tells whether a fence has refused a write.
func isRefused(err error) bool {
	// What a cluster says while another write to the subject is under way.
	const inProcess jetstream.ErrorCode = 10164
	var api *jetstream.APIError
	return errors.As(err, &api) &&
		(api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence || api.ErrorCode == inProcess)
}
