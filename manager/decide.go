package manager

import (
	"fmt"

	"github.com/deskbus/deskbus/events"
)

// Dropped says why an input caused no event at all.
type Dropped string

// The reasons for which an input is dropped.
const (
	// DroppedUnknownSender: no agent or switch of this name was ever here.
	DroppedUnknownSender Dropped = "unknown_sender"
	// DroppedDuplicate: it was decided before, and its answer is on record.
	DroppedDuplicate Dropped = "duplicate"
	// DroppedUnknownLeg: an event about a leg that has ended.
	DroppedUnknownLeg Dropped = "unknown_leg"
	// DroppedNoChange: there was nothing to do.
	DroppedNoChange Dropped = "no_change"
)

// Decide returns the turn that in causes at time now, in microseconds since
// 1970, UTC, appended to into. The events are folded already. When there are
// none, it says why. A time before that of the newest event counts as the same
// time: the state never goes back.
func (s *State) Decide(now int64, in Input, into []events.Event) ([]events.Event, Dropped) {
	t := &turn{s: s, wall: now, now: max(now, s.At), number: s.Turn + 1, cause: in.cause(), first: len(into), events: into}
	var dropped Dropped
	switch in := in.(type) {
	case Command:
		dropped = t.command(in)
	case SwitchEvent:
		dropped = t.switchEvent(in)
	case TimerFired:
		t.timer(in.Timer)
	case Configure:
		t.configure(in)
	case AddContacts:
		t.addContacts(in)
	case Claim:
		t.claim(in)
	}
	if len(t.events) > t.first {
		t.freeParties()
		t.pace()
		t.tellCapabilities()
		return t.events, ""
	}
	if dropped == "" {
		dropped = DroppedNoChange
	}
	return t.events, dropped
}

// turn collects the events of one input.
type turn struct {
	s *State
	// wall is the clock; now is the time of the turn, which never goes back.
	wall   int64
	now    int64
	number uint64
	cause  string
	// actor is the service whose command is being decided.
	actor  string
	first  int
	events []events.Event
	// dials counts the contacts the turn has dialled, connected or skipped by
	// pacing.
	dials int
	// freed are the agents who were third parties in a call and are not any more.
	freed []*Agent
	// restated is an agent who is told the capabilities whatever they are.
	restated *Agent
	// touched are the agents whose capabilities may have changed, in order.
	touched []*Agent
}

// emit numbers an event, folds it and adds it to the turn.
func (t *turn) emit(e events.Event) {
	e.Zone, e.Turn, e.Index = t.s.Zone, t.number, len(t.events)-t.first
	e.ZN, e.At, e.Cause = t.s.ZN+1, t.now, t.cause
	if e.Kind == events.KindCommand || e.Kind == events.KindResponse {
		e.Actor = t.actor
	}
	switch e.Kind {
	case events.KindCommand, events.KindResponse, events.KindNotification:
		e.N = 1
		if a := t.s.Agents[e.Agent]; a != nil {
			e.N = a.N + 1
		}
	case events.KindSwitch:
		e.N = t.s.switchOf(e.Switch).N + 1
	}
	if err := t.s.Evolve(&e); err != nil {
		// Decide and Evolve contradict each other: a defect, not bad input. The
		// shell throws the state away and goes on without this input.
		panic(fmt.Sprintf("manager: decided what cannot be folded: %v", err))
	}
	t.events = append(t.events, e)
}

func (t *turn) zoneFact(name string, data any) {
	t.emit(events.Event{Kind: events.KindFact, Name: name, Data: data})
}

func (t *turn) jobFact(job, name string, data any) {
	t.emit(events.Event{Kind: events.KindFact, Name: name, Job: job, Data: data})
}

func (t *turn) callFact(c *Call, name string, data any) {
	t.emit(events.Event{
		Kind: events.KindFact, Name: name, Agent: c.Agent, Session: c.Session, Job: c.Job, Data: data,
	})
}

// respond answers the command that is being decided. Who sends one is there.
func (t *turn) respond(a *Agent, command string, data any) {
	t.emit(events.Event{
		Kind: events.KindResponse, Name: events.RESP(command), Agent: a.ID, Session: a.Session, Job: a.Job, Data: data,
	})
	t.touch(a)
	t.reconnected(a, command)
}

// refuse answers the command that is being decided with an error. The answer is
// about the call the command was about, or else the one the agent has.
func (t *turn) refuse(a *Agent, c Command, code events.Code) {
	session := sessionOf(c.Data)
	if session == "" {
		session = a.Session
	}
	data := events.Refusal(c.Name, session, code)
	if d, ok := data.(events.StateChangeResult); ok {
		d.AgentState = a.AgentState
		data = d
	}
	t.respond(a, c.Name, data)
}

func (t *turn) notify(a *Agent, name string, data any) {
	t.emit(events.Event{
		Kind: events.KindNotification, Name: name, Agent: a.ID, Session: a.Session, Job: a.Job, Data: data,
	})
	t.touch(a)
}

func (t *turn) callState(a *Agent, state events.POMCallState) {
	t.notify(a, events.AGTCallStateChangedNotify, events.CallStateData{CallState: state})
}

