package manager

import (
	"container/heap"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/deskbus/deskbus/events"
)

// world is customers, agents and a switch by lot, around one campaign. Nothing
// is tuned to how the manager paces: it only draws and does what it is told.
type world struct {
	t      *testing.T
	s      *State
	chance *rand.Rand
	now    int64
	order  int
	due    happenings
	number uint64
	last   map[string]uint64 // command numbers of the desktops
	// answers is the share of customers who answer at a time.
	answers  func(now int64) float64
	talk     float64 // seconds, on average
	contacts int

	live, abandoned, machines int
	busySince                 map[string]int64
	busy                      int64
}

type happening struct {
	at    int64
	order int
	do    func()
}

type happenings []happening

func (h happenings) Len() int { return len(h) }
func (h happenings) Less(i, k int) bool {
	return h[i].at < h[k].at || h[i].at == h[k].at && h[i].order < h[k].order
}
func (h happenings) Swap(i, k int) { h[i], h[k] = h[k], h[i] }
func (h *happenings) Push(x any)   { *h = append(*h, x.(happening)) }
func (h *happenings) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}

func newWorld(t *testing.T, seed uint64, mode events.POMContactType, agents int) *world {
	w := &world{
		t: t, s: New("main"), chance: rand.New(rand.NewPCG(seed, 1)), now: 1_772_442_000 * second,
		last: map[string]uint64{}, busySince: map[string]int64{}, talk: 90,
		answers: func(int64) float64 { return 0.3 },
	}
	w.decide(Claim{Broker: "b1"})
	w.decide(Configure{
		Settings: events.ZoneSettings{Zones: []string{"main"}, Switch: "sim"},
		Campaigns: []events.Campaign{{
			Name: "A", Switch: "sim", Mode: mode, RingTimeout: 20, ACWMaxTime: 60,
			CompletionCodes: []events.POMCompletionCode{{Code: "SALE"}}, DefaultCompCode: events.POMCompletionCode{Code: "NONE"},
		}},
	})
	w.say(events.SwitchState, events.SwitchStateData{State: events.SwitchUp, Epoch: "e"})
	for i := range agents {
		id := fmt.Sprint(1000 + i)
		w.command(id, events.AGTLogon, logonData(false))
		w.command(id, events.AGTStateChange, events.StateChangeParams{AgentState: events.Ready})
		w.command(id, events.AGTAvailableForNailup, events.NoParams{})
	}
	return w
}

// run lets time pass.
func (w *world) run(until int64) {
	for {
		if j := w.s.Jobs["A"]; j.Queue.Length < 200 {
			w.decide(AddContacts{"A", w.people()})
		}
		timer, at, set := w.s.NextTimer()
		switch {
		case set && (len(w.due) == 0 || at <= w.due[0].at):
			if at > until {
				return
			}
			w.now = max(w.now, at)
			w.decide(TimerFired{timer})
		case len(w.due) > 0 && w.due[0].at <= until:
			next := heap.Pop(&w.due).(happening)
			w.now = next.at
			next.do()
		default:
			return
		}
	}
}

func (w *world) people() []events.POMCustomerDetails {
	var list []events.POMCustomerDetails
	for range MaxContacts {
		w.contacts++
		list = append(list, events.POMCustomerDetails{
			ContactID: fmt.Sprint("C", w.contacts), Numbers: []events.POMContactNumber{{Name: "home", Number: fmt.Sprint(w.contacts)}},
		})
	}
	return list
}

func (w *world) in(seconds float64, do func()) {
	w.order++
	heap.Push(&w.due, happening{w.now + int64(seconds*1e6), w.order, do})
}

func (w *world) decide(in Input) {
	turn, _ := w.s.Decide(w.now, in, nil)
	for i := range turn {
		w.follow(&turn[i])
	}
}

func (w *world) command(agent, name string, data any) {
	w.last[agent]++
	w.decide(Command{Agent: agent, Name: name, ID: events.ID{Conn: "desk-" + agent, N: w.last[agent]}, Data: data})
}

