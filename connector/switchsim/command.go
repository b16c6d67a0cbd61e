package switchsim

import (
	"maps"
	"slices"
	"time"

	"github.com/deskbus/deskbus/events"
)

// command acts on a committed command.
func (m *model) command(ev *events.Event, now time.Time) {
	switch d := ev.Data.(type) {
	case events.OriginateData:
		m.originate(d, now)
	case events.HangupData:
		m.hangup(d, now)
	case events.BridgeData:
		m.bridge(d)
	case events.LegData:
		m.hold(d)
	case events.PlayData:
		m.play(d, now)
	case events.SendDTMFData:
		if reason := m.unanswered(d.LegID); reason != "" {
			m.reject(events.SendDTMF, d.LegID, reason)
		}
	case events.NoData:
		m.snapshot()
	}
}

func (m *model) originate(d events.OriginateData, now time.Time) {
	if m.legs[d.LegID] != nil || m.ended.has(d.LegID) {
		return
	}
	l := &leg{id: d.LegID, plan: m.behaviour.plan(d), alarm: alarm{id: d.LegID}}
	m.legs[l.id] = l
	m.emit(events.Alerting, events.LegData{LegID: l.id})
	m.advance(l, ringing, now)
}

func (m *model) hangup(d events.HangupData, now time.Time) {
	l := m.legs[d.LegID]
	switch {
	case l == nil || l.told == ended:
	case l.recorded < answered:
		m.end(l, events.Failed, failed(l.id, events.CauseCancelled), now)
	default:
		m.end(l, events.Cleared, cleared(l.id, events.ByLocal), now)
	}
}

func (m *model) bridge(d events.BridgeData) {
	members := slices.Compact(slices.Sorted(slices.Values(d.Members)))
	if reason := m.unanswered(members...); reason != "" {
		m.reject(events.Bridge, d.BridgeID, reason)
		return
	}
	former := slices.Sorted(maps.Keys(m.bridges[d.BridgeID]))
	if slices.Equal(former, members) {
		return
	}
	for _, id := range former {
		if !slices.Contains(members, id) {
			m.leave(m.legs[id])
		}
	}
	alive := make([]string, 0, len(members))
	for _, id := range members {
		l := m.legs[id]
		m.join(l, d.BridgeID)
		if l.told != ended {
			alive = append(alive, id)
		}
	}
	m.emit(events.BridgeChanged, events.BridgeData{BridgeID: d.BridgeID, Members: alive})
}

func (m *model) join(l *leg, bridge string) {
	m.leave(l)
	l.bridge, l.held = bridge, false
	if m.bridges[bridge] == nil {
		m.bridges[bridge] = make(map[string]*leg)
	}
	m.bridges[bridge][l.id] = l
}

// leave takes a leg out of its bridge, if it is in one. A bridge without members
// is none.
func (m *model) leave(l *leg) {
	delete(m.bridges[l.bridge], l.id)
	if len(m.bridges[l.bridge]) == 0 {
		delete(m.bridges, l.bridge)
	}
	l.bridge = ""
}

func (m *model) hold(d events.LegData) {
	if reason := m.unanswered(d.LegID); reason != "" {
		m.reject(events.Hold, d.LegID, reason)
		return
	}
	l := m.legs[d.LegID]
	if l.held {
		return
	}
	m.leave(l)
	l.held = true
	if l.told != ended {
		m.emit(events.LegHeld, d)
	}
}

func (m *model) play(d events.PlayData, now time.Time) {
	if m.played.has(d.PlayID) {
		return
	}
	if reason := m.unanswered(d.LegIDs...); reason != "" {
		m.reject(events.Play, d.PlayID, reason)
		return
	}
	m.finishPlay(m.played.add(d.PlayID))
	a := &alarm{id: d.PlayID, play: true}
	m.plays[d.PlayID] = a
	m.alarms.set(a, now.Add(playTime))
}

// finishPlay forgets a play that is under way.
func (m *model) finishPlay(id string) {
	if a := m.plays[id]; a != nil {
		m.alarms.clear(a)
		delete(m.plays, id)
	}
}

func (m *model) snapshot() {
	for _, id := range slices.Sorted(maps.Keys(m.legs)) {
		l := m.legs[id]
		if l.told != l.recorded {
			continue
		}
		if l.recorded == answered {
			m.emit(events.Established, events.LegData{LegID: id})
		} else {
			m.emit(events.Alerting, events.LegData{LegID: id})
		}
	}
	m.announce(true)
}

// unanswered returns why nothing can be done with these legs, "" when all of
// them are answered.
func (m *model) unanswered(ids ...string) string {
	for _, id := range ids {
		if l := m.legs[id]; l == nil || l.recorded != answered {
			return "leg " + id + " is not established"
		}
	}
	return ""
}

func (m *model) reject(command, id, reason string) {
	m.emit(events.CommandRejected, events.CommandRejectedData{Command: command, ID: id, Reason: reason})
}
