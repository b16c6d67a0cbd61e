package audit

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/subject"
)

const (
	// parallelGets is how many messages are asked for by number at a time.
	parallelGets = 64
	// getPatience is how long a message may be missing that must be there: a
	// server that answers may lag behind the one that stores.
	getPatience = 2 * time.Second
	getPause    = 50 * time.Millisecond
)

// complete reads the rest of the turns that these events are of: what a switch
// said that led to them, what it was ordered to do. The events of a turn stand
// together, so their numbers are known, but for where the turn ends.
func (g *gathering) complete(ctx context.Context, of []*Record) error {
	stream, err := g.log.JS.Stream(ctx, subject.EventsStream(g.log.Zone))
	if err != nil {
		return err
	}
	turns := openTurns(of)
	open := slices.Collect(maps.Values(turns))
	seen := maps.Clone(g.found)
	for step := uint64(1); len(open) > 0; step *= 2 {
		var wanted []uint64
		for _, t := range open {
			for zn := max(t.first, g.first); zn < t.reach(step, g.last); zn++ {
				if seen[zn] == nil {
					wanted = append(wanted, zn)
				}
			}
		}
		slices.Sort(wanted)
		records, err := g.get(ctx, stream, slices.Compact(wanted))
		if err != nil {
			return err
		}
		for zn, r := range records {
			seen[zn] = r
			if r.Err != nil || turns[r.Event.Turn] != nil {
				g.add(r)
			}
		}
		open = slices.DeleteFunc(open, func(t *openTurn) bool { return t.ends(seen, t.reach(step, g.last)) })
	}
	return nil
}

// openTurn is a turn of which some events are known.
type openTurn struct {
	turn uint64
	// first is the number of its first event, next that after the last of which
	// it is known that it belongs to the turn.
	first, next uint64
	// closed: nothing that matters follows.
	closed bool
}

func openTurns(of []*Record) map[uint64]*openTurn {
	turns := map[uint64]*openTurn{}
	for _, r := range of {
		e := &r.Event
		t := turns[e.Turn]
		if t == nil {
			t = &openTurn{turn: e.Turn, first: e.ZN - uint64(e.Index)}
			turns[e.Turn] = t
		}
		if e.ZN >= t.next {
			t.next = e.ZN + 1
			// After the capabilities come only those of other agents.
			t.closed = e.Name == events.AGTCapabilitiesChanged
		}
	}
	return turns
}

// reach is up to where, exclusively, events are looked at that could be of the
// turn.
func (t *openTurn) reach(step, last uint64) uint64 {
	if t.closed {
		return t.next
	}
	return min(t.next+step, last+1)
}

// ends looks for the end of the turn among what has been seen, up to there.
func (t *openTurn) ends(seen map[uint64]*Record, reach uint64) bool {
	if t.closed || t.next == reach {
		return true
	}
	for ; t.next < reach; t.next++ {
		if r := seen[t.next]; r.Err != nil || r.Event.Turn != t.turn {
			return true
		}
	}
	return false
}

// get reads events by their numbers.
func (g *gathering) get(ctx context.Context, stream jetstream.Stream, numbers []uint64) (map[uint64]*Record, error) {
	records := make(map[uint64]*Record, len(numbers))
	var mu sync.Mutex
	err := inParallel(parallelGets, numbers, func(zn uint64) error {
		m, err := getPatiently(ctx, stream, zn)
		if err != nil {
			return fmt.Errorf("event %d of zone %s: %w", zn, g.log.Zone, err)
		}
		mu.Lock()
		defer mu.Unlock()
		records[zn] = newRecord(m.Sequence, m.Subject, m.Data)
		return nil
	})
	return records, err
}

func getPatiently(ctx context.Context, stream jetstream.Stream, zn uint64) (*jetstream.RawStreamMsg, error) {
	for deadline := time.Now().Add(getPatience); ; {
		m, err := feed.Get(ctx, stream, zn)
		if !errors.Is(err, jetstream.ErrMsgNotFound) || time.Now().After(deadline) {
			return m, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(getPause):
		}
	}
}
