package main

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/internal/natstest"
	services "github.com/deskbus/deskbus/internal/service"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/projections/report"
	"github.com/deskbus/deskbus/projections/report/reporttest"
)

// startReports publishes the example day and runs the service that reports on it.
// It returns when the day is counted.
func startReports(t *testing.T) *bus {
	t.Helper()
	started := natstest.Start(t)
	if err := journal.EnsureStreams(started.Ctx, started.JS, reporttest.Zone, 1); err != nil {
		t.Fatal(err)
	}
	b := &bus{t, started.URL, started.JS}
	b.publish(reporttest.Example().Events...)
	feeds, err := feed.JoinAll(started.NC, started.JS, []string{reporttest.Zone})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { feed.LeaveAll(feeds) })
	service, err := report.New(report.Config{
		NC: started.NC, JS: started.JS, Host: services.NewHost(nil, "one", []string{reporttest.Zone}),
		Feeds: feeds, Database: filepath.Join(t.TempDir(), "reports.db"),
		Alone:  func(ctx context.Context, fn func(context.Context) error) error { return fn(ctx) },
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- service.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		service.Close()
	})
	deadline := time.Now().Add(time.Minute)
	for {
		_, stdout, _ := b.replay("report", "--from", "2026-03-02", "--to", "2026-03-04")
		if strings.Contains(stdout, "counted up to event 94 ") {
			return b
		}
		if time.Now().After(deadline) {
			t.Fatalf("the day is not counted: %s", stdout)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestReport(t *testing.T) {
	b := startReports(t)
	for name, args := range map[string][]string{
		"report-agents.txt":    {"report", "--from", "2026-03-02 23:30", "--to", "2026-03-03 00:30", "--interval", "15m"},
		"report-agent.txt":     {"report", "--from", "2026-03-02", "--to", "2026-03-04", "--id", "b", "--interval", "total"},
		"report-campaigns.txt": {"report", "--from", "2026-03-02", "--to", "2026-03-04", "--by", "campaign"},
		"report-kolkata.txt": {
			"report", "--from", "2026-03-03", "--to", "2026-03-04", "--by", "campaign", "--timezone", "Asia/Kolkata",
		},
	} {
		code, stdout, stderr := b.replay(args...)
		if code != exitDone || stderr != "" {
			t.Errorf("%s: exit code %d, stderr %q", name, code, stderr)
		}
		golden(t, name, stdout)
	}
}

func TestReportBadInput(t *testing.T) {
	b, silent := startReports(t), newBus(t, "east")
	for _, test := range []struct {
		name string
		bus  *bus
		args []string
		code int
		want string
	}{
		{"unreadable time", b, []string{"--from", "yesterday"}, exitUsage, "--from"},
		{"unreadable end", b, []string{"--to", "25:00"}, exitUsage, "--to"},
		{"empty range", b, []string{"--from", "2026-03-03", "--to", "2026-03-02"}, exitUsage, "swap them"},
		{"a number for a time", b, []string{"--from", "zn=7"}, exitUsage, "cannot be events"},
		{"too long", b, []string{"--from", "2020-03-03", "--to", "2026-03-02"}, exitUsage, "at most a year"},
		{"unknown interval", b, []string{"--interval", "5m"}, exitUsage, "15m"},
		{"by nothing", b, []string{"--by", "skill"}, exitUsage, "agent or campaign"},
		{"unknown agent", b, []string{"--id", "nobody"}, exitNothing, `an agent "nobody"`},
		{"unknown campaign", b, []string{"--by", "campaign", "--id", "Winter"}, exitNothing, `a campaign "Winter"`},
		{"a day off", b, []string{"--from", "2026-03-08", "--to", "2026-03-09"}, exitNothing, "counted up to event 94 of 2026-03-03 00:26:00Z"},
		{"unknown zone", b, []string{"--zone", "north"}, exitUsage, "no zone north"},
		{"argument", b, []string{"1001"}, exitUsage, "is not understood"},
		{"unknown flag", b, []string{"--agent", "a"}, exitUsage, "unknown flag"},
		{"nobody answers", silent, nil, exitFailure, "no broker answers reports"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, stdout, stderr := test.bus.replay(append([]string{"report"}, test.args...)...)
			if code != test.code || !strings.Contains(stderr, test.want) || stdout != "" {
				t.Errorf("exit code %d, want %d; stdout %q, stderr %q", code, test.code, stdout, stderr)
			}
			if strings.Count(stderr, "\n") != 1 {
				t.Errorf("stderr is not one line: %q", stderr)
			}
		})
	}
}
