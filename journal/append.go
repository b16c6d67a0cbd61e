package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/subject"
)

// Append writes one commit after the newest one known, and sets its Prev. When
// it returns an error nobody knows whether the commit is in the journal, except
// for ErrDeposed: then it is not.
//
// While there is no answer the commit is sent again until the context ends.
func (j *Journal) Append(ctx context.Context, c Commit) error {
	c.Prev = j.head
	body, err := c.encode()
	if err != nil {
		return err
	}
	after := j.last
	_, err = writeOnce(ctx, func(ctx context.Context) (*jetstream.PubAck, error) {
		return j.send(ctx, after, body)
	}, func(ctx context.Context) (uint64, error) {
		return j.find(ctx, after, body)
	})
	switch {
	case errors.Is(err, errOvertaken):
		return fmt.Errorf("journal of zone %s: %w", j.zone, ErrDeposed)
	case err != nil:
		return fmt.Errorf("journal of zone %s: %w: %w", j.zone, ErrUnknownOutcome, err)
	}
	j.last, j.head = after+1, sha256.Sum256(body)
	return nil
}

// send publishes a commit once.
func (j *Journal) send(ctx context.Context, after uint64, body []byte) (*jetstream.PubAck, error) {
	msg := &nats.Msg{
		Subject: subject.Journal(j.zone), Data: body,
		Header: nats.Header{commitHeader: []string{strconv.Itoa(commitVersion)}},
	}
	return j.js.PublishMsg(ctx, msg, jetstream.WithExpectLastSequence(after), jetstream.WithRetryAttempts(0))
}

// find looks for a commit that was sent, and returns its sequence.
func (j *Journal) find(ctx context.Context, after uint64, body []byte) (uint64, error) {
	stream, err := stream(ctx, j.js, subject.JournalStream(j.zone))
	if err != nil {
		return 0, err
	}
	if stream.CachedInfo().State.LastSeq <= after {
		return 0, errUnderWay
	}
	msg, err := ask(ctx, func(ctx context.Context) (*jetstream.RawStreamMsg, error) {
		return stream.GetMsg(ctx, after+1)
	})
	if err == nil && (msg.Header.Get(commitHeader) == "" || !bytes.Equal(msg.Data, body)) {
		err = errOvertaken
	}
	return after + 1, err
}
