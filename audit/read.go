package audit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/feed"
)

// clockSkew is how far the clocks of brokers and servers may be apart without an
// event being missed at the edge of the asked time.
const clockSkew = time.Minute

// Read calls fn for each event that is asked for, in the order of the zone. It
// returns the first error of fn, and that of the context when it ends.
func (l *Log) Read(ctx context.Context, q Query, fn func(*Record) error) error {
	if len(q.Agents) == 0 && q.Session == "" {
		return l.scan(ctx, q, nil, func(r *Record) error {
			if r.Err != nil || q.covers(r) {
				return fn(r)
			}
			return nil
		})
	}
	stream, newest, err := feed.Find(ctx, l.JS, l.Zone)
	if err != nil {
		return err
	}
	g := &gathering{
		log: l, query: q, first: stream.CachedInfo().State.FirstSeq, last: newest, end: stream.CachedInfo().State.LastSeq,
		found: map[uint64]*Record{}, unreadable: map[uint64]*Record{}, calls: map[string]bool{}, also: map[uint64]bool{},
	}
	if err := g.read(ctx); err != nil {
		return err
	}
	if err := g.tell(fn); err != nil || !q.Follow {
		return err
	}
	q.From = Moment{ZN: newest + 1}
	return l.scan(ctx, q, nil, func(r *Record) error {
		q.learn(r, g.calls)
		if q.wants(r, g.calls) {
			return fn(r)
		}
		return nil
	})
}

// scan reads what stands on some subjects, all of them when there are none, as
// far as the query reaches.
func (l *Log) scan(ctx context.Context, q Query, subjects []string, fn func(*Record) error) error {
	query := feed.Query{From: q.From.ZN, Subjects: subjects, Follow: q.Follow}
	if !q.From.Time.IsZero() {
		// An event is published after it was decided, so none is missed.
		query.Since = q.From.Time.Add(-clockSkew)
	}
	var reading span
	if subjects == nil && !q.Follow {
		var err error
		if reading, err = l.spanOf(ctx, q); err != nil {
			return err
		}
	}
	last := uint64(0)
	err := feed.Read(ctx, l.JS, l.Zone, query, func(m jetstream.Msg) error {
		r, err := recordOf(m)
		if err != nil {
			return err
		}
		if r.Err == nil && r.Event.ZN <= last {
			r.fail(fmt.Errorf("it repeats event %d", r.Event.ZN))
		}
		last = max(last, r.Event.ZN)
		reading.progress(l, r.Sequence)
		switch {
		case r.Err != nil:
			return fn(r)
		case q.To.after(&r.Event):
			return errEnough
		case q.From.before(&r.Event):
			return nil
		}
		return fn(r)
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return err
}

// span is from which message to which a reading goes, roughly.
type span struct{ first, last uint64 }

// spanOf takes the numbers for evenly spread over the time.
func (l *Log) spanOf(ctx context.Context, q Query) (span, error) {
	state, err := l.feedState(ctx)
	if err != nil || state.Msgs == 0 {
		return span{}, err
	}
	length := state.LastTime.Sub(state.FirstTime)
	place := func(m Moment, otherwise uint64) uint64 {
		switch {
		case m.ZN != 0:
			return m.ZN
		case m.Time.IsZero() || length <= 0:
			return otherwise
		}
		share := float64(m.Time.Sub(state.FirstTime)) / float64(length)
		return state.FirstSeq + uint64(min(max(share, 0), 1)*float64(state.LastSeq-state.FirstSeq))
	}
	return span{place(q.From, state.FirstSeq), place(q.To, state.LastSeq)}, nil
}

func (s span) progress(l *Log, sequence uint64) {
	if s.last > s.first && sequence > s.first {
		l.progress(min(sequence, s.last)-s.first, s.last-s.first)
	}
}
