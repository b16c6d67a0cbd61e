package e2e

import (
	"context"
	"flag"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/internal/logcheck"
	"github.com/deskbus/deskbus/subject"
)

// soak makes the chaos go on; "make soak" sets it.
var soak = flag.Duration("soak", 0, "how long TestChaos goes on at least")

// disaster is one thing that happens to a cluster under load. When it returns,
// all processes are up again.
type disaster struct {
	name string
	do   func(*cluster)
}

var disasters = []disaster{
	{"SIGKILL of the leading broker", func(c *cluster) {
		leader := c.leaderBroker("main")
		leader.kill()
		leader.start()
	}},
	{"SIGKILL of the NATS server that leads the journal", func(c *cluster) {
		node := c.leaderNode(subject.JournalStream("main"))
		node.kill()
		node.start()
	}},
	{"SIGKILL of both", func(c *cluster) {
		leader, node := c.leaderBroker("main"), c.leaderNode(subject.JournalStream("main"))
		leader.kill()
		node.kill()
		node.start()
		leader.start()
	}},
	{"SIGSTOP of the leading broker past its lease, then SIGCONT", func(c *cluster) {
		leader := c.leaderBroker("main")
		leader.signal(syscall.SIGSTOP)
		c.eventually("another broker leads", func() bool { return c.leaderBroker("main") != leader })
		leader.signal(syscall.SIGCONT)
	}},
	{"restart of two of three NATS servers at once", func(c *cluster) {
		for _, node := range c.nodes[:2] {
			node.kill()
		}
		for _, node := range c.nodes[:2] {
			node.start()
		}
	}},
	{"polite stop of the leading broker", func(c *cluster) {
		leader := c.leaderBroker("main")
		leader.stop()
		leader.start()
	}},
}

// TestChaos lets everything happen to a cluster that can happen to one, while
// desktops work, and then reads all there is: what was acknowledged is there
// once, no turn is torn, no number is missing, the feed is the journal, and each
// desktop was told what the log says.
func TestChaos(t *testing.T) {
	const agents, clerks, callsBetween = 6, 3, 20
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
	begun := time.Now()
	for round := 0; round == 0 || time.Since(begun) < *soak; round++ {
		for _, d := range disasters {
			waitForCalls(t, calls, callsBetween)
			at := time.Now()
			d.do(c)
			waitForCalls(t, calls, callsBetween)
			t.Logf("%s: %d calls later all is well, after %.1f s", d.name, callsBetween, time.Since(at).Seconds())
		}
	}
	c.eventually("the clerks have had enough answers", book.enough)
	for _, desk := range desks {
		desk.leave()
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
	checkReplicas(t, log, c.brokers)
	t.Logf("%d commits, %d events, %d leaders; %s; nothing lost", log.Commits, len(log.Events), log.State.Epoch, book)
}

// checkNotifications compares the notifications a desktop was told with those of
// the log: none is missing, none was told twice. Of the answers some may be the
// connector's own, "not available", and the late one was then kept from it; those
// it got are those of the log.
func checkNotifications(t *testing.T, log *logcheck.Log, w *worker) {
	t.Helper()
	isAnswer := func(line string) bool { return strings.Contains(line, "RESP ") }
	want := log.Told(w.id, connOf(log, w.id))
	w.mu.Lock()
	defer w.mu.Unlock()
	told := slices.DeleteFunc(slices.Clone(w.told), func(line string) bool { return strings.HasPrefix(line, "! ") })
	if diff := cmp.Diff(without(want, isAnswer), without(told, isAnswer)); diff != "" {
		t.Errorf("agent %s was told something else than the log says (- log, + desktop):\n%s", w.id, diff)
	}
	checkAnswers(t, w.id, want, without(told, func(line string) bool { return !isAnswer(line) }))
}

// checkAnswers checks that every answer a desktop was given is in the log, in the
// same order.
func checkAnswers(t *testing.T, id string, want, answers []string) {
	t.Helper()
	next := 0
	for _, line := range answers {
		for next < len(want) && want[next] != line {
			next++
		}
		if next == len(want) {
			t.Errorf("agent %s was answered %q, and the log has no such answer there", id, line)
			return
		}
		next++
	}
}

// checkReplicas checks that the brokers, leading or following, had the state that
// the log gives when they left the zone. One that is stopped between two states,
// because a leadership of its has just ended, has none to tell.
func checkReplicas(t *testing.T, log *logcheck.Log, brokers []*member) {
	t.Helper()
	told := 0
	for _, m := range brokers {
		left := regexp.MustCompile(`zone left.* zn=(\d+) state=(\w+)`).FindAllStringSubmatch(m.out.String(), -1)
		told += min(1, len(left))
		for _, words := range left {
			zn, err := strconv.ParseUint(words[1], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			if want, err := log.HashAt(zn); err != nil || want != words[2] {
				t.Errorf("%s left at event %d with another state than the log gives: %v", m.name, zn, err)
			}
		}
	}
	if told < 2 {
		t.Errorf("%d brokers have said with which state they left", told)
	}
}

func without(lines []string, drop func(string) bool) []string {
	return slices.DeleteFunc(slices.Clone(lines), drop)
}

// clusterConfiguration is that of one broker, with clerks, who take no calls.
func clusterConfiguration(t *testing.T, dir string, agents, clerks int) string {
	text := configuration(t, dir, agents, 2*time.Second)
	hash := text[strings.LastIndex(text, `passwordHash: `):]
	hash = strings.TrimPrefix(hash[:strings.Index(hash, ",")], `passwordHash: `)
	for i := range clerks {
		text += fmt.Sprintf("  - {id: %q, name: Clerk %d, passwordHash: %s, skills: [{name: none, level: 1}]}\n", clerkID(i), i, hash)
	}
	return text + fmt.Sprintf("ticketKeyFile: %s/ticket.key\n", dir)
}

func clerkID(i int) string { return fmt.Sprint("clerk", i) }
