package manager

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"github.com/deskbus/deskbus/events"
)

// phones is naive switches: they remember what was ordered and answer when they are
// asked to, which may be late, never or twice.
type phones struct {
	number uint64
	epochs map[string]int
	legs   []*phoneLeg
	newest SwitchEvent
	// asked are the switches for which a Snapshot waits for its answer.
	asked map[string]bool
}

var modelSwitches = []string{"sim", "other"}

func newPhones() phones { return phones{epochs: map[string]int{}, asked: map[string]bool{}} }

type phoneLeg struct {
	id, on       string
	role         events.LegRole
	up, gone     bool
	hangupWanted bool
}

func (p *phones) id() events.ID { return events.ID{Conn: "tel", N: p.number} }

// take is an event of the feed; orders are remembered.
func (p *phones) take(e *events.Event) {
	switch d := e.Data.(type) {
	case events.NoData:
		if e.Name == events.Snapshot {
			p.asked[e.Switch] = true
		}
	case events.OriginateData:
		p.legs = append(p.legs, &phoneLeg{id: d.LegID, on: e.Switch, role: d.Role})
	case events.HangupData:
		for _, leg := range p.legs {
			leg.hangupWanted = leg.hangupWanted || leg.id == d.LegID
		}
	}
}

// phoneStep is a switch that says something sensible about one of its legs.
func (m *model) phoneStep(t *rapid.T) {
	var alive []*phoneLeg
	for _, leg := range m.phones.legs {
		if !leg.gone {
			alive = append(alive, leg)
		}
	}
	if len(alive) == 0 {
		return
	}
	leg := alive[rapid.IntRange(0, 100).Draw(t, "leg")%len(alive)]
	if m.phones.asked[leg.on] {
		m.answerSnapshot(leg.on, alive)
		return
	}
	choice := rapid.IntRange(0, 9).Draw(t, "choice")
	switch {
	case leg.hangupWanted && leg.up:
		m.say(events.Cleared, events.ClearedData{LegID: leg.id, Cause: events.CauseNormal, By: events.ByLocal})
	case leg.hangupWanted:
		m.say(events.Failed, events.FailedData{LegID: leg.id, Cause: events.CauseCancelled})
	case !leg.up && choice < 8:
		m.say(events.Established, events.LegData{LegID: leg.id})
	case !leg.up:
		m.say(events.Failed, events.FailedData{LegID: leg.id, Cause: events.CauseBusy})
	case leg.role == events.RoleCustomer && choice == 0:
		m.say(events.AnswerClassified, events.AnswerClassifiedData{LegID: leg.id, AnsweredBy: events.AnsweredByMachine})
	case leg.role != events.RoleAgent && choice < 5, choice == 9:
		m.say(events.Cleared, events.ClearedData{LegID: leg.id, Cause: events.CauseNormal, By: events.ByRemote})
	default:
		m.say(events.DTMFReceived, events.DTMFReceivedData{LegID: leg.id, Digits: "1"})
	}
}

// answerSnapshot names the legs of a switch, but for one that may have ended without
// a word. One that was placed after the question need not be named.
func (m *model) answerSnapshot(on string, alive []*phoneLeg) {
	alive = slices.DeleteFunc(alive, func(leg *phoneLeg) bool { return leg.on != on })
	lost := alive[0]
	if leg := m.s.Legs[lost.id]; leg == nil || !leg.Unconfirmed || rapid.IntRange(0, 2).Draw(m.t, "lost") > 0 {
		lost = nil
	}
	for _, leg := range alive {
		switch {
		case leg == lost:
			leg.gone = true
		case leg.up:
			m.say(events.Established, events.LegData{LegID: leg.id})
		default:
			m.say(events.Alerting, events.LegData{LegID: leg.id})
		}
	}
	delete(m.phones.asked, on)
	state := m.s.Switches[on]
	m.sayOn(on, events.SwitchState, events.SwitchStateData{State: state.State, Epoch: state.Epoch, Complete: true})
	m.fireTimers()
	if lost != nil && m.s.Legs[lost.id] != nil {
		m.t.Errorf("leg %s was not named and is still there", lost.id)
	}
}

// say sends an event about a leg, and the leg is what it says.
func (m *model) say(name string, data any) {
	id, _ := legOf(data)
	on := modelSwitches[0]
	for _, leg := range m.phones.legs {
		if leg.id == id {
			on = leg.on
			leg.up = leg.up || name == events.Established
			leg.gone = leg.gone || name == events.Failed || name == events.Cleared
		}
	}
	m.sayOn(on, name, data)
}

func (m *model) sayOn(on, name string, data any) {
	m.phones.number++
	event := SwitchEvent{Switch: on, Name: name, ID: m.phones.id(), Data: data}
	_, dropped := m.decide(fmt.Sprintf("switch %s %s switch=%s", name, showData(data), on), event)
	if dropped != DroppedUnknownSender { // the zone may not use it any more
		m.phones.newest = event
	}
}

// anyPhone is a switch that breaks its contract: events of legs that are gone,
// events in the wrong order, an event sent again.
func (m *model) anyPhone(t *rapid.T) {
	m.t = t
	if len(m.phones.legs) == 0 {
		return
	}
	leg := m.phones.legs[rapid.IntRange(0, 100).Draw(t, "leg")%len(m.phones.legs)]
	switch rapid.IntRange(0, 7).Draw(t, "what") {
	case 0:
		m.say(events.Established, events.LegData{LegID: leg.id})
	case 1:
		m.say(events.Failed, events.FailedData{LegID: leg.id, Cause: events.CauseNoAnswer})
	case 2:
		m.say(events.Cleared, events.ClearedData{LegID: leg.id, Cause: events.CauseNormal, By: events.BySwitch})
	case 3:
		m.say(events.Alerting, events.LegData{LegID: leg.id})
	case 4:
		m.say(events.AnswerClassified, events.AnswerClassifiedData{LegID: leg.id, AnsweredBy: events.AnsweredByFax})
	case 5:
		m.say(events.BridgeChanged, events.BridgeData{BridgeID: "b", Members: []string{leg.id}})
	default:
		if m.phones.newest.Name == "" {
			return
		}
		if turn, _ := m.decide("switch: the same again", m.phones.newest); len(turn) > 0 {
			t.Errorf("a repeated event of the switch had an effect")
		}
	}
}

// switchState is the switch as a whole: up, draining, down, or up with a new
// epoch and no legs.
func (m *model) switchState(t *rapid.T) {
	state := rapid.SampledFrom([]events.SwitchStatus{
		events.SwitchUp, events.SwitchUp, events.SwitchUp, events.SwitchDraining, events.SwitchDown,
	}).Draw(t, "state")
	on := rapid.SampledFrom(modelSwitches).Draw(t, "switch")
	restarted := rapid.IntRange(0, 3).Draw(t, "restart") == 3
	if restarted {
		m.phones.epochs[on]++
		m.phones.legs = slices.DeleteFunc(m.phones.legs, func(leg *phoneLeg) bool { return leg.on == on })
	}
	m.sayOn(on, events.SwitchState, events.SwitchStateData{State: state, Epoch: fmt.Sprint("e", m.phones.epochs[on])})
	if !restarted || m.s.Switches[on] == nil {
		return
	}
	lost := len(m.s.Legs)
	m.fireTimers()
	if left := len(m.s.Legs); left > len(m.phones.legs) {
		t.Errorf("the switch lost its %d legs, %d are still there", lost, left)
	}
}
