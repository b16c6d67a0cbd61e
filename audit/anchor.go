package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/manager"
	"github.com/deskbus/deskbus/subject"
)

// errEnough ends a reading when what follows is not asked for.
var errEnough = errors.New("enough")

// begin finds where the fold begins: before the first commit, or, when the journal
// was trimmed, at the oldest snapshot.
func (v *verification) begin(ctx context.Context) error {
	state, err := v.log.streamState(ctx, v.stream)
	if err != nil {
		return err
	}
	feedState, err := v.log.feedState(ctx)
	if err != nil {
		return err
	}
	v.total = state.Msgs + feedState.Msgs
	if v.snapshots, err = findSnapshots(ctx, v.log); err != nil {
		return err
	}
	if known := v.options.Known; known != nil && known.Sequence < state.FirstSeq {
		return fmt.Errorf("the journal begins at commit %d by now: commit %d cannot be looked up any more", state.FirstSeq, known.Sequence)
	}
	firstEvent := uint64(1)
	if state.FirstSeq > 1 {
		if firstEvent, err = v.beginTrimmed(ctx, state.FirstSeq); err != nil {
			return err
		}
	} else {
		v.State = manager.New(v.log.Zone)
	}
	v.feed = compare(ctx, v.log, feedState, firstEvent)
	return nil
}

// beginTrimmed takes the hash that the first commit carries on trust: the chain
// must lead from it to the one in the oldest snapshot. It returns the number of
// the first event.
func (v *verification) beginTrimmed(ctx context.Context, first uint64) (uint64, error) {
	oldest := v.snapshots.next()
	switch {
	case oldest == 0:
		return 0, &Fault{v.stream, first, errors.New("the journal begins here, and no snapshot says what was before")}
	case oldest < first-1:
		return 0, &Fault{v.stream, first, fmt.Errorf("the journal begins here, and the oldest snapshot ends at commit %d: those between are missing", oldest)}
	}
	var zn uint64
	var prev journal.Hash
	err := journal.Open(v.log.JS, v.log.Zone).Again(ctx, first, func(c journal.Commit) error {
		e, err := firstOf(c)
		if err != nil {
			return &Fault{v.stream, first, err}
		}
		zn, prev = e.ZN, c.Prev
		return errEnough
	})
	if err != nil && !errors.Is(err, errEnough) {
		return 0, unwrapped(err)
	}
	v.journal.Resume(journal.Snapshot{Sequence: first - 1, Head: prev})
	if oldest == first-1 {
		return zn, v.anchor(ctx, first-1, prev)
	}
	return zn, nil
}

func firstOf(c journal.Commit) (events.Event, error) {
	if len(c.Events) == 0 {
		return events.Event{}, errors.New("a commit without events")
	}
	return events.Decode(c.Events[0])
}

// anchor compares the snapshot of a commit with the fold, or begins the fold with
// it.
func (v *verification) anchor(ctx context.Context, sequence uint64, head journal.Hash) error {
	if v.snapshots.next() != sequence {
		return nil
	}
	v.snapshots.sequences = v.snapshots.sequences[1:]
	fail := func(err error) error { return &Fault{v.snapshots.stream, sequence, err} }
	snapshot, err := v.snapshots.store.Load(ctx, sequence)
	switch {
	case errors.Is(err, jetstream.ErrObjectNotFound):
		return nil // a newer one has taken its place meanwhile
	case errors.Is(err, journal.ErrSnapshot):
		return fail(err)
	case err != nil:
		return err
	case snapshot.Head != head:
		return fail(fmt.Errorf("the snapshot has another hash of commit %d than the journal", sequence))
	}
	if v.State == nil {
		v.State, err = manager.DecodeState(snapshot.State)
	} else {
		err = sameState(snapshot.State, v.State)
	}
	if err != nil {
		return fail(err)
	}
	v.Verified.Snapshots++
	return nil
}

// sameState compares a snapshot with the state that was folded. A field that the
// build which made the snapshot did not know is passed over.
func sameState(snapshot []byte, state *manager.State) error {
	folded, err := state.Encode()
	if err != nil || bytes.Equal(snapshot, folded) {
		return err
	}
	if err := events.WellFormed(snapshot); err != nil {
		return err
	}
	var was, is any
	if err := errors.Join(msgpack.Unmarshal(snapshot, &was), msgpack.Unmarshal(folded, &is)); err != nil {
		return err
	}
	if path := difference(was, is); path != "" {
		return fmt.Errorf("the snapshot is not the state that the journal gives: %s differs", path)
	}
	return nil
}

// difference returns where two values differ, "" for nowhere. What only the
// second has does not count.
func difference(was, is any) string {
	switch was := was.(type) {
	case map[string]any:
		m, isMap := is.(map[string]any)
		for key, value := range was {
			now, there := m[key]
			if path := difference(value, now); path != "" || !there || !isMap {
				return key + "." + path
			}
		}
	case []any:
		list, _ := is.([]any)
		if len(list) != len(was) {
			return "(a list)"
		}
		for i := range was {
			if path := difference(was[i], list[i]); path != "" {
				return path
			}
		}
	default:
		if fmt.Sprint(was) != fmt.Sprint(is) {
			return "(a value)"
		}
	}
	return ""
}

// snapshots are those that are still to be compared, the oldest first.
type snapshots struct {
	store     *journal.Snapshots
	stream    string
	sequences []uint64
}

func findSnapshots(ctx context.Context, l *Log) (s snapshots, err error) {
	s.stream = "snapshots of zone " + l.Zone
	if s.store, err = journal.FindSnapshots(ctx, l.JS, l.Zone); err != nil || s.store == nil {
		return s, err
	}
	s.sequences, err = s.store.List(ctx)
	slices.Reverse(s.sequences)
	return s, err
}

// next returns the commit of the next snapshot, 0 when there is none.
func (s *snapshots) next() uint64 {
	if len(s.sequences) == 0 {
		return 0
	}
	return s.sequences[0]
}

// known compares a commit with the one the auditor has noted down.
func (v *verification) known(sequence uint64, hash journal.Hash) error {
	if k := v.options.Known; k != nil && k.Sequence == sequence && k.Hash != hash {
		return &Fault{subject.JournalStream(v.log.Zone), sequence, fmt.Errorf("its hash is %x, not the known one: the journal was written anew", hash)}
	}
	return nil
}
