package audit

import (
	"context"
	"errors"
	"fmt"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/manager"
	"github.com/deskbus/deskbus/subject"
)

// Fault is the first thing in a log that is not as it must be.
type Fault struct {
	// Stream is where it stands, Sequence the message.
	Stream   string
	Sequence uint64
	Err      error
}

func (f *Fault) Error() string {
	return fmt.Sprintf("%s, sequence %d: %v", f.Stream, f.Sequence, f.Err)
}

// Unwrap returns what is wrong.
func (f *Fault) Unwrap() error { return f.Err }

// Known is a commit an auditor has noted down: its place and its hash.
type Known struct {
	Sequence uint64
	Hash     journal.Hash
}

// VerifyOptions say more than "the whole log".
type VerifyOptions struct {
	// Known is a commit that must be in the journal, nil for none. Whoever can
	// write the journal anew can make the hashes anew, but not the one that was
	// noted down elsewhere.
	Known *Known
	// Each, if there is one, gets every event that was folded.
	Each func(*events.Event)
}

// Verified says what was checked.
type Verified struct {
	// Commits were read, from the one with the sequence First to Head.
	Commits uint64
	First   uint64
	Head    Known
	// Foreign are messages among them that are no commits and are passed over.
	Foreign uint64
	// Linked are the first commits of a trimmed journal: their hashes lead to the
	// oldest snapshot, but what was before them is not there to fold.
	Linked uint64

	Turns, Events, Commands uint64
	Agents, Switches        int
	// Capabilities is how often what an agent was told last was held against the
	// matrix.
	Capabilities uint64
	Snapshots    int
	// Strangers are messages of the feed that are no events, or not the next: readers
	// pass over them. Stranger is the sequence of the first.
	Strangers, Stranger uint64
	// Compared are the messages of the feed that are those of the journal. Aged
	// are events the feed has dropped at its start, Missing those that are not
	// published yet: the next leader does that.
	Compared, Aged, Missing uint64
	// State is the fold of the journal.
	State *manager.State
}

// Verify reads journal, feed and snapshots and proves what they promise:
//
//   - each commit carries the hash of the one before; a trimmed journal leads to
//     the hash in its oldest snapshot;
//   - the events fold: turns are whole and in one commit, the numbers of the
//     zone, of each agent and of each switch are dense;
//   - a command was decided once, answered in its turn, and a retry got the same;
//   - after each turn the agents in it have been told what the matrix says;
//   - the feed has the same bytes, in order, under their own subjects;
//   - a snapshot is the state at its place.
//
// It returns a [Fault] with the first that is broken. A zone may be written
// meanwhile: what is verified then ends somewhere near the end. It keeps some
// bytes of each command, and the state; everything else goes by.
func (l *Log) Verify(ctx context.Context, o VerifyOptions) (Verified, error) {
	v := &verification{
		log: l, options: o, journal: journal.Open(l.JS, l.Zone), stream: subject.JournalStream(l.Zone), outcomes: outcomes{},
	}
	err := v.run(ctx)
	v.count()
	return v.Verified, err
}

// verification is a verification under way.
type verification struct {
	Verified
	log     *Log
	options VerifyOptions
	journal *journal.Journal
	stream  string
	// held is the newest commit. What it says is checked when the next one has
	// proved by its hash that the journal still has it as it was written. Then a
	// difference to the feed is the feed's.
	held      *journal.Commit
	snapshots snapshots
	feed      *comparison
	outcomes  outcomes
	turn      turn
	// total is how many messages there are, roughly.
	total uint64
}

func (v *verification) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if err := v.begin(ctx); err != nil {
		return err
	}
	if err := v.fold(ctx); err != nil {
		return err
	}
	if err := v.foldRest(ctx); err != nil {
		return err
	}
	return v.end()
}

// fold reads on to the end of the journal.
func (v *verification) fold(ctx context.Context) error {
	err := v.journal.Fold(ctx, func(c journal.Commit) error {
		held := v.held
		v.held = &c
		if held == nil {
			v.First = c.Sequence
			return nil
		}
		v.Foreign += c.Sequence - held.Sequence - 1
		return v.commit(ctx, held, c.Prev)
	})
	if errors.Is(err, journal.ErrChain) {
		return v.broken(ctx)
	}
	var fault *Fault
	if errors.Is(err, journal.ErrCorrupt) && !errors.As(err, &fault) {
		return &Fault{v.stream, v.journal.Last() + 1, errors.Unwrap(err)}
	}
	return unwrapped(err)
}

// unwrapped takes off what the journal adds to a fault: the fault says where.
func unwrapped(err error) error {
	var fault *Fault
	if errors.As(err, &fault) {
		return fault
	}
	return err
}

// broken finds which of two commits was changed, when the second does not carry
// the hash of the first: the first, if its contents are not right either.
func (v *verification) broken(ctx context.Context) error {
	last := v.journal.Last()
	if v.held != nil {
		if err := v.commit(ctx, v.held, v.head().Hash); err != nil {
			return &Fault{v.stream, last, fmt.Errorf("it was changed: the hash that commit %d has of it is another, and %w", last+1, err)}
		}
	}
	return &Fault{v.stream, last + 1, fmt.Errorf("it does not carry the hash of commit %d: one of the two was changed, or one between them is missing", last)}
}

// foldRest checks the newest commit. A feed that goes on after the end of the
// journal is right only as far as the journal has grown meanwhile.
func (v *verification) foldRest(ctx context.Context) error {
	_, newest, err := feed.Find(ctx, v.log.JS, v.log.Zone)
	if err != nil {
		return err
	}
	if err := v.fold(ctx); err != nil {
		return err
	}
	v.Head = v.head()
	if v.held != nil {
		if err := v.commit(ctx, v.held, v.Head.Hash); err != nil {
			return err
		}
		v.held = nil
	}
	if v.State != nil {
		if err := v.feed.rest(ctx, v.State.ZN); err != nil {
			return err
		}
	}
	if v.State != nil && newest > v.State.ZN {
		return &Fault{subject.EventsStream(v.log.Zone), v.State.ZN + 1,
			fmt.Errorf("the journal ends at event %d: what follows in the feed was never committed, or the end of the journal is gone", v.State.ZN)}
	}
	return nil
}

// head is the newest commit that was read.
func (v *verification) head() Known {
	return Known{v.journal.Last(), v.journal.Snapshot(journal.Position{}, nil).Head}
}

func (v *verification) end() error {
	if known := v.options.Known; known != nil && known.Sequence > v.Head.Sequence {
		return &Fault{v.stream, v.Head.Sequence, fmt.Errorf("the journal ends here, before the known commit %d", known.Sequence)}
	}
	if next := v.snapshots.next(); next != 0 {
		return &Fault{v.stream, v.Head.Sequence, fmt.Errorf("the journal ends here, before snapshot %d", next)}
	}
	return nil
}

// count tells how far it came.
func (v *verification) count() {
	if v.State != nil {
		v.Agents, v.Switches = len(v.State.Agents), len(v.State.Switches)
	}
	if v.feed != nil {
		v.Aged, v.Compared, v.Missing = v.feed.aged, v.feed.compared, v.feed.missing
		v.Strangers, v.Stranger = v.feed.strangers, v.feed.stranger
	}
}
