package broker

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/logcheck"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/internal/scrape"
	"github.com/deskbus/deskbus/subject"
)

// TestMetrics: what a broker counts is what stands in the log.
func TestMetrics(t *testing.T) {
	o := open(t, nil)
	before := scrape.Read(t, o.HTTPAddress())
	if n := before.Sum("deskbus_zone_commands_total"); n != 0 {
		t.Errorf("%v commands before the first", n)
	}
	o.workDay(o.connect(), 2)
	o.ask(t, `nobody`)
	m := o.settled()
	log := o.readLog()

	want := map[string]float64{}
	for i := range log.Events {
		e := &log.Events[i]
		want["events "+string(e.Kind)]++
		if code, answers := events.ResultOf(e.Data); answers {
			want[fmt.Sprintf("command %s %d", strings.TrimSuffix(e.Name, "RESP"), code)]++
		}
		switch e.Name {
		case events.ContactDialed, events.CallAnswered, events.LeaderClaimed:
			want[e.Name]++
		}
	}
	if want["command AGTWrapupContact 0"] != 6 || want["command AGTLogon 17"] != 3 || want[events.CallAnswered] < 6 {
		t.Fatalf("the day was not what it should be: %v", want)
	}
	for what, n := range want {
		part := strings.Fields(what)
		got := 0.0
		switch part[0] {
		case "events":
			got = m.Sum("deskbus_zone_events_total", "kind", part[1])
		case "command":
			got = m.Sum("deskbus_zone_commands_total", "zone", zoneName, "command", part[1], "code", part[2])
		case events.ContactDialed:
			got = m.Sum("deskbus_campaign_dials_total", "campaign", "Spring renewal")
		case events.CallAnswered:
			got = m.Sum("deskbus_campaign_answers_total", "campaign", "Spring renewal")
		case events.LeaderClaimed:
			got = m.Sum("deskbus_zone_epoch")
		}
		if got != n {
			t.Errorf("%s: %v counted, %v in the log", what, got, n)
		}
	}
	last := log.Events[len(log.Events)-1]
	for name, n := range map[string]float64{
		"deskbus_zone_commits_total":             float64(log.Commits),
		"deskbus_zone_commit_duration_seconds":   float64(log.Commits),
		"deskbus_zone_commit_size_bytes":         float64(log.Commits),
		"deskbus_zone_turns_total":               float64(last.Turn),
		"deskbus_zone_events_total":              float64(last.ZN),
		"deskbus_zone_number":                    float64(last.ZN),
		"deskbus_status_number":                  float64(last.ZN),
		"deskbus_report_number":                  float64(last.ZN),
		"deskbus_report_trouble":                 0,
		"deskbus_zone_timers":                    float64(len(log.State.Timers)),
		"deskbus_zone_leader":                    1,
		"deskbus_zone_ready":                     1,
		"deskbus_zone_trouble":                   0,
		"deskbus_zone_feed_lag_events":           0,
		"deskbus_zone_inbox_pending_messages":    0,
		"deskbus_agents":                         0,
		"deskbus_zone_leaderships_ended_total":   float64(log.State.Epoch - 1),
		"deskbus_nats_connected":                 2,
		"deskbus_bus_writable":                   1,
		"deskbus_build_info":                     1,
		"deskbus_campaign_abandoned_calls_total": 0,
	} {
		if got := m.Sum(name); got != n || m[name] == nil {
			t.Errorf("%s is %v, want %v", name, got, n)
		}
	}
	if got, want := m.Sum("deskbus_campaign_contacts", "state", "queued"), float64(log.State.Jobs["Spring renewal"].Queue.Length); got != want {
		t.Errorf("%v contacts queued, %v in the state", got, want)
	}
	for code, n := range map[events.Code]float64{
		events.Success: 3, events.AuthenticationFailed: 3, events.InvalidData: 1,
	} {
		if got := m.Sum("deskbus_service_answers_total", "service", "logon", "code", strconv.Itoa(int(code))); got != n {
			t.Errorf("logon service: %v answers of %d, want %v", got, code, n)
		}
	}
	if m.Sum("deskbus_zone_input_wait_seconds") == 0 || m.Sum("deskbus_zone_stream_size_bytes", "stream", "journal") == 0 {
		t.Error("no input has waited, or the journal is empty")
	}
}

// ask sends something that is no request to the logon service.
func (o *office) ask(t *testing.T, body string) {
	t.Helper()
	if _, err := o.nc.Request(subject.ServiceLogon, []byte(body), patience); err != nil {
		t.Fatal(err)
	}
}

// settled waits until the metrics tell of the whole log, and the status service
// knows it.
func (o *office) settled() scrape.Metrics {
	o.t.Helper()
	for deadline := time.Now().Add(patience); ; {
		m := scrape.Read(o.t, o.HTTPAddress())
		stream, err := o.js.Stream(o.t.Context(), subject.EventsStream(zoneName))
		if err != nil {
			o.t.Fatal(err)
		}
		newest := float64(stream.CachedInfo().State.LastSeq)
		bytes := m.Sum("deskbus_zone_stream_size_bytes", "stream", "feed")
		read := m.Sum("deskbus_status_number") == newest && m.Sum("deskbus_report_number") == newest
		if m.Sum("deskbus_zone_number") == newest && read && bytes > 0 && m.Sum("deskbus_agents") == 0 {
			return m
		}
		if time.Now().After(deadline) {
			o.t.Fatalf("the zone is at %v, its metrics at %v", newest, m.Sum("deskbus_zone_number"))
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func (o *office) readLog() *logcheck.Log {
	o.t.Helper()
	log, err := logcheck.Read(o.t.Context(), o.js, zoneName)
	if err != nil {
		o.t.Fatal(err)
	}
	return log
}

// TestMetricNames: the conventions of Prometheus, as its own linter reads them.
func TestMetricNames(t *testing.T) {
	o := open(t, nil)
	o.workDay(o.connect(), 1)
	resp, err := http.Get("http://" + o.HTTPAddress() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	problems, err := promlint.New(resp.Body).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
}

// TestWrites: a bus that is gone shows in the metrics.
func TestWrites(t *testing.T) {
	bus := natstest.Start(t)
	o := open(t, func(options *Options) { options.NATS = bus.URL })
	if err := o.probe(t.Context()); err != nil {
		t.Fatal(err)
	}
	if m := scrape.Read(t, o.HTTPAddress()); m.Sum("deskbus_bus_writable") != 1 || m.Sum("deskbus_bus_probe_failures_total") != 0 {
		t.Error("the bus takes writes, and the metrics say otherwise")
	}
	bus.Stop()
	if err := o.probe(t.Context()); err == nil {
		t.Fatal("a write went through without a server")
	}
	eventually(t, "the metrics say that the bus is gone", func() bool {
		m := scrape.Read(t, o.HTTPAddress())
		return m.Sum("deskbus_bus_writable") == 0 && m.Sum("deskbus_bus_probe_failures_total") >= 1 && m.Sum("deskbus_nats_connected") == 0
	})
}
