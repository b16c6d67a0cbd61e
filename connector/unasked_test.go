package connector_test

import (
	"testing"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
)

// onDuty starts a leader and a desktop whose duties the connector has, logs it
// on and returns the commands that follow. The leader answers them with success.
func onDuty(t *testing.T, manual connector.Manual) (*leader, desktop, <-chan command) {
	t.Helper()
	l, d := busWith(t, connector.Config{Manual: manual})
	d.logOn(t)
	commands := make(chan command, 100)
	l.onCommand = func(c command) {
		commands <- c
		l.answer(c, events.Success)
	}
	return l, d, commands
}

// talking brings the agent into a call with this session.
func (l *leader) talking(session string) {
	l.notify("a", events.AGTCallNotify, events.ContactData{
		Contact: events.POMContact{CampaignName: "spring"}, SessionID: session,
	})
	l.notify("a", events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Talking})
}

// The handler hears what the connector does, as if the desktop had done it.
func TestNailingWithoutTheDesktop(t *testing.T) {
	t.Parallel()
	l, d, commands := onDuty(t, connector.Manual{})
	l.notify("a", events.AGTNailupChange, events.NailupData{NailupStatus: events.NotNailedUp})
	l.notify("a", events.AGTStateChangedNotify, events.StateChangedData{AgentState: events.Ready})
	d.want(t, events.AGTNailupChange, events.AGTStateChangedNotify)
	d.wantResult(t, "AGTAvailableForNailupRESP", events.Success)
	l.notify("a", events.AGTNailupChange, events.NailupData{NailupStatus: events.PendingNailup})
	d.want(t, events.AGTNailupChange)
	d.wantResult(t, "AGTReadyForNailupRESP", events.Success)
	for _, name := range []string{events.AGTAvailableForNailup, events.AGTReadyForNailup} {
		if c := <-commands; c.name != name {
			t.Errorf("the bus has %s, want %s", c.name, name)
		}
	}
}

func TestStatusIsAnsweredThoughTheHandlerIsSlow(t *testing.T) {
	t.Parallel()
	l, d, commands := onDuty(t, connector.Manual{AvailableForNailup: true})
	slow := slowHandler{newRecorder(), make(chan struct{})}
	a, err := d.factory.GetPOMAgent("a", slow)
	if err != nil {
		t.Fatal(err)
	}
	desktop{a, slow.recorder, d.factory}.logOn(t)
	<-commands // the logon
	l.notify("a", events.AGTStateChangedNotify, events.StateChangedData{AgentState: events.Ready})
	l.notify("a", events.AGTNailupChange, events.NailupData{NailupStatus: events.NailedUp})
	l.notify("a", events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Idle})
	l.notify("a", events.AGTJobAttached, attached(1)) // here the handler stays
	l.talking("S")
	l.notify("a", events.GetAgentStatus, events.AgentIDData{AgentID: "a"})
	c := <-commands
	got := c.Data.(events.AgentStatusParams).Status
	if got.Since == 0 {
		t.Error("the status has no time")
	}
	got.Since = 0
	want := events.POMAgentStatus{
		AgentState: events.Ready, NailupStatus: events.NailedUp, CallState: events.Talking, SessionID: "S",
	}
	if got != want {
		t.Errorf("the status is %+v, want %+v", got, want)
	}
	close(slow.release)
	slow.want(t, events.AGTStateChangedNotify, events.AGTNailupChange, events.AGTCallStateChangedNotify, events.AGTJobAttached, events.AGTCallNotify,
		events.AGTCallStateChangedNotify, events.GetAgentStatus)
	slow.wantResult(t, "GetAgentStatusResponseRESP", events.Success)
}

