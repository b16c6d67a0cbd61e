package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/deskbus/deskbus/subject"
)

// ReplayHeader is on every message of a replay, so that nobody takes it for the
// log.
const ReplayHeader = "Deskbus-Replay"

// playAhead is how many events are read before they are played. A consumer must
// not wait for the time of its messages: the server would forget it.
const playAhead = 2000

// PlayOptions say what is played, and how.
type PlayOptions struct {
	// From and To are inclusive.
	From, To Moment
	// Prefix stands in place of "pom" in the subjects.
	Prefix string
	// Speed is how many seconds of the log are played in one; more than 0.
	Speed float64
	// Pause, if there is one, stops the clock when it gets a value, and lets it go
	// on with the next. OnPause is told both.
	Pause   <-chan struct{}
	OnPause func(paused bool, at time.Time)
}

// Played says what was published.
type Played struct {
	Events uint64
	// Unreadable are messages of the feed that are no events; they are left out.
	Unreadable uint64
	// Last is the time of the last event.
	Last time.Time
}

// Play publishes the events of a period again: on subjects of their own, at the
// pace of the log times the speed, the bodies as they are. Nothing is stored,
// unless somebody has made a stream for the prefix. It ends with the period or the
// context; the latter is no error.
func (l *Log) Play(ctx context.Context, nc *nats.Conn, o PlayOptions) (Played, error) {
	var p Played
	if !subject.ValidPrefix(o.Prefix) || o.Speed <= 0 {
		return p, fmt.Errorf("cannot play on prefix %q with speed %g", o.Prefix, o.Speed)
	}
	reading, err := l.spanOf(ctx, Query{From: o.From, To: o.To})
	if err != nil {
		return p, err
	}
	pace := &pace{speed: o.Speed, pause: o.Pause, onPause: o.OnPause}
	from, done := o.From, uint64(0)
	for {
		ahead, err := l.readAhead(ctx, from, o.To, done)
		if err != nil || len(ahead) == 0 {
			return p, endOfPlay(ctx, nc, err)
		}
		for _, r := range ahead {
			done = r.Sequence
			if r.Err != nil {
				p.Unreadable++
				continue
			}
			from = Moment{ZN: r.Event.ZN + 1}
			if err := pace.wait(ctx, r.Event.Time()); err != nil {
				return p, endOfPlay(ctx, nc, nil)
			}
			header := nats.Header{ReplayHeader: []string{"true"}}
			err := nc.PublishMsg(&nats.Msg{Subject: subject.Replayed(o.Prefix, r.Subject), Header: header, Data: r.Body})
			if err != nil {
				return p, err
			}
			p.Events, p.Last = p.Events+1, r.Event.Time()
			reading.progress(l, r.Sequence)
		}
	}
}

func endOfPlay(ctx context.Context, nc *nats.Conn, err error) error {
	if err != nil && ctx.Err() == nil {
		return err
	}
	return nc.FlushTimeout(5 * time.Second)
}

// readAhead reads some events from a moment on, those behind a sequence.
func (l *Log) readAhead(ctx context.Context, from, to Moment, after uint64) (ahead []*Record, err error) {
	quiet := Log{JS: l.JS, Zone: l.Zone}
	err = quiet.scan(ctx, Query{From: from, To: to}, nil, func(r *Record) error {
		if r.Sequence > after {
			ahead = append(ahead, r)
		}
		if len(ahead) == playAhead {
			return errEnough
		}
		return nil
	})
	return ahead, err
}

// pace lets the time of the log go by.
type pace struct {
	speed   float64
	pause   <-chan struct{}
	onPause func(paused bool, at time.Time)
	// first is the time of the first event, played is when that was.
	first, played time.Time
}

// wait returns when it is the time of an event. The first one is played at once.
func (p *pace) wait(ctx context.Context, at time.Time) error {
	if p.played.IsZero() {
		p.first, p.played = at, time.Now()
	}
	for ctx.Err() == nil {
		left := time.Until(p.played.Add(time.Duration(float64(at.Sub(p.first)) / p.speed)))
		if left <= 0 {
			return nil
		}
		select {
		case <-ctx.Done():
		case <-time.After(left):
		case <-p.pause:
			p.rest(ctx, at)
		}
	}
	return ctx.Err()
}

// rest waits until the pause is over.
func (p *pace) rest(ctx context.Context, at time.Time) {
	begun := time.Now()
	if p.onPause != nil {
		p.onPause(true, at)
	}
	select {
	case <-ctx.Done():
	case <-p.pause:
	}
	p.played = p.played.Add(time.Since(begun))
	if p.onPause != nil {
		p.onPause(false, at)
	}
}