func (w *world) say(name string, data any) {
	w.number++
	w.decide(SwitchEvent{Switch: "sim", Name: name, ID: events.ID{Conn: "tel", N: w.number}, Data: data})
}

// follow is what the world does about an event.
func (w *world) follow(e *events.Event) {
	switch d := e.Data.(type) {
	case events.NailupData:
		if d.NailupStatus == events.PendingNailup {
			w.in(0.1, func() { w.command(e.Agent, events.AGTReadyForNailup, events.NoParams{}) })
		}
	case events.OriginateData:
		w.ring(d)
	case events.HangupData:
		w.in(0.05, func() { w.hangUp(d.LegID) })
	case events.CallEndedData:
		switch {
		case d.Machine:
			w.machines++
		case d.Answered:
			w.live++
			if d.Abandoned {
				w.abandoned++
			}
		}
	case events.CallConnectedData:
		w.busySince[d.AgentID] = w.now
		w.in(w.drawTalk(), func() { w.release(d.AgentID, e.Session) })
	case events.CallStateData:
		if d.CallState == events.Wrapup {
			session := w.s.Agents[e.Agent].Session
			w.in(5+20*w.chance.Float64(), func() { w.wrapUp(e.Agent, session) })
		}
	case events.DispositionData:
		w.busy += w.now - w.busySince[e.Agent]
	}
}

// drawTalk is log-normal: most talks are short, some are long.
func (w *world) drawTalk() float64 {
	const spread = 0.8
	return math.Exp(math.Log(w.talk) - spread*spread/2 + spread*w.chance.NormFloat64())
}

func (w *world) ring(d events.OriginateData) {
	leg := events.LegData{LegID: d.LegID}
	if d.Role == events.RoleAgent {
		w.in(0.5, func() { w.say(events.Established, leg) })
		return
	}
	lot := w.chance.Float64()
	answers := w.answers(w.now)
	switch {
	case lot < answers:
		w.in(3+12*w.chance.Float64(), func() { w.say(events.Established, leg) })
	case lot < answers+0.1:
		w.in(1+2*w.chance.Float64(), func() { w.say(events.Failed, events.FailedData{LegID: d.LegID, Cause: events.CauseBusy}) })
	default:
		w.in(20, func() { w.say(events.Failed, events.FailedData{LegID: d.LegID, Cause: events.CauseNoAnswer}) })
	}
	if lot < answers/10 {
		w.in(17, func() {
			w.say(events.AnswerClassified, events.AnswerClassifiedData{LegID: d.LegID, AnsweredBy: events.AnsweredByMachine})
		})
	}
}

func (w *world) hangUp(leg string) {
	if l := w.s.Legs[leg]; l != nil && l.Up {
		w.say(events.Cleared, events.ClearedData{LegID: leg, Cause: events.CauseNormal, By: events.ByLocal})
	}
}

func (w *world) release(agent, session string) {
	if a := w.s.Agents[agent]; a.Session == session && a.CallState == events.Talking {
		w.command(agent, events.AGTReleaseLine, events.SessionParams{SessionID: session})
	}
}

func (w *world) wrapUp(agent, session string) {
	if a := w.s.Agents[agent]; a.Session == session && a.CallState == events.Wrapup {
		w.command(agent, events.AGTWrapupContact, events.WrapupParams{
			SessionID: session, CompletionCode: events.POMCompletionCode{Code: "SALE"},
		})
	}
}

