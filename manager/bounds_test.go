package manager

import (
	"fmt"
	"testing"

	"github.com/deskbus/deskbus/events"
)

// A standby folds for months and never asks for the next timer.
func TestStaleTimersAreForgotten(t *testing.T) {
	s := New("main")
	s.setTimer(timerWrapup, "the first", 1)
	for i := range 10_000 {
		s.setTimer(timerWrapup, fmt.Sprint(i%10), int64(10_001-i))
	}
	if len(s.due) > 100 {
		t.Errorf("%d entries for 11 timers", len(s.due))
	}
	// Of each timer the last setting counts, the earliest comes first.
	for want := int64(1); want <= 11; want++ {
		timer, at, set := s.NextTimer()
		if !set || at != want {
			t.Fatalf("next timer is %s at %d, want one at %d", timer, at, want)
		}
		_, key := timer.split()
		s.clearTimer(timerWrapup, key)
	}
	if timer, _, set := s.NextTimer(); set {
		t.Errorf("timer %s is left", timer)
	}
}

func TestAgentQueue(t *testing.T) {
	agents := make([]Agent, 100)
	var q agentQueue
	for i := range agents {
		agents[i].QueuedAt = uint64(i + 1)
		q.push(&agents[i])
	}
	// Who leaves from the middle leaves no trace once they are many.
	for i := 1; i < 99; i++ {
		q.remove(&agents[i])
	}
	if q.live != 2 || len(q.agents) > 20 || q.longest() != &agents[0] {
		t.Errorf("live %d, entries %d", q.live, len(q.agents))
	}
	q.remove(&agents[0])
	if q.longest() != &agents[99] {
		t.Error("the last agent is not the longest idle")
	}
	if q.remove(&agents[99]); q.longest() != nil || len(q.agents) != 0 {
		t.Error("an empty queue has an agent")
	}
}

func TestApartIsBounded(t *testing.T) {
	a := &Agent{Conn: "desk"}
	for i := range 100 {
		a.setApart(events.ID{Conn: fmt.Sprint("laptop-", i), N: 1})
	}
	if len(a.Apart) != maxApart || !a.isApart(events.ID{Conn: "laptop-99", N: 1}) {
		t.Errorf("remembers %v", a.Apart)
	}
	if a.isApart(events.ID{Conn: "laptop-99", N: 2}) {
		t.Error("a new command counts as decided")
	}
	if a.setApart(events.ID{Conn: "desk", N: 1}); a.isApart(events.ID{Conn: "desk", N: 1}) {
		t.Error("the session that has the agent is apart from it")
	}
}

// A configuration of any size is given again until nothing of it is new.
func TestConfigurationInTurns(t *testing.T) {
	s := New("main")
	in := Configure{Settings: events.ZoneSettings{Switch: "sim"}}
	for i := range 2*MaxConfigured + 1 {
		in.Campaigns = append(in.Campaigns, events.Campaign{Name: fmt.Sprint("campaign ", i), Switch: "sim"})
	}
	configure := func() int {
		turn, _ := s.Decide(1, in, nil)
		return len(turn)
	}
	for _, want := range []int{1 + MaxConfigured, MaxConfigured, 1, 0} {
		if got := configure(); got != want {
			t.Fatalf("%d events in a turn, want %d", got, want)
		}
	}
	in.Campaigns[0].RingTimeout = 20
	in.Campaigns = in.Campaigns[:2]
	if got, want := configure(), 1+2*MaxConfigured-1; got != want {
		t.Errorf("%d events for a changed campaign and those withdrawn, want %d", got, want)
	}
	if got := configure(); got != 0 {
		t.Errorf("%d events for what was configured before", got)
	}
}
