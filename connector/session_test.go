package connector_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/natstest"
)

// Init fails with 9001 while nobody listens, and may then be called again
// (L905, L917).
func TestInit(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := startServer(t, dir, natstest.Address(t))
	c := connector.Config{Addresses: []string{s.URL()}}
	s.Stop()
	_, err := connector.Init(c)
	if !errors.Is(err, connector.ErrUnreachable) {
		t.Fatalf("nobody listens: got %v, want ErrUnreachable", err)
	}
	entry, _ := events.Lookup(events.InitServerUnreachable)
	if want := "9001 " + strings.TrimSuffix(entry.Message, "."); !strings.Contains(err.Error(), want) {
		t.Errorf("the error is %q, want it to say %q", err, want)
	}
	startServer(t, dir, address(s))
	f, err := connector.Init(c)
	if err != nil {
		t.Fatalf("now somebody listens: %v", err)
	}
	f.Deinit()
	f.Deinit()
	if _, err := connector.Init(connector.Config{}); err == nil {
		t.Error("no error without an address")
	}
}

func TestInitWithWrongCredentials(t *testing.T) {
	t.Parallel()
	_, err := connector.Init(connector.Config{
		Addresses: []string{startGuardedServer(t)}, NATS: []nats.Option{nats.UserInfo("desktop", "wrong")},
	})
	if err == nil || errors.Is(err, connector.ErrUnreachable) {
		t.Errorf("got %v, want an error that is not ErrUnreachable", err)
	}
}

// TestReturnCodes: what is wrong is told once, by the return value or by the
// response (reading 33).
func TestReturnCodes(t *testing.T) {
	t.Parallel()
	l, d := bus(t)
	check := func(what string, got, want events.Code) {
		t.Helper()
		if got != want {
			t.Errorf("%s: got %d, want %d", what, got, want)
		}
	}
	check("command before logon", d.AGTGetZoneList(), events.AgentUnknown)
	check("zone that cannot exist", d.AGTLogon("1", "p", false, "en", "UTC", "no zone"), events.InvalidArgument)
	d.logOn(t)
	check("second logon", d.AGTLogon("1", "p", false, "en", "UTC", zone), events.AgentAlreadyLoggedIn)
	check("no session", d.AGTHoldCall(""), events.InvalidArgument)
	check("no agent state", d.AGTStateChange("Lunch", "", "", false), events.InvalidArgument)
	check("too long", d.AGTAddAgentNote(string(make([]byte, events.MaxInbound))), events.SDKFailure)
	accepted(t, d.AGTGetZoneList())
	d.want(t, "AGTGetZoneListRESP") // and nothing before it: what was returned is not reported again
	l.notify("a", events.AGTAgentLoggedOut, events.NoData{})
	d.want(t, events.AGTAgentLoggedOut)
	check("command after logout", d.AGTGetZoneList(), events.AgentUnknown)
	check("another zone", d.AGTLogon("1", "p", false, "en", "UTC", "z2"), events.InvalidArgument)
	if _, err := d.factory.GetPOMAgent("", d.recorder); err == nil {
		t.Error("GetPOMAgent without an id: no error")
	}
	if _, err := d.factory.GetPOMAgent("a", nil); err == nil {
		t.Error("GetPOMAgent without a handler: no error")
	}
	d.factory.Deinit()
	check("logon after Deinit", d.AGTLogon("1", "p", false, "en", "UTC", zone), events.POMNotAvailableCode)
	if _, err := d.factory.GetPOMAgent("a", d.recorder); err == nil {
		t.Error("GetPOMAgent after Deinit: no error")
	}
}

// Nothing is heard before the own AGTLogonRESP(0), also when the agent is
// logged on somewhere else.
func TestNothingBeforeLogon(t *testing.T) {
	t.Parallel()
	l, d := bus(t)
	l.onCommand = func(c command) {
		l.notify("a", events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Talking})
		other := command{events.Inbound{ID: events.ID{Conn: "other", N: 1}, Data: events.LogonParams{}}, "a", events.AGTLogon}
		l.answer(other, events.Success)
		l.answer(c, events.Success)
		l.notify("a", events.AGTStateChangedNotify, events.StateChangedData{AgentState: events.NotReady})
	}
	d.logOn(t)
	d.want(t, events.AGTStateChangedNotify)
}

func TestLogonRefused(t *testing.T) {
	t.Parallel()
	l, d := bus(t)
	logon := func() { accepted(t, d.AGTLogon("1001", "secret", false, "en", "UTC", zone)) }
	answer := l.onLogon
	l.onLogon = func(r events.LogonRequest) events.LogonAnswer {
		if r.Password == nil || *r.Password != "secret" || r.AgentID != "a" || r.ZoneName != zone || r.Conn == "" {
			t.Errorf("the logon service got %+v", r)
		}
		return events.LogonAnswer{V: 1, Result: events.ZoneNotFound}
	}
	logon()
	d.want(t, events.POMAvailable)
	d.wantResult(t, "AGTLogonRESP", events.ZoneNotFound)

	l.onLogon = answer
	l.onCommand = func(c command) { l.answer(c, events.AuthenticationFailed) }
	logon()
	d.wantResult(t, "AGTLogonRESP", events.AuthenticationFailed)
	if code := d.AGTGetZoneList(); code != events.AgentUnknown {
		t.Errorf("a command after a refused logon returns %d", code)
	}

	l.onCommand = func(c command) { l.answer(c, events.Success) }
	logon()
	d.wantResult(t, "AGTLogonRESP", events.Success)
}

