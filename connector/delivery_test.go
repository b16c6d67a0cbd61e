package connector_test

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/subject"
)

func attached(i int) events.JobAttachedData {
	return events.JobAttachedData{CampaignName: strconv.Itoa(i)}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	l, d := bus(t)
	d.logOn(t)
	const n = 200
	for i := range n {
		l.notify("a", events.AGTJobAttached, attached(i))
	}
	for i := range n {
		checkCall(t, d.next(t), events.AGTJobAttached, attached(i))
	}
}

func TestGapIsRepaired(t *testing.T) {
	t.Parallel()
	l, d := bus(t)
	d.logOn(t)
	l.notify("a", events.AGTJobAttached, attached(0))
	l.lose("a", events.AGTJobAttached, attached(1))
	l.notify("a", events.AGTJobAttached, attached(2))
	l.lose("a", events.AGTJobAttached, attached(3)) // only a heartbeat tells of it
	for i := range 4 {
		checkCall(t, d.next(t), events.AGTJobAttached, attached(i))
	}
}

func TestSlowHandlerHoldsUpNobody(t *testing.T) {
	t.Parallel()
	l, d := bus(t)
	slow := slowHandler{newRecorder(), make(chan struct{})}
	a, err := d.factory.GetPOMAgent("slow", slow)
	if err != nil {
		t.Fatal(err)
	}
	desktop{a, slow.recorder, d.factory}.logOn(t)
	d.logOn(t)
	for i := range 3 {
		l.notify("slow", events.AGTJobAttached, attached(i))
		l.notify("a", events.AGTJobAttached, attached(i))
	}
	d.want(t, events.AGTJobAttached, events.AGTJobAttached, events.AGTJobAttached)
	accepted(t, d.AGTGetZoneList())
	d.want(t, "AGTGetZoneListRESP")
	if len(slow.Recorder) != 0 {
		t.Fatal("the slow handler has not been released yet")
	}
	close(slow.release)
	slow.want(t, events.AGTJobAttached, events.AGTJobAttached, events.AGTJobAttached)
}

// slowHandler takes AGTJobAttached only when it is released.
type slowHandler struct {
	recorder
	release chan struct{}
}

func (h slowHandler) AGTJobAttached(name string) {
	<-h.release
	h.recorder.AGTJobAttached(name)
}

// A command that reached the bus and is not answered ends in 9999, once; the
// late response is dropped, notifications are not.
func TestNoAnswerByTheDeadline(t *testing.T) {
	t.Parallel()
	l, d := busWith(t, connector.Hurried(connector.Config{Manual: byHand}))
	d.logOn(t)
	d.factory.SetCommandTimeout(3 * time.Second)
	late := make(chan command, 1)
	l.onCommand = func(c command) { late <- c }
	accepted(t, d.AGTHoldCall("S"))
	d.wantResult(t, "AGTHoldCallRESP", events.POMNotAvailableCode)
	l.answer(<-late, events.Success)
	l.notify("a", events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Held})
	d.want(t, events.AGTCallStateChangedNotify)
}

// While the inbox does not take it, a command ends in 9999 at its deadline; its
// number is still sent first when the inbox is back, so that none is left out.
func TestNoAckByTheDeadline(t *testing.T) {
	t.Parallel()
	l, d := busWith(t, connector.Hurried(connector.Config{Manual: byHand}))
	d.logOn(t)
	d.factory.SetCommandTimeout(3 * time.Second)
	numbers := make(chan command, 100)
	l.onCommand = func(c command) { numbers <- c }
	l.inboxTakes("nothing")
	accepted(t, d.AGTHoldCall("S"))
	d.wantResult(t, "AGTHoldCallRESP", events.POMNotAvailableCode)
	accepted(t, d.AGTUnholdCall("S")) // waits behind it, and is given up unsent
	d.wantResult(t, "AGTUnholdCallRESP", events.POMNotAvailableCode)
	if c := <-numbers; c.ID.N != 2 || c.name != events.AGTHoldCall {
		t.Fatalf("got command %s %s, want number 2, AGTHoldCall", c.ID, c.name)
	}
	l.onCommand = func(c command) { numbers <- c; l.answer(c, events.Success) }
	l.inboxTakes(subject.InboxSubjects(zone)...)
	for {
		accepted(t, d.AGTGetZoneList())
		c := d.next(t)
		if c.Args[len(c.Args)-1] == any(events.Success) {
			break
		}
	}
	if c := <-numbers; c.ID.N != 3 || c.name != events.AGTGetZoneList {
		t.Fatalf("got command %s %s, want number 3, AGTGetZoneList", c.ID, c.name)
	}
}

