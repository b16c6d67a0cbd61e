package switchsim

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
)

// script drives a model by hand. Its clock starts at 0 and its leader accepts
// every event at once, unless deaf is set.
type script struct {
	t     *testing.T
	model *model
	start time.Time
	now   time.Time
	feed  []events.Event
	deaf  bool
	trace []string
}

func newScript(t *testing.T, b Behaviour) *script {
	s := &script{t: t, model: newModel(b), start: time.Unix(1_700_000_000, 0).UTC()}
	s.now = s.start
	s.model.resume("e1", s.now)
	s.collect()
	s.trace = nil
	return s
}

func (s *script) commit(name string, data any) {
	ev := events.Event{Kind: events.KindSwitch, Name: name, At: s.now.UnixMicro(), Data: data}
	s.feed = append(s.feed, ev)
	s.model.apply(&ev, s.now)
	s.collect()
}

// collect writes down what the model tells, and accepts it.
func (s *script) collect() {
	for _, e := range s.model.take() {
		line := fmt.Sprintf("%g %s %+v", s.now.Sub(s.start).Seconds(), e.name, e.data)
		s.trace = append(s.trace, line)
		if !s.deaf {
			s.commit(e.name, e.data)
		}
	}
}

// until lets time pass from alarm to alarm.
func (s *script) until(seconds float64) {
	end := s.start.Add(time.Duration(seconds * float64(time.Second)))
	for at, ok := s.model.next(); ok && !at.After(end); at, ok = s.model.next() {
		s.now = at
		s.model.due(at)
		s.collect()
	}
	s.now = end
}

// restart replays the feed into a new model at the present time.
func (s *script) restart() {
	b := s.model.behaviour
	s.model = newModel(b)
	for _, ev := range s.feed {
		s.model.apply(&ev, ev.Time())
	}
	s.trace = nil
	s.model.resume("e2", s.now)
	s.model.due(s.now)
	s.collect()
}

// want compares the trace since the last want.
func (s *script) want(lines ...string) {
	s.t.Helper()
	if !slices.Equal(s.trace, lines) {
		s.t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(s.trace, "\n\t"), strings.Join(lines, "\n\t"))
	}
	s.trace = nil
}

func (s *script) originate(leg string, role events.LegRole) {
	s.commit(events.Originate, events.OriginateData{LegID: leg, Role: role, RingTimeoutMs: 10_000, AutoAnswer: true})
}

// punctual parties answer after 2 s and stay for 40 s.
var punctual = Behaviour{
	Answer: 1, RingMin: 2 * time.Second, RingMax: 2 * time.Second,
	TalkMin: 40 * time.Second, TalkMax: 40 * time.Second, AgentAnswer: time.Second,
}

func TestLives(t *testing.T) {
	for name, c := range map[string]struct {
		behaviour Behaviour
		role      events.LegRole
		want      []string
	}{
		"customer": {punctual, events.RoleCustomer, []string{
			"0 Alerting {LegID:c}", "2 Established {LegID:c}", "42 Cleared {LegID:c Cause:normal Q850:16 By:remote}",
		}},
		"external": {punctual, events.RoleExternal, []string{
			"0 Alerting {LegID:c}", "2 Established {LegID:c}", "42 Cleared {LegID:c Cause:normal Q850:16 By:remote}",
		}},
		"external busy": {Behaviour{Busy: 1}, events.RoleExternal, []string{
			"0 Alerting {LegID:c}", "0.3 Failed {LegID:c Cause:busy Q850:17 SIPCode:486}",
		}},
		"external no answer": {Behaviour{}, events.RoleExternal, []string{
			"0 Alerting {LegID:c}", "10 Failed {LegID:c Cause:no_answer Q850:19 SIPCode:480}",
		}},
		"external machine is not classified": {Behaviour{Machine: 1, TalkMin: time.Second, TalkMax: time.Second}, events.RoleExternal, []string{
			"0 Alerting {LegID:c}", "0 Established {LegID:c}", "1 Cleared {LegID:c Cause:normal Q850:16 By:remote}",
		}},
		"agent": {punctual, events.RoleAgent, []string{"0 Alerting {LegID:c}", "1 Established {LegID:c}"}},
		"machine": {Behaviour{Machine: 1, TalkMin: time.Second, TalkMax: time.Second}, events.RoleCustomer, []string{
			"0 Alerting {LegID:c}", "0 Established {LegID:c}", "0.5 AnswerClassified {LegID:c AnsweredBy:machine}",
			"1 Cleared {LegID:c Cause:normal Q850:16 By:remote}",
		}},
		"busy": {Behaviour{Busy: 1}, events.RoleCustomer, []string{
			"0 Alerting {LegID:c}", "0.3 Failed {LegID:c Cause:busy Q850:17 SIPCode:486}",
		}},
		"invalid": {Behaviour{Invalid: 1}, events.RoleCustomer, []string{
			"0 Alerting {LegID:c}", "0.3 Failed {LegID:c Cause:invalid_number Q850:28 SIPCode:484}",
		}},
		"no answer": {Behaviour{}, events.RoleCustomer, []string{
			"0 Alerting {LegID:c}", "10 Failed {LegID:c Cause:no_answer Q850:19 SIPCode:480}",
		}},
		"too late": {Behaviour{Answer: 1, RingMin: time.Minute, RingMax: time.Minute}, events.RoleCustomer, []string{
			"0 Alerting {LegID:c}", "10 Failed {LegID:c Cause:no_answer Q850:19 SIPCode:480}",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t, c.behaviour)
			s.originate("c", c.role)
			s.until(1000)
			s.want(c.want...)
			s.originate("c", c.role)
			s.until(2000)
			s.want()
		})
	}
}