// While the answer to AGTLogon is not here, other commands are asked to wait.
func TestCommandDuringLogon(t *testing.T) {
	t.Parallel()
	l, d := bus(t)
	logon := make(chan command, 1)
	l.onCommand = func(c command) { logon <- c }
	accepted(t, d.AGTLogon("1001", "secret", false, "en", "UTC", zone))
	c := <-logon
	if code := d.AGTGetZoneList(); code != events.Initializing {
		t.Errorf("a command during the logon returns %d, want 9012", code)
	}
	l.answer(c, events.Success)
	d.want(t, events.POMAvailable)
	d.wantResult(t, "AGTLogonRESP", events.Success)
}

// A command about a call needs its session; nothing of it reaches the bus.
func TestEveryCommandAboutACallNeedsASession(t *testing.T) {
	t.Parallel()
	l, d := bus(t)
	d.logOn(t)
	commands := make(chan command, 100)
	l.onCommand = func(c command) { commands <- c; l.answer(c, events.Success) }
	about := 0
	for _, c := range commandCalls(d.Agent, "") {
		if !reflect.ValueOf(c.data).FieldByName("SessionID").IsValid() {
			continue
		}
		about++
		if code := c.call(); code != events.InvalidArgument {
			t.Errorf("%s without a session returns %d, want 9997", c.name, code)
		}
	}
	accepted(t, d.AGTGetZoneList())
	d.want(t, "AGTGetZoneListRESP")
	if c := <-commands; c.name != events.AGTGetZoneList || about != 24 {
		t.Errorf("%d commands are about a call, want 24; the first to reach the bus is %s", about, c.name)
	}
}

// TestLogonWithoutLeaderOrService: a zone that nobody serves is 9998 (reading 42).
func TestLogonWithoutLeaderOrService(t *testing.T) {
	t.Parallel()
	s := startServer(t, t.TempDir(), "127.0.0.1:0")
	d := startDesktop(t, s.URL(), connector.Ordinary(connector.Config{Manual: byHand}))
	accepted(t, d.AGTLogon("1001", "secret", false, "en", "UTC", zone))
	d.wantResult(t, "AGTLogonRESP", events.PAMNotAvailableForZone)

	l := startLeader(t, s.URL())
	d.want(t, events.POMAvailable)
	if err := l.logonService.Unsubscribe(); err != nil {
		t.Fatal(err)
	}
	if err := l.nc.Flush(); err != nil {
		t.Fatal(err)
	}
	accepted(t, d.AGTLogon("1001", "secret", false, "en", "UTC", zone))
	d.wantResult(t, "AGTLogonRESP", events.POMNotAvailableCode)
}

func TestAACCLogonCarriesNameAndSkills(t *testing.T) {
	t.Parallel()
	l, d := bus(t)
	got := make(chan events.LogonParams, 1)
	l.onCommand = func(c command) {
		got <- c.Data.(events.LogonParams)
		l.answer(c, events.Success)
	}
	accepted(t, d.AGTLogonAACC("sip:1001@x", "", true, "en", "UTC", zone, "Ada", []events.POMAgentSkill{{SkillName: "sales"}}))
	d.want(t, events.POMAvailable, "AGTLogonRESP")
	p := <-got
	if !p.IsForce || p.AgentName != "Ada" || len(p.AgentSkills) != 1 || p.AgentSkills[0].SkillName != "sales" {
		t.Errorf("AGTLogon carries %+v", p)
	}
}

func TestTakenOverByAnotherDesktop(t *testing.T) {
	t.Parallel()
	s := startServer(t, t.TempDir(), "127.0.0.1:0")
	l := startLeader(t, s.URL())
	first := startDesktop(t, s.URL(), connector.Config{Manual: byHand})
	first.logOn(t)
	second := startDesktop(t, s.URL(), connector.Config{Manual: byHand})
	waiting := make(chan struct{})
	l.onCommand = func(c command) {
		if c.name == events.AGTLogon {
			l.answer(c, events.Success)
		} else {
			close(waiting)
		}
	}
	accepted(t, first.AGTGetZoneList())
	<-waiting
	second.logOn(t)
	first.wantResult(t, "AGTGetZoneListRESP", events.POMNotAvailableCode)
	first.want(t, events.AGTAgentLoggedOut)
	l.notify("a", events.AGTJobAttached, events.JobAttachedData{CampaignName: "c"})
	second.want(t, events.AGTJobAttached)
	if code := first.AGTGetZoneList(); code != events.AgentUnknown {
		t.Errorf("a command of the first desktop returns %d", code)
	}
	if len(first.Recorder) != 0 {
		t.Errorf("the first desktop still hears %v", <-first.Recorder)
	}
}

func TestRemovedAgentHearsNothing(t *testing.T) {
	t.Parallel()
	l, d := bus(t)
	d.logOn(t)
	again := newRecorder()
	a, err := d.factory.GetPOMAgent("a", again) // removes the former object
	if err != nil {
		t.Fatal(err)
	}
	if code := d.AGTGetZoneList(); code != events.AgentUnknown {
		t.Errorf("a command of a removed agent returns %d", code)
	}
	other := desktop{a, again, d.factory}
	other.logOn(t)
	l.notify("a", events.AGTJobAttached, events.JobAttachedData{CampaignName: "c"})
	other.want(t, events.AGTJobAttached)
	if len(d.Recorder) != 0 {
		t.Errorf("the removed agent still hears %v", <-d.Recorder)
	}
	if !d.factory.RemovePOMAgent("a") || d.factory.RemovePOMAgent("a") {
		t.Error("RemovePOMAgent does not tell whether there was an agent")
	}
}