// TestPredictive simulates working days. In the long run less than 3 % of the
// customers who answer are abandoned, and agents wait much less for a call than
// with one line each.
func TestPredictive(t *testing.T) {
	hour := 3600 * second
	start := newWorld(t, 0, events.ContactProgressive, 0).now
	for _, test := range []struct {
		name    string
		answers func(now int64) float64
		gain    float64 // percentage points of occupancy, at least
	}{
		{"20 %", func(int64) float64 { return 0.2 }, 25},
		{"40 %", func(int64) float64 { return 0.4 }, 12},
		{"60 %", func(int64) float64 { return 0.6 }, 6},
		{"20 % and 60 % by turns", func(now int64) float64 { return 0.2 + 0.4*float64((now-start)/hour%2) }, 12},
	} {
		t.Run(test.name, func(t *testing.T) {
			var occupancy [2]float64
			for i, mode := range []events.POMContactType{events.ContactProgressive, events.ContactPredictive} {
				w := newWorld(t, uint64(i), mode, 50)
				w.answers = test.answers
				w.run(start + simulatedHours*hour)
				rate := 100 * float64(w.abandoned) / float64(w.live)
				occupancy[i] = 100 * float64(w.busy) / float64(50*simulatedHours*hour)
				t.Logf("%-11s %5d live answers, %.2f %% abandoned, %4d machines, agents busy %.1f %% of the time",
					mode, w.live, rate, w.machines, occupancy[i])
				if w.live < 500*simulatedHours || rate > 2.9 {
					t.Errorf("%d of %d live answers were abandoned", w.abandoned, w.live)
				}
			}
			if gain := occupancy[1] - occupancy[0]; gain < test.gain {
				t.Errorf("agents are busy %.1f %% of the time more, want %.0f", gain, test.gain)
			}
		})
	}
}

// A bad hour does not break the limit: all agents leave for lunch while lines
// are in the air, the next hour pays for it.
func TestPredictiveSurvivesLunch(t *testing.T) {
	w := newWorld(t, 1, events.ContactPredictive, 50)
	for lunch := range 4 {
		w.run(w.now + 3600*second)
		w.everybody(events.NotReady)
		w.run(w.now + 600*second)
		w.everybody(events.Ready)
		t.Logf("after %d lunches %d of %d live answers are abandoned", lunch+1, w.abandoned, w.live)
	}
	w.run(w.now + 3600*second)
	if 1000*w.abandoned > 30*w.live {
		t.Errorf("%d of %d live answers were abandoned", w.abandoned, w.live)
	}
	checkState(t, w.s)
}

func (w *world) everybody(state events.POMAgentState) {
	for _, id := range slices.Sorted(maps.Keys(w.last)) {
		w.command(id, events.AGTStateChange, events.StateChangeParams{AgentState: state, ReasonCode: "lunch"})
	}
}

func TestMostLines(t *testing.T) {
	for _, test := range []struct {
		free     int
		p, limit float64
		want     int
	}{
		{0, 0.3, 0.03, 0},
		{-2, 0.3, 0.03, 0},
		{1, 0.3, 0.03, 1}, // both answer in 9 % of the cases: 0.09 of 0.6
		{1, 0.3, 0.16, 2},
		{10, 1, 0.03, 10},
		{10, 0.9, 0, 10},
		{3, 0.001, 0.5, 3 * mostPerAgent},
		{200, 0.5, 0.03, naiveLines(200, 0.5, 0.03)},
		{5, 0.2, 0.03, naiveLines(5, 0.2, 0.03)},
		{40, 0.35, 0.001, naiveLines(40, 0.35, 0.001)},
		{700, 0.3, 0.03, 2 * mostLines(350, 0.3, 0.03)},
	} {
		if got := mostLines(test.free, test.p, test.limit); got != test.want {
			t.Errorf("%d free, answer rate %g, limit %g: %d lines, want %d", test.free, test.p, test.limit, got, test.want)
		}
	}
}

// naiveLines tries one number after the other, and adds up the whole binomial
// distribution for each.
func naiveLines(free int, p, limit float64) int {
	for n := free + 1; ; n++ {
		odds := make([]float64, n+1) // of so many answers
		odds[0] = 1
		for line := range n {
			for k := line + 1; k > 0; k-- {
				odds[k] = odds[k]*(1-p) + odds[k-1]*p
			}
			odds[0] *= 1 - p
		}
		beyond := 0.0
		for k := free + 1; k <= n; k++ {
			beyond += float64(k-free) * odds[k]
		}
		if beyond > limit*float64(n)*p {
			return n - 1
		}
	}
}