func TestRestartGoesOn(t *testing.T) {
	s := newScript(t, punctual)
	s.originate("c", events.RoleCustomer)
	s.until(10)
	s.restart()
	s.want("10 SwitchState {State:up Epoch:e1 Complete:false}")
	s.until(1000)
	s.want("42 Cleared {LegID:c Cause:normal Q850:16 By:remote}")
}

// TestRestartMakesUp: nobody was there for the end of one call and for the
// beginning of another.
func TestRestartMakesUp(t *testing.T) {
	s := newScript(t, punctual)
	s.originate("c", events.RoleCustomer)
	s.until(10)
	s.model, s.deaf = newModel(punctual), true // of no use to anybody
	s.until(50)
	s.originate("late", events.RoleCustomer)
	s.until(60)
	s.deaf = false
	s.restart()
	s.want("60 SwitchState {State:up Epoch:e1 Complete:false}", "60 Alerting {LegID:late}", "60 Cleared {LegID:c Cause:normal Q850:16 By:remote}")
	s.until(1000)
	s.want("62 Established {LegID:late}", "102 Cleared {LegID:late Cause:normal Q850:16 By:remote}")
}

// TestUnacceptedIsToldAgain: the leader does not have the answers to commands.
func TestUnacceptedIsToldAgain(t *testing.T) {
	s := newScript(t, punctual)
	s.originate("a", events.RoleAgent)
	s.originate("c", events.RoleAgent)
	s.until(5)
	s.want("0 Alerting {LegID:a}", "0 Alerting {LegID:c}", "1 Established {LegID:a}", "1 Established {LegID:c}")
	s.deaf = true
	s.commit(events.Bridge, events.BridgeData{BridgeID: "b", Members: []string{"c", "a"}})
	s.commit(events.Hold, events.LegData{LegID: "c"})
	s.commit(events.Play, events.PlayData{PlayID: "p", LegIDs: []string{"a"}})
	s.commit(events.Hangup, events.HangupData{LegID: "c"})
	s.until(6)
	told := []string{
		"BridgeChanged {BridgeID:b Members:[a c]}", "Held {LegID:c}",
		"Cleared {LegID:c Cause:normal Q850:16 By:local}", "PlayFinished {PlayID:p}",
	}
	s.want("5 "+told[0], "5 "+told[1], "5 "+told[2], "5.2 "+told[3])
	s.deaf = false
	s.restart()
	s.want("6 SwitchState {State:up Epoch:e1 Complete:false}", "6 "+told[0], "6 "+told[1], "6 "+told[2], "6 "+told[3])
	s.restart()
	s.want("6 SwitchState {State:up Epoch:e1 Complete:false}")
}

// TestPassedOverIsNotToldForEver: the leader has accepted an event that came
// after one that it does not have, so it did not want that one.
func TestPassedOverIsNotToldForEver(t *testing.T) {
	s := newScript(t, punctual)
	s.originate("a", events.RoleAgent)
	s.until(5)
	s.deaf = true
	s.commit(events.Bridge, events.BridgeData{BridgeID: "b", Members: []string{"a"}})
	s.deaf = false
	s.commit(events.Hold, events.LegData{LegID: "a"})
	s.restart()
	s.want("5 SwitchState {State:up Epoch:e1 Complete:false}")
}

func TestHangupCrosses(t *testing.T) {
	s := newScript(t, punctual)
	s.deaf = true
	s.originate("c", events.RoleCustomer)
	s.until(3)
	s.commit(events.Hangup, events.HangupData{LegID: "c"})
	s.want("0 Alerting {LegID:c}", "2 Established {LegID:c}", "3 Failed {LegID:c Cause:cancelled Q850:16 SIPCode:487}")
	s.commit(events.Established, events.LegData{LegID: "c"})
	s.commit(events.Hangup, events.HangupData{LegID: "c"})
	s.until(1000)
	s.want()
}

