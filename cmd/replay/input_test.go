package main

import (
	"bytes"
	"strings"
	"syscall"
	"testing"

	"github.com/deskbus/deskbus/audit"
	"github.com/deskbus/deskbus/embedded"
	"github.com/deskbus/deskbus/internal/natstest"
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
		{"argument", several, []string{"1001"}, exitUsage, "is not understood"},
		{"argument of a command", several, []string{"state", "1001"}, exitUsage, "see replay state --help"},
		{"unknown format", several, []string{"--format", "xml"}, exitUsage, "use text or json"},
		{"unreadable since", several, []string{"--since", "yesterday"}, exitUsage, "--from \"yesterday\" is no time"},
		{"unreadable until", several, []string{"--until", "25:00"}, exitUsage, "--to \"25:00\" is no time"},
		{"negative duration", several, []string{"--since", "-2h"}, exitUsage, "--from \"-2h\" is no time"},
		{"since after until", several, []string{"--since", "1h", "--until", "2h"}, exitUsage, "swap them"},
		{"numbers the wrong way round", several, []string{"--from", "zn=9", "--to", "zn=8"}, exitUsage, "swap them"},
		{"empty period", several, []string{"--from", "2026-03-02", "--to", "2026-03-02 00:00"}, exitUsage, "is empty"},
		{"time that never was", several, []string{"--timezone", "Europe/Berlin", "--from", "2026-03-29 02:30"}, exitUsage, "never was"},
		{"time zone", several, []string{"--timezone", "Middle/Earth"}, exitUsage, "Europe/Berlin"},
		{"no agent", several, []string{"--agent", ""}, exitUsage, "--agent is empty"},
		{"whose state", several, []string{"state", "--at", "09:00"}, exitUsage, "--agent"},
		{"state of when", several, []string{"state", "--agent", "1001"}, exitUsage, "--at is missing"},
		{"state at an unreadable time", several, []string{"state", "--agent", "1001", "--at", "now"}, exitUsage, "is no time"},
		{"state to come", several, []string{"state", "--agent", "1001", "--at", "2999-01-01"}, exitUsage, "is still to come"},
		{"difference to come", several, []string{"diff", "--from", "1h", "--to", "2999-01-01"}, exitUsage, "is still to come"},
		{"difference from when", several, []string{"diff", "--to", "09:00"}, exitUsage, "--from is missing"},
		{"difference to when", several, []string{"diff", "--from", "09:00"}, exitUsage, "--to is missing"},
		{"no difference", several, []string{"diff", "--from", "zn=7", "--to", "zn=7"}, exitUsage, "is empty"},
		{"export format", several, []string{"export", "--format", "xml"}, exitUsage, "use jsonl or csv"},
		{"export onto a file", several, []string{"export", "--zone", "east", "--out", "input_test.go"}, exitUsage, "there already"},
		{"export nowhere", several, []string{"export", "--zone", "east", "--out", "nowhere/x"}, exitUsage, "nowhere"},
		{"play backwards", several, []string{"play", "--speed", "-1"}, exitUsage, "--speed"},
		{"play into the log", several, []string{"play", "--prefix", "pom"}, exitUsage, "not \"pom\""},
		{"verify two places", several, []string{"verify", "--data", "."}, exitUsage, "leave one out"},
		{"verify an unreadable head", several, []string{"verify", "--head", "7:abc"}, exitUsage, "sequence:hash"},
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

// TestBadDirectory: what is no log of a broker.
func TestBadDirectory(t *testing.T) {
	for dir, want := range map[string]string{"nowhere": "no such file", "testdata": "has no log"} {
		code, stdout, stderr := execute(t.Context(), "verify", "--data", dir)
		if code != exitUsage || stdout != "" || !strings.Contains(stderr, want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q", dir, code, stdout, stderr)
		}
	}
}

func TestUnreachable(t *testing.T) {
	server, err := embedded.Start(embedded.Options{Listen: natstest.Address(t), Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	address := strings.Replace(server.URL(), "nats://", "nats://auditor:secret@", 1)
	server.Stop()
	code, _, stderr := execute(t.Context(), "--url", address)
	if code != exitFailure || !strings.Contains(stderr, "--url") || strings.Contains(stderr, "secret") {
		t.Errorf("exit code %d, %q", code, stderr)
	}
}

func TestNothingFound(t *testing.T) {
	b := newBus(t, "east")
	b.publish(oneDay("east")...)
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"agent":       {[]string{"--agent", "nobody"}, "no agent nobody in zone east"},
		"session":     {[]string{"--session", "S-0"}, "no call S-0 in zone east"},
		"too early":   {[]string{"--until", "2026-01-01"}, "nothing found in zone east"},
		"misspelt":    {[]string{"--name", "AGTlogon"}, "no event is called AGTlogon"},
		"state":       {[]string{"state", "--agent", "nobody", "--at", "0s"}, "no agent nobody"},
		"early state": {[]string{"state", "--agent", "1001", "--at", "2026-01-01"}, "has not logged on by 2026-01-01 00:00:00.000Z"},
		"late state":  {[]string{"state", "--agent", "1001", "--at", "zn=1000"}, "the feed of zone east ends at event "},
		"late diff":   {[]string{"diff", "--from", "1h", "--to", "zn=1000"}, "the feed of zone east ends at event "},
		"later begin": {[]string{"diff", "--from", "zn=1000", "--to", "0s"}, "the feed of zone east ends at event "},
		"late begin":  {[]string{"diff", "--agent", "1001", "--from", "zn=1000", "--to", "0s"}, "the feed of zone east ends at event "},
		"diff":        {[]string{"diff", "--agent", "nobody", "--from", "1h", "--to", "0s"}, "no agent nobody"},
		"export":      {[]string{"export", "--from", "zn=1000"}, "nothing found in zone east"},
		"play":        {[]string{"play", "--from", "zn=1000"}, "nothing found in zone east"},
	} {
		code, stdout, stderr := b.replay(test.args...)
		if code != exitNothing || stdout != "" || !strings.Contains(stderr, test.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: exit code %d, stdout %q, stderr %q", name, code, stdout, stderr)
		}
	}
}

func TestHelp(t *testing.T) {
	for _, test := range []struct {
		args []string
		want []string
	}{
		{[]string{"--help"}, []string{"Examples:", "--agent id", "--from time", "nats://127.0.0.1:4222", "Exit codes:", "verify"}},
		{[]string{"state", "--help"}, []string{"Examples:", "--at time"}},
		{[]string{"diff", "--help"}, []string{"Examples:", "--from time"}},
		{[]string{"verify", "--help"}, []string{"Examples:", "--data directory"}},
		{[]string{"export", "--help"}, []string{"Examples:", strings.Join(audit.Columns, ",")}},
		{[]string{"play", "--help"}, []string{"Examples:", "--speed", audit.ReplayHeader}},
		{[]string{"completion", "bash"}, []string{"bash completion"}},
		{[]string{"__complete", "export", "--format", ""}, []string{"jsonl", "csv"}},
		{[]string{"__complete", "ver"}, []string{"verify"}},
	} {
		code, stdout, _ := execute(t.Context(), test.args...)
		for _, want := range test.want {
			if code != exitDone || !strings.Contains(stdout, want) {
				t.Errorf("%v: exit code %d, no %q in\n%s", test.args, code, want, stdout)
			}
		}
	}
}

// full is a disk that is.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

// TestOutputCannotBeWritten: half an output must not look like a whole one.
func TestOutputCannotBeWritten(t *testing.T) {
	b := newBus(t, "east")
	b.publish(oneDay("east")...)
	for _, args := range [][]string{
		{"timeline"}, {"--agent", "1001", "--format", "json"}, {"export"}, {"export", "--format", "csv"},
		{"state", "--agent", "1001", "--at", "0s"}, {"diff", "--from", "zn=3", "--to", "0s"},
	} {
		var errs bytes.Buffer
		p := &program{stdout: full{}, stderr: &errs, terminal: func(any) bool { return false }}
		code := p.run(t.Context(), append([]string{"--url", b.url}, args...))
		if stderr := errs.String(); code != exitFailure || strings.Count(stderr, "no space left") != 1 || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%v: exit code %d, stderr %q", args, code, stderr)
		}
	}
}
