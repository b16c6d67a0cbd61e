package zone

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/manager"
)

// replica is the state of a zone as of one place of its journal. It belongs to
// one goroutine.
type replica struct {
	state   *manager.State
	journal *journal.Journal
	// inbox is how far the inbox is decided.
	inbox journal.Position
	// folded is the commit of the snapshot it began with, 0 without one.
	folded uint64
	recent recent
}

// recent is the newest events as they stand in the journal: what a takeover
// compares the feed with. To read them again would take longer than all the rest
// of a takeover.
type recent struct {
	// bodies is a ring, by zone number.
	bodies [journal.TailLength][]byte
	// first and last are the numbers it has, 0 for none.
	first, last uint64
}

func (r *recent) add(zn uint64, body []byte) {
	if r.last == 0 {
		r.first = zn
	}
	r.bodies[zn%journal.TailLength], r.last = body, zn
	r.first = max(r.first, zn-min(zn-1, journal.TailLength-1))
}

// reaches tells whether nothing before it need be compared when the feed ends
// with this number.
func (r *recent) reaches(end uint64) bool {
	whole := r.first == 1 || r.last-r.first == journal.TailLength-1
	return whole && r.first <= end+1
}

// newReplica returns the newest replica that a snapshot gives, or one before the
// first event. A snapshot that cannot be read is passed over: an older one and
// more of the journal give the same.
func (z *Zone) newReplica(ctx context.Context) (*replica, error) {
	empty := &replica{state: manager.New(z.config.Name), journal: z.openJournal()}
	sequences, err := z.config.Snapshots.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, sequence := range sequences {
		r, err := z.loadReplica(ctx, sequence)
		if err == nil {
			return r, nil
		}
		if !errors.Is(err, journal.ErrSnapshot) {
			return nil, err
		}
		z.log.Warn("a snapshot is passed over", "sequence", sequence, "error", err)
	}
	return empty, nil
}

func (z *Zone) openJournal() *journal.Journal {
	return journal.OpenToFold(z.config.JS, z.config.Name, manager.NeedsData)
}

func (z *Zone) loadReplica(ctx context.Context, sequence uint64) (*replica, error) {
	snapshot, err := z.config.Snapshots.Load(ctx, sequence)
	if err != nil {
		return nil, err
	}
	state, err := manager.DecodeState(snapshot.State)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", journal.ErrSnapshot, err)
	}
	if known := z.snapshot.Load(); known == nil || known.at < state.At {
		z.snapshot.Store(&snapshotInfo{at: state.At, size: len(snapshot.State)})
	}
	r := &replica{state: state, journal: z.openJournal(), inbox: snapshot.Inbox, folded: snapshot.Sequence}
	r.journal.Resume(snapshot)
	return r, nil
}

// fold takes one commit into the state.
func (r *replica) fold(commit journal.Commit) error {
	for i := range commit.Decoded {
		e := &commit.Decoded[i]
		if err := r.state.Evolve(e); err != nil {
			return fmt.Errorf("%w: %w", journal.ErrCorrupt, err)
		}
		r.recent.add(e.ZN, commit.Events[i])
	}
	r.inbox = commit.Inbox
	return nil
}

// hash names the state: replicas at the same place have the same, and so has
// whoever folds the log up to there.
func (r *replica) hash() string {
	b, err := r.state.Encode()
	if err != nil {
		return err.Error()
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