// TestBridgeMeetsRemoteHangup: the customer is gone, and the leader does not
// know yet.
func TestBridgeMeetsRemoteHangup(t *testing.T) {
	s := newScript(t, punctual)
	s.originate("a", events.RoleAgent)
	s.originate("c", events.RoleCustomer)
	s.until(41)
	s.deaf, s.trace = true, nil
	s.until(42)
	s.commit(events.Bridge, events.BridgeData{BridgeID: "b", Members: []string{"a", "c"}})
	s.commit(events.Hold, events.LegData{LegID: "c"})
	s.commit(events.Hangup, events.HangupData{LegID: "c"})
	s.want("42 Cleared {LegID:c Cause:normal Q850:16 By:remote}", "42 BridgeChanged {BridgeID:b Members:[a]}")
}

func TestSnapshot(t *testing.T) {
	s := newScript(t, punctual)
	s.originate("a", events.RoleAgent)
	s.until(5)
	s.originate("c", events.RoleCustomer)
	s.trace = nil
	s.commit(events.Snapshot, events.NoData{})
	s.want("5 Established {LegID:a}", "5 Alerting {LegID:c}", "5 SwitchState {State:up Epoch:e1 Complete:true}")
	s.restart()
	s.want("5 SwitchState {State:up Epoch:e1 Complete:false}")
}

// TestNewEpoch: somebody else was this switch for a while.
func TestNewEpoch(t *testing.T) {
	s := newScript(t, punctual)
	s.originate("a", events.RoleAgent)
	s.until(5)
	s.trace = nil
	s.commit(events.SwitchState, events.SwitchStateData{State: events.SwitchUp, Epoch: "other"})
	s.until(1000)
	s.commit(events.Snapshot, events.NoData{})
	s.want("1000 SwitchState {State:up Epoch:other Complete:true}")
}

func TestRecent(t *testing.T) {
	r := newRecent()
	for i := range remembered {
		if f := r.add(fmt.Sprint(i)); f != "" {
			t.Fatalf("%d forgot %s", i, f)
		}
	}
	if r.add("5") != "" || r.add("new") != "0" || r.add("newer") != "1" || r.has("1") || !r.has("2") || !r.has("newer") {
		t.Error("want the oldest to be forgotten, one at a time")
	}
}

// TestDice: the shares come true, and the same leg has the same fate.
func TestDice(t *testing.T) {
	b := lively()
	const n = 20_000
	counts := map[events.Cause]int{}
	machines := 0
	for i := range n {
		d := events.OriginateData{LegID: fmt.Sprintf("demo-%d-c", i), Role: events.RoleCustomer, RingTimeoutMs: 25_000}
		p := b.plan(d)
		if p != b.plan(d) {
			t.Fatalf("leg %s has two fates", d.LegID)
		}
		counts[p.failure]++
		if p.machine {
			machines++
		}
		if p.failure == "" && (p.ring < b.RingMin || p.ring > b.RingMax || p.talk < b.TalkMin || p.talk > b.TalkMax) {
			t.Fatalf("leg %s: %+v is out of bounds", d.LegID, p)
		}
	}
	for what, c := range map[string]struct {
		got  int
		want float64
	}{
		"answered": {counts[""], 0.75}, "machine": {machines, 0.10}, "busy": {counts[events.CauseBusy], 0.08},
		"invalid": {counts[events.CauseInvalidNumber], 0.02}, "no answer": {counts[events.CauseNoAnswer], 0.15},
	} {
		if share := float64(c.got) / n; share < c.want-0.01 || share > c.want+0.01 {
			t.Errorf("%s: share %.3f, want %.2f", what, share, c.want)
		}
	}
	other := b
	other.Seed++
	d := events.OriginateData{LegID: "demo-1-c", Role: events.RoleExternal}
	if b.plan(d) == other.plan(d) {
		t.Error("another seed throws the same dice")
	}
}

// lively is a behaviour with a bit of everything: two of three customers answer, and
// conversations last between 20 and 90 seconds.
func lively() Behaviour {
	return Behaviour{
		Seed:   1,
		Answer: 0.65, Busy: 0.08, Invalid: 0.02, Machine: 0.10,
		RingMin: 2 * time.Second, RingMax: 8 * time.Second,
		TalkMin: 20 * time.Second, TalkMax: 90 * time.Second,
		AgentAnswer: 500 * time.Millisecond,
	}
}
