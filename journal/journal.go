package journal

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/subject"
)

// ErrDeposed: another leader has written to the journal. Fold it again.
var ErrDeposed = errors.New("another leader has written to the journal")

// pullHeartbeat is after how long of silence a reader suspects its stream:
// twice this. The library's default of 30 s is too long for a takeover.
const pullHeartbeat = time.Second

// Journal is the journal of one zone, at the place up to which it was read or
// written.
type Journal struct {
	js     jetstream.JetStream
	zone   string
	stream jetstream.Stream
	// last and head are the sequence and the hash of the newest commit known.
	last uint64
	head Hash
}

// Open opens the journal of a zone before its first commit.
func Open(ctx context.Context, js jetstream.JetStream, zone string) (*Journal, error) {
	stream, err := js.Stream(ctx, subject.JournalStream(zone))
	if err != nil {
		return nil, fmt.Errorf("journal of zone %s: %w", zone, err)
	}
	return &Journal{js: js, zone: zone, stream: stream}, nil
}

// Fold reads on to the end of the journal and calls fn for each commit, in
// order. It returns ErrCorrupt, with the sequence, when a commit does not follow
// the one before, and the first error of fn.
func (j *Journal) Fold(ctx context.Context, fn func(Commit) error) error {
	info, err := j.stream.Info(ctx)
	if err != nil {
		return fmt.Errorf("journal of zone %s: %w", j.zone, err)
	}
	if info.State.LastSeq == j.last {
		return nil
	}
	consumer, err := j.stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: j.last + 1,
	})
	if err != nil {
		return fmt.Errorf("journal of zone %s: %w", j.zone, err)
	}
	messages, err := consumer.Messages(jetstream.PullHeartbeat(pullHeartbeat))
	if err != nil {
		return fmt.Errorf("journal of zone %s: %w", j.zone, err)
	}
	defer messages.Stop()
	stop := context.AfterFunc(ctx, messages.Stop)
	defer stop()
	for j.last < info.State.LastSeq {
		msg, err := messages.Next()
		if err != nil {
			return errors.Join(ctx.Err(), fmt.Errorf("journal of zone %s: %w", j.zone, err))
		}
		if err := j.fold(msg, fn); err != nil {
			return err
		}
	}
	return nil
}

func (j *Journal) fold(msg jetstream.Msg, fn func(Commit) error) error {
	meta, err := msg.Metadata()
	if err != nil {
		return fmt.Errorf("journal of zone %s: %w", j.zone, err)
	}
	sequence := meta.Sequence.Stream
	c, err := DecodeCommit(msg.Data())
	switch {
	case err != nil:
	case sequence != j.last+1:
		err = fmt.Errorf("%w: commit %d follows commit %d", ErrCorrupt, sequence, j.last)
	case c.Prev != j.head:
		err = fmt.Errorf("%w: it does not carry the hash of the commit before", ErrCorrupt)
	default:
		err = fn(c)
	}
	if err != nil {
		return fmt.Errorf("journal of zone %s, sequence %d: %w", j.zone, sequence, err)
	}
	j.last, j.head = sequence, sha256.Sum256(msg.Data())
	return nil
}

// Append writes one commit after the newest one known, and sets its Prev. When
// it returns an error nobody knows whether the commit is in the journal, except
// for ErrDeposed: then it is not.
func (j *Journal) Append(ctx context.Context, c Commit) error {
	c.Prev = j.head
	body, err := c.encode()
	if err != nil {
		return err
	}
	msg := &nats.Msg{Subject: subject.Journal(j.zone), Data: body}
	ack, err := j.js.PublishMsg(ctx, msg, jetstream.WithExpectLastSequence(j.last))
	if isWrongLastSequence(err) {
		return fmt.Errorf("journal of zone %s: %w", j.zone, ErrDeposed)
	}
	if err != nil {
		return fmt.Errorf("journal of zone %s: the outcome of an append is unknown: %w", j.zone, err)
	}
	j.last, j.head = ack.Sequence, sha256.Sum256(body)
	return nil
}

func isWrongLastSequence(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence
}
