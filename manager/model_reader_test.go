package manager

import (
	"reflect"
	"strings"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/projections/desktop"
	"github.com/deskbus/deskbus/projections/status"
)

// reader is what somebody knows who reads the feed and nothing else. It checks
// that the feed makes sense to him.
type reader struct {
	// newest is the newest number of each agent, and of each switch by "~name".
	newest map[string]uint64
	agents map[string]*readAgent
	// barred is the addresses that must not be dialled.
	barred map[string]bool
	// status is what the status service knows.
	status status.Fold
	// desktops are what each desktop shows.
	desktops map[string]*desktop.Fold
	// sound is who hears whom.
	sound sound
	hours hours
	// promises are the callbacks that are not done.
	promises promises
	// reports is what the reports make of it.
	reports *reports
}

type readAgent struct {
	loggedOn   bool
	loggingOff bool
	// gone and told are what the broker may log the agent out for: the desktop
	// is gone, the zone goes down.
	gone, told bool
	callState  events.POMCallState
	nailup     events.POMNailupStatus
	// answered has the causes of all responses.
	answered map[string]bool
	// conn is the connector session that has the agent, unheard are the zone
	// numbers of the notifications since its newest command.
	conn    string
	unheard []uint64
	// logonTurn is the turn of the newest logon.
	logonTurn uint64
}

func newReader() *reader {
	return &reader{
		newest: map[string]uint64{}, agents: map[string]*readAgent{}, barred: map[string]bool{},
		desktops: map[string]*desktop.Fold{}, sound: newSound(), hours: newHours(), promises: newPromises(), reports: newReports(),
	}
}

func (r *reader) agent(id string) *readAgent {
	a := r.agents[id]
	if a == nil {
		a = &readAgent{answered: map[string]bool{}}
		r.agents[id] = a
	}
	return a
}

func (r *reader) read(t tester, turn []events.Event) {
	t.Helper()
	r.reports.read(t, turn)
	for i := range turn {
		e := &turn[i]
		r.readNumber(t, e)
		if err := r.status.Apply(e); err != nil {
			t.Errorf("the status service cannot go on: %v", err)
		}
		if strings.Contains(showData(e.Data), secret) {
			t.Errorf("a masked value can be seen: %s", traceLine(e))
		}
		r.readScreen(t, e)
		r.readAddress(t, e)
		r.sound.take(t, e)
		r.readDesktop(t, e)
		r.hours.read(t, e)
		r.promises.read(t, e)
		r.readMissed(t, e)
		switch e.Kind {
		case events.KindResponse:
			r.readResponse(t, e)
		case events.KindNotification:
			// A desktop that comes may be told again what is so already, and one
			// that shows something else is.
			restated := turn[0].Name == events.AGTLogon || turn[0].Name == events.GetAgentStatusResponse
			r.readNotification(t, e, restated)
		}
	}
}

// readNumber checks that the numbers of each addressee are dense.
func (r *reader) readNumber(t tester, e *events.Event) {
	t.Helper()
	key := e.Agent
	switch e.Kind {
	case events.KindFact:
		return
	case events.KindSwitch:
		key = "~" + e.Switch
	}
	if r.newest[key]++; e.N != r.newest[key] {
		t.Errorf("number %d of %s, want %d", e.N, key, r.newest[key])
	}
}

// readAddress: who must not be called is not called.
func (r *reader) readAddress(t tester, e *events.Event) {
	t.Helper()
	switch d := e.Data.(type) {
	case events.AddressData:
		r.barred[d.Address] = true
	case events.OriginateData:
		if address, _ := normalAddress(d.Address); d.Role != events.RoleAgent && r.barred[address] {
			t.Errorf("%s is dialled, which must not be called", d.Address)
		}
	}
}

// readResponse: an agent who is logged off is granted nothing but a logon. What
// is said again was granted before.
func (r *reader) readResponse(t tester, e *events.Event) {
	t.Helper()
	a := r.agent(e.Agent)
	if a.answered[e.Cause] {
		return
	}
	a.answered[e.Cause] = true
	switch granted := resultOf(e.Data) == events.Success; {
	case !granted:
	case e.Name == events.RESP(events.AGTLogon):
		a.loggedOn = true
	case !a.loggedOn:
		t.Errorf("%s granted to %s, who is logged off", e.Name, e.Agent)
	case e.Name == events.RESP(events.AGTLogoff), e.Name == events.RESP(events.AGTPendingLogout):
		a.loggingOff = true
	}
}

// readNotification: an agent who is logged off is told nothing but that his
// desktop sends nonsense, and a change is a change.
func (r *reader) readNotification(t tester, e *events.Event, restated bool) {
	t.Helper()
	a := r.agent(e.Agent)
	if !a.loggedOn && e.Name != events.AGTInvalidCommandName {
		t.Errorf("%s for %s, who is logged off", e.Name, e.Agent)
	}
	switch d := e.Data.(type) {
	case events.CallStateData:
		if d.CallState == a.callState && !restated {
			t.Errorf("%s is told %s twice", e.Agent, d.CallState)
		}
		a.callState = d.CallState
	case events.NailupData:
		if d.NailupStatus == a.nailup && !restated {
			t.Errorf("%s is told %s twice", e.Agent, d.NailupStatus)
		}
		a.nailup = d.NailupStatus
	case events.ZoneDownData:
		a.told = true
	case events.NoData:
		if e.Name != events.AGTAgentLoggedOut {
			return
		}
		if !a.loggingOff && !a.gone && !a.told && !restated {
			t.Errorf("%s is logged out and never asked for it", e.Agent)
		}
		a.loggedOn, a.loggingOff, a.gone, a.told = false, false, false, false
	}
}

// readDesktop: a desktop is lost once and found once, and who is lost gets no
// new call.
func (r *reader) readDesktop(t tester, e *events.Event) {
	t.Helper()
	switch d := e.Data.(type) {
	case events.AgentDisconnectedData:
		if a := r.agent(d.AgentID); a.gone || !a.loggedOn {
			t.Errorf("%s is lost, who is logged on: %v, lost: %v", d.AgentID, a.loggedOn, a.gone)
		}
		r.agent(d.AgentID).gone = true
	case events.AgentReconnectedData:
		if !r.agent(d.AgentID).gone {
			t.Errorf("%s is found, who was not lost", d.AgentID)
		}
		r.agent(d.AgentID).gone = false
	case events.CallConnectedData:
		if r.agent(d.AgentID).gone {
			t.Errorf("%s has a call and no desktop", d.AgentID)
		}
	}
}

func resultOf(data any) events.Code {
	return events.Code(reflect.ValueOf(data).FieldByName("Result").Int())
}
