package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/embedded"
	"github.com/deskbus/deskbus/internal/logtest"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/internal/script"
)

// scriptedDay is a bus with the log of [logtest.Day] in zone main.
func scriptedDay(t *testing.T) (*bus, *natstest.Bus, script.Names) {
	t.Helper()
	server := natstest.Start(t)
	written := logtest.Start(server.Ctx, t, server, script.Zone)
	names := written.Play(logtest.Day)
	written.Snapshot()
	return &bus{t, server.URL, server.JS}, server, names
}

func TestGoldenCommands(t *testing.T) {
	b, _, names := scriptedDay(t)
	const morning = "2026-03-02 "
	for name, args := range map[string][]string{
		"day_agent.txt":       {"--agent", "1001"},
		"day_call.txt":        {"--session", strings.TrimSuffix(names["leg.5550002"], "-c")},
		"day_callback.txt":    {"--session", names["callback.C1"]},
		"state_held.txt":      {"state", "--agent", "1001", "--at", morning + "09:02:18"},
		"state_consult.txt":   {"state", "--agent", "1002", "--at", morning + "09:03:20"},
		"state_wrapup.txt":    {"state", "--agent", "1001", "--at", morning + "09:05:12"},
		"state_waiting.txt":   {"state", "--agent", "1001", "--at", morning + "10:09:10", "--timezone", "Europe/Berlin"},
		"state_callback.txt":  {"state", "--agent", "1001", "--at", morning + "09:10:03"},
		"state_gone.txt":      {"state", "--agent", "1002", "--at", morning + "09:05"},
		"state_at_event.json": {"state", "--agent", "1001", "--at", "zn=57", "--format", "json"},
		"diff_agent.txt":      {"diff", "--agent", "1001", "--from", morning + "09:02:18", "--to", morning + "09:05:12"},
		"diff_zone.txt":       {"diff", "--from", morning + "09:02:30", "--to", morning + "09:03:30"},
		"diff_nothing.txt":    {"diff", "--from", morning + "09:02:30", "--to", morning + "09:02:31"},
		"verify.txt":          {"verify"},
		"export.jsonl":        {"export", "--from", "zn=40", "--to", "zn=44"},
		"export.csv":          {"export", "--format", "csv", "--agent", "1001", "--from", morning + "09:02:04", "--to", morning + "09:02:15"},
	} {
		t.Run(name, func(t *testing.T) {
			code, got, stderr := b.replay(args...)
			if code != exitDone || stderr != "" {
				t.Fatalf("exit code %d, stderr %q", code, stderr)
			}
			golden(t, name, regexp.MustCompile(`checked in \S+:`).ReplaceAllString(got, "checked in …:"))
		})
	}
}

