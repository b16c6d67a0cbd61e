package report

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/service"
	"github.com/deskbus/deskbus/projections/report/reporttest"
	"github.com/deskbus/deskbus/projections/report/tally"
	"github.com/deskbus/deskbus/subject"
)

var update = flag.Bool("update", false, "write the golden files and the tables of reports.md")

// exampleService is a service whose database has the example.
func exampleService(t *testing.T, where string) *Service {
	t.Helper()
	rebuild(t, where, reporttest.Example().Events)
	s, err := New(config(nil, nil, where, nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// TestHTTP compares reports of the example, whose rows are counted by hand in
// package tally, with golden files.
func TestHTTP(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, fresh func() string) {
		s := exampleService(t, fresh())
		for name, query := range map[string]string{
			"agents-15m.csv":     "from=2026-03-02&to=2026-03-04&interval=15m&format=csv",
			"agents-30m.csv":     "from=2026-03-02&to=2026-03-04&interval=30m&format=csv",
			"agent-1h.json":      "from=2026-03-02&to=2026-03-04&by=agent&id=a",
			"campaign-total.csv": "from=2026-03-02&to=2026-03-04&by=campaign&interval=total&format=csv",
			"campaign-1h.json":   "from=2026-03-02T23:00:00Z&to=2026-03-03T00:00:00%2B00:00&by=campaign",
			"nothing.json":       "from=2026-03-01&to=2026-03-02",
		} {
			answer := get(s, query, "")
			if answer.Code != http.StatusOK {
				t.Errorf("%s: %d %s", name, answer.Code, answer.Body)
			}
			golden(t, name, answer.Body.String())
		}
	})
}

func get(s *Service, query, accept string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodGet, "/api/reports?"+query, nil)
	request.Header.Set("Accept", accept)
	answer := httptest.NewRecorder()
	s.ServeHTTP(answer, request)
	return answer
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	// Readable: a line for each value.
	got = strings.ReplaceAll(got, `,"`, ",\n\"")
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s: -want +got:\n%s", name, diff)
	}
}

func TestCSVByAccept(t *testing.T) {
	s := exampleService(t, filepath.Join(t.TempDir(), "reports.db"))
	if got := get(s, "from=2026-03-02&to=2026-03-04", "text/csv").Header().Get("Content-Type"); !strings.HasPrefix(got, "text/csv") {
		t.Errorf("Accept: text/csv gives %s", got)
	}
	if got := get(s, "from=2026-03-02&to=2026-03-04&format=json", "text/csv").Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("format=json gives %s", got)
	}
}

