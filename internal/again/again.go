// Package again asks a bus that may lose questions and answers, or be slow with
// them: who waits for the first answer alone waits in vain, and who asks again
// without waiting for it never gets one.
package again

import (
	"context"
	"time"
)

// Ask asks at once and then again after each pause, until the first answer or until
// the context ends. Each question waits for its answer as long as patience. An error
// that isAnswer does not take for one is passed over.
//
// A write may be a question if the bus takes it once at most, and who asks finds
// out that it was taken before.
func Ask[T any](ctx context.Context, pause, patience time.Duration, isAnswer func(error) bool,
	question func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type answer struct {
		is  T
		err error
	}
	answers := make(chan answer)
	put := func() {
		asking, done := context.WithTimeout(ctx, patience)
		defer done()
		is, err := question(asking)
		select {
		case answers <- answer{is, err}:
		case <-ctx.Done():
		}
	}
	last := answer{err: context.DeadlineExceeded}
	next := time.NewTicker(pause)
	defer next.Stop()
	go put()
	for {
		select {
		case last = <-answers:
			if last.err == nil || isAnswer(last.err) {
				return last.is, last.err
			}
		case <-next.C:
			go put()
		case <-ctx.Done():
			return last.is, last.err
		}
	}
}
