package reporttest

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/deskbus/deskbus/events"
)

// Random returns a day of so many turns that could be, more or less: each agent
// goes on from where it was, with calls that begin, change hands and end. It lasts
// some two minutes for each turn.
func Random(seed uint64, turns int) *Day {
	r := random{
		Rand: rand.New(rand.NewPCG(seed, 0)), Day: NewDay(),
		now: time.Date(2026, 3, 2, 22, 0, 0, 0, time.UTC), calls: map[string]string{}, states: map[string]events.POMCallState{},
	}
	r.begin(r.now).Fact("", "", events.CampaignConfigured, events.Campaign{Name: Campaign})
	for range turns {
		r.now = r.now.Add(time.Duration(r.IntN(240_000_000)) * time.Microsecond)
		r.begin(r.now)
		r.step(fmt.Sprintf("agent%d", r.IntN(5)))
	}
	return r.Day
}

type random struct {
	*rand.Rand
	*Day
	now      time.Time
	sessions int
	// calls are the sessions of the agents, states what they do; an agent without
	// a state is not logged on.
	calls  map[string]string
	states map[string]events.POMCallState
}

func (r *random) step(agent string) {
	switch state := r.states[agent]; state {
	case "":
		r.Logon(agent).AgentState(agent, events.Ready, "").Idle(agent).Nailing(agent, events.NailedUp)
		r.states[agent] = events.Idle
	case events.Idle:
		r.stepIdle(agent)
	case events.Wrapup:
		r.Disposed(agent, r.calls[agent], []string{"SALE", "NONE"}[r.IntN(2)])
		r.states[agent] = events.Idle
	default:
		r.stepCall(agent, state)
	}
}

func (r *random) stepIdle(agent string) {
	switch r.IntN(8) {
	case 0:
		r.Tell(agent, "", events.AGTAgentLoggedOut, events.NoData{})
		delete(r.states, agent)
	case 1:
		r.AgentState(agent, events.NotReady, []string{"lunch", "break"}[r.IntN(2)])
	case 2:
		r.AgentState(agent, events.Ready, "")
	case 3:
		session := r.session()
		r.Dialed(session).Ended("", session, events.CallEndedData{Cause: []events.Cause{events.CauseBusy, events.CauseNoAnswer}[r.IntN(2)]})
	default:
		session := r.session()
		r.Dialed(session).Answered("", session).Connected(agent, session)
		r.calls[agent], r.states[agent] = session, events.Talking
	}
}

func (r *random) stepCall(agent string, state events.POMCallState) {
	session := r.calls[agent]
	next := events.Held
	switch {
	case r.IntN(2) == 0:
		next = events.Wrapup
		r.Ended(agent, session, events.CallEndedData{By: events.PartyAgent, Answered: true})
	case state == events.Held:
		next = events.Talking
	}
	r.CallState(agent, session, next)
	r.states[agent] = next
}

func (r *random) session() string {
	r.sessions++
	return fmt.Sprint("s", r.sessions)
}
