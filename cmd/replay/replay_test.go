package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/subject"
)

var update = flag.Bool("update", false, "write the golden files anew")

// bus is a NATS server and a client that publishes as a leader does.
type bus struct {
	t   *testing.T
	url string
	js  jetstream.JetStream
}

func newBus(t *testing.T, zones ...string) *bus {
	t.Helper()
	b := natstest.Start(t)
	for _, zone := range zones {
		if err := journal.EnsureStreams(b.Ctx, b.JS, zone, 1); err != nil {
			t.Fatal(err)
		}
	}
	return &bus{t, b.URL, b.JS}
}

func (b *bus) publish(list ...events.Event) {
	b.t.Helper()
	for i := range list {
		body, err := events.Encode(&list[i])
		if err != nil {
			b.t.Fatal(err)
		}
		on, err := subject.Of(&list[i])
		if err != nil {
			b.t.Fatal(err)
		}
		b.publishRaw(on, body)
	}
}

func (b *bus) publishRaw(on string, body []byte) {
	b.t.Helper()
	if _, err := b.js.Publish(b.t.Context(), on, body); err != nil {
		b.t.Fatal(err)
	}
}

// replay runs the program against the bus.
func (b *bus) replay(args ...string) (code int, stdout, stderr string) {
	return execute(b.t.Context(), append([]string{"--url", b.url}, args...)...)
}

// execute runs the program without a terminal.
func execute(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var out, errs bytes.Buffer
	p := &program{stdout: &out, stderr: &errs, terminal: func(any) bool { return false }}
	code = p.run(ctx, args)
	return code, out.String(), errs.String()
}

func TestGolden(t *testing.T) {
	b := newBus(t, "east", "west")
	b.publish(oneDay("east")...)
	b.publish(consultDay("west")...)
	for name, args := range map[string][]string{
		"all.txt":            {},
		"all.json":           {"--format", "json"},
		"agent.txt":          {"--agent", "1001"},
		"agents.txt":         {"timeline", "--agent", "1001", "--agent", "1002", "--to", "zn=12"},
		"agent_session.json": {"--agent", "1001", "--session", "S-1", "--format", "json"},
		"session.txt":        {"timeline", "--session", "S-1"},
		"names.txt":          {"--name", "AGTLogonRESP", "--name", "CallEnded"},
		"consult_owner.txt":  {"--zone", "west", "--agent", "1001"},
		"consult_party.txt":  {"--zone", "west", "--agent", "1002"},
		"consult.txt":        {"--zone", "west", "--session", "S-1"},
		"callback.txt":       {"--zone", "west", "--session", "C-1"},
		"settings.txt":       {"--zone", "west", "--name", "ZoneConfigured", "--name", "CampaignConfigured"},
		"between.txt":        {"--since", "2026-03-02 09:00:30", "--until", "2026-03-02T10:00:53+01:00"},
		"berlin.txt":         {"--timezone", "Europe/Berlin", "--from", "2026-03-02 10:00:30", "--to", "2026-03-02 10:00:53"},
	} {
		t.Run(name, func(t *testing.T) {
			code, got, stderr := b.replay(append([]string{"--zone", "east"}, args...)...)
			if code != exitDone || stderr != "" {
				t.Fatalf("exit code %d, stderr %q", code, stderr)
			}
			golden(t, name, got)
		})
	}
}

// golden compares an output with the one that somebody has read.
func golden(t *testing.T, name, got string) {
	t.Helper()
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
	if got != string(want) {
		t.Errorf("differs from %s; go test -update writes it anew\n%s", file, got)
	}
}

// manyCalls are more than are read at a time.
const manyCalls = 100

func TestManyCalls(t *testing.T) {
	b := newBus(t, "east")
	d := newDay("east")
	for i := range manyCalls {
		session := fmt.Sprint("S-", i)
		d.after(0, "leader.pace",
			callFact("", session, events.ContactDialed, events.ContactDialedData{}),
			notification("1001", session, events.AGTCallNotify, events.ContactData{SessionID: session}),
			callFact("", "other", events.ContactDialed, events.ContactDialedData{}))
	}
	b.publish(d.events...)
	for _, list := range [][]string{{}, {"--until", "2026-03-02 09:00"}} {
		code, out, _ := b.replay(append([]string{"--agent", "1001", "--format", "json"}, list...)...)
		if lines := strings.Count(out, "\n"); code != exitDone || lines != 2*manyCalls {
			t.Errorf("exit code %d, %d lines", code, lines)
		}
	}
}

func TestPrintsWhatThisBuildDoesNotKnow(t *testing.T) {
	b := newBus(t, "east")
	e := command("1001", "", events.AGTAddAgentNote, events.AgentNoteParams{AgentNote: "hi"})
	e.Zone, e.ZN, e.Turn, e.N = "east", 1, 1, 1
	body, err := events.Encode(&e)
	if err != nil {
		t.Fatal(err)
	}
	body = bytes.ReplaceAll(body, []byte("AGTAddAgentNote"), []byte("AGTSingAgentHymn")[:15])
	b.publishRaw("pom.east.agent.1001.cmd.AGTSingAgentHym", body)
	code, out, _ := b.replay()
	if code != exitDone || !strings.Contains(out, "AGTSingAgentHym agentNote=hi") {
		t.Errorf("exit code %d, %q", code, out)
	}
}

func TestReportsWhatCannotBeRead(t *testing.T) {
	b := newBus(t, "east")
	list := oneDay("east")
	b.publish(list[:3]...)
	b.publishRaw("pom.east.agent.1001.cmd.AGTLogon", []byte("hello"))
	for _, args := range [][]string{{}, {"--agent", "1001"}} {
		code, out, stderr := b.replay(args...)
		if code != exitDamaged || !strings.Contains(out, "AGTLogon") || strings.Count(stderr, "cannot be read") != 1 {
			t.Errorf("%q: exit code %d, stdout %q, stderr %q", args, code, out, stderr)
		}
	}
}

// TestHostileText: nothing a desktop sent steers the terminal.
func TestHostileText(t *testing.T) {
	b := newBus(t, "east")
	e := command("a\x1b[2J\n", "", events.AGTAddAgentNote, events.AgentNoteParams{AgentNote: "x\x1b]0;y\a\xff"})
	e.Zone, e.ZN, e.Turn, e.N = "east", 1, 1, 1
	b.publish(e)
	code, out, _ := b.replay()
	if code != exitDone || strings.ContainsAny(out, "\x1b\a") || !utf8.ValidString(out) || strings.Count(out, "\n") != 1 {
		t.Errorf("exit code %d, %q", code, out)
	}
	_, out, _ = b.replay("--format", "json")
	if !json.Valid([]byte(out)) {
		t.Errorf("no json: %q", out)
	}
}

func TestInterrupted(t *testing.T) {
	b := newBus(t, "east")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if code, _, stderr := execute(ctx, "--url", b.url); code != exitFailure || !strings.Contains(stderr, "interrupted") {
		t.Errorf("half an audit: exit code %d, %s", code, stderr)
	}
	if code, _, stderr := execute(ctx, "--url", b.url, "--follow"); code != exitDone || stderr != "" {
		t.Errorf("following has no other end: exit code %d, %s", code, stderr)
	}
}
