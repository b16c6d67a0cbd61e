package zone

import (
	"context"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/manager"
)

const (
	// commitBytes is how much a commit may hold before no further input is
	// added. One turn more must still fit into a message of the bus (1 MiB).
	commitBytes = 256 << 10
	// appendTimeout is how long a commit may take. Its outcome is unknown
	// afterwards.
	appendTimeout = 5 * time.Second
	// beatEvery is the time between heartbeats.
	beatEvery = time.Second
)

// leader is one leadership of a zone. It belongs to the goroutine of serve.
type leader struct {
	*replica
	zone      *Zone
	feed      *journal.Feed
	beats     *beats
	snapshots snapshots
	encoder   events.Encoder
	clock     *clock

	// taken is the newest sequence of the inbox that this leader has read: 0 before the
	// first, because the journal may speak of a place that was lost.
	taken uint64
	// traced are the turns of the commit whose inputs carried a trace context.
	traced []tracedTurn
	// turns and bodies are the events of the commit that is being made, and
	// their encodings; size is the sum of those.
	turns  []events.Event
	bodies [][]byte
	size   int
}

// serve decides inputs until the context ends.
func (l *leader) serve(ctx context.Context, inputs <-chan input) error {
	beat := time.NewTicker(beatEvery)
	defer beat.Stop()
	due := time.NewTimer(0)
	defer due.Stop()
	if err := l.beat(); err != nil {
		return err
	}
	for {
		var err error
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case in := <-inputs:
			err = l.work(ctx, &in, inputs)
		case <-due.C:
			err = l.work(ctx, nil, inputs)
		case <-beat.C:
			err = l.beat()
		}
		if err != nil {
			return err
		}
		due.Reset(l.untilTimer())
	}
}

// untilTimer returns how long it is until the next timer is due.
func (l *leader) untilTimer() time.Duration {
	const never = time.Hour
	_, at, set := l.state.NextTimer()
	if !set {
		return never
	}
	return max(0, min(never, time.Duration(at-l.clock.now())*time.Microsecond))
}

// work makes one commit of all that waits: the input that woke the leader, the
// timers that are due, and the inputs behind it.
func (l *leader) work(ctx context.Context, first *input, inputs <-chan input) error {
	if first != nil {
		if err := l.take(*first); err != nil {
			return err
		}
	}
	for l.size < commitBytes {
		if timer, at, set := l.state.NextTimer(); set && at <= l.clock.now() {
			if err := l.decide(manager.TimerFired{Timer: timer}, journal.Position{}); err != nil {
				return err
			}
			continue
		}
		select {
		case in := <-inputs:
			if err := l.take(in); err != nil {
				return err
			}
			continue
		default:
		}
		break
	}
	err := l.commit(ctx)
	if err == nil {
		l.zone.decided.Store(l.taken)
	}
	return err
}

func (l *leader) take(in input) error {
	l.inbox, l.taken = in.position, in.position.Sequence
	if l.zone.poison[in.position] {
		l.drop(droppedPoison, in.decide, in.position)
		return nil
	}
	if in.decide == nil {
		l.drop(in.dropped, nil, in.position)
		return nil
	}
	if in.trace.IsValid() {
		return l.decideTraced(in)
	}
	return l.decide(in.decide, in.position)
}

func (l *leader) drop(why string, in manager.Input, at journal.Position) {
	l.zone.counters.dropped(why)
	l.zone.log.Debug("input dropped", append(about(in, at), "why", why)...)
}

// decide adds one turn to the commit. A panic of the manager is a defect of
// ours: the input is marked and the state thrown away, so that one command
// cannot stop a zone.
func (l *leader) decide(in manager.Input, at journal.Position) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			if at.Sequence != 0 {
				l.zone.poison[at] = true
			}
			l.zone.counters.dropped(droppedPoison)
			l.zone.log.Error("an input cannot be decided and will be passed over", append(about(in, at), "error", cause)...)
			err = errPoison{at.Sequence, cause}
		}
	}()
	before := len(l.turns)
	start := time.Now()
	turns, dropped := l.state.Decide(l.clock.now(), in, l.turns)
	l.turns = turns
	l.zone.counters.decided(time.Since(start))
	if at.Sequence != 0 {
		l.zone.counters.waited(at.Stored, start)
		if dropped != "" {
			l.drop(string(dropped), in, at)
		}
	}
	for i := before; i < len(l.turns); i++ {
		body, err := l.encoder.Append(nil, &l.turns[i])
		if err != nil {
			return err
		}
		l.bodies = append(l.bodies, body)
		l.size += len(body)
	}
	return nil
}

// commit appends the turns to the journal and then publishes them. Inputs that
// caused nothing are recorded with the next commit: to read them again does no
// harm.
func (l *leader) commit(ctx context.Context) error {
	if len(l.turns) == 0 {
		return nil
	}
	if err := l.snapshots.keep(ctx, l.journal.Last()); err != nil {
		return err
	}
	err := l.append(ctx)
	l.endDecisions(err)
	if err != nil {
		return err
	}
	err = l.publish()
	l.done()
	return err
}

// done counts the commit that was made and makes room for the next one.
func (l *leader) done() {
	l.zone.counters.committed(l.turns, l.size)
	l.logCommands()
	l.forget()
}

func (l *leader) forget() {
	clear(l.turns)
	l.turns, l.bodies, l.size = l.turns[:0], l.bodies[:0], 0
}

// append writes the turns to the journal.
func (l *leader) append(ctx context.Context) error {
	// A commit that was begun is waited for, even when the leader is to stop:
	// an outcome that is known is worth a moment.
	appending, cancel := context.WithTimeout(context.WithoutCancel(ctx), appendTimeout)
	defer cancel()
	start := time.Now()
	err := l.journal.Append(appending, journal.Commit{Epoch: l.state.Epoch, Inbox: l.inbox, Events: l.bodies})
	if err == nil {
		l.zone.counters.appended(time.Since(start))
	}
	return err
}

func (l *leader) publish() error {
	err := l.feed.Publish(l.turns, l.bodies, l.beginPublishing())
	l.endPublishing()
	for i := range l.turns {
		l.beats.note(&l.turns[i])
	}
	return err
}

// beat says what is newest, and shows the zone to those who watch it. It goes out on the connection of the feed, after
// what it speaks of.
func (l *leader) beat() error {
	if err := l.feed.Poll(); err != nil {
		return err
	}
	l.show()
	return l.beats.send(l.zone.config.NC, events.Heartbeat{
		V: events.Version, Zone: l.zone.config.Name, Epoch: l.state.Epoch, ZN: l.state.ZN,
		At: l.clock.now(),
	})
}
