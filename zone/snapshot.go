package zone

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/deskbus/deskbus/journal"
)

// snapshotCommits is after how many commits a snapshot is made. To fold that
// many again takes about a second.
const snapshotCommits = 20_000

// snapshotInfo describes the newest snapshot that this broker knows: the time of
// its newest event, in microseconds since 1970, UTC, and its size in bytes.
type snapshotInfo struct {
	at   int64
	size int
}

// snapshots makes the snapshots of one leadership, one at a time.
type snapshots struct {
	zone *Zone
	// at is the newest commit when the last one was begun, busy whether it is
	// still being made. They belong to the leader's goroutine.
	at   uint64
	busy bool
	// done gets nil, or how the journal is damaged.
	done chan error
}

// keep begins a snapshot when enough was committed since the last one. It fails
// when the one before has found the journal damaged: the leader, who has the state
// in memory, would go on to write what nobody could ever fold.
func (s *snapshots) keep(ctx context.Context, last uint64) error {
	select {
	case err := <-s.done:
		s.busy = false
		if err != nil {
			return err
		}
	default:
	}
	if s.busy || last < s.at+s.zone.snapshotEvery {
		return nil
	}
	s.at, s.busy = last, true
	go func() {
		err := s.zone.makeSnapshot(ctx)
		if err != nil && ctx.Err() == nil {
			s.zone.counters.snapshotFailed.Inc()
			s.zone.log.Warn("no snapshot was made", "error", err)
		}
		if !errors.Is(err, journal.ErrCorrupt) {
			err = nil // the next attempt follows
		}
		s.done <- err
	}()
	return nil
}

// makeSnapshot folds the journal on from the last snapshot, as a standby does.
// The leader does not wait for it; it costs the time of another processor and,
// for a moment, the memory of a second state.
func (z *Zone) makeSnapshot(ctx context.Context) error {
	start := time.Now()
	r, err := z.newReplica(ctx)
	if err != nil {
		return err
	}
	if err := r.journal.Fold(ctx, r.fold); err != nil {
		return err
	}
	state, err := r.state.Encode()
	if err != nil {
		return err
	}
	if err := z.config.Snapshots.Save(ctx, r.journal.Snapshot(r.inbox, state)); err != nil {
		return err
	}
	z.counters.snapshotDuration.Observe(time.Since(start).Seconds())
	z.snapshot.Store(&snapshotInfo{at: r.state.At, size: len(state)})
	z.log.Info("snapshot made", "sequence", r.journal.Last(), "zn", r.state.ZN, "bytes", len(state))
	return z.trim(ctx, r)
}

// trim removes the commits that are more than is to be kept and that a snapshot
// stands for.
func (z *Zone) trim(ctx context.Context, r *replica) error {
	kept, err := z.config.Snapshots.List(ctx)
	if err != nil || z.config.KeepCommits == 0 || len(kept) == 0 || r.journal.Last() < z.config.KeepCommits {
		return err
	}
	before := min(kept[len(kept)-1], r.journal.Last()-z.config.KeepCommits) + 1
	if err := r.journal.Trim(ctx, before); err != nil {
		return fmt.Errorf("the journal grows on: %w", err)
	}
	return nil
}
