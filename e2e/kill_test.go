package e2e

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/embedded"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/logcheck"
)

// TestKill kills the broker in the middle of a load, again and again, while its
// desktops go on, and then reads the whole log.
func TestKill(t *testing.T) {
	const agents, kills, callsBetween = 8, 3, 60
	dir := t.TempDir()
	p := newProcess(t, configuration(t, dir, agents, 2*time.Second))
	factory, err := connector.Init(connector.Config{Addresses: []string{p.url()}, CommandTimeout: patience})
	if err != nil {
		t.Fatal(err)
	}
	defer factory.Deinit()
	calls := make(chan string, 10_000)
	var workers []*worker
	for i := range agents {
		workers = append(workers, newWorker(t, factory, agentID(i), calls))
	}
	for range kills {
		waitForCalls(t, calls, callsBetween)
		p.kill()
		p.start()
	}
	waitForCalls(t, calls, callsBetween)
	for _, w := range workers {
		w.leave()
	}
	for _, w := range workers {
		select {
		case <-w.off:
		case <-time.After(patience):
			t.Fatalf("agent %s does not get away", w.id)
		}
	}
	p.stop()

	log := readLog(t, p)
	// On a slow machine a leader may lose its lease, which it says.
	lost := uint64(strings.Count(p.out.String(), "leadership ended"))
	if log.State.Epoch < kills+1 || log.State.Epoch > kills+1+lost {
		t.Errorf("%d leaderships, want %d, and %d have ended", log.State.Epoch, kills+1, lost)
	}
	for _, w := range workers {
		checkView(t, log, w)
	}
	checkReports(t, p, log)
	// Customers may still be ringing or waiting; whoever had an agent is done.
	for _, leg := range log.State.Legs {
		if leg.Role == events.RoleAgent {
			t.Errorf("the nailing of %s is left", leg.Agent)
		}
	}
	for _, call := range log.State.Calls {
		if call.Agent != "" {
			t.Errorf("call %s of %s is left", call.Session, call.Agent)
		}
	}
	t.Logf("%d commits, %d events, %d leaders; nothing lost", log.Commits, len(log.Events), log.State.Epoch)
}

// waitForCalls waits until so many calls more were wrapped up.
func waitForCalls(t *testing.T, calls <-chan string, n int) {
	t.Helper()
	deadline := time.After(patience)
	for range n + len(calls) {
		select {
		case <-calls:
		case <-deadline:
			t.Fatal("the calls do not go on")
		}
	}
}

// readLog opens the streams of a broker that has stopped.
func readLog(t *testing.T, p *process) *logcheck.Log {
	t.Helper()
	server, err := embedded.Start(embedded.Options{Listen: "127.0.0.1:0", Dir: filepath.Join(p.data(), "nats")})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	nc, err := nats.Connect(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	log, err := logcheck.Read(ctx, js, "main")
	if err != nil {
		t.Fatal(err)
	}
	return log
}

// checkView compares what a desktop was told with what the log says it was
// told. What the connector answered itself, "not available", the log does not
// know; when such a command was decided all the same, its late answer was kept
// from the desktop.
func checkView(t *testing.T, log *logcheck.Log, w *worker) {
	t.Helper()
	conn := connOf(log, w.id)
	want := log.Told(w.id, conn)
	w.mu.Lock()
	defer w.mu.Unlock()
	var got []string
	for _, line := range w.told {
		if command, local := strings.CutPrefix(line, "! "); local {
			t.Errorf("agent %s: %s was not available, though the broker came back in time", w.id, command)
			continue
		}
		got = append(got, line)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("agent %s was told something else than the log says (- log, + desktop):\n%s", w.id, diff)
	}
}

// connOf returns the connector session with which the agent logged on.
func connOf(log *logcheck.Log, agent string) string {
	for _, e := range log.Events {
		if e.Agent == agent && e.Name == events.AGTLogon {
			id, err := events.ParseID(e.Cause)
			if err == nil {
				return id.Conn
			}
		}
	}
	return ""
}
