package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/deskbus/deskbus/journal"
)

const (
	// takeovers is how often each way to lose a leader is measured.
	takeovers = 10
	// lightLoad is how many commands a second there are meanwhile.
	lightLoad = 200
	// settle is how long the same broker leads before it is lost: one that was
	// started again may be given the zone back.
	settle = 3 * time.Second
)

// way is a way to lose a leader.
type way struct {
	name string
	// most are the targets for the median and the worst.
	mostMedian, mostWorst time.Duration
	lose                  func(c *cluster, leader, node int) error
}

var ways = []way{
	{"SIGKILL of the leader", 2 * time.Second, 3 * time.Second, func(c *cluster, leader, _ int) error {
		c.brokers[leader].kill()
		return nil
	}},
	{"planned handover", 500 * time.Millisecond, 500 * time.Millisecond, func(c *cluster, leader, _ int) error {
		return c.brokers[leader].terminate()
	}},
	{"SIGKILL of leader and journal's server", 10 * time.Second, 10 * time.Second, func(c *cluster, leader, node int) error {
		c.brokers[leader].kill()
		c.nodes[node].kill()
		return nil
	}},
}

// takeover measures how long nobody is answered when a leader is lost, with
// crowdSize agents logged on.
func (o options) takeover(ctx context.Context) error {
	fmt.Printf("%d agents, %d contacts, %d commands/s; three NATS servers, three brokers\n\n", crowdSize, contactCount, lightLoad)
	c, err := startCluster(ctx, filepath.Join(o.dir, "cluster"))
	if err != nil {
		return err
	}
	defer c.close()
	k, err := gather(c.urls, c.key)
	if err != nil {
		return err
	}
	defer k.leave()
	begun := time.Now()
	if err := k.logOn(ctx); err != nil {
		return err
	}
	fmt.Printf("all are logged on after %.1f s\n", time.Since(begun).Seconds())

	w, err := watch(k)
	if err != nil {
		return err
	}
	working, stop := context.WithCancel(ctx)
	defer stop()
	failed := make(chan error, 1)
	go func() { failed <- k.load(working, lightLoad) }()
	all := make([][]lost, len(ways))
	for round := range takeovers {
		for i, way := range ways {
			l, err := measureTakeover(ctx, c, w, way)
			if err != nil {
				return fmt.Errorf("%s, round %d: %w", way.name, round+1, err)
			}
			fmt.Printf("round %2d  %-40s %s\n", round+1, way.name, l)
			all[i] = append(all[i], l)
		}
	}
	stop()
	if err := <-failed; err != nil {
		return err
	}
	reportTakeovers(all)
	return nil
}

func measureTakeover(ctx context.Context, c *cluster, w *watcher, way way) (lost, error) {
	leader, node, err := c.settled(ctx)
	if err != nil {
		return lost{}, err
	}
	answered := w.arm(c.brokers[leader].process.Process.Pid)
	if err := way.lose(c, leader, node); err != nil {
		return lost{}, err
	}
	elected := make(chan time.Duration, 1)
	begun := time.Now()
	go func() {
		_, _ = journal.AwaitStreams(ctx, c.js, zoneName) // if there is no answer, the brokers have none either
		elected <- time.Since(begun)
	}()
	var l lost
	select {
	case l = <-answered:
	case <-time.After(readyTimeout):
		return lost{}, fmt.Errorf("no answer in %s", readyTimeout)
	}
	l.elected = <-elected
	return l, c.mend(ctx)
}

// settled waits until the same broker and the same server have led for a while.
func (c *cluster) settled(ctx context.Context) (leader, node int, err error) {
	leader, node = -1, -1
	since := time.Now()
	err = eventually(ctx, "the leaders stay", func(ctx context.Context) bool {
		nowLeader, nowNode := c.leaderBroker(ctx), c.leaderNode(ctx)
		if nowLeader != leader || nowNode != node {
			leader, node, since = nowLeader, nowNode, time.Now()
		}
		return leader >= 0 && node >= 0 && time.Since(since) > settle
	})
	return leader, node, err
}

// mend starts again what has ended, and waits until all is well.
func (c *cluster) mend(ctx context.Context) error {
	for i, s := range c.nodes {
		if s.hasEnded() {
			if err := c.startNode(i); err != nil {
				return err
			}
		}
	}
	for i, s := range c.brokers {
		if s.leaving {
			<-s.ended
		}
		if s.hasEnded() {
			if err := c.startBroker(i); err != nil {
				return err
			}
		}
	}
	return c.awaitWhole(ctx)
}

// lost is a leader that was lost: how long after the signal each step towards the
// next answer was seen.
type lost struct {
	// lease is when the next leader wrote to the lease, claim when it wrote to the
	// journal, told when its claim was in the feed, answer when it answered.
	lease, claim, told, answer time.Duration
	// elected is when the NATS servers had elected whom they need: seen from here,
	// so it may be a little later than a broker saw it.
	elected time.Duration
}

func (l lost) String() string {
	return fmt.Sprintf("%6.0f ms  (lease %.0f, fold and claim %.0f, repair %.0f, answer %.0f; NATS elected by %.0f)",
		ms(l.answer), ms(l.lease), ms(l.claim-l.lease), ms(l.told-l.claim), ms(l.answer-l.told), ms(l.elected))
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func reportTakeovers(all [][]lost) {
	fmt.Printf("\n%-40s%9s%9s%9s%9s%9s%9s%9s\n", "ms", "median", "worst", "lease", "claim", "repair", "answer", "elected")
	for i, way := range ways {
		took := func(of func(lost) time.Duration) []float64 {
			var values []float64
			for _, l := range all[i] {
				values = append(values, ms(of(l)))
			}
			return values
		}
		total := took(func(l lost) time.Duration { return l.answer })
		middle, worst := median(total), slices.Max(total)
		met := middle <= ms(way.mostMedian) && worst <= ms(way.mostWorst)
		fmt.Printf("%-40s%9.0f%9.0f%9.0f%9.0f%9.0f%9.0f%9.0f  of at most %.0f, %.0f: %s\n", way.name, middle, worst,
			median(took(func(l lost) time.Duration { return l.lease })),
			median(took(func(l lost) time.Duration { return l.claim - l.lease })),
			median(took(func(l lost) time.Duration { return l.told - l.claim })),
			median(took(func(l lost) time.Duration { return l.answer - l.told })),
			median(took(func(l lost) time.Duration { return l.elected })),
			ms(way.mostMedian), ms(way.mostWorst), verdict(met))
	}
}