// A wrap-up that comes too late is refused like any other, and does no harm.
func TestWrapupWithoutTheDesktop(t *testing.T) {
	t.Parallel()
	l, d, commands := onDuty(t, connector.Manual{})
	l.onCommand = func(c command) { l.answer(c, events.WrapupNoContact) }
	l.talking("S")
	l.notify("a", events.AGTAutoReleaseLine, events.AutoReleaseData{
		WrapupDetails: events.WrapupData{ACWMaxTime: 1, DefaultCompCode: events.POMCompletionCode{Code: "none"}}, SessionID: "S",
	})
	l.notify("a", events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Wrapup})
	d.want(t, events.AGTCallNotify, events.AGTCallStateChangedNotify, events.AGTAutoReleaseLine, events.AGTCallStateChangedNotify)
	d.wantResult(t, "AGTWrapupContactRESP", events.WrapupNoContact)
	l.notify("a", events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Idle})
	d.want(t, events.AGTCallStateChangedNotify)
	if len(commands) > 0 {
		t.Errorf("the bus has %v too", <-commands)
	}
}

func TestKeptCompletionCodes(t *testing.T) {
	t.Parallel()
	l, d, commands := onDuty(t, connector.Manual{})
	codes := []events.POMCompletionCode{{Code: "sold"}}
	answer := l.onCommand
	l.onCommand = func(c command) {
		if c.name != events.AGTGetCompCodes {
			answer(c)
			return
		}
		l.respond(c, events.CompCodesResult{CompletionCodes: codes, SessionID: "S"})
	}
	l.talking("S")
	d.want(t, events.AGTCallNotify, events.AGTCallStateChangedNotify)
	for range 3 {
		accepted(t, d.AGTGetCompCodes("S"))
		got := d.next(t)
		list, _ := got.Args[0].([]events.POMCompletionCode)
		if got.Name != "AGTGetCompCodesRESP" || len(list) != 1 || list[0] != codes[0] || got.Args[1] != "S" {
			t.Fatalf("got %s%v", got.Name, got.Args)
		}
		list[0].Code = "the slice is the handler's"
		l.onCommand = answer // from now on the broker is not asked
	}
	accepted(t, d.AGTGetZoneList())
	d.want(t, "AGTGetZoneListRESP")
	if c := <-commands; c.name != events.AGTGetZoneList {
		t.Errorf("the bus has %s", c.name)
	}
}

func TestRepeatedCommandIsRefused(t *testing.T) {
	t.Parallel()
	l, d := busWith(t, connector.Config{})
	d.logOn(t)
	waiting := make(chan command, 100)
	l.onCommand = func(c command) { waiting <- c }
	check := func(what string, got, want events.Code) {
		t.Helper()
		if got != want {
			t.Errorf("%s: got %d, want %d", what, got, want)
		}
	}
	check("first", d.AGTHoldCall("S"), events.Success)
	check("the same again", d.AGTHoldCall("S"), events.NotInThisState)
	check("another call", d.AGTHoldCall("T"), events.Success)
	check("another command", d.AGTUnholdCall("S"), events.Success)
	check("a note", d.AGTAddAgentNote("one"), events.Success)
	check("another note", d.AGTAddAgentNote("two"), events.Success)
	check("a digit", d.AGTSendDTMF("5", "S"), events.Success)
	check("the same digit", d.AGTSendDTMF("5", "S"), events.Success)
	check("a status", d.GetAgentStatusResponse(events.POMAgentStatus{}), events.Success)
	check("the same status", d.GetAgentStatusResponse(events.POMAgentStatus{}), events.Success)
	// The connector's own command stands in nobody's way.
	l.notify("a", events.AGTNailupChange, events.NailupData{NailupStatus: events.PendingNailup})
	d.want(t, events.AGTNailupChange)
	check("as the connector's", d.AGTReadyForNailup(), events.Success)
	for range 10 {
		l.answer(<-waiting, events.Success)
		d.next(t)
	}
	check("after the answer", d.AGTHoldCall("S"), events.Success)
	if n := len(d.Recorder); n != 0 {
		t.Errorf("%d more callbacks: what is returned is not reported again", n)
	}
}

func TestRepeatsCanBeAllowed(t *testing.T) {
	t.Parallel()
	l, d := bus(t)
	d.logOn(t)
	l.onCommand = func(command) {}
	accepted(t, d.AGTHoldCall("S"))
	accepted(t, d.AGTHoldCall("S"))
}
