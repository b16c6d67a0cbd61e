package tally_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/projections/report/reporttest"
	"github.com/deskbus/deskbus/projections/report/tally"
)

// byHand is the rows of that day: only what is not 0, times in seconds. One line is
// an interval, an agent (- for none) and a campaign (- for none).
const byHand = `
02 23:30 - Spring attempts=2 live_answers=1 busy=1
02 23:30 a - staffed=120 ready=60 not_ready=60 idle=60 unavailable=60 | not ready: ""=60
02 23:30 a Spring staffed=180 ready=180 idle=90 nailed_idle=90 talk=90
02 23:30 b - staffed=300 not_ready=300 unavailable=300 | not ready: ""=300
02 23:45 a Spring staffed=900 ready=870 not_ready=30 idle=30 nailed_idle=30 unavailable=30 talk=599.750 conference=120 hold=180.250 consult=60 assist=60 contacts_handled=1 transferred_out=1 consulted=1 conferenced=1 held=1 | not ready: "7"=30
02 23:45 b - staffed=540 not_ready=540 unavailable=540 | not ready: ""=540
02 23:45 b Spring staffed=360 ready=360 idle=60 nailed_idle=60 talk=120 conference=60 assist=180 transferred_in=1
03 00:00 - Spring attempts=1 machine_answers=1
03 00:00 a Spring staffed=900 not_ready=900 unavailable=900 | not ready: "7"=900
03 00:00 b Spring staffed=900 ready=900 idle=820 nailed_idle=820 talk=60 wrapup=20 contacts_handled=1 agent_hung_up_first=1 | dispositions: SALE=1
03 00:15 - Spring attempts=1 live_answers=1 abandoned=1
03 00:15 a - staffed=120 ready=120 idle=60 inbound=60
03 00:15 a Spring staffed=525 ready=285 not_ready=240 idle=135 nailed_idle=135 unavailable=240 talk=60 wrapup=60 assist=30 contacts_handled=1 transferred_in=1 dnc_additions=1 | not ready: "7"=240 | dispositions: SALE=1
03 00:15 b Spring staffed=660 ready=660 idle=340 nailed_idle=340 unavailable=180 preview=15 dialing=30 talk=60 hold=30 consult=30 wrapup=5 contacts_handled=1 transferred_out=1 consulted=1 attempts=2 live_answers=1 no_answer=1 callbacks_scheduled=2 callbacks_kept=1 callbacks_expired=1 | dispositions: LATER=1
`

func TestADayCountedByHand(t *testing.T) {
	got, want := show(foldDay(t, reporttest.Example().Events)), strings.TrimSpace(byHand)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestPromiseCountsOnce: a callback that another agent gets is the same promise to
// the customer.
func TestPromiseCountsOnce(t *testing.T) {
	day := reporttest.NewDay()
	day.At("02 09:00:00.000").Fact("", "", events.CallbackCreated, events.CallbackData{CallbackID: "c1", CreatedBy: "a"})
	day.At("02 09:05:00.000").Fact("b", "c1", events.ContactOffered, events.ContactOfferedData{AgentID: "b", Callback: true})
	day.At("02 09:06:00.000").Fact("b", "c1", events.Disposition, events.DispositionData{
		CompletionCode: events.POMCompletionCode{Code: "AUTO"}, By: events.PartyBroker, Reason: events.ReasonDisconnected,
	}).Fact("", "", events.CallbackCreated, events.CallbackData{CallbackID: "c2", CreatedBy: "a", Replaces: "c1"})
	day.At("02 09:20:00.000").Fact("c", "c2", events.ContactOffered, events.ContactOfferedData{AgentID: "c", Callback: true}).
		Fact("c", "c2", events.NumberDialed, events.NumberDialedData{})
	const want = `
02 09:00 a Spring callbacks_scheduled=1
02 09:15 a Spring callbacks_kept=1
02 09:15 c Spring attempts=1`
	if got := show(foldDay(t, day.Events)); got != strings.TrimSpace(want) {
		t.Errorf("got\n%s\nwant%s", got, want)
	}
}

// TestMachineIsNoContact: the agent who was given a machine has its time, and no
// contact.
func TestMachineIsNoContact(t *testing.T) {
	day := reporttest.NewDay()
	day.At("02 09:00:00.000").Logon("a").Nailing("a", events.NailedUp).AgentState("a", events.Ready, "")
	day.At("02 09:00:00.000").Dialed("s1").Answered("", "s1").Connected("a", "s1")
	day.At("02 09:00:03.000").Ended("a", "s1", events.CallEndedData{Answered: true, Machine: true, By: events.PartyBroker}).
		CallState("a", "s1", events.Wrapup)
	day.At("02 09:00:04.000").Disposed("a", "s1", "Answer_Machine")
	const want = `
02 09:00 - Spring attempts=1 machine_answers=1
02 09:00 a Spring staffed=4 ready=4 talk=3 wrapup=1 | dispositions: Answer_Machine=1`
	if got := show(foldDay(t, day.Events)); got != strings.TrimSpace(want) {
		t.Errorf("got\n%s\nwant%s", got, want)
	}
}

// foldDay folds everything and adds what is still open.
func foldDay(t *testing.T, list []events.Event) tally.Rows {
	t.Helper()
	f := tally.New()
	apply(t, f, list)
	return whole(t, f)
}

func apply(t *testing.T, f *tally.Fold, list []events.Event) {
	t.Helper()
	for i := range list {
		if err := f.Apply(&list[i]); err != nil {
			t.Fatalf("event %d, %s: %v", list[i].ZN, list[i].Name, err)
		}
	}
}

func whole(t *testing.T, f *tally.Fold) tally.Rows {
	t.Helper()
	open := f.Open()
	changes, err := f.Take()
	if err != nil {
		t.Fatal(err)
	}
	reporttest.AddRows(&changes.Rows, open)
	return changes.Rows
}

// show writes rows as byHand has them, without those that are 0.
func show(rows tally.Rows) string {
	var keys []tally.Key
	for k, figures := range rows.Figures {
		if *figures != (tally.Figures{}) {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b tally.Key) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.Agent, b.Agent), cmp.Compare(a.Campaign, b.Campaign))
	})
	var lines []string
	for _, k := range keys {
		line := time.Unix(k.Start, 0).UTC().Format("02 15:04 ") + cmp.Or(k.Agent, "-") + " " + cmp.Or(k.Campaign, "-")
		for i, definition := range tally.Metrics() {
			value := rows.Figures[k][i]
			name, isTime := strings.CutSuffix(definition.Name, "_ms")
			switch {
			case value == 0:
			case isTime:
				line += " " + name + "=" + seconds(value)
			default:
				line += fmt.Sprintf(" %s=%d", name, value)
			}
		}
		lines = append(lines, line+labels(" | not ready:", k, rows.NotReady, `"`, seconds)+
			labels(" | dispositions:", k, rows.Dispositions, "", func(n int64) string { return fmt.Sprint(n) }))
	}
	return strings.Join(lines, "\n")
}

func labels(title string, k tally.Key, amounts map[tally.Label]int64, quote string, write func(int64) string) string {
	var list []string
	for l, amount := range amounts {
		if l.Key == k && amount != 0 {
			list = append(list, " "+quote+l.Code+quote+"="+write(amount))
		}
	}
	if len(list) == 0 {
		return ""
	}
	slices.Sort(list)
	return title + strings.Join(list, "")
}

func seconds(ms int64) string {
	if ms%1000 == 0 {
		return fmt.Sprint(ms / 1000)
	}
	return fmt.Sprintf("%d.%03d", ms/1000, ms%1000)
}
