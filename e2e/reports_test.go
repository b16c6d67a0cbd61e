package e2e

import (
	"context"
	"database/sql"
	"encoding/json"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/deskbus/deskbus/internal/logcheck"
	"github.com/deskbus/deskbus/projections/report/tally"
)

// TestReports has an agent work for two calls and asks for the report over HTTP and
// with replay. A broker that cannot know where the reports go does not start.
func TestReports(t *testing.T) {
	p := newProcess(t, configuration(t, t.TempDir(), 1, 4*time.Second))
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	desktop := exec.CommandContext(ctx, filepath.Join(binaries, "desktop"), "--url", p.url(), "--agent", agentID(0),
		"--zone", "main", "--ext", "sip:1001@example.com", "--calls", "2", "--talk", "50ms")
	desktop.Env = append(desktop.Environ(), "DESKBUS_PASSWORD="+password)
	if out, err := desktop.CombinedOutput(); err != nil {
		t.Fatalf("desktop: %v\n%s", err, out)
	}
	for handled := 0; handled != 2; time.Sleep(50 * time.Millisecond) {
		handled = handledBy(ctx, t, p, agentID(0))
	}
	table, err := exec.CommandContext(ctx, filepath.Join(binaries, "replay"), "report", "--url", p.url(), "--by", "campaign").CombinedOutput()
	if err != nil || !strings.Contains(string(table), "Load") {
		t.Errorf("replay report: %v\n%s", err, table)
	}
	wrong := exec.CommandContext(ctx, filepath.Join(binaries, "broker"), "--config", filepath.Join(p.dir, "deskbus.yaml"),
		"--data", t.TempDir(), "--listen", "127.0.0.1:0", "--http", "", "--reports", "mysql://somewhere")
	out, err := wrong.CombinedOutput()
	if err == nil || strings.Count(string(out), "\n") != 1 || !strings.Contains(string(out), "postgres://") {
		t.Errorf("--reports mysql://somewhere: %v\n%s", err, out)
	}
}

// handledBy asks for the contacts that an agent has handled today.
func handledBy(ctx context.Context, t *testing.T, p *process, agent string) (handled int) {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.http+"/api/reports?interval=total&id="+agent, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var report struct {
		Rows []struct{ Figures map[string]int }
	}
	if err := json.NewDecoder(response.Body).Decode(&report); err != nil {
		t.Fatal(err)
	}
	for _, row := range report.Rows {
		handled += row.Figures["contacts_handled"]
	}
	return handled
}

// checkReports compares the rows that a broker has left, which was killed again and
// again, with the log counted in one go up to the same event.
func checkReports(t *testing.T, p *process, log *logcheck.Log) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(p.data(), "reports.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var counted int
	if err := db.QueryRowContext(t.Context(), "SELECT zn FROM report_checkpoints WHERE zone = 'main'").Scan(&counted); err != nil {
		t.Fatal(err)
	}
	if counted < len(log.Events)/2 {
		t.Errorf("%d of %d events are counted", counted, len(log.Events))
	}
	want := tally.New()
	for i := range log.Events[:counted] {
		if err := want.Apply(&log.Events[i]); err != nil {
			t.Fatal(err)
		}
	}
	changes, err := want.Take()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(changes.Figures, readFigures(t, db)); diff != "" {
		t.Errorf("-log +reports:\n%s", diff)
	}
}

func readFigures(t *testing.T, db *sql.DB) map[tally.Key]*tally.Figures {
	t.Helper()
	var columns []string
	for _, m := range tally.Metrics() {
		columns = append(columns, m.Name)
	}
	rows, err := db.QueryContext(t.Context(), "SELECT starts_at, agent, campaign, "+strings.Join(columns, ", ")+" FROM report_intervals")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	figures := map[tally.Key]*tally.Figures{}
	for rows.Next() {
		var k tally.Key
		f := &tally.Figures{}
		into := []any{&k.Start, &k.Agent, &k.Campaign}
		for i := range f {
			into = append(into, &f[i])
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		figures[k] = f
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return figures
}
