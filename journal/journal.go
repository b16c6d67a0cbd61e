package journal

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/internal/ordered"
	"github.com/deskbus/deskbus/subject"
)

// ErrDeposed: another leader has written to the journal. Fold it again.
var ErrDeposed = errors.New("another leader has written to the journal")

// ErrChain: a commit does not carry the hash of the one before. One of the two
// was changed, or one between them is missing. It is an ErrCorrupt.
var ErrChain = fmt.Errorf("%w: it does not carry the hash of the commit before", ErrCorrupt)

// commitHeader marks what a leader wrote. The bus delivers acknowledgements and
// the answers of services to any subject a request names, also to that of the
// journal, so a message without the mark is nobody's commit and passed over. A
// commit that was replaced by one breaks the chain of hashes.
const commitHeader = "Deskbus-Commit"

// Journal is the journal of one zone, at the place up to which it was read or
// written.
type Journal struct {
	js   jetstream.JetStream
	zone string
	// last and head are the sequence and the hash of the newest commit known.
	last uint64
	head Hash
}

// Open returns the journal of a zone before its first commit.
func Open(js jetstream.JetStream, zone string) *Journal { return &Journal{js: js, zone: zone} }

// Resume goes on after the commit of a snapshot, as if everything up to it had
// been folded.
func (j *Journal) Resume(s Snapshot) { j.last, j.head = s.Sequence, s.Head }

// Last returns the sequence of the newest commit known.
func (j *Journal) Last() uint64 { return j.last }

// Snapshot returns the snapshot of the newest commit known, for its state and
// the place in the inbox that go with it.
func (j *Journal) Snapshot(inbox Position, state []byte) Snapshot {
	return Snapshot{Sequence: j.last, Head: j.head, Inbox: inbox, State: state}
}

// Fold reads on to the end of the journal and calls fn for each commit, in
// order. It returns ErrCorrupt, with the sequence, when a commit does not follow
// the one before, and the first error of fn.
func (j *Journal) Fold(ctx context.Context, fn func(Commit) error) error {
	return j.read(ctx, false, fn)
}

// Follow is Fold that goes on with what is written later, until the context
// ends.
func (j *Journal) Follow(ctx context.Context, fn func(Commit) error) error {
	return j.read(ctx, true, fn)
}

func (j *Journal) read(ctx context.Context, follow bool, fn func(Commit) error) error {
	config := jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: j.last + 1,
	}
	return ordered.Read(ctx, j.js, subject.JournalStream(j.zone), config, follow, func(msg jetstream.Msg) error {
		return j.fold(msg, fn)
	})
}

// Trim removes the commits before the one with this sequence. Only what a kept
// snapshot stands for may go.
func (j *Journal) Trim(ctx context.Context, before uint64) error {
	stream, err := j.js.Stream(ctx, subject.JournalStream(j.zone))
	if err == nil {
		err = stream.Purge(ctx, jetstream.WithPurgeSequence(before))
	}
	if err != nil {
		return fmt.Errorf("journal of zone %s: trim: %w", j.zone, err)
	}
	return nil
}

func (j *Journal) fold(msg jetstream.Msg, fn func(Commit) error) error {
	meta, err := msg.Metadata()
	if err != nil {
		return fmt.Errorf("journal of zone %s: %w", j.zone, err)
	}
	sequence := meta.Sequence.Stream
	if msg.Headers().Get(commitHeader) == "" {
		slog.Error("journal: a message that is no commit is passed over: somebody may write here who should not",
			"zone", j.zone, "sequence", sequence, "bytes", len(msg.Data()))
		j.last = sequence
		return nil
	}
	c, err := DecodeCommit(msg.Data())
	c.Sequence = sequence
	switch {
	case err != nil:
	case sequence != j.last+1:
		err = fmt.Errorf("%w: commit %d follows commit %d", ErrCorrupt, sequence, j.last)
	case c.Prev != j.head:
		err = ErrChain
	default:
		err = fn(c)
	}
	if err != nil {
		return fmt.Errorf("journal of zone %s, sequence %d: %w", j.zone, sequence, err)
	}
	j.last, j.head = sequence, sha256.Sum256(msg.Data())
	return nil
}

// Again reads commits that were folded before, from the one with this sequence
// to the newest, and calls fn for each.
func (j *Journal) Again(ctx context.Context, from uint64, fn func(Commit) error) error {
	config := jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: from,
	}
	return ordered.Read(ctx, j.js, subject.JournalStream(j.zone), config, false, func(msg jetstream.Msg) error {
		if msg.Headers().Get(commitHeader) == "" {
			return nil
		}
		c, err := DecodeCommit(msg.Data())
		if err != nil {
			return err
		}
		return fn(c)
	})
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
	msg := &nats.Msg{
		Subject: subject.Journal(j.zone), Data: body,
		Header: nats.Header{commitHeader: []string{strconv.Itoa(commitVersion)}},
	}
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
