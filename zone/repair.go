package zone

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
)

const (
	// repairTimeout is how long a leader that is to stop goes on with its repair.
	repairTimeout = 5 * time.Second
	// repairAckWait is how long the bus may take to acknowledge a repair, and
	// repairAttempts how often it is tried.
	repairAckWait  = time.Second
	repairAttempts = 10
	// repairPause is the pause between two attempts.
	repairPause = 50 * time.Millisecond
)

// repairNow repairs the feed, also when the leader is to stop: its claim is in the
// journal, and there may be no next leader for a while. When an answer is missing
// it looks again at what the feed has; what is still under way is refused there.
// Before is the newest event before the claim, which is not in the feed yet.
func (l *leader) repairNow(ctx context.Context, before uint64) error {
	repairing, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(repairTimeout, cancel) })
	defer stop()
	err := l.repairOnce(repairing, before)
	for i := 1; i < repairAttempts && errors.Is(err, journal.ErrUnpublished) && repairing.Err() == nil; i++ {
		l.zone.log.Warn("the feed is repaired again", "error", err)
		time.Sleep(repairPause)
		if err = l.feed.Reopen(repairing); err == nil {
			err = l.repairOnce(repairing, before)
		}
	}
	return err
}

func (l *leader) repairOnce(ctx context.Context, before uint64) error {
	if err := l.repair(ctx, before); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, repairAckWait)
	defer cancel()
	return l.feed.Flush(ctx)
}

// repair publishes what is in the journal and not in the feed: the claim, and
// what the former leader committed and could not publish any more. It happened,
// whoever tells it.
func (l *leader) repair(ctx context.Context, before uint64) error {
	tail, err := l.feed.Tail(ctx, before)
	if err != nil {
		return err
	}
	if n := len(tail.Strangers); n > 0 {
		l.zone.log.Warn("the feed holds messages that no leader wrote and readers pass over: somebody may write here who should not",
			"messages", n, "sequence", tail.Strangers[n-1])
	}
	if l.recent.reaches(l.feed.Last()) {
		err = l.publishRecent(tail)
	} else {
		err = l.publishFrom(ctx, tail, l.repairFrom())
	}
	if errors.Is(err, errBegunTooLate) {
		err = l.publishFrom(ctx, tail, 1)
	}
	if errors.Is(err, errBegunTooLate) {
		return fmt.Errorf("%w: the feed ends at %d, and the journal does not reach back to that any more: %w",
			journal.ErrCorrupt, l.feed.Last(), err)
	}
	return err
}

// repairFrom is a commit before which the journal need not be compared with the
// feed. A commit has one event at least, so going back as many commits as events
// is far enough, unless strangers have written to the journal.
func (l *leader) repairFrom() uint64 {
	compared := l.feed.Last() - min(l.feed.Last(), journal.TailLength)
	back := l.state.ZN - min(l.state.ZN, compared)
	return max(1, l.journal.Last()-min(l.journal.Last(), back))
}

// errBegunTooLate: the feed lacks events of earlier commits.
var errBegunTooLate = errors.New("the events before these are missing")

// publishRecent compares the end of the feed with the newest events, and publishes
// what the feed lacks.
func (l *leader) publishRecent(tail *journal.Tail) error {
	for zn := l.recent.first; zn <= l.recent.last; zn++ {
		if err := l.compare(tail, zn, l.recent.bodies[zn%journal.TailLength]); err != nil {
			return err
		}
	}
	if err := l.republish(); err != nil {
		return err
	}
	return tail.CheckEnd(l.state.ZN)
}

// publishFrom does so with the journal, from one commit on.
func (l *leader) publishFrom(ctx context.Context, tail *journal.Tail, sequence uint64) error {
	first := true
	err := l.journal.Again(ctx, sequence, func(commit journal.Commit) error {
		for _, body := range commit.Events {
			e, _, err := events.DecodeEnvelope(body)
			if err != nil {
				return fmt.Errorf("%w: %w", journal.ErrCorrupt, err)
			}
			if first && e.ZN > l.feed.Last()+1 {
				return errBegunTooLate
			}
			first = false
			if err := l.compare(tail, e.ZN, body); err != nil {
				return err
			}
		}
		return l.republish()
	})
	if err != nil {
		return err
	}
	return tail.CheckEnd(l.state.ZN)
}

// republish publishes what was counted by whoever committed it.
func (l *leader) republish() error {
	err := l.publish()
	l.forget()
	return err
}

// compare compares an event with that of the feed. What is behind the end of the feed
// is to be published; what is behind an event that it lacks, once more.
func (l *leader) compare(tail *journal.Tail, zn uint64, body []byte) error {
	if err := tail.Check(zn, body); err != nil {
		return err
	}
	if len(l.turns) == 0 && zn <= l.feed.Last() {
		if !tail.Lacks(zn) {
			return nil
		}
		l.zone.log.Warn("something stands in place of an event of the feed: it is published again, with those behind it", "zn", zn)
		l.feed.GoBack(zn - 1)
	}
	// A fold does not look at all data, so this may be the first to find it damaged.
	e, err := events.Decode(body)
	if err != nil {
		return fmt.Errorf("event %d: %w: %w", zn, journal.ErrCorrupt, err)
	}
	l.turns, l.bodies = append(l.turns, e), append(l.bodies, body)
	return nil
}
