package audit_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/deskbus/deskbus/audit"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/manager"
	"github.com/deskbus/deskbus/projections/desktop"
)

// at is a time of the day of the script.
func at(t *testing.T, text string) audit.Moment {
	t.Helper()
	m, err := clockIn(t, "UTC").Parse("2026-03-02 " + text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestTheDesktopAtEachEvent: what a replay shows is what the zone knew, after each
// turn of the day.
func TestTheDesktopAtEachEvent(t *testing.T) {
	bus, _, _ := day(t)
	l := audit.Log{JS: bus.JS, Zone: zone}
	state := manager.New(zone)
	shown := 0
	_, err := l.Verify(bus.Ctx, audit.VerifyOptions{Each: func(e *events.Event) {
		if e.Index == 0 && e.ZN > 1 && e.ZN%5 < 2 {
			shown += compareDesktops(t, &l, state)
		}
		if err := state.Evolve(e); err != nil {
			t.Fatal(err)
		}
	}})
	if err != nil || shown < 40 {
		t.Errorf("%d screens compared, %v", shown, err)
	}
}

func compareDesktops(t *testing.T, l *audit.Log, state *manager.State) (shown int) {
	t.Helper()
	for id, a := range state.Agents {
		v, err := l.Desktop(t.Context(), id, audit.Moment{ZN: state.ZN})
		if err != nil {
			t.Fatalf("%s at event %d: %v", id, state.ZN, err)
		}
		want := events.POMAgentStatus{
			AgentState: a.AgentState, NailupStatus: a.NailupStatus, CallState: a.CallState, SessionID: a.Session, Since: v.Agent.Status.Since,
		}
		if v.Agent.Status != want || v.Agent.Capabilities != a.Capabilities || v.Agent.LoggedOn != a.LoggedOn ||
			v.Agent.Disconnected != a.Disconnected || v.Agent.N != a.N || v.Agent.PendingCallback != a.PendingCallback {
			t.Errorf("%s at event %d: %+v, want %+v", id, state.ZN, v.Agent, a)
		}
		shown++
	}
	return shown
}

func TestTheDesktopAtATime(t *testing.T) {
	bus, _, names := day(t)
	l := audit.Log{JS: bus.JS, Zone: zone}
	v, err := l.Desktop(bus.Ctx, "1001", at(t, "09:02:18"))
	if err != nil {
		t.Fatal(err)
	}
	if v.Agent.Status.CallState != events.Held || v.Agent.Status.SessionID != names["call.1001"] && v.Contact.FirstName != "Ada" ||
		v.Details.Attributes[1].Value != "merry" || v.Details.Attributes[2].Value != "****" || v.LastError != nil {
		t.Errorf("%+v", v)
	}
	v, err = l.Desktop(bus.Ctx, "1001", at(t, "09:05:12"))
	if err != nil {
		t.Fatal(err)
	}
	if left := desktop.Remaining(v.WrapupEnds, at(t, "09:05:12").Time); left != 28_100*time.Millisecond || v.LastError.Result != events.NotInThisState {
		t.Errorf("%s of the wrap-up are left, %+v", left, v)
	}
	v, err = l.Desktop(bus.Ctx, "1002", at(t, "09:04:30"))
	if err != nil || !v.Agent.Disconnected {
		t.Errorf("the desktop of 1002 is gone at its last moment: %+v, %v", v, err)
	}
	if _, err := l.Desktop(bus.Ctx, "1002", at(t, "09:02:00")); !errors.Is(err, audit.ErrNoLogon) {
		t.Error(err)
	}
	if _, err := l.Desktop(bus.Ctx, "1009", audit.Moment{}); !errors.Is(err, audit.ErrNoAgent) {
		t.Error(err)
	}
	whole, err := l.Desktop(bus.Ctx, "1002", audit.Moment{})
	if err != nil {
		t.Fatal(err)
	}
	const mine = "pom.main.agent.1002.ntf.AGTCallNotify"
	if _, err := bus.JS.Publish(bus.Ctx, mine, []byte("a stranger's")); err != nil {
		t.Fatal(err)
	}
	if v, err := l.Desktop(bus.Ctx, "1002", audit.Moment{}); err != nil || !reflect.DeepEqual(v, whole) {
		t.Errorf("with a message that is no event: %+v, %v", v, err)
	}
	// In place of an event it makes half a picture.
	half := copied(t, bus, func(stream string, sequence uint64, m *nats.Msg) *nats.Msg {
		if stream == theFeed && strings.HasPrefix(m.Subject, "pom.main.agent.1001.ntf.AGTCallStateChangedNotify") {
			m.Data = []byte("a stranger's")
		}
		return m
	})
	l.JS = half.JS
	if _, err := l.Desktop(bus.Ctx, "1001", audit.Moment{}); err == nil {
		t.Error("half a picture looks like a whole one")
	}
}

// TestDifferences: the whole zone at once differs as each agent does alone.
func TestDifferences(t *testing.T) {
	bus, _, _ := day(t)
	l := audit.Log{JS: bus.JS, Zone: zone}
	for _, test := range []struct {
		from, to string
		differ   int
	}{
		{"08:00", "10:00", 3}, {"09:01:30", "09:03:30", 2}, {"09:05:12", "09:05:13", 0}, {"09:04:00", "09:04:30", 1}, {"10:00", "11:00", 0},
	} {
		from, to := at(t, test.from), at(t, test.to)
		list, err := l.Differences(bus.Ctx, from, to)
		if err != nil || len(list) != test.differ {
			t.Errorf("from %s to %s: %d differ, want %d: %+v, %v", test.from, test.to, len(list), test.differ, list, err)
		}
		for _, one := range list {
			before, err := l.Desktop(bus.Ctx, one.Agent, from)
			if err != nil && !errors.Is(err, audit.ErrNoLogon) {
				t.Fatal(err)
			}
			after, err := l.Desktop(bus.Ctx, one.Agent, to)
			if err != nil {
				t.Fatal(err)
			}
			if want := desktop.Changes(before, after); fmt.Sprint(one.Changes) != fmt.Sprint(want) {
				t.Errorf("%s from %s to %s: %v, want %v", one.Agent, test.from, test.to, one.Changes, want)
			}
		}
	}
}
