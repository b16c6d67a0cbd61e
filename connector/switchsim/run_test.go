package switchsim

import (
	"context"
	"testing"
	"time"

	"github.com/deskbus/deskbus/connector/connectortest"
	"github.com/deskbus/deskbus/events"
)

// parties makes everybody behave as a test of the contract wants it.
func parties(p connectortest.Parties) Behaviour {
	b := Behaviour{RingMin: 20 * time.Millisecond, RingMax: 60 * time.Millisecond}
	switch p {
	case connectortest.Answer:
		b.Answer = 1
	case connectortest.Busy:
		b.Busy = 1
	case connectortest.Leave:
		b.Answer, b.TalkMin, b.TalkMax = 1, 50*time.Millisecond, 100*time.Millisecond
	}
	return b
}

// start runs a switch and returns what kills it: it says nothing when it ends,
// so for the bus that is the same as a lost process.
func start(t *testing.T, l *connectortest.Leader, b Behaviour) (kill func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- Run(ctx, l.NC, l.JS, Config{Zone: connectortest.Zone, Switch: connectortest.Switch, Behaviour: b})
	}()
	killed := false
	kill = func() {
		if killed {
			return
		}
		killed = true
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
	t.Cleanup(kill)
	return kill
}

func TestContract(t *testing.T) {
	connectortest.Run(t, func(t *testing.T, l *connectortest.Leader, p connectortest.Parties) {
		start(t, l, parties(p))
	})
}

func order(l *connectortest.Leader, leg string, role events.LegRole) {
	l.Order(events.Originate, events.OriginateData{LegID: leg, Role: role, Address: "1", RingTimeoutMs: 60_000, AutoAnswer: true})
}

func isLeg(id string) func(events.LegData) bool {
	return func(d events.LegData) bool { return d.LegID == id }
}

func state(l *connectortest.Leader, after uint64) events.SwitchStateData {
	ev := connectortest.Wait(l, after, events.SwitchState, func(events.SwitchStateData) bool { return true })
	return ev.Data.(events.SwitchStateData)
}

// cut returns the zone number of the newest event.
func cut(l *connectortest.Leader) uint64 { return uint64(len(l.Log())) }

func TestRestartKeepsCalls(t *testing.T) {
	l := connectortest.NewLeader(t)
	kill := start(t, l, parties(connectortest.Answer))
	epoch := state(l, 0).Epoch
	order(l, "a", events.RoleAgent)
	order(l, "c", events.RoleCustomer)
	order(l, "x", events.RoleExternal)
	for _, leg := range []string{"a", "c", "x"} {
		connectortest.Wait(l, 0, events.Established, isLeg(leg))
	}
	kill()

	last := cut(l)
	l.Order(events.Hangup, events.HangupData{LegID: "x", Cause: events.CauseNormal})
	l.Order(events.Bridge, events.BridgeData{BridgeID: "b", Members: []string{"a", "c"}})
	order(l, "late", events.RoleCustomer)
	start(t, l, parties(connectortest.Answer))
	if again := state(l, last); again.Epoch != epoch || again.State != events.SwitchUp {
		t.Errorf("after the restart: %+v, want up in epoch %s", again, epoch)
	}
	connectortest.Wait(l, last, events.Cleared, func(d events.ClearedData) bool { return d.LegID == "x" })
	connectortest.Wait(l, last, events.BridgeChanged, func(d events.BridgeData) bool { return len(d.Members) == 2 })
	connectortest.Wait(l, last, events.Established, isLeg("late"))
	for _, ev := range l.Log()[last:] {
		if d, ok := ev.Data.(events.LegData); ok && d.LegID != "late" {
			t.Errorf("%s of leg %s came again", ev.Name, d.LegID)
		}
	}
}

// TestLostEventIsSentAgain: the answer was sent, and was lost with the power
// before the leader took it.
func TestLostEventIsSentAgain(t *testing.T) {
	l := connectortest.NewLeader(t)
	kill := start(t, l, parties(connectortest.Leave))
	state(l, 0)
	l.Hold()
	order(l, "c", events.RoleCustomer)
	connectortest.WaitHeld(l, events.Established, isLeg("c"))
	kill()
	l.Lose()

	start(t, l, parties(connectortest.Leave))
	for _, name := range []string{events.Alerting, events.Established} {
		connectortest.Wait(l, 0, name, isLeg("c"))
	}
	connectortest.Wait(l, 0, events.Cleared, func(d events.ClearedData) bool { return d.By == events.ByRemote })
}

// TestOverdueIsMadeUpFor: the customer's time is over while no process runs.
func TestOverdueIsMadeUpFor(t *testing.T) {
	l := connectortest.NewLeader(t)
	b := parties(connectortest.Answer)
	kill := start(t, l, b)
	state(l, 0)
	order(l, "c", events.RoleCustomer)
	connectortest.Wait(l, 0, events.Established, isLeg("c"))
	kill()
	b.TalkMin, b.TalkMax = time.Nanosecond, time.Nanosecond
	start(t, l, b)
	connectortest.Wait(l, 0, events.Cleared, func(d events.ClearedData) bool { return d.LegID == "c" })
}

func TestRunRefuses(t *testing.T) {
	for name, c := range map[string]Config{
		"zone":   {Zone: "a b", Switch: "s"},
		"switch": {Zone: "z"},
		"shares": {Zone: "z", Switch: "s", Behaviour: Behaviour{Answer: 0.6, Busy: 0.6}},
		"times":  {Zone: "z", Switch: "s", Behaviour: Behaviour{RingMin: 2, RingMax: 1}},
	} {
		if err := Run(t.Context(), nil, nil, c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if err := lively().validate(); err != nil {
		t.Error(err)
	}
}
