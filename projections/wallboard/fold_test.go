package wallboard

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbus/deskbus/events"
)

func TestActivities(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(*script)
		want Activity
	}{
		{"logged on", func(s *script) { s.logon("a") }, NotReady},
		{"ready without a line", func(s *script) { s.logon("a").state("a", events.Ready, "") }, Nailing},
		{"idle", func(s *script) { s.available("a", spring) }, Available},
		{"talking", func(s *script) { s.available("a", spring).talk("a", spring, "s1") }, Talking},
		{"on hold", func(s *script) { s.available("a", spring).callState("a", events.Held) }, OnHold},
		{"consult", func(s *script) { s.available("a", spring).callState("a", events.Consult) }, Consulting},
		{"conference", func(s *script) { s.available("a", spring).callState("a", events.ConferenceOwner) }, Conferring},
		{"in another's conference", func(s *script) { s.available("a", spring).callState("a", events.ConferencePassive) }, Conferring},
		{"preview", func(s *script) { s.available("a", spring).callState("a", events.Preview) }, Previewing},
		{"callback", func(s *script) { s.available("a", spring).callState("a", events.Callback) }, Previewing},
		{"dialing", func(s *script) { s.available("a", spring).callState("a", events.Dialing) }, Dialing},
		{"wrap-up", func(s *script) { s.available("a", spring).callState("a", events.Wrapup) }, WrappingUp},
		{"break", func(s *script) { s.available("a", spring).state("a", events.NotReady, "Break") }, NotReady},
		{
			"not ready after a callback",
			func(s *script) { s.available("a", spring).state("a", events.PendingNotReady, "") }, NotReady,
		},
		{
			"not ready after the call",
			func(s *script) {
				s.available("a", spring).talk("a", spring, "s1").state("a", events.PendingNotReady, "")
			}, Talking,
		},
		{"the line is lost", func(s *script) { s.available("a", spring).nailing("a", events.NailingLost) }, Nailing},
		{"lent to inbound", func(s *script) { s.available("a", spring).notify("a", events.AGTBlendedToInbound, events.NoData{}) }, Inbound},
		{"the desktop is gone", func(s *script) {
			s.available("a", spring).fact(events.AgentDisconnected, "", "", events.AgentDisconnectedData{AgentID: "a"})
		}, Gone},
		{"the desktop is back", func(s *script) {
			s.available("a", spring).fact(events.AgentDisconnected, "", "", events.AgentDisconnectedData{AgentID: "a"}).
				fact(events.AgentReconnected, "", "", events.AgentReconnectedData{AgentID: "a"})
		}, Available},
		{"the desktop is gone, the call is not", func(s *script) {
			s.available("a", spring).talk("a", spring, "s1").
				fact(events.AgentDisconnected, "", "", events.AgentDisconnectedData{AgentID: "a"})
		}, Talking},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, f := foldScript(t)
			test.do(s)
			if got := f.agents["a"].Activity; got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestLoggedOffIsNotShown(t *testing.T) {
	s, f := foldScript(t)
	s.available("a", spring).notify("a", events.AGTAgentLoggedOut, events.NoData{})
	if len(f.agents) != 0 || !f.changed["a"] {
		t.Errorf("agents %v, changed %v", f.agents, f.changed)
	}
}

// TestSince: the time counts from the change of what the agent does, not from
// the last event that said so.
func TestSince(t *testing.T) {
	s, f := foldScript(t)
	s.available("1001", spring).later(time.Minute).talk("1001", spring, "s1").later(10*time.Second).
		callState("1001", events.Talking).state("1001", events.PendingNotReady, "Break")
	row := f.agentRow("main", "1001", f.agents["1001"])
	want := agentRow{
		Key: "main/1001", Zone: "main", ID: "1001", Name: "Ada Osei", Activity: Talking,
		Since: morning.Add(time.Minute).UnixMilli(), LoggedOn: morning.UnixMilli(), Campaign: spring,
		State: events.PendingNotReady, Nailing: events.NailedUp, Call: events.Talking, Reason: "Break",
		Session: "s1", CallSince: morning.Add(time.Minute).UnixMilli(),
	}
	if diff := cmp.Diff(want, row); diff != "" {
		t.Error(diff)
	}
	s.later(time.Second).callState("1001", events.Held)
	row = f.agentRow("main", "1001", f.agents["1001"])
	if held := morning.Add(71 * time.Second).UnixMilli(); row.Since != held || row.CallSince != want.CallSince {
		t.Errorf("held since %d, in the call since %d", row.Since, row.CallSince)
	}
}

func TestStaff(t *testing.T) {
	s, f := foldScript(t)
	s.campaign(spring).campaign("Survey")
	s.available("1", spring).available("2", spring).talk("2", spring, "s2").available("3", "Survey").callState("3", events.Held)
	s.available("4", spring).state("4", events.NotReady, "Lunch").available("5", spring).state("5", events.NotReady, "Break")
	s.available("6", spring).state("6", events.NotReady, "Lunch").logon("7")
	s.state("2", events.PendingNotReady, "")
	zone, campaigns := f.figures(s.at.UnixMicro())
	want := figures{
		LoggedOn: 7, Available: 1, OnContact: 1, OnHold: 1, NotReady: 4, Pending: 1,
		Reasons: []reason{{"Lunch", 2}, {"", 1}, {"Break", 1}},
		Dials:   1, Hour: counts{Answered: 1}, Today: counts{Answered: 1},
	}
	if diff := cmp.Diff(want, zone); diff != "" {
		t.Error(diff)
	}
	ofSpring := figures{
		LoggedOn: 5, Available: 1, OnContact: 1, NotReady: 3, Pending: 1, Reasons: []reason{{"Lunch", 2}, {"Break", 1}},
		Dials: 1, Hour: counts{Answered: 1}, Today: counts{Answered: 1},
	}
	if diff := cmp.Diff(ofSpring, *campaigns[spring]); diff != "" {
		t.Error(diff)
	}
}

func TestCalls(t *testing.T) {
	s, f := foldScript(t)
	s.campaign(spring).available("a", spring)
	figuresNow := func() figures { n, _ := f.figures(s.at.UnixMicro()); return n }

	s.dial(spring, "s1").dial(spring, "s2").dial(spring, "s3").answer(spring, "s2")
	if n := figuresNow(); n.Ringing != 2 || n.Waiting != 1 || n.Dials != 3 {
		t.Errorf("three dialled, one answered: %+v", n)
	}
	s.end(spring, "s1", events.CallEndedData{Cause: events.CauseBusy}).
		end(spring, "s2", events.CallEndedData{Answered: true, Abandoned: true}).
		answer(spring, "s3").end(spring, "s3", events.CallEndedData{Answered: true, Machine: true})
	if n := figuresNow(); n.Ringing != 0 || n.Waiting != 0 || n.Hour != (counts{Answered: 1, Abandoned: 1}) {
		t.Errorf("busy, abandoned, a machine: %+v", n)
	}
	s.talk("a", spring, "s4").end(spring, "s4", events.CallEndedData{Answered: true})
	if n := figuresNow(); n.Hour.Handled != 0 {
		t.Errorf("handled before the wrap-up: %+v", n)
	}
	s.dispose(spring, "s4")
	// A preview that was cancelled is nobody's conversation.
	s.fact(events.ContactOffered, spring, "s5", events.ContactOfferedData{AgentID: "a"}).dispose(spring, "s5")
	if n := figuresNow(); n.Hour != (counts{Answered: 2, Abandoned: 1, Handled: 1}) || n.Today != n.Hour {
		t.Errorf("one handled: %+v", n)
	}
	if len(f.calls) != 0 {
		t.Errorf("calls that are over: %v", f.calls)
	}
}

// TestMachineIsTakenBack: a call counts as a live answer until a machine is
// found, and then not even in the minute of the answer.
func TestMachineIsTakenBack(t *testing.T) {
	s, f := foldScript(t)
	s.campaign(spring).dial(spring, "s1").answer(spring, "s1").later(2*time.Minute).
		end(spring, "s1", events.CallEndedData{Answered: true, Machine: true})
	if n, _ := f.figures(s.at.UnixMicro()); n.Hour.Answered != 0 || n.Today.Answered != 0 {
		t.Errorf("a machine is a live answer: %+v", n)
	}
	got := f.campaigns[spring].minutesOf(s.at.UnixMicro(), func(int64) bool { return true })
	if want := [][4]int64{{morning.Unix() / 60, 0, 0, 0}}; !slices.Equal(got, want) {
		t.Errorf("minutes %v, want %v", got, want)
	}
}

func TestTimePasses(t *testing.T) {
	s, f := foldScript(t)
	s.fact(events.ZoneConfigured, "", "", events.ZoneSettings{TimeZone: "Asia/Tokyo"}).campaign(spring)
	at := func(after time.Duration) figures { n, _ := f.figures(morning.Add(after).UnixMicro()); return n }
	s.dial(spring, "s1").answer(spring, "s1").later(30*time.Second).dial(spring, "s2").answer(spring, "s2")
	if n := at(59 * time.Second); n.Dials != 2 || n.Hour.Answered != 2 {
		t.Errorf("within the minute: %+v", n)
	}
	if n := at(61 * time.Second); n.Dials != 1 {
		t.Errorf("dials of the last minute: %d", n.Dials)
	}
	if n := at(61 * time.Minute); n.Dials != 0 || n.Hour.Answered != 0 || n.Today.Answered != 2 {
		t.Errorf("an hour later: %+v", n)
	}
	// It was 18:00 in Tokyo.
	if n := at(6*time.Hour - time.Minute); n.Today.Answered != 2 {
		t.Errorf("before midnight: %+v", n.Today)
	}
	if n := at(6 * time.Hour); n.Today.Answered != 0 {
		t.Errorf("after midnight: %+v", n.Today)
	}
	s.later(7*time.Hour).dial(spring, "s3").answer(spring, "s3")
	if n := at(7*time.Hour + time.Minute); n.Today.Answered != 1 {
		t.Errorf("the first call of the day: %+v", n.Today)
	}
	// What is old is forgotten, however long nobody looks.
	for range 200 {
		s.later(time.Minute).dial(spring, "s4").answer(spring, "s4")
	}
	if c := f.campaigns[spring]; len(c.Minutes) > hour || len(c.changed) > hour || len(c.Dials) > 2 {
		t.Errorf("%d minutes, %d of them changed, %d dials are kept", len(c.Minutes), len(c.changed), len(c.Dials))
	}
}

func TestCallbacks(t *testing.T) {
	s, f := foldScript(t)
	s.campaign(spring)
	due := morning.Add(10 * time.Minute)
	for _, id := range []string{"c1", "c2", "c3"} {
		s.fact(events.CallbackCreated, spring, "", events.CallbackData{CallbackID: id, Due: due.UnixMicro(), CreatedBy: "1001"})
	}
	check := func(after time.Duration, planned, late, overdue int) {
		t.Helper()
		n, _ := f.figures(morning.Add(after).UnixMicro())
		if n.Planned != planned || n.Due != late || n.Overdue != overdue {
			t.Errorf("after %v: %d planned, %d due, %d overdue", after, n.Planned, n.Due, n.Overdue)
		}
	}
	check(9*time.Minute, 3, 0, 0)
	check(10*time.Minute, 0, 3, 0)
	check(12*time.Minute, 0, 0, 3)
	s.fact(events.ContactOffered, spring, "c1", events.ContactOfferedData{AgentID: "1001", Callback: true})
	check(12*time.Minute, 0, 0, 2)
	s.fact(events.CallbackEnded, spring, "", events.CallbackEndedData{CallbackID: "c2", Reason: events.CallbackExpired})
	check(12*time.Minute, 0, 0, 1)
	s.dispose(spring, "c1")
	if left := len(f.campaigns[spring].Callbacks); left != 1 {
		t.Errorf("%d callbacks are left", left)
	}
}

// TestTrimmedFeed: calls that began before the feed does are passed over, as the
// reports do it.
func TestTrimmedFeed(t *testing.T) {
	s, f := foldScript(t)
	s.zn = 1000
	s.end(spring, "old", events.CallEndedData{Answered: true, Machine: true}).dispose(spring, "older").answer(spring, "oldest")
	if n, _ := f.figures(s.at.UnixMicro()); n.Hour != (counts{}) || len(f.calls) != 0 {
		t.Errorf("%+v, calls %v", n.Hour, f.calls)
	}
}