func TestExportToAFile(t *testing.T) {
	b, _, _ := scriptedDay(t)
	file := filepath.Join(t.TempDir(), "day.csv")
	args := []string{"export", "--format", "csv", "--from", "zn=1", "--to", "zn=9", "--out", file}
	code, stdout, stderr := b.replay(args...)
	if code != exitDone || stdout != "" || !strings.Contains(stderr, "9 events are in "+file) {
		t.Fatalf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	text, err := os.ReadFile(file)
	if err != nil || strings.Count(string(text), "\n") != 10 {
		t.Errorf("%s, %v", text, err)
	}
	if code, _, stderr := b.replay(args...); code != exitUsage || !strings.Contains(stderr, "there already") {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
	// Nothing is left of one that fails.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	other := filepath.Join(t.TempDir(), "other.csv")
	if code, _, _ := execute(ctx, "--url", b.url, "export", "--out", other); code != exitFailure {
		t.Errorf("exit code %d", code)
	}
	if left, err := os.ReadDir(filepath.Dir(other)); err != nil || len(left) > 0 {
		t.Errorf("%v, %v", left, err)
	}
}

// TestVerifyFails: a commit that is missing is named, and what was checked before
// is said.
func TestVerifyFails(t *testing.T) {
	b, server, _ := scriptedDay(t)
	_, whole, _ := b.replay("verify")
	head := regexp.MustCompile(`--head (\S+)`).FindStringSubmatch(whole)[1]
	if code, _, stderr := b.replay("verify", "--head", head); code != exitDone {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
	forged := head[:len(head)-1] + map[bool]string{true: "1", false: "0"}[head[len(head)-1] == '0']
	if code, _, stderr := b.replay("verify", "--head", forged); code != exitDamaged || !strings.Contains(stderr, "written anew") {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
	feed, err := server.JS.Stream(server.Ctx, "EVENTS_main")
	if err != nil {
		t.Fatal(err)
	}
	if err := feed.DeleteMsg(server.Ctx, 100); err != nil {
		t.Fatal(err)
	}
	code, stdout, stderr := b.replay("verify")
	if code != exitDamaged || !strings.Contains(stderr, "EVENTS_main, sequence 100: event 100 of the journal is missing") ||
		strings.Count(stderr, "\n") != 1 || !strings.Contains(stdout, "99 messages of the feed") || strings.Contains(stdout, "is whole") {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

// TestVerifyData: a stopped broker's directory, which stays as it is, also when a
// byte in it is wrong.
func TestVerifyData(t *testing.T) {
	data := t.TempDir()
	writeDay(t, data)
	before := contents(t, data)
	code, stdout, stderr := execute(t.Context(), "verify", "--data", data)
	if code != exitDone || !strings.Contains(stdout, "zone main is whole") {
		t.Fatalf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	blocks, err := filepath.Glob(filepath.Join(data, "nats/jetstream/*/streams/JOURNAL_main/msgs/*.blk"))
	if err != nil || len(blocks) != 1 {
		t.Fatal(blocks, err)
	}
	block := before[blocks[0]]
	at := bytes.Index(block, []byte("merry"))
	changed := bytes.Clone(block)
	changed[at] = 'b'
	if err := os.WriteFile(blocks[0], changed, 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, stderr = execute(t.Context(), "verify", "--data", data)
	if code != exitDamaged || strings.Count(stderr, "\n") != 1 {
		t.Errorf("exit code %d, stderr %q", code, stderr)
	}
	after := contents(t, data)
	before[blocks[0]] = changed
	if len(after) != len(before) {
		t.Errorf("%d files, there were %d", len(after), len(before))
	}
	for name, body := range before {
		if !bytes.Equal(after[name], body) {
			t.Errorf("%s has changed", name)
		}
	}
}

// TestVerifyDataOfARunningBroker: a copy of what is being written proves nothing.
func TestVerifyDataOfARunningBroker(t *testing.T) {
	data := t.TempDir()
	writeDay(t, data)
	lock := flock.New(filepath.Join(data, "lock"))
	if locked, err := lock.TryLock(); err != nil || !locked {
		t.Fatal(locked, err)
	}
	defer lock.Unlock()
	code, stdout, stderr := execute(t.Context(), "verify", "--data", data)
	if code != exitUsage || stdout != "" || !strings.Contains(stderr, "a broker runs on "+data) {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
	}
}

// writeDay leaves behind what a broker that was stopped does.
func writeDay(t *testing.T, data string) {
	t.Helper()
	server, err := embedded.Start(embedded.Options{Listen: "127.0.0.1:0", Dir: filepath.Join(data, "nats")})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	writeTo(t, server)
}

// writeTo writes the day on a server, as its broker.
func writeTo(t *testing.T, server *embedded.Server) {
	t.Helper()
	nc, err := nats.Connect(server.URL(), nats.UserInfo(embedded.User, "pw"))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	written := logtest.Start(t.Context(), t, &natstest.Bus{Ctx: t.Context(), NC: nc, JS: js}, script.Zone)
	written.Play(logtest.Day)
	written.Snapshot()
}

// TestGuests: who has no name on a broker's own server can do everything but
// verify, and is told so at once.
func TestGuests(t *testing.T) {
	server, err := embedded.Start(embedded.Options{Listen: "127.0.0.1:0", Dir: t.TempDir(), Password: "pw", Zones: []string{script.Zone}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	writeTo(t, server)
	for _, args := range [][]string{
		{"--agent", "1001"}, {"--session", "main-37"}, {"state", "--agent", "1001", "--at", "2026-03-02 09:05"},
		{"diff", "--from", "2026-03-02 09:00", "--to", "2026-03-02 09:05"}, {"export"}, {"play", "--speed", "100000"},
	} {
		if code, _, stderr := execute(t.Context(), append([]string{"--url", server.URL()}, args...)...); code != exitDone {
			t.Errorf("%v: exit code %d, stderr %q", args, code, stderr)
		}
	}
	// Who waits for the answer that does not come takes 5 s each time.
	least := time.Hour
	for tries := 0; tries < 10 && least > 4*time.Second; tries++ {
		begun := time.Now()
		code, stdout, stderr := execute(t.Context(), "--url", server.URL(), "verify")
		if code != exitFailure || stdout != "" || !strings.Contains(stderr, "may not read") || strings.Count(stderr, "\n") != 1 {
			t.Errorf("exit code %d, stdout %q, stderr %q", code, stdout, stderr)
		}
		least = min(least, time.Since(begun))
	}
	if least > 4*time.Second {
		t.Errorf("it took %s to say so", least)
	}
}

func contents(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			all[path], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestPlayIsPaused: Ctrl-C, Enter, Ctrl-C, Ctrl-C.
func TestPlayIsPaused(t *testing.T) {
	b, server, _ := scriptedDay(t)
	sub, err := server.NC.SubscribeSync("demo.main.>")
	if err != nil {
		t.Fatal(err)
	}
	if err := server.NC.Flush(); err != nil {
		t.Fatal(err)
	}
	interrupts := make(chan os.Signal)
	keys, pressed := newKeys()
	said := newLines()
	p := &program{
		stdout: said, stderr: said, stdin: keys, interrupts: interrupts, terminal: func(any) bool { return false },
	}
	done := make(chan int, 1)
	go func() {
		done <- p.run(t.Context(), []string{"--url", b.url, "play", "--prefix", "demo", "--from", "2026-03-02 09:00", "--speed", "0.01"})
	}()
	if _, err := sub.NextMsg(patience); err != nil {
		t.Fatal(err)
	}
	interrupts <- os.Interrupt
	said.await(t, "paused at 2026-03-02 09:01:00.000Z")
	pressed <- "\n"
	said.await(t, "going on")
	interrupts <- os.Interrupt
	said.await(t, "paused at")
	interrupts <- os.Interrupt
	said.await(t, "played 8 events on demo.main.…, up to 2026-03-02 09:00:00.000Z")
	select {
	case code := <-done:
		if code != exitDone {
			t.Errorf("exit code %d", code)
		}
	case <-time.After(patience):
		t.Fatal("it did not end")
	}
}
