package feed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

const (
	// readTimeout bounds one look at the stream; a longer history is read in
	// several.
	readTimeout = 30 * time.Second
	// retryAfter is the pause before the stream is read again, after an error or
	// when it does not have the missing event yet.
	retryAfter = 250 * time.Millisecond
	// holePatience is how long an event that the stream lacks between two others is
	// waited for: a leader that finds something else in its place ends its leadership,
	// and the next one publishes again from there.
	holePatience = 10 * time.Second
)

// FollowConfig says whom to follow.
type FollowConfig struct {
	// Agent or Switch is the addressee; with neither, the whole zone is
	// followed.
	Agent  string
	Switch string
	// From is the zone number from which history is delivered first. With 0 the
	// follower begins with the next event; that may be one published up to a
	// heartbeat before Follow was called.
	From uint64
	// OnEvent gets the events: in order, each number once, one call at a time.
	// It may take its time: what arrives meanwhile waits in a queue that has no
	// bound, and no other follower waits with it.
	OnEvent func(events.Event)
	// NeedsData tells of which events OnEvent looks at the data; nil for all. It is
	// left out of the others when they are read from the stream: what is published
	// is decoded once for all followers.
	NeedsData func(kind events.Kind, name string) bool
	// OnHeartbeat gets each heartbeat of the zone, as that of Join; it may be nil.
	OnHeartbeat func(events.Heartbeat)
}

// Follower delivers the events of one addressee, or of the zone, without gaps
// and duplicates.
//
// What is published it takes from a subscription. When a number is missing, or
// a heartbeat speaks of a number it has not seen, it reads from the stream what
// it lacks; live events wait until that is done. A number that stays missing in
// the stream too has passed the retention time: that is logged, and delivery
// goes on with the next.
//
// What a follower knows is lost with its process. To go on where it stopped,
// store the zone number of the last event that was dealt with and give the next
// one as FollowConfig.From.
type Follower struct {
	zone   *Zone
	config FollowConfig
	// subjects are what the follower reads: one for an addressee, several for
	// the zone.
	subjects []string
	ctx      context.Context
	cancel   context.CancelFunc
	// decoder belongs to who reads the stream.
	decoder *events.Decoder

	mu sync.Mutex
	// last is the newest number delivered, 0 while none is known.
	last uint64
	// lastZN is a zone number up to which nothing is missing, once begun is set.
	lastZN uint64
	begun  bool
	// reading is set while a goroutine reads the stream; held are the live
	// events that wait for it; again says that it must read once more.
	reading bool
	held    []events.Event
	again   bool
	// hole is since when the stream lacks the next number and has later ones, zero
	// while it does not.
	hole time.Time
	// queue waits for OnEvent; delivering is set while a goroutine calls it.
	queue      []events.Event
	delivering bool
}

// Follow starts a follower. It returns when the subscription is on its way to
// the server; flush the connection to be sure that it is there. It fails when
// the configuration is not right, the zone was left or the connection is
// closed.
func (z *Zone) Follow(c FollowConfig) (*Follower, error) {
	if c.Agent != "" && c.Switch != "" || c.OnEvent == nil {
		return nil, errors.New("feed: follow: want an agent or a switch and not both, and OnEvent")
	}
	f := &Follower{zone: z, config: c, subjects: subject.FeedSubjects(z.name), decoder: events.NewDecoder(c.NeedsData)}
	switch {
	case c.Agent != "":
		f.subjects = []string{subject.Agent(z.name, c.Agent)}
	case c.Switch != "":
		f.subjects = []string{subject.Switch(z.name, c.Switch)}
	}
	f.ctx, f.cancel = context.WithCancel(context.Background())
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.closed {
		return nil, fmt.Errorf("feed: zone %s was left", z.name)
	}
	if c.From > 0 {
		f.begun, f.lastZN = true, c.From-1
	} else if z.latest.Number > 0 {
		f.begin(z.latest)
	}
	for _, s := range f.subjects {
		if err := z.subscribe(s, f); err != nil {
			f.unsubscribe()
			return nil, fmt.Errorf("feed: follow %s: %w", s, err)
		}
	}
	if c.From > 0 {
		f.mu.Lock()
		f.read()
		f.mu.Unlock()
	}
	return f, nil
}

// begin takes what a heartbeat says as all that was before. Without it the
// first event could be lost and nobody would know.
func (f *Follower) begin(hb events.Heartbeat) {
	f.begun, f.last, f.lastZN = true, f.newest(hb), hb.ZN
}

// newest is the addressee's number in a heartbeat, 0 when it has none.
func (f *Follower) newest(hb events.Heartbeat) uint64 {
	switch {
	case f.config.Agent != "":
		return hb.Agents[f.config.Agent]
	case f.config.Switch != "":
		return hb.Switches[f.config.Switch]
	}
	return hb.ZN
}

// number is what must be dense: the number for the addressee, or in the zone.
func (f *Follower) number(ev events.Event) uint64 {
	if f.config.Agent == "" && f.config.Switch == "" {
		return ev.ZN
	}
	return ev.N
}

// Close ends the follower. OnEvent is not called again, but a call that is
// under way may outlast Close; so OnEvent itself may call it.
func (f *Follower) Close() {
	f.cancel()
	f.zone.mu.Lock()
	defer f.zone.mu.Unlock()
	f.unsubscribe()
}

