package tally_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/projections/report/reporttest"
	"github.com/deskbus/deskbus/projections/report/tally"
)

// TestRowsDoNotDependOnWhereTheLogIsCut stores the state after every few events
// and goes on from what was stored.
func TestRowsDoNotDependOnWhereTheLogIsCut(t *testing.T) {
	days := map[string]*reporttest.Day{"example": reporttest.Example()}
	for seed := range uint64(20) {
		days[fmt.Sprint("seed ", seed)] = reporttest.Random(seed, 150)
	}
	for name, day := range days {
		for _, every := range []int{1, 2, 7, 50} {
			whole, cut := show(foldDay(t, day.Events)), show(foldInParts(t, day.Events, every))
			if whole != cut {
				t.Fatalf("%s, cut after every %d events:\n%s\nin one go:\n%s", name, every, cut, whole)
			}
		}
	}
}

func foldInParts(t *testing.T, list []events.Event, every int) tally.Rows {
	t.Helper()
	rows, open := reporttest.NoRows(), map[tally.Item][]byte{}
	f := tally.New()
	for len(list) > 0 {
		n := min(every, len(list))
		apply(t, f, list[:n])
		list = list[n:]
		changes, err := f.Take()
		if err != nil {
			t.Fatal(err)
		}
		reporttest.AddRows(&rows, changes.Rows)
		for item, state := range changes.Open {
			if open[item] = state; state == nil {
				delete(open, item)
			}
		}
		if f, err = tally.Restore(changes.Mark, open); err != nil {
			t.Fatal(err)
		}
	}
	reporttest.AddRows(&rows, f.Open())
	return rows
}

// TestPastIntervalsAreComplete: with the first event of a new interval the rows of
// those before have all their time.
func TestPastIntervalsAreComplete(t *testing.T) {
	day := reporttest.NewDay()
	day.At("02 09:00:00.000").Logon("a").Logon("b")
	day.At("02 10:00:00.001").Logon("c")
	f := tally.New()
	apply(t, f, day.Events)
	changes, err := f.Take()
	if err != nil {
		t.Fatal(err)
	}
	staffed := map[string]int64{}
	for k, figures := range changes.Figures {
		staffed[k.Agent] += figures[tally.Staffed]
	}
	if hour := int64(3600_000); staffed["a"] != hour || staffed["b"] != hour || staffed["c"] != 0 {
		t.Errorf("staffed: %v", staffed)
	}
	if got := show(f.Open()); !strings.Contains(got, "staffed=0.001") {
		t.Errorf("open: %s", got)
	}
}

// TestTrimmedFeed: of a call whose beginning is lost nothing is counted, and
// nothing breaks.
func TestTrimmedFeed(t *testing.T) {
	list := reporttest.Example().Events
	for from := range list {
		rows := foldDay(t, list[from:])
		for k, figures := range rows.Figures {
			for m, value := range figures {
				if value < 0 {
					t.Fatalf("from event %d: %+v: %s is %d", from, k, tally.Metrics()[m].Name, value)
				}
			}
		}
	}
}

// TestTextsOfDesktopsFitAKey: what a desktop sends as a reason is part of a key of
// the database.
func TestTextsOfDesktopsFitAKey(t *testing.T) {
	day := reporttest.NewDay()
	day.At("02 09:00:00.000").Logon("a").AgentState("a", events.NotReady, "a\x00b\xff"+strings.Repeat("é", 200))
	day.At("02 09:01:00.000").Idle("a")
	for l := range foldDay(t, day.Events).NotReady {
		if !strings.HasPrefix(l.Code, "abé") || len(l.Code) > 200 {
			t.Errorf("%q", l.Code)
		}
	}
}

// TestIDsFitAKey: a log may have ids that are no text.
func TestIDsFitAKey(t *testing.T) {
	day := reporttest.NewDay()
	day.At("02 09:00:00.000").Logon("J\xfcrgen").Logon("a\x00b")
	day.At("02 09:01:00.000").AgentState("J\xfcrgen", events.Ready, "")
	f := tally.New()
	apply(t, f, day.Events)
	changes, err := f.Take()
	if err != nil {
		t.Fatal(err)
	}
	fits := func(id string) bool { return id == "J%FCrgen" || id == "a%00b" }
	for k := range changes.Figures {
		if !fits(k.Agent) {
			t.Errorf("row of %q", k.Agent)
		}
	}
	for _, n := range changes.Names {
		if !fits(n.Name) {
			t.Errorf("name %q", n.Name)
		}
	}
	for item := range changes.Open {
		if !fits(item.ID) {
			t.Errorf("state of %q", item.ID)
		}
	}
	if len(changes.Figures) != 2 || len(changes.Names) != 2 || len(changes.Open) != 2 {
		t.Errorf("%v", changes)
	}
	if whole, cut := show(foldDay(t, day.Events)), show(foldInParts(t, day.Events, 1)); whole != cut {
		t.Errorf("cut:\n%s\nin one go:\n%s", cut, whole)
	}
}

func TestRestoreRefuses(t *testing.T) {
	for name, item := range map[string]tally.Item{
		"an unknown kind":    {Kind: "rumour", ID: "a"},
		"no encoded agent":   {Kind: "agent", ID: "a"},
		"no encoded call":    {Kind: "call", ID: "a"},
		"no encoded promise": {Kind: "callback", ID: "a"},
	} {
		if _, err := tally.Restore(tally.Mark{ZN: 1}, map[tally.Item][]byte{item: []byte("hello")}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
