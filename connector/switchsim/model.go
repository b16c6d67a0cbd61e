package switchsim

import (
	"container/heap"
	"slices"
	"time"

	"github.com/deskbus/deskbus/events"
)

// stage is how far a leg has come.
type stage int

const (
	// placed: Originate is committed.
	placed stage = iota
	// ringing: so says Alerting.
	ringing
	// answered: so says Established.
	answered
	// ended: Failed or Cleared.
	ended
)

// leg is one line, from Originate until its end is recorded.
type leg struct {
	id   string
	plan plan
	// recorded is the stage the feed knows. Commands are judged by it, because
	// the leader gave them by it, and because a replay finds it again.
	recorded stage
	// told is the stage of the newest event about the leg, recorded or ahead of
	// that. It drives the leg's own life; since is when it began: when it was
	// recorded, and until then when it was told.
	told  stage
	since time.Time
	// classified: AnswerClassified was told. Only for a machine.
	classified bool
	// bridge and held are as the committed commands want them.
	bridge string
	held   bool
	alarm  alarm
}

// emission is an event of the switch that the leader does not have yet.
type emission struct {
	name string
	data any
}

// model is the switch without a clock, a network or a goroutine: what goes in
// are the events of its feed and the time, what comes out is in out. Its state
// follows from the feed, but for what was told and is not recorded yet.
type model struct {
	behaviour Behaviour
	// epoch is what this switch announces; recordedEpoch the last one on the
	// feed.
	epoch, recordedEpoch string

	legs    map[string]*leg
	bridges map[string]map[string]*leg
	// plays are those under way; played are the newest, finished or not.
	plays  map[string]*alarm
	played *recent
	ended  *recent
	alarms alarms

	// out is what happened since the last take. A replay does not take: what the
	// feed turns out to have is removed, and what stays was lost in a crash.
	out []emission
}

func newModel(b Behaviour) *model {
	return &model{
		behaviour: b,
		legs:      make(map[string]*leg),
		bridges:   make(map[string]map[string]*leg),
		plays:     make(map[string]*alarm),
		played:    newRecent(),
		ended:     newRecent(),
	}
}

// apply folds the next event of the switch's feed. Now is when: for a replay the
// time of the event, otherwise the clock.
func (m *model) apply(ev *events.Event, now time.Time) {
	if events.IsSwitchCommand(ev.Name) {
		m.command(ev, now)
	} else {
		m.record(ev)
	}
}

// take returns what has happened since the last call, in order.
func (m *model) take() []emission {
	out := m.out
	m.out = nil
	return out
}

// resume ends a replay. The switch announces itself, under newEpoch when the
// feed knows of no former life; then comes what take returns.
func (m *model) resume(newEpoch string, now time.Time) {
	if m.epoch == "" {
		m.epoch = newEpoch
	}
	for _, l := range m.legs {
		if l.recorded == placed && l.told == ringing {
			m.advance(l, ringing, now) // nobody has acted on its Originate
		}
	}
	// The announcement takes the place of those that a Snapshot was not given.
	owed := slices.DeleteFunc(m.take(), func(e emission) bool { return e.name == events.SwitchState })
	m.announce(false)
	m.out = append(m.out, owed...)
}

// due lets happen what is to happen up to now.
func (m *model) due(now time.Time) {
	for a := m.alarms.next(); a != nil && !a.at.After(now); a = m.alarms.next() {
		heap.Pop(&m.alarms)
		if a.play {
			delete(m.plays, a.id)
			m.emit(events.PlayFinished, events.PlayFinishedData{PlayID: a.id})
		} else {
			m.elapsed(m.legs[a.id], now)
		}
	}
}

// next returns when due has something to do; false when it has not.
func (m *model) next() (time.Time, bool) {
	if a := m.alarms.next(); a != nil {
		return a.at, true
	}
	return time.Time{}, false
}

// elapsed takes a leg to the next step of its plan.
func (m *model) elapsed(l *leg, now time.Time) {
	switch {
	case l.told == ringing && l.plan.failure != "":
		m.end(l, events.Failed, failed(l.id, l.plan.failure), now)
	case l.told == ringing:
		m.emit(events.Established, events.LegData{LegID: l.id})
		m.advance(l, answered, now)
	case l.told == answered && l.classifies():
		m.emit(events.AnswerClassified, events.AnswerClassifiedData{LegID: l.id, AnsweredBy: "machine"})
		m.classify(l)
	case l.told == answered:
		m.end(l, events.Cleared, cleared(l.id, events.ByRemote), now)
	}
}

// classifies tells whether a leg is to be found out as a machine.
func (l *leg) classifies() bool {
	return l.plan.machine && !l.classified && (l.plan.talk == 0 || l.plan.talk > classifyDelay)
}

func (m *model) classify(l *leg) {
	l.classified = true
	m.schedule(l)
}

// end tells the terminal event of a leg. The leg keeps its bridge until the feed
// has it, so that a replay sees the same members.
func (m *model) end(l *leg, name string, data any, now time.Time) {
	m.emit(name, data)
	m.advance(l, ended, now)
}

func (m *model) advance(l *leg, to stage, at time.Time) {
	l.told, l.since = to, at
	m.schedule(l)
}

// schedule sets the alarm for the leg's next step.
func (m *model) schedule(l *leg) {
	switch {
	case l.told == ringing:
		m.alarms.set(&l.alarm, l.since.Add(l.plan.ring))
	case l.told == answered && l.classifies():
		m.alarms.set(&l.alarm, l.since.Add(classifyDelay))
	case l.told == answered && l.plan.talk > 0:
		m.alarms.set(&l.alarm, l.since.Add(l.plan.talk))
	default:
		m.alarms.clear(&l.alarm)
	}
}

func (m *model) emit(name string, data any) { m.out = append(m.out, emission{name, data}) }

// announce says that the switch is up; complete ends the answer to a Snapshot.
func (m *model) announce(complete bool) {
	m.emit(events.SwitchState, events.SwitchStateData{State: events.SwitchUp, Epoch: m.epoch, Complete: complete})
}

func cleared(leg string, by events.ClearedBy) events.ClearedData {
	return events.ClearedData{LegID: leg, Cause: events.CauseNormal, Q850: 16, By: by}
}
