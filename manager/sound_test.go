package manager

import (
	"fmt"
	"maps"
	"slices"

	"github.com/deskbus/deskbus/events"
)

// sound is who hears whom, according to the commands to the switches. It knows
// nothing of agents and calls.
type sound struct {
	up map[string]bool
	// bridge has the bridge of each line that is in one.
	bridge map[string]string
	held   map[string]bool
	// dying lines were told to hang up.
	dying map[string]bool
	// on has the switch of each line there was: no other can do anything with it.
	on map[string]string
}

func newSound() sound {
	return sound{
		up: map[string]bool{}, bridge: map[string]string{}, held: map[string]bool{}, dying: map[string]bool{}, on: map[string]string{},
	}
}

func (s *sound) take(t tester, e *events.Event) {
	t.Helper()
	switch d := e.Data.(type) {
	case events.OriginateData:
		s.on[d.LegID] = e.Switch
	case events.LegData:
		s.takeLeg(t, e, d.LegID)
	case events.FailedData:
		s.forget(d.LegID)
	case events.ClearedData:
		s.forget(d.LegID)
	case events.HangupData:
		s.mustBeOn(t, e, d.LegID)
		s.dying[d.LegID] = true
	case events.PlayData:
		s.mustBeUp(t, e, d.LegIDs...)
	case events.SendDTMFData:
		s.mustBeUp(t, e, d.LegID)
	case events.BridgeData:
		if e.Name != events.Bridge {
			return
		}
		s.mustBeUp(t, e, d.Members...)
		maps.DeleteFunc(s.bridge, func(_, bridge string) bool { return bridge == d.BridgeID })
		for _, leg := range d.Members {
			s.bridge[leg] = d.BridgeID
			delete(s.held, leg)
		}
	}
}

func (s *sound) takeLeg(t tester, e *events.Event, leg string) {
	t.Helper()
	switch {
	case e.Kind == events.KindSwitch && e.Name == events.Established:
		s.up[leg] = true
	case e.Kind == events.KindSwitch && e.Name == events.Hold:
		s.mustBeUp(t, e, leg)
		delete(s.bridge, leg)
		s.held[leg] = true
	}
}

// mustBeUp: a switch rejects what is about a line that is not up.
func (s *sound) mustBeUp(t tester, e *events.Event, legs ...string) {
	t.Helper()
	s.mustBeOn(t, e, legs...)
	for _, leg := range legs {
		if !s.up[leg] {
			t.Errorf("line %q is not up: %s", leg, traceLine(e))
		}
	}
}

func (s *sound) mustBeOn(t tester, e *events.Event, legs ...string) {
	t.Helper()
	for _, leg := range legs {
		if s.on[leg] != e.Switch {
			t.Errorf("line %q is on switch %q: %s", leg, s.on[leg], traceLine(e))
		}
	}
}

func (s *sound) forget(leg string) {
	delete(s.up, leg)
	delete(s.bridge, leg)
	delete(s.held, leg)
	delete(s.dying, leg)
}

// with returns who is on a line and who hears it.
func (s *sound) with(leg string) []string {
	list := []string{leg}
	for other, bridge := range s.bridge {
		if other != leg && bridge == s.bridge[leg] && s.bridge[leg] != "" && !s.dying[other] {
			list = append(list, other)
		}
	}
	slices.Sort(list)
	return list
}

// check compares with the state: who talks is heard, and nobody else listens. A
// customer is always with someone, on hold, or on the way out.
func (s *sound) check(t tester, state *State) {
	t.Helper()
	for _, a := range state.Agents {
		if c := state.Calls[a.Session]; c != nil && c.Agent == a.ID && !c.Ended {
			s.checkCall(t, state, a, c)
		} else if a.NailupStatus == events.NailedUp && !inConsult(a) {
			s.checkHeard(t, "agent "+a.ID+", "+string(a.CallState), a.NailLeg)
		}
	}
	for _, leg := range state.Legs {
		if state.Legs[leg.Peer] != nil && !s.dying[leg.ID] && !s.dying[leg.Peer] {
			s.checkHeard(t, "after a transfer", leg.ID, leg.Peer)
		}
	}
}

func (s *sound) checkCall(t tester, state *State, a *Agent, c *Call) {
	t.Helper()
	what := fmt.Sprintf("call %s, agent %s %s", c.Session, a.ID, a.CallState)
	hears, held := []string{a.NailLeg}, false
	switch a.CallState {
	case events.Talking:
		hears = append(hears, c.LegID)
	case events.Held:
		held = true
	case events.Consult:
		hears, held = append(hears, thirdLeg(state, c)), true
	case events.ConferenceOwner:
		hears = append(hears, thirdLeg(state, c), c.LegID)
	}
	s.checkHeard(t, what, hears...)
	if bridge := s.bridge[a.NailLeg]; len(hears) > 1 && bridge != bridgeOf(a) {
		t.Errorf("%s: speaks in bridge %q, not in its own", what, bridge)
	}
	if s.held[c.LegID] != held {
		t.Errorf("%s: customer on hold is %v", what, !held)
	}
}

func thirdLeg(state *State, c *Call) string {
	if party := state.Agents[c.Consult.Agent]; party != nil {
		return party.NailLeg
	}
	return c.Consult.LegID
}

func (s *sound) checkHeard(t tester, what string, legs ...string) {
	t.Helper()
	want := slices.Sorted(slices.Values(legs))
	if got := s.with(legs[0]); !slices.Equal(got, want) {
		t.Errorf("%s: hear each other %v, should %v", what, got, want)
	}
}
