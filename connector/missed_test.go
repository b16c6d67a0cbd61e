package connector_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

// takeOver has the leader answer a logon: so much was missed since the first event
// of the zone, and the agent is talking.
func (l *leader) takeOver(c command, missed int) {
	l.respond(c, events.LogonResult{MissedFrom: 1, Missed: missed})
	l.notify("a", events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Talking})
}

// missed returns what the handler is told after the logon, with the times left out.
func (d desktop) missed(t *testing.T) (names []string, leftOut int) {
	t.Helper()
	d.logOn(t)
	call := d.next(t)
	if call.Name != "Missed" {
		t.Fatalf("got %s%v, want what was missed", call.Name, call.Args)
	}
	for _, n := range call.Args[0].([]connector.MissedNotification) {
		if age := time.Since(n.At); age < 0 || age > time.Minute {
			t.Errorf("%s was sent %v ago", n.Name, age)
		}
		names = append(names, n.Name)
	}
	d.want(t, events.AGTCallStateChangedNotify)
	return names, call.Args[1].(int)
}

// TestMissed: what the former desktop has missed comes after the response and
// before what is so now, once, in order (reading 2). It is history: the duties do
// nothing about it.
func TestMissed(t *testing.T) {
	t.Parallel()
	l, d := busWith(t, connector.Config{})
	sent := make(chan string, 100)
	l.onCommand = func(c command) {
		sent <- c.name
		if c.name == events.AGTLogon {
			l.takeOver(c, 3)
		}
	}
	l.notify("a", events.AGTStateChangedNotify, events.StateChangedData{AgentState: events.Ready})
	l.notify("a", events.GetAgentStatus, events.AgentIDData{AgentID: "a"})
	l.notify("b", events.AGTBlendedToInbound, events.NoData{})
	l.lose("a", events.AGTNailupChange, events.NailupData{NailupStatus: events.PendingNailup})
	// A desktop in between that was told what was so, and died.
	l.publish(events.Event{
		Turn: 100, Kind: events.KindResponse, Name: events.RESP(events.AGTLogon), Agent: "a", Cause: "other.1", Data: events.LogonResult{},
	}, "")
	l.publish(events.Event{
		Turn: 100, Kind: events.KindNotification, Name: events.AGTJobAttached, Agent: "a", Cause: "other.1", Data: attached(1),
	}, "")
	l.notify("a", events.AGTAutoReleaseLine, events.AutoReleaseData{
		SessionID: "S", WrapupDetails: events.WrapupData{DefaultCompCode: events.POMCompletionCode{Code: events.AnswerMachine}},
	})
	names, leftOut := d.missed(t)
	want := []string{events.AGTStateChangedNotify, events.AGTNailupChange, events.AGTAutoReleaseLine}
	if diff := cmp.Diff(want, names); diff != "" || leftOut != 0 {
		t.Errorf("%d left out, - wanted, + told:\n%s", leftOut, diff)
	}
	l.notify("a", events.AGTNailupChange, events.NailupData{NailupStatus: events.PendingNailup})
	d.want(t, events.AGTNailupChange)
	for _, want := range []string{events.AGTLogon, events.AGTReadyForNailup} {
		if name := <-sent; name != want {
			t.Errorf("the desktop sends %s, want %s", name, want)
		}
	}
}

// What is older than the newest MaxMissed is counted.
func TestMissedTooMuch(t *testing.T) {
	t.Parallel()
	l, d := bus(t)
	const n = connector.MaxMissed + 7
	l.onCommand = func(c command) { l.takeOver(c, n) }
	for range 7 {
		l.notify("a", events.AGTBlendedToInbound, events.NoData{})
	}
	for range connector.MaxMissed {
		l.notify("a", events.AGTBlendedToOutbound, events.NoData{})
	}
	names, leftOut := d.missed(t)
	if len(names) != connector.MaxMissed || leftOut != 7 || names[0] != events.AGTBlendedToOutbound {
		t.Errorf("%d told, the first is %s, %d left out", len(names), names[0], leftOut)
	}
}

// What the feed does not have any more is counted too.
func TestMissedAndForgotten(t *testing.T) {
	t.Parallel()
	l, d := bus(t)
	l.onCommand = func(c command) { l.takeOver(c, 5) }
	for range 3 {
		l.notify("a", events.AGTBlendedToInbound, events.NoData{})
	}
	l.notify("a", events.AGTBlendedToOutbound, events.NoData{})
	l.notify("a", events.AGTJobAttached, attached(1))
	stream, err := l.js.Stream(t.Context(), subject.EventsStream(zone))
	if err == nil {
		err = stream.Purge(t.Context(), jetstream.WithPurgeSequence(4))
	}
	if err != nil {
		t.Fatal(err)
	}
	names, leftOut := d.missed(t)
	if diff := cmp.Diff([]string{events.AGTBlendedToOutbound, events.AGTJobAttached}, names); diff != "" || leftOut != 3 {
		t.Errorf("%d left out, - wanted, + told:\n%s", leftOut, diff)
	}
}

// A stream that cannot be read in time holds nothing up: all is counted.
func TestMissedAndNotToBeRead(t *testing.T) {
	t.Parallel()
	l, d := busWith(t, connector.Hurried(connector.Config{Manual: byHand}))
	l.notify("a", events.AGTBlendedToInbound, events.NoData{})
	l.onCommand = func(c command) {
		if err := l.js.DeleteStream(t.Context(), subject.EventsStream(zone)); err != nil {
			t.Error(err)
		}
		// Without a stream there is no acknowledgement, and the live copy arrives.
		l.publishLive(events.Event{
			Kind: events.KindResponse, Name: events.RESP(c.name), Agent: c.agent, Cause: c.ID.Public().String(),
			Data: events.LogonResult{MissedFrom: 1, Missed: 1},
		})
		l.publishLive(events.Event{
			Kind: events.KindNotification, Name: events.AGTCallStateChangedNotify, Agent: "a",
			Data: events.CallStateData{CallState: events.Talking},
		})
	}
	names, leftOut := d.missed(t)
	if len(names) != 0 || leftOut != 1 {
		t.Errorf("told %v, %d left out", names, leftOut)
	}
}

// A session that begins has missed nothing, and the handler is not called.
func TestNothingMissed(t *testing.T) {
	t.Parallel()
	l, d := bus(t)
	l.notify("a", events.AGTBlendedToInbound, events.NoData{})
	l.onCommand = func(c command) { l.takeOver(c, 0) }
	d.logOn(t)
	d.want(t, events.AGTCallStateChangedNotify)
}
