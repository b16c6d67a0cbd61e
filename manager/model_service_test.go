package manager

import (
	"reflect"

	"pgregory.net/rapid"

	"github.com/deskbus/deskbus/events"
)

// modelServices are services that act for the agents; each has one connector
// session, of the same name.
var modelServices = []string{"proxy", "blender"}

// service is a service that sends what it may, and now and then what it may not.
func (m *model) service(t *rapid.T) {
	m.t = t
	id := rapid.SampledFrom(append(modelAgents, "1005")).Draw(t, "agent")
	actor := rapid.SampledFrom(modelServices).Draw(t, "actor")
	c := Command{Agent: id, Actor: actor, Name: rapid.SampledFrom(append(modelCommands,
		events.AGTAgentDisconnected, events.AGTBlendToInbound, events.AGTBlendToOutbound, events.AGTNailupAgent,
		events.AGTBlendToInbound, events.AGTBlendToOutbound, events.AGTNailupAgent, events.AGTSkillsChanged,
	)).Draw(t, "command")}
	if c.Name == events.AGTLogon {
		return // its own ticket says who may log on
	}
	if rapid.IntRange(0, 9).Draw(t, "defect") == 0 {
		c.Fault = events.TooFewParameters
	} else {
		c.Data = m.anyData(t, id, c.Name)
	}
	before := m.agentIsOn(id)
	turn := m.send(c, actor)
	if len(turn) == 0 && events.ServiceMaySend(c.Name) {
		t.Fatalf("%s of %s has no answer", c.Name, actor)
	}
	for i := range turn {
		e := &turn[i]
		if e.Kind != events.KindCommand && e.Kind != events.KindResponse {
			continue
		}
		if (e.Actor == actor) != events.ServiceMaySend(c.Name) {
			t.Errorf("%s of %s is on record as of %q", e.Name, actor, e.Actor)
		}
		if may := before && events.ServiceMaySend(c.Name); e.Kind == events.KindResponse && !may && resultOf(e.Data) == events.Success {
			t.Errorf("%s granted to %s", e.Name, actor)
		}
	}
}

func (m *model) agentIsOn(id string) bool {
	a := m.s.Agents[id]
	return a != nil && a.LoggedOn
}

// serviceAgain is a service that sends a command again, the newest or an older
// one: it gets the answer of then, or none, and nothing is done.
func (m *model) serviceAgain(t *rapid.T) {
	m.t = t
	id := rapid.SampledFrom(modelAgents).Draw(t, "agent")
	actor := rapid.SampledFrom(modelServices).Draw(t, "actor")
	back := rapid.IntRange(1, 3).Draw(t, "back")
	sent := m.desk(id).sent[actor]
	if back > len(sent) || !events.ServiceMaySend(sent[len(sent)-back].Name) {
		return
	}
	c := sent[len(sent)-back]
	turn, dropped := m.decide("again: "+commandLine(c), c)
	before := m.desk(id).answers[c.ID.String()]
	newest := m.s.Agents[id].acted(c.ID).ID.N == c.ID.N
	switch {
	case !newest && dropped != DroppedDuplicate:
		t.Errorf("an older command of a service was decided again")
	case newest && (len(turn) != 1 || turn[0].Name != before.Name || turn[0].Actor != actor ||
		!reflect.DeepEqual(turn[0].Data, before.Data)):
		t.Errorf("a retry was answered differently: %+v, before %+v", turn, before)
	}
}
