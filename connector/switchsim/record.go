package switchsim

import (
	"slices"
	"time"

	"github.com/deskbus/deskbus/events"
)

// record folds an event of this switch that the leader has accepted. It may have
// come from an earlier process, and in a replay all do.
func (m *model) record(ev *events.Event) {
	switch d := ev.Data.(type) {
	case events.LegData:
		m.settle(ev.Name, d.LegID)
		if l := m.legs[d.LegID]; l != nil {
			m.recordStage(l, ev.Name, ev.Time())
		}
	case events.FailedData:
		m.settle(ev.Name, d.LegID)
		m.recordEnd(d.LegID)
	case events.ClearedData:
		m.settle(ev.Name, d.LegID)
		m.recordEnd(d.LegID)
	case events.AnswerClassifiedData:
		if l := m.legs[d.LegID]; l != nil {
			m.classify(l)
		}
	case events.PlayFinishedData:
		m.finishPlay(d.PlayID)
	case events.SwitchStateData:
		m.recordEpoch(d.Epoch)
	default:
		m.settle(ev.Name, about(ev.Data))
	}
}

// recordStage moves a leg on. From here its plan counts from the recorded time,
// which a later process will find too.
func (m *model) recordStage(l *leg, name string, at time.Time) {
	to := l.recorded
	switch name {
	case events.Alerting:
		to = ringing
	case events.Established:
		to = answered
		m.out = slices.DeleteFunc(m.out, func(e emission) bool { // overtaken
			return e.name == events.Alerting && about(e.data) == l.id
		})
	}
	if to <= l.recorded {
		return
	}
	l.recorded = to
	if l.told <= to {
		m.advance(l, to, at)
	}
}

// recordEnd forgets a leg but for its id.
func (m *model) recordEnd(id string) {
	l := m.legs[id]
	if l == nil {
		return
	}
	m.out = slices.DeleteFunc(m.out, func(e emission) bool { return ofLeg(e.data) && about(e.data) == id })
	m.forget(l)
}

func (m *model) forget(l *leg) {
	m.leave(l)
	m.alarms.clear(&l.alarm)
	delete(m.legs, l.id)
	m.ended.add(l.id)
}

// recordEpoch: a new epoch is a switch that has lost its legs. The first one
// that the feed knows has nothing to lose.
func (m *model) recordEpoch(epoch string) {
	if m.recordedEpoch != "" && m.recordedEpoch != epoch {
		for _, l := range m.legs {
			m.forget(l)
		}
		m.out = nil
	}
	m.epoch, m.recordedEpoch = epoch, epoch
}

// settle removes the answer to a command from out, because the feed has it: the
// oldest of that name about id. Events are sent in order, so what was owed
// before it has come to the leader too. If that is not on the feed the leader
// passed it over, and would again; a history full of it must not be sent at
// every start. What a leg owes stays, for it ends with the leg.
//
// Out holds nothing else when this matters, in a replay: time does not pass
// there, so all that happens is answers to commands, in the order of the feed.
func (m *model) settle(name, id string) {
	i := slices.IndexFunc(m.out, func(e emission) bool { return e.name == name && about(e.data) == id })
	if i < 0 {
		return
	}
	before := slices.DeleteFunc(m.out[:i], func(e emission) bool { return !ofLeg(e.data) })
	m.out = append(before, m.out[i+1:]...)
}

// ofLeg tells whether an event says what became of one leg.
func ofLeg(data any) bool {
	switch data.(type) {
	case events.LegData, events.FailedData, events.ClearedData:
		return true
	}
	return false
}

// about returns the id that tells an event from others of its name.
func about(data any) string {
	switch d := data.(type) {
	case events.LegData:
		return d.LegID
	case events.FailedData:
		return d.LegID
	case events.ClearedData:
		return d.LegID
	case events.BridgeData:
		return d.BridgeID
	case events.CommandRejectedData:
		return d.Command + " " + d.ID
	}
	return ""
}
