package audit_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/audit"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/internal/logtest"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/internal/script"
	"github.com/deskbus/deskbus/manager"
)

// everything is all events of the feed, as maps.
func everything(t *testing.T, bus *natstest.Bus) []events.Event {
	t.Helper()
	var all []events.Event
	err := feed.Read(bus.Ctx, bus.JS, zone, feed.Query{}, func(m jetstream.Msg) error {
		e, err := events.DecodeLoose(m.Data())
		all = append(all, e)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func param(e *events.Event, name string) string {
	value, _ := e.Data.(map[string]any)[name].(string)
	return value
}

func callOf(e *events.Event) string {
	for _, session := range []string{e.Session, param(e, "sessionID"), param(e, "callbackID")} {
		if session != "" {
			return session
		}
	}
	return ""
}

// concerning says in words what the timeline of agents has: what is addressed to
// them; of the turns in which something is, what is about their calls or names
// them; the facts about these calls, and about their desktops.
func concerning(all []events.Event, agents ...string) (numbers []uint64) {
	calls, turns := map[string]bool{}, map[uint64]bool{}
	addressed := func(e *events.Event) bool {
		return slices.Contains(agents, e.Agent) && e.Kind != events.KindFact && e.Kind != events.KindSwitch
	}
	for i := range all {
		e := &all[i]
		if addressed(e) {
			turns[e.Turn] = true
			if e.Kind == events.KindNotification && callOf(e) != "" {
				calls[callOf(e)] = true
			}
		}
	}
	for i := range all {
		e := &all[i]
		background := e.Kind == events.KindFact || e.Kind == events.KindSwitch
		names := slices.Contains(agents, e.Agent) || slices.Contains(agents, param(e, "agentID")) ||
			slices.Contains(agents, param(e, "createdBy"))
		callFact := events.Scope(e.Name) == events.ScopeCall && calls[e.Session]
		desktopFact := slices.Contains(agents, param(e, "agentID")) && slices.Contains(
			[]string{events.AgentDisconnected, events.AgentReconnected, events.LogonWaits, events.AgentStatusDiffers}, e.Name)
		if addressed(e) || callFact || desktopFact || background && turns[e.Turn] && (names || calls[callOf(e)]) {
			numbers = append(numbers, e.ZN)
		}
	}
	return numbers
}

func read(t *testing.T, bus *natstest.Bus, q audit.Query) (numbers []uint64) {
	t.Helper()
	l := audit.Log{JS: bus.JS, Zone: zone}
	err := l.Read(bus.Ctx, q, func(r *audit.Record) error {
		numbers = append(numbers, r.Event.ZN)
		return r.Err
	})
	if err != nil {
		t.Fatal(err)
	}
	return numbers
}

func TestTheTimelineOfAnAgent(t *testing.T) {
	bus, _, names := day(t)
	all := everything(t, bus)
	for _, agent := range []string{"1001", "1002", "1003"} {
		if got, want := read(t, bus, audit.Query{Agents: []string{agent}}), concerning(all, agent); !slices.Equal(got, want) {
			t.Errorf("agent %s: got %v, want %v", agent, got, want)
		}
	}
	one, both := concerning(all, "1001"), concerning(all, "1001", "1002")
	if got := read(t, bus, audit.Query{Agents: []string{"1001", "1002"}}); !slices.Equal(got, both) {
		t.Errorf("both: got %v, want %v", got, both)
	}
	// A part of it, by number and by time.
	end := len(one) - 20
	from, to := one[40], one[end]
	part := slices.Clone(one[40 : end+1])
	if got := read(t, bus, audit.Query{Agents: []string{"1001"}, From: audit.Moment{ZN: from}, To: audit.Moment{ZN: to}}); !slices.Equal(got, part) {
		t.Errorf("a part: got %v, want %v", got, part)
	}
	q := audit.Query{Agents: []string{"1001"}, Session: names["callback.C1"], Names: []string{events.Disposition, events.AGTCallNotify}}
	if got := read(t, bus, q); len(got) != 2 {
		t.Errorf("with names: %v", got)
	}
}

// TestTheTimelineOfACall: everybody in it, the switch, and how it ended, of each
// call of the day.
func TestTheTimelineOfACall(t *testing.T) {
	bus, _, names := day(t)
	all := everything(t, bus)
	byZN := map[uint64]*events.Event{}
	sessions := map[string]bool{}
	for i := range all {
		byZN[all[i].ZN] = &all[i]
		if events.Scope(all[i].Name) == events.ScopeCall {
			sessions[all[i].Session] = true
		}
	}
	if len(sessions) != 3 || !sessions[names["callback.C1"]] {
		t.Fatalf("the day has the calls %v", sessions)
	}
	for session := range sessions {
		got := read(t, bus, audit.Query{Session: session})
		turns := map[uint64]bool{}
		var want []uint64
		for i := range all {
			if callOf(&all[i]) == session {
				turns[all[i].Turn] = true
			}
		}
		for i := range all {
			e := &all[i]
			// How it ended for the agents stands in the turn of the call without a
			// session.
			ending := turns[e.Turn] && e.Kind == events.KindNotification && callOf(e) == "" &&
				(e.Name == events.AGTCallStateChangedNotify || e.Name == events.AGTCapabilitiesChanged)
			if callOf(e) == session || ending {
				want = append(want, e.ZN)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("call %s: got %v, want %v", session, got, want)
			for _, zn := range got {
				if !slices.Contains(want, zn) {
					t.Logf("too much: %s", script.Trace(byZN[zn]))
				}
			}
			for _, zn := range want {
				if !slices.Contains(got, zn) {
					t.Logf("missing: %s", script.Trace(byZN[zn]))
				}
			}
		}
	}
}

// TestACallGoesOnWithoutTheAgent: two parties speak on after the agent has left
// them, and their lines are of the call.
func TestACallGoesOnWithoutTheAgent(t *testing.T) {
	bus := natstest.Start(t)
	written := logtest.Start(bus.Ctx, t, bus, zone)
	names := written.Play(`
given zone {freeConsult: true}
contacts 1
given talking 1001
agent 1001 AGTConsultCall {destination: {destinationType: External, number: "5559999"}, sessionID: $call.1001}
switch Established {legID: $leg.last}
agent 1001 AGTCompleteTransfer {sessionID: $call.1001}
agent 1001 AGTWrapupContact {sessionID: $call.1001, completionCode: {code: SALE}}
+300s
switch Cleared {legID: $leg.5559999, cause: normal, by: remote}
+1s
switch Cleared {legID: $leg.5550001, cause: normal, by: local}
+1s
agent 1001 AGTStateChange {agentState: NotReady}
`)
	all := everything(t, bus)
	got := read(t, bus, audit.Query{Session: names["call.1001"]})
	last := all[got[len(got)-1]-1]
	if last.Name != events.Cleared || param(&last, "legID") != names["leg.5550001"] {
		t.Errorf("the call ends with %s", script.Trace(&last))
	}
}

func TestFollowing(t *testing.T) {
	bus := natstest.Start(t)
	written := logtest.Start(bus.Ctx, t, bus, zone)
	half := strings.Index(logtest.Day, "at 09:03")
	written.Play(logtest.Day[:half])
	l := audit.Log{JS: bus.JS, Zone: zone}
	before := len(concerning(everything(t, bus), "1001"))
	ctx, cancel := context.WithCancel(bus.Ctx)
	defer cancel()
	got := make(chan uint64, 1000)
	ended := make(chan error, 1)
	go func() {
		ended <- l.Read(ctx, audit.Query{Agents: []string{"1001"}, Follow: true}, func(r *audit.Record) error {
			got <- r.Event.ZN
			return nil
		})
	}()
	next := func() uint64 {
		select {
		case zn := <-got:
			return zn
		case <-time.After(time.Minute):
			t.Fatal("nothing came")
			return 0
		}
	}
	for range before {
		next()
	}
	written.Decide(written.State.At, readyForNailup(written, "1003")) // not for this agent
	turn := written.Decide(written.State.At, readyForNailup(written, "1001"))
	written.Commit()
	for i := range turn {
		if zn := next(); zn != turn[i].ZN {
			t.Errorf("got event %d, want %d", zn, turn[i].ZN)
		}
	}
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}

// readyForNailup is a command that is refused, with the next number of a desktop.
func readyForNailup(written *logtest.Log, agent string) manager.Command {
	id := events.ID{Conn: "desk-" + agent, N: written.State.Agents[agent].LastNumber + 1}
	return manager.Command{Agent: agent, Name: events.AGTReadyForNailup, ID: id, Data: events.NoParams{}}
}

// TestWhatCannotBeReadIsToldInItsPlace: an audit has no silent hole.
func TestWhatCannotBeReadIsToldInItsPlace(t *testing.T) {
	bus, written, names := day(t)
	n := uint64(written.Events)
	for _, on := range []string{"pom.main.agent.1001.ntf.AGTCallNotify", "pom.main.call." + names["call.1001"] + ".CallEnded"} {
		if _, err := bus.JS.Publish(bus.Ctx, on, []byte("hello")); err != nil {
			t.Fatal(err)
		}
	}
	l := audit.Log{JS: bus.JS, Zone: zone}
	for _, q := range []audit.Query{{}, {Agents: []string{"1001"}}, {Names: []string{"AGTCallNotify"}}} {
		var unreadable []uint64
		err := l.Read(bus.Ctx, q, func(r *audit.Record) error {
			if r.Err != nil {
				unreadable = append(unreadable, r.Sequence)
			}
			return nil
		})
		if err != nil || fmt.Sprint(unreadable) != fmt.Sprint([]uint64{n + 1, n + 2}) {
			t.Errorf("%+v: %v, %v", q, unreadable, err)
		}
	}
}

func TestProgress(t *testing.T) {
	bus, written, _ := day(t)
	var last, total uint64
	l := audit.Log{JS: bus.JS, Zone: zone, Progress: func(done, of uint64) {
		if done < last || done > of || total != 0 && of != total {
			t.Errorf("%d of %d after %d of %d", done, of, last, total)
		}
		last, total = done, of
	}}
	if err := l.Read(bus.Ctx, audit.Query{}, func(*audit.Record) error { return nil }); err != nil || last != total || last == 0 {
		t.Errorf("%d of %d, %v", last, total, err)
	}
	last, total = 0, 0
	v, err := l.Verify(bus.Ctx, audit.VerifyOptions{})
	if err != nil || last != total || last != v.Commits+uint64(written.Events) {
		t.Errorf("%d of %d, %v", last, total, err)
	}
}
