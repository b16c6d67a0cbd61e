package e2e

import (
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
)

// TestDesktopProcess runs the example desktop as a process of its own through a
// whole day: sequences 1, 10, 12 and 13 of the specification.
func TestDesktopProcess(t *testing.T) {
	dir := t.TempDir()
	p := newProcess(t, configuration(t, dir, 1, 4*time.Second))
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	desktop := exec.CommandContext(ctx, filepath.Join(binaries, "desktop"), "--url", p.url(), "--agent", agentID(0),
		"--zone", "main", "--ext", "sip:1001@example.com", "--calls", "2", "--talk", "50ms")
	desktop.Env = append(desktop.Environ(), "DESKBUS_PASSWORD="+password)
	out, err := desktop.CombinedOutput()
	if err != nil {
		t.Fatalf("desktop: %v\n%s", err, out)
	}
	replay := exec.CommandContext(ctx, filepath.Join(binaries, "replay"), "--url", p.url(), "--agent", agentID(0))
	audit, err := replay.CombinedOutput()
	if err != nil {
		t.Fatalf("replay: %v\n%s", err, audit)
	}
	p.stop()

	log := readLog(t, p)
	var day []string
	for _, e := range log.Events {
		if e.Agent == agentID(0) && (e.Kind == events.KindCommand || e.Kind == events.KindNotification) {
			day = append(day, e.Name)
		}
	}
	for _, name := range []string{
		events.AGTLogon, events.AGTStateChange, events.AGTAvailableForNailup, events.AGTReadyForNailup,
		events.AGTJobAttached, events.AGTCallNotify, events.AGTGetCustomerDetails, events.AGTHoldCall,
		events.AGTUnholdCall, events.AGTReleaseLine, events.AGTGetCompCodes, events.AGTWrapupContact,
		events.AGTLogoff, events.AGTAgentLoggedOut,
	} {
		if !slices.Contains(day, name) {
			t.Errorf("the day has no %s:\n%s\ndesktop:\n%s", name, strings.Join(day, "\n"), out)
		}
	}
	// The auditor sees the same day, in the same order.
	rest := string(audit)
	for _, name := range day {
		_, after, found := strings.Cut(rest, name)
		if !found {
			t.Fatalf("replay does not show %s where it happened:\n%s", name, audit)
		}
		rest = after
	}
	if strings.Contains(string(audit), "DE00") || strings.Contains(string(audit), password) {
		t.Errorf("the audit shows a masked value or the password:\n%s", audit)
	}
}

// TestWrongConfigurations shows that nothing starts half.
func TestWrongConfigurations(t *testing.T) {
	dir := t.TempDir()
	right := configuration(t, dir, 1, time.Second)
	for name, c := range map[string]struct{ old, new, want string }{
		"unknown key":    {"    skill: sales", "    skil: sales", "skil"},
		"wrong type":     {"ringTimeout: 2s", "ringTimeout: soon", "ringTimeout"},
		"unknown zone":   {"    zone: main", "    zone: moon", "moon"},
		"missing file":   {"contacts.csv", "nothing.csv", "nothing.csv"},
		"no bcrypt hash": {`passwordHash: "$2a`, `passwordHash: "plain`, "passwordHash"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(right, c.old, c.new, 1)
			if text == right {
				t.Fatalf("%q is not in the configuration", c.old)
			}
			p := &process{t: t, dir: t.TempDir()}
			p.write("deskbus.yaml", text)
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			out, err := exec.CommandContext(ctx, filepath.Join(binaries, "broker"), "--listen", "127.0.0.1:0",
				"--http", "", "--data", p.data(), "--config", filepath.Join(p.dir, "deskbus.yaml")).CombinedOutput()
			if err == nil {
				t.Fatalf("the broker took it:\n%s", out)
			}
			if !strings.Contains(string(out), c.want) || strings.Contains(string(out), "NATS  ") {
				t.Errorf("it said:\n%s", out)
			}
		})
	}
}

// TestASecondBroker on the same address or the same data says so and ends.
func TestASecondBroker(t *testing.T) {
	p := newProcess(t, configuration(t, t.TempDir(), 1, time.Second))
	for _, c := range []struct{ listen, data, want string }{
		{p.listen, filepath.Join(p.dir, "other"), p.listen},
		{"127.0.0.1:0", p.data(), "in use by another broker"},
	} {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		out, err := exec.CommandContext(ctx, filepath.Join(binaries, "broker"), "--listen", c.listen, "--http", "",
			"--data", c.data, "--config", filepath.Join(p.dir, "deskbus.yaml")).CombinedOutput()
		if err == nil || !strings.Contains(string(out), c.want) || strings.Contains(string(out), "panic") {
			t.Errorf("%v\n%s", err, out)
		}
	}
}
