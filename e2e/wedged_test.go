package e2e

import (
	"context"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/internal/logcheck"
)

// TestWedgedWrites: two of three NATS servers hang, so that no write gets a
// majority, for longer than a commit may take. The leader steps down, no broker is
// ready, and no desktop is told that something was done. When the servers go on,
// all go on by themselves, and nothing was lost.
func TestWedgedWrites(t *testing.T) {
	const agents, clerks, hang = 4, 2, 8 * time.Second
	c := startCluster(t, clusterConfiguration(t, t.TempDir(), agents, clerks))
	factory, err := connector.Init(connector.Config{Addresses: strings.Split(c.urls(), ",")})
	if err != nil {
		t.Fatal(err)
	}
	defer factory.Deinit()
	calls := make(chan string, 100_000)
	var workers []*worker
	for i := range agents {
		workers = append(workers, newWorker(t, factory, agentID(i), calls))
	}
	book := newBook()
	var desks []*clerk
	for i := range clerks {
		desks = append(desks, startClerk(t, factory, clerkID(i), book))
	}
	waitForCalls(t, calls, 20)
	ended := strings.Count(c.brokersSaid(), "leadership ended")
	for _, node := range c.nodes[:2] {
		node.signal(syscall.SIGSTOP)
	}
	hung := time.Now()
	for _, m := range c.brokers {
		c.eventually(m.name+" is not ready", func() bool { return !m.ready() })
	}
	t.Logf("no broker was ready after %.1f s", time.Since(hung).Seconds())
	time.Sleep(time.Until(hung.Add(hang)))
	c.eventually("the leader has stepped down", func() bool {
		return strings.Count(c.brokersSaid(), "leadership ended") > ended
	})
	for _, desk := range desks {
		c.eventually(desk.id+" is told that nobody is available", func() bool { return desk.lost.Load() > 0 })
	}
	for _, node := range c.nodes[:2] {
		node.signal(syscall.SIGCONT)
	}
	back := time.Now()
	for _, m := range c.brokers {
		c.eventually(m.name+" is ready again", m.ready)
	}
	waitForCalls(t, calls, 20)
	t.Logf("20 calls later all is well, %.1f s after the servers went on", time.Since(back).Seconds())
	c.eventually("the clerks have had enough answers", book.enough)
	for _, desk := range desks {
		desk.leave()
		// Each is told once of every change, and this is the last one: when the brokers
		// stop, nobody is available again.
		c.eventually(desk.id+" is told that somebody is available", func() bool {
			return desk.found.Load() == desk.lost.Load()+1
		})
	}
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
	for _, m := range c.brokers {
		m.stop()
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	log, err := logcheck.Read(ctx, c.js, "main")
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range workers {
		checkNotifications(t, log, w)
	}
	for _, desk := range desks {
		checkAnswers(t, desk.id, log.Told(desk.id, connOf(log, desk.id)), desk.told)
	}
	book.check(t)
}

// brokersSaid is what all brokers have logged.
func (c *cluster) brokersSaid() string {
	var all strings.Builder
	for _, m := range c.brokers {
		all.WriteString(m.out.String())
	}
	return all.String()
}
