package broker

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/scrape"
)

// TestFiguresAgree: of a zone at rest the wallboard, the metrics and the report say
// the same. What they say of a zone at work is compared event by event in
// projections/wallboard.
func TestFiguresAgree(t *testing.T) {
	o := open(t, nil)
	f := o.connect()
	o.workDay(f, 2)
	// Then one agent has lunch, and two talk with customers who never hang up.
	for i := range o.options.Config.Agents {
		d := &stays{lunch: i == 0}
		var err error
		if d.agent, err = f.GetPOMAgent(agentID(i), d); err != nil {
			t.Fatal(err)
		}
		if code := d.agent.AGTLogon("sip:1@example.com", rightPassword, false, "en", "UTC", zoneName); code != events.Success {
			t.Fatalf("AGTLogon: %d", code)
		}
	}
	var board boardFigures
	var m scrape.Metrics
	var report reportFigures
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		board, m, report = o.readBoard(), scrape.Read(t, o.HTTPAddress()), o.readReport()
		if board.OnContact == 2 && board.NotReady == 1 && float64(board.zn) == m.Sum("deskbus_zone_number") && board.zn == report.ZN {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("no rest: wallboard %+v, metrics at %v, report %+v", board, m.Sum("deskbus_zone_number"), report)
		}
	}

	metric := func(name string, labels ...string) int { return int(m.Sum("deskbus_"+name, labels...)) }
	for _, c := range []struct {
		what                    string
		board, metrics, reports int
	}{
		{"logged on", board.LoggedOn, metric("agents"), 3},
		{"not ready", board.NotReady, metric("agents", "agent_state", "NotReady"), 1},
		{"on contact", board.OnContact, metric("agents_by_call_state", "call_state", "Talking"), 2},
		{"available", board.Available, metric("campaign_idle_agents"), 0},
		{"ringing", board.Ringing, metric("campaign_calls", "state", "dialing"), 0},
		{"waiting", board.Waiting, metric("campaign_calls", "state", "waiting"), 0},
		{"live answers", board.Hour.Answered, metric("campaign_answers_total") - metric("campaign_machine_answers_total"), report.of("live_answers")},
		{"abandoned", board.Hour.Abandoned, metric("campaign_abandoned_calls_total"), report.of("abandoned")},
		{"handled", board.Hour.Handled, metric("zone_commands_total", "command", "AGTWrapupContact", "code", "0"), report.of("contacts_handled")},
	} {
		if c.board != c.metrics || c.board != c.reports {
			t.Errorf("%s: %d on the wallboard, %d in the metrics, %d in the report", c.what, c.board, c.metrics, c.reports)
		}
	}
	if board.Hour.Handled != 6 || board.Hour.Answered != 8 {
		t.Errorf("the day was not what it should be: %+v", board)
	}
}

// stays is an agent who has lunch, or one call without an end.
type stays struct {
	connector.BaseHandler
	agent *connector.Agent
	lunch bool
}

func (d *stays) AGTLogonRESP(events.Code) {
	if d.lunch {
		d.agent.AGTStateChange(events.NotReady, "7", "Lunch", false)
		return
	}
	d.agent.AGTStateChange(events.Ready, "", "", false)
	d.agent.AGTAvailableForNailup()
}

func (d *stays) AGTNailupChange(status events.POMNailupStatus) {
	if status == events.PendingNailup {
		d.agent.AGTReadyForNailup()
	}
}

// boardFigures are what a wallboard shows of the zone as of an event.
type boardFigures struct {
	zn                                                         uint64
	LoggedOn, Available, OnContact, NotReady, Ringing, Waiting int
	Hour                                                       struct{ Answered, Abandoned, Handled int }
}

// readBoard opens a page and reads up to its snapshot.
func (o *office) readBoard() (f boardFigures) {
	o.t.Helper()
	resp, err := http.Get("http://" + o.HTTPAddress() + "/api/wallboard/events")
	if err != nil {
		o.t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		data, is := strings.CutPrefix(lines.Text(), "data: ")
		if !is || !strings.Contains(data, `"zones"`) {
			continue
		}
		var all struct {
			Zones []struct {
				ZN      uint64
				Figures boardFigures
			}
		}
		if err := json.Unmarshal([]byte(data), &all); err != nil {
			o.t.Fatal(err)
		}
		f = all.Zones[0].Figures
		f.zn = all.Zones[0].ZN
		return f
	}
	o.t.Fatalf("no snapshot: %v", lines.Err())
	return f
}

// reportFigures are what a report says of the campaign, and up to which event.
type reportFigures struct {
	ZN   uint64
	Rows []struct{ Figures map[string]int }
}

func (r *reportFigures) of(figure string) (sum int) {
	for _, row := range r.Rows {
		sum += row.Figures[figure]
	}
	return sum
}

func (o *office) readReport() (r reportFigures) {
	o.t.Helper()
	from := time.Now().UTC().Add(-24 * time.Hour).Format("2006-01-02T15:04")
	resp, err := http.Get(fmt.Sprintf("http://%s/api/reports?by=campaign&interval=total&from=%s", o.HTTPAddress(), from))
	if err != nil {
		o.t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&r); err != nil {
		o.t.Fatal(err)
	}
	return r
}