// unsubscribe needs the zone's lock.
func (f *Follower) unsubscribe() {
	for _, s := range f.subjects {
		f.zone.unsubscribe(s, f)
	}
}

// isFor tells whether an event is the addressee's, and reports it if not. Rights on
// subjects do not keep a message for somebody else from being sent here: the server
// itself answers to any subject a request names.
func (f *Follower) isFor(subject string, ev *events.Event) bool {
	if ev.Zone != f.zone.name || f.config.Agent != "" && ev.Agent != f.config.Agent ||
		f.config.Switch != "" && ev.Switch != f.config.Switch {
		f.zone.reportUnreadable(subject, fmt.Errorf("event %s of zone %q is not for this addressee", ev.ID(), ev.Zone))
		return false
	}
	return true
}

// live takes an event from the subscription.
func (f *Follower) live(ev events.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.reading {
		f.held = append(f.held, ev)
		return
	}
	if f.gapBefore(ev) {
		f.held = append(f.held, ev)
		f.read()
		return
	}
	f.accept(ev)
}

// gapBefore tells whether something is missing before a live event. While no
// number is known, only the very first one is certain to follow nothing.
func (f *Follower) gapBefore(ev events.Event) bool {
	if f.last == 0 {
		return f.begun && f.number(ev) > 1
	}
	return f.number(ev) > f.last+1
}

// accept queues an event unless its number was seen, or is before what is wanted: an
// event may stand behind the sequence of its number. The caller holds f.mu.
func (f *Follower) accept(ev events.Event) {
	if f.number(ev) <= f.last || ev.ZN <= f.lastZN {
		return
	}
	f.begun, f.last, f.lastZN, f.hole = true, f.number(ev), ev.ZN, time.Time{}
	f.queue = append(f.queue, ev)
	if !f.delivering {
		f.delivering = true
		go f.deliver()
	}
}

// deliver calls OnEvent until the queue is empty.
func (f *Follower) deliver() {
	for {
		f.mu.Lock()
		batch := f.queue
		f.queue = nil
		f.delivering = len(batch) > 0
		f.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		for _, ev := range batch {
			if f.ctx.Err() != nil {
				return
			}
			f.config.OnEvent(ev)
		}
	}
}

// heartbeat compares what has been published with what has been seen. Missed
// says that the heartbeat may not tell all there is to know.
func (f *Follower) heartbeat(hb events.Heartbeat, missed bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.begun {
		f.begin(hb)
		return
	}
	if f.newest(hb) > f.last || missed && hb.ZN > f.lastZN {
		f.read()
	}
}

// read starts reading the stream, or has the goroutine that does so read once
// more. The caller holds f.mu.
func (f *Follower) read() {
	if f.reading {
		f.again = true
		return
	}
	f.reading = true
	go f.catchUp()
}

// catchUp reads the stream until nothing is missing.
func (f *Follower) catchUp() {
	for {
		if err := f.readStream(); err != nil && f.ctx.Err() == nil {
			slog.Warn("feed: catch-up failed and will be tried again", "zone", f.zone.name, "subjects", f.subjects, "error", err)
		} else if f.settled() {
			return
		}
		select {
		case <-f.ctx.Done():
			return
		case <-time.After(retryAfter):
		}
	}
}

// readStream takes all that the stream has beyond lastZN. At most parallelReads
// followers of a zone do this at a time.
func (f *Follower) readStream() error {
	select {
	case f.zone.reads <- struct{}{}:
		defer func() { <-f.zone.reads }()
	case <-f.ctx.Done():
		return f.ctx.Err()
	}
	f.mu.Lock()
	query := Query{From: f.lastZN + 1, Subjects: f.filter()}
	f.again = false
	f.mu.Unlock()
	ctx, cancel := context.WithTimeout(f.ctx, readTimeout)
	defer cancel()
	return Read(ctx, f.zone.js, f.zone.name, query, f.stored)
}

// filter is none for the zone: the stream holds nothing else, and is read faster
// without one.
func (f *Follower) filter() []string {
	if len(f.subjects) > 1 {
		return nil
	}
	return f.subjects
}

// stored takes a message of the stream. What follows a gap may come once more behind
// what is missing; a gap that stays is final.
func (f *Follower) stored(m jetstream.Msg) error {
	ev, readable := f.zone.decode(f.decoder, m.Subject(), m.Data())
	if !readable || !f.isFor(m.Subject(), &ev) {
		return nil
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.last != 0 && f.gapBefore(ev) {
		if f.hole.IsZero() {
			f.hole = time.Now()
		}
		if time.Since(f.hole) < f.zone.holePatience {
			f.again = true
			return nil
		}
		slog.Error("feed: events are missing in the stream", "zone", f.zone.name, "subjects", f.subjects, "after", f.last, "next", f.number(ev))
	}
	f.accept(ev)
	return nil
}

// settled takes the live events that waited, and tells whether reading is over.
// A gap before one of them means that the stream has not stored that event yet:
// subscribers are served first.
func (f *Follower) settled() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for len(f.held) > 0 && !f.gapBefore(f.held[0]) {
		f.accept(f.held[0])
		f.held = f.held[1:]
	}
	if len(f.held) > 0 || f.again {
		return false
	}
	f.held, f.reading = nil, false
	return true
}
