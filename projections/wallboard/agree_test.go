package wallboard

import (
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/projections/report/reporttest"
	"github.com/deskbus/deskbus/projections/report/tally"
)

// quarter is an interval of the reports.
const quarter = tally.Base / 60

// TestAgreesWithReports folds days as a wallboard and as a report: whatever the
// moment, both say the same of every quarter of the last hour, and of the day.
func TestAgreesWithReports(t *testing.T) {
	days := map[string]*reporttest.Day{"by hand": reporttest.Example(), "handed on": handedOn()}
	for seed := range uint64(20) {
		days["random "+string(rune('a'+seed))] = reporttest.Random(seed, 300)
	}
	for name, day := range days {
		t.Run(name, func(t *testing.T) { compareWithReport(t, day.Events) })
	}
}

// handedOn is a day with what the others lack: a customer who goes through three
// hands, a machine that an agent had, an answer that is abandoned in the next
// minute, a second number.
func handedOn() *reporttest.Day {
	d := reporttest.NewDay()
	d.At("02 09:00:00.000").Fact("", "", events.CampaignConfigured, events.Campaign{Name: reporttest.Campaign})
	for _, agent := range []string{"a", "b"} {
		d.At("02 09:00:00.000").Logon(agent).AgentState(agent, events.Ready, "").Idle(agent).Nailing(agent, events.NailedUp)
	}
	d.At("02 09:01:00.000").Dialed("s1").Dialed("s2").Dialed("s3")
	d.At("02 09:01:05.000").Answered("", "s1").Connected("a", "s1")
	d.At("02 09:02:00.000").Party("a", "s1", events.ConsultStarted, "b").Party("a", "s1", events.CallTransferred, "b")
	d.At("02 09:03:00.000").Party("b", "s1", events.ConferenceOwnerChanged, "a")
	d.At("02 09:04:00.000").Party("a", "s1", events.CallTransferred, "")
	d.At("02 09:05:00.000").Ended("a", "s1", events.CallEndedData{Answered: true}).Disposed("a", "s1", "SALE")
	d.At("02 09:06:00.000").Answered("", "s2").Connected("b", "s2")
	d.At("02 09:29:59.000").Answered("", "s3")
	d.At("02 09:30:01.000").Ended("", "s3", events.CallEndedData{Answered: true, Abandoned: true})
	d.At("02 09:31:00.000").Ended("b", "s2", events.CallEndedData{Answered: true, Machine: true}).Disposed("b", "s2", "NONE")
	d.At("02 09:32:00.000").Fact("a", "s4", events.ContactOffered, events.ContactOfferedData{AgentID: "a"})
	for _, second := range []string{"10", "30"} {
		d.At("02 09:32:"+second+".000").Fact("a", "s4", events.NumberDialed, events.NumberDialedData{})
	}
	d.At("02 09:33:00.000").Answered("a", "s4")
	d.At("02 09:34:00.000").Ended("a", "s4", events.CallEndedData{Answered: true}).Disposed("a", "s4", "SALE")
	return d
}

func compareWithReport(t *testing.T, log []events.Event) {
	t.Helper()
	board, report := newFold(nil), tally.New()
	rows := reporttest.NoRows()
	for i := range log {
		e := &log[i]
		if err := board.apply(e); err != nil {
			t.Fatal(err)
		}
		if err := report.Apply(e); err != nil {
			t.Fatal(err)
		}
		changes, err := report.Take()
		if err != nil {
			t.Fatal(err)
		}
		reporttest.AddRows(&rows, changes.Rows)
		compareQuarters(t, board, rows, e)
		if t.Failed() {
			t.Fatalf("after event %d, %s at %v", e.ZN, e.Name, time.UnixMicro(e.At).UTC())
		}
	}
}

func compareQuarters(t *testing.T, board *fold, rows tally.Rows, e *events.Event) {
	t.Helper()
	quarters := map[int64]counts{}
	var today counts
	for key, n := range rows.Figures {
		sum := counts{int(n[tally.LiveAnswers]), int(n[tally.Abandoned]), int(n[tally.ContactsHandled])}
		quarters[key.Start] = quarters[key.Start].plus(sum)
		if dayOf(key.Start*second, time.UTC) == dayOf(e.At, time.UTC) {
			today = today.plus(sum)
		}
	}
	c := board.campaign(reporttest.Campaign)
	if got := c.todayAt(e.At, time.UTC); got != today {
		t.Errorf("today %+v, the report says %+v", got, today)
	}
	newest := e.At / minute / quarter
	for q := newest - 2; q <= newest; q++ {
		var sum counts
		for m := q * quarter; m < (q+1)*quarter; m++ {
			sum = sum.plus(c.Minutes[m])
		}
		if want := quarters[q*tally.Base]; sum != want {
			t.Errorf("quarter from %v: %+v, the report says %+v", time.Unix(q*tally.Base, 0).UTC(), sum, want)
		}
	}
}