// When the ack is lost the command is sent again, the same to the byte, and
// nothing of the session is sent before it. The log tells so, by the public id:
// the session itself is a secret of the desktop.
func TestLostAckIsRetriedWithTheSameID(t *testing.T) {
	t.Parallel()
	lines := make(logLines, 100)
	l, d := busWith(t, connector.Hurried(connector.Config{
		Manual: byHand, Logger: slog.New(slog.NewTextHandler(lines, nil)),
	}))
	d.logOn(t)
	l.inboxTakes("nothing")
	// In place of the stream, a responder that keeps the first ack to itself.
	arrived := make(chan *nats.Msg, 100)
	if _, err := l.nc.Subscribe(subject.InboxSubjects(zone)[0], func(m *nats.Msg) {
		arrived <- m
		if len(arrived) > 1 {
			if err := m.Respond([]byte(`{"stream":"INBOX","seq":1}`)); err != nil {
				t.Error(err)
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	if err := l.nc.Flush(); err != nil {
		t.Fatal(err)
	}
	accepted(t, d.AGTHoldCall("S"))
	accepted(t, d.AGTUnholdCall("S"))
	d.wantResult(t, "AGTHoldCallRESP", events.Success)
	d.wantResult(t, "AGTUnholdCallRESP", events.Success)
	first, second, third := <-arrived, <-arrived, <-arrived
	id := func(m *nats.Msg) string { return m.Header.Get(jetstream.MsgIDHeader) }
	if id(first) != id(second) || first.Subject != second.Subject || string(first.Data) != string(second.Data) {
		t.Errorf("the retry differs: %s on %s, then %s on %s", id(first), first.Subject, id(second), second.Subject)
	}
	sent, err := events.ParseID(id(first))
	if err != nil {
		t.Fatal(err)
	}
	line := <-lines
	if want := "zone=z1 agent=a command=AGTHoldCall cause=" + sent.Public().String(); !strings.Contains(line, want) || strings.Contains(line, sent.Conn) {
		t.Errorf("the log says %q, want %q", line, want)
	}
	for id(third) == id(first) { // on a slow machine the next ack is late, too
		third = <-arrived
	}
	if third.Subject != subject.Command(zone, "a", events.AGTUnholdCall) {
		t.Errorf("third message on %s", third.Subject)
	}
}

// logLines gets each line of a log.
type logLines chan string

func (l logLines) Write(line []byte) (int, error) {
	l <- string(line)
	return len(line), nil
}

func TestHeartbeatsStopAndComeBack(t *testing.T) {
	t.Parallel()
	l, d := busWith(t, connector.Ordinary(connector.Config{Manual: byHand}))
	d.logOn(t)
	l.setMute(true)
	d.want(t, events.POMNotAvailable)
	l.setMute(false)
	d.want(t, events.POMAvailable)
}

func TestServerRestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := startServer(t, dir, natstest.Address(t))
	l := startLeader(t, s.URL())
	d := startDesktop(t, s.URL(), connector.Config{Manual: byHand})
	d.logOn(t)
	back := l.nc.StatusChanged(nats.CONNECTED)
	l.idle()
	s.Stop()
	d.want(t, events.POMNotAvailable)
	if code := d.AGTHoldCall("S"); code != events.POMNotAvailableCode {
		t.Errorf("a command while disconnected returns %d, want 9999", code)
	}
	startServer(t, dir, address(s))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	select {
	case <-back:
	case <-ctx.Done():
		t.Fatal("the leader does not reconnect")
	}
	l.lose("a", events.AGTJobAttached, attached(1))
	l.notify("a", events.AGTJobAttached, attached(2))
	got := map[string]bool{}
	for range 3 {
		got[d.next(t).Name] = true
	}
	if !got[events.POMAvailable] || !got[events.AGTJobAttached] {
		t.Errorf("after the restart the handler heard %v", got)
	}
	accepted(t, d.AGTHoldCall("S"))
	d.wantResult(t, "AGTHoldCallRESP", events.Success)
	l.idle() // the second server stops before the leader does
}

var _ connector.Handler = slowHandler{}
