package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/deskbus/deskbus/embedded"
)

func TestBadInput(t *testing.T) {
	several := newBus(t, "east", "west")
	empty := newBus(t)
	for _, test := range []struct {
		name string
		bus  *bus
		args []string
		code int
		want string
	}{
		{"unknown flag", several, []string{"--color"}, exitUsage, "see replay --help"},
		{"argument", several, []string{"1001"}, exitUsage, "flags only"},
		{"unknown format", several, []string{"--format", "xml"}, exitUsage, "use text or json"},
		{"unreadable since", several, []string{"--since", "yesterday"}, exitUsage, "--since"},
		{"unreadable until", several, []string{"--until", "25:00"}, exitUsage, "--until"},
		{"negative duration", several, []string{"--since", "-2h"}, exitUsage, "--since"},
		{"since after until", several, []string{"--since", "1h", "--until", "2h"}, exitUsage, "swap them"},
		{"follow and until", several, []string{"--follow", "--until", "1h"}, exitUsage, "leave out"},
		{"no credentials file", several, []string{"--creds", "nowhere.creds"}, exitUsage, "nowhere.creds"},
		{"several zones", several, nil, exitUsage, "east, west"},
		{"unknown zone", several, []string{"--zone", "north"}, exitUsage, "east, west"},
		{"impossible zone", several, []string{"--zone", "a.b"}, exitUsage, "no name of a zone"},
		{"no zone", empty, nil, exitFailure, "no zone"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, stdout, stderr := test.bus.replay(test.args...)
			if code != test.code || !strings.Contains(stderr, test.want) || stdout != "" {
				t.Errorf("exit code %d, want %d; stdout %q, stderr %q", code, test.code, stdout, stderr)
			}
			if strings.Count(stderr, "\n") != 1 {
				t.Errorf("stderr is not one line: %q", stderr)
			}
		})
	}
}

func TestUnreachable(t *testing.T) {
	server, err := embedded.Start(embedded.Options{Listen: "127.0.0.1:0", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	address := strings.Replace(server.URL(), "nats://", "nats://auditor:secret@", 1)
	server.Stop()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"--url", address}, &stdout, &stderr)
	if code != exitFailure || !strings.Contains(stderr.String(), "--url") || strings.Contains(stderr.String(), "secret") {
		t.Errorf("exit code %d, %q", code, stderr.String())
	}
}

func TestNothingFound(t *testing.T) {
	b := newBus(t, "east")
	b.publish(oneDay("east")...)
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"agent":     {[]string{"--agent", "nobody"}, "nothing found in zone east"},
		"session":   {[]string{"--session", "S-0"}, "nothing found in zone east"},
		"too early": {[]string{"--until", "2026-01-01"}, "nothing found in zone east"},
		"misspelt":  {[]string{"--name", "AGTlogon"}, "no event is called AGTlogon"},
	} {
		code, stdout, stderr := b.replay(test.args...)
		if code != exitDone || stdout != "" || !strings.Contains(stderr, test.want) {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q", name, code, stdout, stderr)
		}
	}
}

func TestHelp(t *testing.T) {
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), []string{"--help"}, &stdout, &stderr)
	for _, want := range []string{"Examples:", "--agent id", "--since time", "nats://127.0.0.1:4222"} {
		if code != exitDone || !strings.Contains(stdout.String(), want) {
			t.Errorf("exit code %d, no %q in\n%s", code, want, stdout.String())
		}
	}
}

func TestParseTime(t *testing.T) {
	now := time.Date(2026, 3, 4, 12, 30, 0, 0, time.FixedZone("", 3600))
	for value, want := range map[string]string{
		"2026-03-02T09:00:00+01:00": "2026-03-02T08:00:00Z",
		"2026-03-02T09:00:00.5Z":    "2026-03-02T09:00:00.5Z",
		"2026-03-02 09:00:30":       "2026-03-02T09:00:30Z",
		"2026-03-02 09:00":          "2026-03-02T09:00:00Z",
		"2026-03-02":                "2026-03-02T00:00:00Z",
		"09:00":                     "2026-03-04T09:00:00Z",
		"2h30m":                     "2026-03-04T09:00:00Z",
	} {
		got, err := parseTime("since", value, now)
		if err != nil || got.Format(time.RFC3339Nano) != want {
			t.Errorf("%s: %s, %v, want %s", value, got.Format(time.RFC3339Nano), err, want)
		}
	}
}
