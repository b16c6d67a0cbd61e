package manager

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbus/deskbus/events"
)

// tester is what the scripts and the random walk have in common.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// checkTurn checks the order within a turn (reading 1): numbers without a gap,
// the command first and its one response next, AGTCapabilitiesChanged the last
// thing an agent hears.
func checkTurn(t tester, turn []events.Event) {
	t.Helper()
	responses := 0
	told := map[string]bool{}
	for i := range turn {
		e := &turn[i]
		if e.Index != i || e.ZN != turn[0].ZN+uint64(i) || e.Turn != turn[0].Turn || e.Cause != turn[0].Cause {
			t.Errorf("event %d of the turn does not belong there: %s", i, traceLine(e))
		}
		switch e.Kind {
		case events.KindCommand:
			if i != 0 {
				t.Errorf("a command in the middle of a turn: %s", traceLine(e))
			}
		case events.KindResponse:
			responses++
		case events.KindNotification:
			told[e.Agent] = e.Name == events.AGTCapabilitiesChanged
		}
	}
	if len(turn) > 0 && turn[0].Kind == events.KindCommand && responses != 1 {
		t.Errorf("%d responses to %s", responses, turn[0].Name)
	}
	for i := range turn {
		// Told once and then more: it was not the last.
		if e := &turn[i]; e.Name == events.AGTCapabilitiesChanged && !told[e.Agent] {
			t.Errorf("notifications after %s", traceLine(e))
		}
	}
}

// checkState checks what holds between turns.
func checkState(t tester, s *State) {
	t.Helper()
	for _, id := range slices.Sorted(maps.Keys(s.Agents)) {
		checkAgent(t, s, s.Agents[id])
	}
	for _, id := range slices.Sorted(maps.Keys(s.Calls)) {
		checkCall(t, s, s.Calls[id])
	}
	for _, name := range slices.Sorted(maps.Keys(s.Jobs)) {
		checkJob(t, s, name)
	}
	checkTimers(t, s)
}

func checkAgent(t tester, s *State, a *Agent) {
	t.Helper()
	if !a.LoggedOn {
		clean := &Agent{ID: a.ID, N: a.N, Conn: a.Conn, LastNumber: a.LastNumber, LastResponse: a.LastResponse, Apart: a.Apart}
		clean.reset()
		clean.IdleAt = a.IdleAt
		if diff := cmp.Diff(clean, a, cmp.AllowUnexported(Agent{})); diff != "" {
			t.Errorf("logged-off agent %s has left something behind:\n%s", a.ID, diff)
		}
		return
	}
	if a.pending != nil {
		t.Errorf("agent %s has a command that is being decided: %v", a.ID, a.pending)
	}
	if a.Capabilities != s.capabilities(a) {
		t.Errorf("agent %s was told %+v, has %+v", a.ID, a.Capabilities, s.capabilities(a))
	}
	if c := s.Calls[a.Session]; a.Session != "" && (c == nil || c.Agent != a.ID) {
		t.Errorf("agent %s has session %q, which is %+v", a.ID, a.Session, c)
	}
	if a.Busy() != (a.Session != "") {
		t.Errorf("agent %s is %s with session %q", a.ID, a.CallState, a.Session)
	}
	if c := s.Calls[a.Session]; c != nil && c.Ended != (a.CallState == events.Wrapup) {
		t.Errorf("agent %s is %s in a call that ended: %v", a.ID, a.CallState, c.Ended)
	}
	if a.LoggingOff && (a.AgentState == events.Ready || !a.Busy() && a.NailupStatus != events.PendingNailupDrop) {
		t.Errorf("agent %s is logging off, %s, %s and %s", a.ID, a.AgentState, a.NailupStatus, a.CallState)
	}
	leg := s.Legs[a.NailLeg]
	if a.NailupStatus == events.NailedUp && (leg == nil || !leg.Up || leg.Agent != a.ID) {
		t.Errorf("agent %s is nailed by leg %q, which is %+v", a.ID, a.NailLeg, leg)
	}
	if talks := a.CallState == events.Talking || a.CallState == events.Held; talks && a.NailupStatus != events.NailedUp {
		t.Errorf("agent %s is %s and %s", a.ID, a.CallState, a.NailupStatus)
	}
	if attached := a.Job != ""; attached != (a.NailupStatus != events.NotNailedUp && a.NailupStatus != events.NailingLost) {
		t.Errorf("agent %s is %s in job %q", a.ID, a.NailupStatus, a.Job)
	}
}

func checkCall(t tester, s *State, c *Call) {
	t.Helper()
	if a := s.Agents[c.Agent]; c.Agent != "" && (a == nil || a.Session != c.Session) {
		t.Errorf("call %s is of agent %s, who has another", c.Session, c.Agent)
	}
	leg := s.Legs[c.LegID]
	if !c.Ended && (leg == nil || leg.Session != c.Session || leg.Up != c.Answered) {
		t.Errorf("call %+v has leg %+v", c, leg)
	}
	if c.Ended && c.Agent == "" {
		t.Errorf("call %s is over and still there", c.Session)
	}
	for _, other := range s.Calls {
		if other != c && (other.LegID == c.LegID || other.Agent == c.Agent && c.Agent != "") {
			t.Errorf("calls %s and %s share a leg or an agent", c.Session, other.Session)
		}
	}
}

