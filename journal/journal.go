package journal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/ordered"
	"github.com/deskbus/deskbus/subject"
)

// ErrDeposed: another leader has written to the journal. Fold it again.
var ErrDeposed = errors.New("another leader has written to the journal")

// ErrChain: a commit does not carry the hash of the one before. One of the two
// was changed, or one between them is missing. It is an ErrCorrupt.
var ErrChain = fmt.Errorf("%w: it does not carry the hash of the commit before", ErrCorrupt)

// ErrUnknownOutcome: nobody knows whether the commit is in the journal. Fold it
// again.
var ErrUnknownOutcome = errors.New("the outcome of an append is unknown")

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
	// needs tells of which events the data is decoded ahead; nil for none.
	needs func(events.Kind, string) bool
	// last and head are the sequence and the hash of the newest commit known.
	last uint64
	head Hash
}

// Open returns the journal of a zone before its first commit.
func Open(js jetstream.JetStream, zone string) *Journal { return &Journal{js: js, zone: zone} }

// OpenToFold is Open for who folds the events: they are decoded ahead of fn. Of
// those of which needs returns false the data is left out: the hash of the commit
// stands for it.
func OpenToFold(js jetstream.JetStream, zone string, needs func(kind events.Kind, name string) bool) *Journal {
	return &Journal{js: js, zone: zone, needs: needs}
}

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

// CatchUp is Fold for a journal that was followed: it reads only if there is
// something to read.
func (j *Journal) CatchUp(ctx context.Context, fn func(Commit) error) error {
	stream, err := stream(ctx, j.js, subject.JournalStream(j.zone))
	if err != nil {
		return fmt.Errorf("journal of zone %s: %w", j.zone, err)
	}
	if stream.CachedInfo().State.LastSeq == j.last {
		return nil
	}
	return j.Fold(ctx, fn)
}

// Follow is Fold that goes on with what is written later, until the context
// ends.
func (j *Journal) Follow(ctx context.Context, fn func(Commit) error) error {
	return j.read(ctx, true, fn)
}

// read has the commits decoded ahead of fn, in lanes: to decode takes longer than
// all the rest. The commits are dealt out to the lanes one by one and taken from
// them in the same order.
func (j *Journal) read(ctx context.Context, follow bool, fn func(Commit) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	config := jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: j.last + 1,
	}
	lanes := j.openLanes(ctx)
	var ended error // read only after the lanes are closed
	go func() {
		next := 0
		ended = ordered.Read(ctx, j.js, subject.JournalStream(j.zone), config, follow, func(msg jetstream.Msg) error {
			select {
			case lanes[next%len(lanes)].arrived <- msg:
				next++
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		for _, l := range lanes {
			close(l.arrived)
		}
	}()
	for next := 0; ; next++ {
		l := lanes[next%len(lanes)]
		m, more := <-l.decoded
		if !more {
			return ended
		}
		if err := j.fold(m, fn); err != nil {
			return err
		}
		l.takeBack(m.commit)
	}
}

// Trim removes the commits before the one with this sequence. Only what a kept
// snapshot stands for may go.
func (j *Journal) Trim(ctx context.Context, before uint64) error {
	stream, err := stream(ctx, j.js, subject.JournalStream(j.zone))
	if err == nil {
		err = stream.Purge(ctx, jetstream.WithPurgeSequence(before))
	}
	if err != nil {
		return fmt.Errorf("journal of zone %s: trim: %w", j.zone, err)
	}
	return nil
}

func (j *Journal) fold(m message, fn func(Commit) error) error {
	if m.foreign {
		slog.Error("journal: a message that is no commit is passed over: somebody may write here who should not",
			"zone", j.zone, "sequence", m.sequence, "bytes", m.bytes)
		j.last = m.sequence
		return nil
	}
	err := m.err
	switch {
	case err != nil:
	case m.sequence != j.last+1:
		err = &GapError{After: j.last, Sequence: m.sequence}
	case m.commit.Prev != j.head:
		err = ErrChain
	default:
		err = fn(m.commit)
	}
	if err != nil {
		return fmt.Errorf("journal of zone %s, sequence %d: %w", j.zone, m.sequence, err)
	}
	j.last, j.head = m.sequence, m.hash
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
		if err == nil {
			err = fn(c)
		}
		if meta, unknown := msg.Metadata(); err != nil && unknown == nil {
			err = fmt.Errorf("journal of zone %s, sequence %d: %w", j.zone, meta.Sequence.Stream, err)
		}
		return err
	})
}
