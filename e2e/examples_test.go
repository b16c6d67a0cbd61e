package e2e

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/natstest"
)

// TestWallboardsOfOthers runs the example wallboards, which know nothing but
// subjects.md: both follow an agent through a call, find what they missed while
// the broker was dead, and follow the next call.
func TestWallboardsOfOthers(t *testing.T) {
	dir := t.TempDir()
	p := &process{t: t, dir: dir}
	p.write("deskbus.yaml", configuration(t, dir, 1, 4*time.Second))
	socket := natstest.Address(t)
	p = newBroker(t, dir, "--config", filepath.Join(dir, "deskbus.yaml"), "--websocket", socket)
	desktopDay(t, p)
	boards := map[string]*bufio.Scanner{
		"Go": startBoard(t, "", filepath.Join(binaries, "wallboard"), "--url", p.url(), "--zone", "main"),
	}
	if js := installJavaScript(t); js != "" {
		boards["JavaScript"] = startBoard(t, js, "node", "--experimental-websocket", "wallboard.js", "ws://"+socket, "main")
	}
	for language, lines := range boards {
		awaitLine(t, language, lines, "LoggedOut") // of the day before
	}
	desktopDay(t, p)
	for language, lines := range boards {
		for _, want := range []string{"Ready NailedUp Idle Load", "Talking Load", "Held Load", "Wrapup Load", "LoggedOut"} {
			awaitLine(t, language, lines, want)
		}
	}
	p.kill()
	p.start()
	// Whether they are connected again by now or not.
	takeOver(t, p, agentID(0), password, desk{heard: make(chan events.Code, 10)})
	for language, lines := range boards {
		awaitLine(t, language, lines, "NotReady NotNailedUp NoState")
	}
}

// desktopDay has the example desktop log on, handle a call and log off.
func desktopDay(t *testing.T, p *process) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	desktop := exec.CommandContext(ctx, filepath.Join(binaries, "desktop"), "--url", p.url(), "--agent", agentID(0),
		"--zone", "main", "--calls", "1", "--talk", "50ms")
	desktop.Env = append(desktop.Environ(), "DESKBUS_PASSWORD="+password)
	if out, err := desktop.CombinedOutput(); err != nil {
		t.Fatalf("desktop: %v\n%s", err, out)
	}
}

// startBoard starts a wallboard and returns what it prints.
func startBoard(t *testing.T, dir, name string, args ...string) *bufio.Scanner {
	t.Helper()
	c := exec.CommandContext(t.Context(), name, args...)
	c.Dir, c.Stderr = dir, t.Output()
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Wait() }) // the test's context has ended it
	return bufio.NewScanner(out)
}

func awaitLine(t *testing.T, language string, lines *bufio.Scanner, want string) {
	t.Helper()
	found := make(chan string, 1)
	go func() {
		var seen []string
		for lines.Scan() {
			// One prints brackets around what the other does not.
			line := strings.NewReplacer("[", "", "]", "").Replace(lines.Text())
			if seen = append(seen, line); strings.HasPrefix(line, agentID(0)+" ") && strings.Contains(line, want) {
				found <- ""
				return
			}
		}
		found <- strings.Join(seen, "\n")
	}()
	select {
	case seen := <-found:
		if seen != "" {
			t.Fatalf("the wallboard in %s ended without %q:\n%s", language, want, seen)
		}
	case <-time.After(patience):
		t.Fatalf("the wallboard in %s does not say %q", language, want)
	}
}

// installJavaScript returns a copy of the example with its packages, or "" where
// there is no Node.js that could run it.
func installJavaScript(t *testing.T) string {
	t.Helper()
	if _, err := exec.LookPath("npm"); err != nil {
		t.Log("NOT TESTED: the wallboard in JavaScript, because Node.js is not installed (Debian: apt-get install nodejs npm)")
		return ""
	}
	if out, err := exec.CommandContext(t.Context(), "node", "--experimental-websocket", "--version").CombinedOutput(); err != nil {
		t.Logf("NOT TESTED: the wallboard in JavaScript, because this Node.js has no WebSocket, want 20.10 or later: %s", out)
		return ""
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("../examples/wallboard-js")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	install := exec.CommandContext(ctx, "npm", "ci", "--no-audit", "--no-fund", "--prefer-offline",
		"--fetch-retries=4", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=10000", "--fetch-timeout=30000")
	install.Dir = dir
	out, err := install.CombinedOutput()
	if err != nil && (ctx.Err() != nil || registryIsAway.Match(out)) {
		t.Logf("NOT TESTED: the wallboard in JavaScript, because its packages cannot be fetched: %v\n%s", err, out)
		return ""
	}
	if err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	return dir
}

// registryIsAway is what npm says of a network or a server that does not answer.
var registryIsAway = regexp.MustCompile(`code (ENOTFOUND|EAI_AGAIN|ECONN\w+|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|E429|E5\d\d)\b`)

func TestExamplesAreShort(t *testing.T) {
	for _, file := range []string{"wallboard/main.go", "wallboard-js/wallboard.js"} {
		text, err := os.ReadFile(filepath.Join("../examples", file))
		if err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(string(text), "\n"); lines >= 100 {
			t.Errorf("examples/%s has %d lines: it should show how little it takes", file, lines)
		}
	}
}