// checkJob counts again what the job counts, and compares the idle agents.
func checkJob(t tester, s *State, name string) {
	t.Helper()
	j := s.Jobs[name]
	dialing, open, attached := 0, 0, 0
	for _, c := range s.Calls {
		if c.Job == name {
			open++
			if !c.Answered {
				dialing++
			}
			if waits := c.Answered && c.Agent == ""; waits != slices.Contains(j.Waiting, c.Session) {
				t.Errorf("job %s: call %s waits: %v, list %v", name, c.Session, waits, j.Waiting)
			}
		}
	}
	var idle []string
	for _, a := range s.Agents {
		if a.Job == name {
			attached++
		}
		if a.idle() && a.Job == name {
			idle = append(idle, a.ID)
		}
	}
	queued := idleIDs(j)
	slices.Sort(queued)
	slices.Sort(idle)
	if dialing != j.Dialing || open != j.Open || attached != j.attached || !slices.Equal(idle, queued) || len(idle) != j.idle.live {
		t.Errorf("job %s: dialing %d is %d, open %d is %d, attached %d is %d, idle %v is %v", name,
			j.Dialing, dialing, j.Open, open, j.attached, attached, queued, idle)
	}
	if len(j.Waiting) > 0 && len(idle) > 0 && !s.unpaced[name] {
		t.Errorf("job %s: calls %v wait while agents %v are idle", name, j.Waiting, idle)
	}
}

func idleIDs(j *Job) []string {
	var ids []string
	for _, e := range j.idle.agents {
		if e.agent != nil {
			ids = append(ids, e.agent.ID)
		}
	}
	return ids
}

// checkTimers checks that each timer is about something that is there.
func checkTimers(t tester, s *State) {
	t.Helper()
	for timer := range s.Timers {
		kind, key := timer.split()
		var there bool
		switch kind {
		case timerNailup, timerDetach:
			there = s.Agents[key] != nil && s.Agents[key].LoggedOn
		case timerRing, timerQueue, timerWrapup:
			there = s.Calls[key] != nil
		case timerLegLost:
			there = s.Legs[key] != nil
		}
		if !there {
			t.Errorf("timer %s is about nothing", timer)
		}
	}
}

// replay folds a log into a new state, through its encoding.
func replay(t tester, log []events.Event) *State {
	t.Helper()
	s := New("main")
	for i := range log {
		fold(t, s, &log[i])
	}
	return s
}

func encode(t tester, e *events.Event) []byte {
	t.Helper()
	b, err := events.Encode(e)
	if err != nil {
		t.Fatalf("encode %s: %v", traceLine(e), err)
	}
	return b
}

func fold(t tester, s *State, e *events.Event) {
	t.Helper()
	decoded, err := events.Decode(encode(t, e))
	if err != nil {
		t.Fatalf("decode %s: %v", traceLine(e), err)
	}
	if !reflect.DeepEqual(*e, decoded) {
		t.Fatalf("%s is decoded as something else:\n%s", e.Name, cmp.Diff(*e, decoded))
	}
	if err := s.Evolve(&decoded); err != nil {
		t.Fatalf("fold: %v", err)
	}
}

// checkSame compares a leader's state with one that was only folded. A folded
// state may want to pace more campaigns: the leader knows that it need not.
func checkSame(t tester, live, folded *State) {
	t.Helper()
	a, errA := json.Marshal(live)
	b, errB := json.Marshal(folded)
	if errA != nil || errB != nil {
		t.Fatalf("marshal: %v, %v", errA, errB)
	}
	if string(a) != string(b) {
		t.Fatalf("the log gives another state:\n%s", cmp.Diff(decodeJSON(a), decodeJSON(b)))
	}
	for name, j := range live.Jobs {
		if k := folded.Jobs[name]; !slices.Equal(idleIDs(j), idleIDs(k)) || j.attached != k.attached {
			t.Errorf("job %s: idle %v and %v, attached %d and %d", name, idleIDs(j), idleIDs(k), j.attached, k.attached)
		}
	}
	if !slices.Equal(live.jobNames, folded.jobNames) {
		t.Errorf("jobs %v and %v", live.jobNames, folded.jobNames)
	}
	for name := range live.unpaced {
		if !folded.unpaced[name] {
			t.Errorf("job %s would not be paced by the next leader", name)
		}
	}
}

// restored returns the state as a snapshot gives it back.
func restored(t tester, s *State) *State {
	t.Helper()
	b, err := s.Encode()
	if err != nil {
		t.Fatalf("%v", err)
	}
	back, err := DecodeState(b)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if again, err := back.Encode(); err != nil || !bytes.Equal(b, again) {
		t.Fatalf("the snapshot of a snapshot is another one: %v", err)
	}
	checkSame(t, s, back)
	return back
}

func decodeJSON(b []byte) (v any) {
	if err := json.Unmarshal(b, &v); err != nil {
		panic(err)
	}
	return v
}
