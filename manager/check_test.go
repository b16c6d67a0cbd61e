package manager

import (
	"maps"
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
			if code := resultOf(e.Data); cannotArise()[code] {
				t.Errorf("conformance.md says that code %d cannot arise: %s", code, traceLine(e))
			}
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
		checkPending(t, s, s.Agents[id])
	}
	for _, id := range slices.Sorted(maps.Keys(s.Calls)) {
		checkCall(t, s, s.Calls[id])
		checkConsult(t, s, s.Calls[id])
	}
	for _, name := range slices.Sorted(maps.Keys(s.Jobs)) {
		checkJob(t, s, name)
	}
	for _, id := range slices.Sorted(maps.Keys(s.Callbacks)) {
		checkCallback(t, s, s.Callbacks[id])
	}
	checkTimers(t, s)
	checkNobodyWaitsInVain(t, s)
	checkPeers(t, s)
	checkCampaignsOn(t, s)
}

func checkAgent(t tester, s *State, a *Agent) {
	t.Helper()
	if at, set := s.Timers[timerOf(timerLogon, a.ID)]; set != (a.Waiting != nil) || set && at > s.At+logonWait {
		t.Errorf("the logon %+v of agent %s is decided at %d, timer set: %v", a.Waiting, a.ID, at, set)
	}
	if len(a.Acted) > maxActed {
		t.Errorf("agent %s remembers %d services", a.ID, len(a.Acted))
	}
	if !a.LoggedOn {
		clean := &Agent{
			ID: a.ID, N: a.N, Conn: a.Conn, LastNumber: a.LastNumber, LastResponse: a.LastResponse, Apart: a.Apart, Acted: a.Acted,
			Waiting: a.Waiting,
		}
		clean.reset()
		clean.QueuedAt = a.QueuedAt
		if diff := cmp.Diff(clean, a, cmp.AllowUnexported(Agent{})); diff != "" {
			t.Errorf("logged-off agent %s has left something behind:\n%s", a.ID, diff)
		}
		return
	}
	if a.pending != nil {
		t.Errorf("agent %s has a command that is being decided: %v", a.ID, a.pending)
	}
	if a.Capabilities != s.CapabilitiesOf(a) {
		t.Errorf("agent %s was told %+v, has %+v", a.ID, a.Capabilities, s.CapabilitiesOf(a))
	}
	if c := s.Calls[a.Session]; a.Session != "" && (c == nil || c.Agent != a.ID && (c.Consult == nil || c.Consult.Agent != a.ID)) {
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
	if a.Busy() && a.CallState != events.Wrapup && a.NailupStatus != events.NailedUp {
		t.Errorf("agent %s is %s and %s", a.ID, a.CallState, a.NailupStatus)
	}
	if c := s.Callbacks[a.PendingCallback]; a.PendingCallback != "" && (c == nil || c.Agent != a.ID || c.Job != a.Job) {
		t.Errorf("agent %s was told about callback %q, which is %+v", a.ID, a.PendingCallback, c)
	}
	if able := a.takesWork() && a.AgentState != events.NotReady && a.NailupStatus == events.NailedUp; a.PendingCallback != "" && !able {
		t.Errorf("agent %s cannot make callback %q: %s and %s", a.ID, a.PendingCallback, a.AgentState, a.NailupStatus)
	}
	if waits := a.Busy() || a.PendingCallback != ""; a.AgentState == events.PendingNotReady && !waits {
		t.Errorf("agent %s is %s and has nothing to do first", a.ID, a.AgentState)
	}
	if a.Inbound && (a.ToInbound || a.Busy() || a.NailupStatus == events.NailedUp || a.NailupStatus == events.PendingNailup) {
		t.Errorf("agent %s is inbound, on the way there: %v, %s and %s", a.ID, a.ToInbound, a.NailupStatus, a.CallState)
	}
	if a.ToInbound && !a.Busy() && !a.LoggingOff {
		t.Errorf("agent %s is %s and still on the way to inbound", a.ID, a.CallState)
	}
	checkDesktop(t, s, a)
	if attached := a.Job != ""; attached != (a.NailupStatus != events.NotNailedUp && a.NailupStatus != events.NailingLost) {
		t.Errorf("agent %s is %s in job %q", a.ID, a.NailupStatus, a.Job)
	}
}

// checkDesktop checks that each of the timers about a desktop is set exactly
// when it is to be.
func checkDesktop(t tester, s *State, a *Agent) {
	t.Helper()
	grace := a.Disconnected && (!a.inConversation() || a.CallState == events.Held) && a.NailupStatus != events.PendingNailupDrop
	status := s.Settings.StatusAfter > 0 && !a.Disconnected
	if s.hasTimer(timerGrace, a.ID) != grace || s.hasTimer(timerStatus, a.ID) != status ||
		s.hasTimer(timerZoneDown, a.ID) != s.Settings.Down {
		t.Errorf("agent %s is gone: %v, %s and %s; timers %v", a.ID, a.Disconnected, a.NailupStatus, a.CallState, s.Timers)
	}
	if len(a.PendingConsults) > 0 && !a.takesWork() {
		t.Errorf("consults %v wait for agent %s, who will not come", a.PendingConsults, a.ID)
	}
	if a.Disconnected != (a.GraceEnd != 0) || a.StatusAsked && !status || a.DownEnd != 0 && !s.Settings.Down {
		t.Errorf("agent %s is gone: %v, until %d; asked: %v; has until %d", a.ID, a.Disconnected, a.GraceEnd, a.StatusAsked, a.DownEnd)
	}
}

func checkCall(t tester, s *State, c *Call) {
	t.Helper()
	if a := s.Agents[c.Agent]; c.Agent != "" && (a == nil || a.Session != c.Session) {
		t.Errorf("call %s is of agent %s, who has another", c.Session, c.Agent)
	}
	leg := s.Legs[c.LegID]
	if !c.Ended && !c.inPreview() && (leg == nil || leg.Session != c.Session || leg.Up != c.Answered) {
		t.Errorf("call %+v has leg %+v", c, leg)
	}
	if a := s.Agents[c.Agent]; a != nil && !c.Ended {
		checkPreview(t, a, c)
	}
	if c.Ended && c.Agent == "" {
		t.Errorf("call %s is over and still there", c.Session)
	}
	for _, other := range s.Calls {
		if other != c && (other.LegID == c.LegID && c.LegID != "" || other.Agent == c.Agent && c.Agent != "") {
			t.Errorf("calls %s and %s share a leg or an agent", c.Session, other.Session)
		}
	}
}

// checkPreview: the agent's call state says how far the call has come.
func checkPreview(t tester, a *Agent, c *Call) {
	t.Helper()
	previews := a.CallState == events.Preview && c.Callback == nil || a.CallState == events.Callback && c.Callback != nil
	if previews != c.inPreview() {
		t.Errorf("agent %s is %s in call %+v", a.ID, a.CallState, c)
	}
	if dialing := !c.Answered && !c.inPreview(); dialing != (a.CallState == events.Dialing) {
		t.Errorf("agent %s is %s in call %+v", a.ID, a.CallState, c)
	}
}

// checkCallback: a callback waits for its time, looks for an agent or has one,
// and has no call yet.
func checkCallback(t tester, s *State, c *Callback) {
	t.Helper()
	a := s.Agents[c.Agent]
	looks := slices.Contains(s.Jobs[c.Job].Callbacks, c.CallbackID)
	with := a != nil && a.PendingCallback == c.CallbackID
	if with != (c.Agent != "") || looks != (c.Near && !with) || with && !c.Near {
		t.Errorf("callback %+v: looks for an agent: %v, has one: %v", c, looks, with)
	}
	if s.Calls[c.CallbackID] != nil {
		t.Errorf("callback %s has a call already", c.CallbackID)
	}
	if !slices.Contains(s.Jobs[c.List].Contacts[c.ContactID].promises, c) {
		t.Errorf("callback %+v is not among those to the contact", c)
	}
	offered := s.hasTimer(timerCallback, c.CallbackID)
	if free := with && a.CallState == events.Idle; !s.Jobs[c.Job].Withdrawn && offered != (free || !c.Near) {
		t.Errorf("callback %+v has a timer: %v", c, offered)
	}
	if (c.Near || s.Jobs[c.Job].Withdrawn) != s.hasTimer(timerExpiry, c.CallbackID) {
		t.Errorf("callback %+v is near: %v, without its timer", c, c.Near)
	}
}

// checkJob counts again what the job counts.
func checkJob(t tester, s *State, name string) {
	t.Helper()
	j := s.Jobs[name]
	dialing, open := 0, 0
	for _, c := range s.Calls {
		if c.Job == name {
			open++
			if !c.Answered && c.Agent == "" {
				dialing++
			}
			if waits := c.Answered && c.Agent == ""; waits != slices.Contains(j.Waiting, c.Session) {
				t.Errorf("job %s: call %s waits: %v, list %v", name, c.Session, waits, j.Waiting)
			}
		}
	}
	if dialing != j.Dialing || open != j.Open {
		t.Errorf("job %s: dialing %d is %d, open %d is %d", name, j.Dialing, dialing, j.Open, open)
	}
	checkQueues(t, s, name)
	checkContacts(t, s, name)
}

// checkQueues compares the agents who can be given a call, or told about a
// callback, with those who stand in the queues of the job.
func checkQueues(t tester, s *State, name string) {
	t.Helper()
	j := s.Jobs[name]
	told := 0
	var idle, busy, attached []string
	for _, id := range slices.Sorted(maps.Keys(s.Agents)) {
		a := s.Agents[id]
		if a.Job != name {
			continue
		}
		attached = append(attached, id)
		if a.PendingCallback != "" {
			told++
		}
		if s.nailedOn(a) != j.Campaign.Switch {
			continue
		}
		if a.idle() {
			idle = append(idle, id)
		} else if a.canBeTold() {
			busy = append(busy, id)
		}
	}
	idleQueued, busyQueued := idsOf(&j.idle), idsOf(&j.busy)
	slices.Sort(idleQueued)
	slices.Sort(busyQueued)
	if !slices.Equal(idle, idleQueued) || len(idle) != j.idle.live || !slices.Equal(busy, busyQueued) || len(busy) != j.busy.live {
		t.Errorf("job %s: idle %v is %v, busy %v is %v", name, idleQueued, idle, busyQueued, busy)
	}
	if !slices.Equal(attached, attachedIDs(j)) || told != j.Told {
		t.Errorf("job %s: attached %v is %v, told %d is %d", name, attachedIDs(j), attached, j.Told, told)
	}
	at, paced := s.unpaced.at[timerOf(timerPace, name)]
	serves := len(j.Waiting) > 0 && s.Calls[j.Waiting[0]].Switch == j.Campaign.Switch
	if now := paced && at <= s.At; serves && len(idle) > 0 && !now {
		t.Errorf("job %s: calls %v wait while agents %v are idle", name, j.Waiting, idle)
	}
	if len(j.Callbacks) > 0 && !s.Settings.Down && s.agentFor(s.Callbacks[j.Callbacks[0]]) != nil && !paced {
		t.Errorf("job %s: callbacks %v wait while there are agents", name, j.Callbacks)
	}
	for _, id := range j.Callbacks {
		if s.Callbacks[id] == nil {
			t.Errorf("job %s: callback %s is gone", name, id)
		}
	}
}

func attachedIDs(j *Job) []string {
	var ids []string
	for _, a := range j.attached {
		ids = append(ids, a.ID)
	}
	return ids
}

func idsOf(q *agentQueue) []string {
	var ids []string
	for _, e := range q.agents {
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
		case timerNailup, timerDetach, timerGrace, timerStatus, timerZoneDown:
			there = s.Agents[key] != nil && s.Agents[key].LoggedOn
		case timerLogon:
			there = s.Agents[key] != nil
		case timerCallback, timerExpiry:
			there = s.Callbacks[key] != nil
		case timerRing, timerQueue, timerWrapup, timerPreview:
			there = s.Calls[key] != nil
		case timerConsult:
			c := s.Calls[key]
			there = c != nil && c.Consult != nil && c.Consult.LegID != "" && !c.Consult.Started
		case timerLegLost:
			there = s.Legs[key] != nil
		case timerRetry:
			job, contactID := splitContactKey(key)
			there = s.Jobs[job] != nil && s.Jobs[job].Contacts[contactID] != nil
		}
		if !there {
			t.Errorf("timer %s is about nothing", timer)
		}
	}
}