// order sends a command to a switch, about an agent's or a call's leg.
func (t *turn) order(sw, name, agent, session string, data any) {
	t.emit(events.Event{
		Kind: events.KindSwitch, Name: name, Switch: sw, Agent: agent, Session: session, Data: data,
	})
}

func (t *turn) touch(a *Agent) {
	for _, known := range t.touched {
		if known == a {
			return
		}
	}
	t.touched = append(t.touched, a)
}

// tellCapabilities ends the turn.
func (t *turn) tellCapabilities() {
	for _, a := range t.touched {
		if c := t.s.CapabilitiesOf(a); a.LoggedOn && (c != a.Capabilities || a == t.restated) {
			t.notify(a, events.AGTCapabilitiesChanged, events.CapabilitiesData{Capabilities: c})
		}
	}
}

// command checks what holds for every command before the rules of its own.
func (t *turn) command(c Command) Dropped {
	a := t.s.Agents[c.Agent]
	if c.acts(a) {
		t.actor = c.Actor
	}
	if a == nil && t.actor == "" && !introduced(c) {
		return DroppedUnknownSender
	}
	if a == nil {
		// Not yet in the state: the first event puts the agent there.
		a = &Agent{ID: c.Agent}
	}
	if c.ID.N != 0 && c.ID.Conn == a.Conn && c.ID.N <= a.LastNumber {
		return t.repeat(a, c)
	}
	if c.ID.N != 0 && a.isApart(c.ID) {
		return DroppedDuplicate
	}
	if former := a.acted(c.ID); former != nil && c.ID.N <= former.ID.N {
		return t.repeatActed(a, c, former)
	}
	if !events.IsCommand(c.Name) {
		t.notify(a, events.AGTInvalidCommandName, events.InvalidCommandData{CommandName: clip(c.Name)})
		return ""
	}
	if c.Fault != events.Success {
		t.refuse(a, c, c.Fault)
		return ""
	}
	if c.Name != events.AGTLogon && (!a.LoggedOn || a.Conn != c.ID.Conn && t.actor == "") {
		// What a stranger sends does not go on record, only that it was refused.
		t.refuse(a, c, events.AgentUnknown)
		return ""
	}
	if t.mustWait(a, c) {
		t.wait(a, c)
		return ""
	}
	t.decide(a, c)
	return ""
}

// decide puts a command on record and has its rule decide it.
func (t *turn) decide(a *Agent, c Command) {
	t.emit(events.Event{
		Kind: events.KindCommand, Name: c.Name, Agent: c.Agent, Session: a.Session, Job: a.Job, Data: t.loggable(a, c.Data),
	})
	a = t.s.Agents[c.Agent]
	if t.late(c) {
		t.refuse(a, c, events.POMNotAvailableCode)
		return
	}
	rules[c.Name](t, a, c)
}

// late tells whether the sender has stopped waiting.
func (t *turn) late(c Command) bool { return c.Deadline != 0 && c.Deadline < t.wall }

// introduced tells whether a command of an agent who was never here may put the
// agent into the state for ever: only a logon whose ticket says that there is
// such an agent.
func introduced(c Command) bool {
	p, ok := c.Data.(events.LogonParams)
	return ok && p.Verdict != events.PasswordNotVerified && p.Verdict != events.AgentNotRegistered
}

// repeat answers a retried command as it was answered before. What is older
// than the newest command was answered before that one was sent.
func (t *turn) repeat(a *Agent, c Command) Dropped {
	if c.ID.N != a.LastNumber || a.LastResponse.Name != events.RESP(c.Name) {
		return DroppedDuplicate
	}
	t.respond(a, c.Name, a.LastResponse.Data)
	return ""
}

// clip bounds what a client can have repeated back.
func clip(s string) string {
	const most = 128
	if len(s) > most {
		return s[:most]
	}
	return s
}

func (t *turn) timer(timer Timer) {
	kind, key := timer.split()
	if kind == timerPace {
		t.pace()
		return
	}
	if at, set := t.s.deadline(timer); !set || at > t.now {
		return
	}
	switch kind {
	case timerNailup:
		t.nailupDue(t.s.Agents[key])
	case timerDetach:
		t.dropNailing(t.s.Agents[key])
	case timerRing:
		t.ringOverdue(t.s.Calls[key])
	case timerQueue:
		t.abandon(t.s.Calls[key])
	case timerConsult:
		t.consultOverdue(t.s.Calls[key])
	case timerWrapup:
		t.autoWrapup(t.s.Calls[key])
	case timerPreview:
		t.previewOverdue(t.s.Calls[key])
	case timerCallback:
		t.callbackTimer(t.s.Callbacks[key])
	case timerExpiry:
		t.callbackExpired(t.s.Callbacks[key])
	case timerLegLost:
		t.legLost(t.s.Legs[key])
	case timerGrace:
		t.graceOver(t.s.Agents[key])
	case timerStatus:
		t.statusDue(t.s.Agents[key])
	case timerLogon:
		t.logonDue(t.s.Agents[key])
	case timerZoneDown:
		t.zoneDownDue(t.s.Agents[key])
	case timerRetry:
		t.retryDue(key)
	}
}
