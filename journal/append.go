package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/subject"
)

// Append writes one commit after the newest one known, and sets its Prev. When
// it returns an error nobody knows whether the commit is in the journal, except
// for ErrDeposed: then it is not.
//
// An answer that does not come is looked for in the journal, and the commit is sent
// again until the context ends: the fence lets one of them in at most.
func (j *Journal) Append(ctx context.Context, c Commit) error {
	c.Prev = j.head
	body, err := c.encode()
	if err != nil {
		return err
	}
	err = j.send(ctx, body)
	if isWrongLastSequence(err) {
		return fmt.Errorf("journal of zone %s: %w", j.zone, ErrDeposed)
	}
	for err != nil {
		if isAnswer(err) && !isWrongLastSequence(err) {
			return fmt.Errorf("journal of zone %s: %w: %w", j.zone, ErrUnknownOutcome, err)
		}
		var is bool
		if is, err = j.has(ctx, body); is || errors.Is(err, ErrDeposed) {
			break
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("journal of zone %s: %w: %w", j.zone, ErrUnknownOutcome, ctx.Err())
		case <-time.After(retryPause):
		}
		err = j.send(ctx, body)
	}
	if err != nil {
		return fmt.Errorf("journal of zone %s: %w", j.zone, err)
	}
	j.last, j.head = j.last+1, sha256.Sum256(body)
	return nil
}

// send publishes a commit once.
func (j *Journal) send(ctx context.Context, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	msg := &nats.Msg{
		Subject: subject.Journal(j.zone), Data: body,
		Header: nats.Header{commitHeader: []string{strconv.Itoa(commitVersion)}},
	}
	_, err := j.js.PublishMsg(ctx, msg, jetstream.WithExpectLastSequence(j.last), jetstream.WithRetryAttempts(0))
	return err
}

// has tells whether a commit that was sent is in the journal. It may be under way
// while it is not. ErrDeposed: another one has its place, so it will never be there.
func (j *Journal) has(ctx context.Context, body []byte) (bool, error) {
	stream, err := stream(ctx, j.js, subject.JournalStream(j.zone))
	if err != nil || stream.CachedInfo().State.LastSeq <= j.last {
		return false, err
	}
	msg, err := ask(ctx, func(ctx context.Context) (*jetstream.RawStreamMsg, error) {
		return stream.GetMsg(ctx, j.last+1)
	})
	if err != nil {
		return false, err
	}
	if msg.Header.Get(commitHeader) == "" || !bytes.Equal(msg.Data, body) {
		return false, ErrDeposed
	}
	return true, nil
}

func isWrongLastSequence(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence
}