// TestHoursOfAnOffice: where clocks are half an hour off, so are the intervals. The
// range begins at midnight in India, which is half past six in the evening, UTC.
func TestHoursOfAnOffice(t *testing.T) {
	day := reporttest.NewDay()
	day.At("02 18:20:00.000").Logon("a")
	day.At("02 19:40:00.000").Tell("a", "", events.AGTAgentLoggedOut, events.NoData{})
	where := filepath.Join(t.TempDir(), "reports.db")
	rebuild(t, where, day.Events)
	s, err := New(config(nil, nil, where, nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	answer := get(s, "from=2026-03-03T00:00:00%2B05:30&to=2026-03-03T01:10:00%2B05:30&format=csv", "")
	rows, err := csv.NewReader(answer.Body).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("got %v, %v", rows, err)
	}
	for i, want := range []string{"2026-03-02T18:30:00Z,2026-03-02T19:30:00Z,a,3600000", "2026-03-02T19:30:00Z,2026-03-02T20:30:00Z,a,600000"} {
		if got := strings.Join(rows[i+1][:4], ","); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestCSVHasNoFormulas: ids and codes come from elsewhere.
func TestCSVHasNoFormulas(t *testing.T) {
	day := reporttest.NewDay()
	day.At("02 09:00:00.000").Logon("=1+1").AgentState("=1+1", events.NotReady, "-1+1")
	day.At("02 09:01:00.000").Idle("=1+1")
	where := filepath.Join(t.TempDir(), "reports.db")
	rebuild(t, where, day.Events)
	s, err := New(config(nil, nil, where, nil))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	rows, err := csv.NewReader(get(s, "from=2026-03-02&to=2026-03-03&format=csv", "").Body).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("got %v, %v", rows, err)
	}
	if row := rows[1]; row[2] != "'=1+1" || row[len(row)-2] != "'-1%2B1:60000" {
		t.Errorf("got %q", row)
	}
}

func TestHTTPRefuses(t *testing.T) {
	s := exampleService(t, filepath.Join(t.TempDir(), "reports.db"))
	for query, want := range map[string]string{
		"from=yesterday":                `400 {"code":9008,"message":"from=\"yesterday\" is no time: use for example 2026-03-02 or 2026-03-02T09:00 (UTC), or 2026-03-02T09:00:00%2B01:00"}`,
		"to=2026-02-30":                 `400 {"code":9008,"message":"to=\"2026-02-30\" is no time: use for example 2026-03-02 or 2026-03-02T09:00 (UTC), or 2026-03-02T09:00:00%2B01:00"}`,
		"from=2026-03-03&to=2026-03-03": `400 {"code":9008,"message":"the range is empty: from 2026-03-03T00:00:00Z to 2026-03-03T00:00:00Z"}`,
		"from=2026-03-04&to=2026-03-03": `400 {"code":9008,"message":"the range is empty: from 2026-03-04T00:00:00Z to 2026-03-03T00:00:00Z"}`,
		"from=2020-03-04&to=2026-03-03": `400 {"code":9008,"message":"the range is too long: from 2020-03-04T00:00:00Z to 2026-03-03T00:00:00Z; want at most a year"}`,
		"interval=10m":                  `400 {"code":9008,"message":"interval=\"10m\" is unknown: want 15m, 30m, 1h or total"}`,
		"by=skill":                      `400 {"code":9008,"message":"a report is by agent or by campaign, not by \"skill\""}`,
		"format=xml":                    `400 {"code":9008,"message":"format=\"xml\" is unknown: want json or csv"}`,
		"agent=a":                       `400 {"code":9008,"message":"\"agent\" is unknown: want zone, from, to, interval, by, id, format"}`,
		"zone=south":                    `404 {"code":12,"message":"there is no zone \"south\": want one of [\"z\"]"}`,
		"id=nobody":                     `404 {"code":9002,"message":"there has never been an agent \"nobody\" in zone z"}`,
		"by=campaign&id=Winter":         `404 {"code":223,"message":"there has never been a campaign \"Winter\" in zone z"}`,
	} {
		answer := get(s, query, "")
		if got := fmt.Sprintf("%d %s", answer.Code, strings.TrimSpace(answer.Body.String())); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", query, got, want)
		}
	}
	s.database.db.Close()
	answer := get(s, "", "")
	if got := answer.Body.String(); answer.Code != http.StatusServiceUnavailable || !strings.Contains(got, `"code":9005`) || strings.Contains(got, "sql") {
		t.Errorf("without a database: %d %s", answer.Code, got)
	}
}

// TestSeveralZones: the zone must be said.
func TestSeveralZones(t *testing.T) {
	c := config(nil, nil, filepath.Join(t.TempDir(), "reports.db"), nil)
	c.Host = service.NewHost(nil, "one", []string{"north", "south"})
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := get(s, "", "").Body.String(); !strings.Contains(got, "several zones") {
		t.Error(got)
	}
}

// TestPages asks over the bus for more rows than a message holds.
func TestPages(t *testing.T) {
	b := newBus(t)
	where := filepath.Join(t.TempDir(), "reports.db")
	day := reporttest.NewDay()
	const agents = 700
	for _, clock := range []string{"02 09:00:00.000", "02 09:15:00.000"} {
		day.At(clock)
		for i := range agents {
			agent := fmt.Sprintf("agent%04d", i)
			if clock < "02 09:10" {
				day.Logon(agent)
			}
			day.AgentState(agent, events.NotReady, strings.Repeat("because ", 20))
		}
	}
	day.At("02 09:20:00.000").Logon("late")
	d := rebuild(t, where, day.Events)
	b.publish(day.Events)
	b.run(where)
	b.awaitCounted(d, uint64(len(day.Events)))
	r := wholeDay()
	r.Minutes = 15
	rows, pages := map[events.ReportKey]int64{}, 0
	for {
		a := b.ask(r)
		if a.Result != events.Success || len(a.Rows) == 0 {
			t.Fatalf("%+v", a)
		}
		pages++
		for i := range a.Rows {
			rows[a.Rows[i].Key] += a.Rows[i].Figures[tally.Metrics()[tally.Staffed].Name]
		}
		if !a.More {
			break
		}
		r.After = &a.Rows[len(a.Rows)-1].Key
	}
	if len(rows) != 2*agents+1 || pages < 2 {
		t.Fatalf("%d rows on %d pages", len(rows), pages)
	}
	nine := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for i := range agents {
		id := fmt.Sprintf("agent%04d", i)
		first := rows[events.ReportKey{Start: nine.UnixMicro(), ID: id}]
		open := rows[events.ReportKey{Start: nine.Add(15 * time.Minute).UnixMicro(), ID: id}]
		if first != 15*60_000 || open != 5*60_000 {
			t.Fatalf("%s was staffed %d ms, then %d ms", id, first, open)
		}
	}
}

// ask asks over the bus.
func (b *bus) ask(r events.ReportRequest) events.ReportAnswer {
	b.t.Helper()
	body, err := events.Marshal(&r)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.askRaw(body)
}

// askRaw asks again while the service that was just started does not listen yet.
func (b *bus) askRaw(body []byte) events.ReportAnswer {
	b.t.Helper()
	var m *nats.Msg
	var err error
	eventually(b.t, "the service listens", func() bool {
		m, err = b.NC.Request(subject.ServiceReport, body, patience)
		return !errors.Is(err, nats.ErrNoResponders)
	})
	if err != nil {
		b.t.Fatal(err)
	}
	a, err := events.Unmarshal[events.ReportAnswer](m.Data)
	if err != nil {
		b.t.Fatal(err)
	}
	return a
}

func TestServiceRefuses(t *testing.T) {
	b := newBus(t)
	b.publish(reporttest.Example().Events)
	where := filepath.Join(t.TempDir(), "reports.db")
	b.run(where)
	b.awaitCounted(open(t, where), uint64(len(reporttest.Example().Events)))
	if a := b.askRaw([]byte("hello")); a.Result != events.InvalidData || a.Message == "" {
		t.Errorf("unreadable: %+v", a)
	}
	for name, test := range map[string]struct {
		change func(*events.ReportRequest)
		want   events.Code
	}{
		"another version": {func(r *events.ReportRequest) { r.V = 2 }, events.InvalidData},
		"unknown zone":    {func(r *events.ReportRequest) { r.ZoneName = "south" }, events.ZoneNotFound},
		"unknown agent":   {func(r *events.ReportRequest) { r.ID = "nobody" }, events.AgentUnknown},
		"by nothing":      {func(r *events.ReportRequest) { r.By = "" }, events.InvalidData},
		"odd offset":      {func(r *events.ReportRequest) { r.Offset = 7 }, events.InvalidData},
		"far offset":      {func(r *events.ReportRequest) { r.Offset = 15 * 60 }, events.InvalidData},
		"odd minutes":     {func(r *events.ReportRequest) { r.Minutes = 7 }, events.InvalidData},
		"empty range":     {func(r *events.ReportRequest) { r.To = r.From }, events.InvalidData},
		"negative time":   {func(r *events.ReportRequest) { r.From = -1 }, events.InvalidData},
		"endless range":   {func(r *events.ReportRequest) { r.To = 1<<63 - 1 }, events.InvalidData},
		"nothing wrong":   {func(*events.ReportRequest) {}, events.Success},
	} {
		r := wholeDay()
		test.change(&r)
		if a := b.ask(r); a.Result != test.want || (a.Result != events.Success) != (a.Message != "") {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	if _, err := New(Config{Database: "postgres://user@host:port/database"}); err == nil {
		t.Error("a wrong URL: no error")
	}
}
