package status

import (
	"fmt"
	"slices"
	"strings"

	"github.com/deskbus/deskbus/events"
)

// Fold is the state of all agents of one zone as of one event. The zero value
// is the state before the first event. It is not safe for concurrent use.
type Fold struct {
	zn uint64
	at int64
	// trimmed: the feed no longer began with number 1, so that the first number
	// of an agent need not be 1 either.
	trimmed bool
	agents  map[string]*agent
	// known lists the ids of the agents that have logged on, sorted.
	known []string
}

// agent is what the fold holds of one agent, logged on before or not.
type agent struct {
	status events.AgentStatus
	known  bool
	// logonTurn is the turn of the last AGTLogon. The answer to a retried one
	// repeats the response in a turn without the command and changes nothing.
	logonTurn uint64
}

// ZN returns the number of the last event, 0 before the first.
func (f *Fold) ZN() uint64 { return f.zn }

// At returns the time of the last event in microseconds since 1970, UTC, 0
// before the first.
func (f *Fold) At() int64 { return f.at }

// Agent returns one agent, and false when it has never logged on.
func (f *Fold) Agent(id string) (events.AgentStatus, bool) {
	a := f.agents[id]
	if a == nil || !a.known {
		return events.AgentStatus{}, false
	}
	return a.status, true
}

// After returns the ids of the known agents behind the given one, sorted; all of
// them for "". The caller must not change or keep the slice.
func (f *Fold) After(id string) []string {
	i, found := slices.BinarySearch(f.known, id)
	if found {
		i++
	}
	return f.known[i:]
}

// Apply takes the next event, as events.Decode returns it. The first one may
// have any number, because old events may have been dropped from the feed. An
// error means that the event was not taken and that the fold can go no further.
func (f *Fold) Apply(e *events.Event) error {
	if f.zn != 0 && e.ZN != f.zn+1 {
		return fmt.Errorf("status: event %d of zone %s follows event %d", e.ZN, e.Zone, f.zn)
	}
	trimmed := f.trimmed || f.zn == 0 && e.ZN > 1
	switch e.Kind {
	case events.KindCommand, events.KindResponse, events.KindNotification:
		if err := f.applyToAgent(e, trimmed); err != nil {
			return fmt.Errorf("status: event %d of zone %s: %w", e.ZN, e.Zone, err)
		}
	case events.KindFact:
		f.applyFact(e)
	case events.KindSwitch:
		// They tell of lines. What they mean for an agent, the agent is told by
		// notifications of the same turn.
	default:
		return fmt.Errorf("status: event %d of zone %s: %w: kind %q", e.ZN, e.Zone, events.ErrUnknownName, e.Kind)
	}
	f.zn, f.at, f.trimmed = e.ZN, e.At, trimmed
	return nil
}

// needsData tells whether Apply looks at the data of such an event. Of commands the
// name is enough, and of all but one response.
func needsData(kind events.Kind, name string) bool {
	switch kind {
	case events.KindResponse:
		return name == events.RESP(events.AGTLogon)
	case events.KindFact:
		return name == events.AgentDisconnected || name == events.AgentReconnected
	}
	return kind == events.KindNotification
}

// applyFact takes what an agent cannot be told: that the desktop is gone, and
// back. What the other facts mean for an agent, the agent is told by
// notifications of the same turn.
func (f *Fold) applyFact(e *events.Event) {
	switch d := e.Data.(type) {
	case events.AgentDisconnectedData:
		f.disconnect(d.AgentID, true)
	case events.AgentReconnectedData:
		f.disconnect(d.AgentID, false)
	}
}

// disconnect passes over an agent of whom the feed holds nothing any more.
func (f *Fold) disconnect(id string, gone bool) {
	if a := f.agents[id]; a != nil {
		a.status.Disconnected = gone
	}
}

func (f *Fold) applyToAgent(e *events.Event, trimmed bool) error {
	a := f.agents[e.Agent]
	if a == nil {
		a = &agent{status: events.AgentStatus{AgentID: e.Agent}}
	}
	if last := a.status.N; e.N != last+1 && (last != 0 || !trimmed) {
		return fmt.Errorf("event %d of agent %q follows event %d", e.N, e.Agent, last)
	}
	wasKnown := a.known
	if err := a.apply(e); err != nil {
		return err
	}
	if a.status.N == 0 {
		f.add(e.Agent, a)
	}
	a.status.N = e.N
	if a.known && !wasKnown {
		i, _ := slices.BinarySearch(f.known, e.Agent)
		f.known = slices.Insert(f.known, i, e.Agent)
	}
	return nil
}

func (f *Fold) add(id string, a *agent) {
	if f.agents == nil {
		f.agents = make(map[string]*agent)
	}
	f.agents[id] = a
}

func (a *agent) apply(e *events.Event) error {
	switch e.Kind {
	case events.KindCommand:
		if !events.IsCommand(e.Name) {
			return fmt.Errorf("%w: command %q", events.ErrUnknownName, e.Name)
		}
		if e.Name == events.AGTLogon {
			a.logonTurn = e.Turn
		}
	case events.KindResponse:
		command, found := strings.CutSuffix(e.Name, "RESP")
		if !found || !events.IsCommand(command) {
			return fmt.Errorf("%w: response %q", events.ErrUnknownName, e.Name)
		}
		if command == events.AGTLogon && e.Turn == a.logonTurn {
			a.logOn(e)
		}
	case events.KindNotification:
		return a.notify(e)
	}
	return nil
}

// logOn takes the answer to AGTLogon. An agent who is logged on at that moment
// resumes and has all it had (reading 2): a forced logon, which begins anew
// (L593), has logged the agent out earlier in its turn.
func (a *agent) logOn(e *events.Event) {
	if e.Data.(events.LogonResult).Result != events.Success {
		return
	}
	if !a.status.LoggedOn {
		a.reset(e.At)
	}
	a.status.LoggedOn, a.known = true, true
}

// reset is the state right after logon and after logoff (reading 19).
func (a *agent) reset(at int64) {
	a.status = events.AgentStatus{
		AgentID: a.status.AgentID,
		N:       a.status.N,
		Status: events.POMAgentStatus{
			AgentState:   events.NotReady,
			NailupStatus: events.NotNailedUp,
			CallState:    events.NoState,
			Since:        at,
		},
		AgentSince: at,
	}
}
