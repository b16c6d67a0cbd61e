package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/deskbus/deskbus/journal"
)

const (
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
	b, err := startBare(ctx, c, k.conns)
	if err != nil {
		return err
	}
	working, stop := context.WithCancel(ctx)
	defer stop()
	failed := make(chan error, 1)
	go func() { failed <- k.load(working, lightLoad) }()
	all := make([][]lost, len(ways))
	for round := range o.rounds {
		for i, way := range ways {
			l, err := measureTakeover(ctx, c, w, b, way)
			if err != nil {
				return fmt.Errorf("%s, round %d: %w", way.name, round+1, err)
			}
			fmt.Printf("round %2d  %-38s %s\n", round+1, way.name, l)
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

func measureTakeover(ctx context.Context, c *cluster, w *watcher, b *bare, way way) (lost, error) {
	leader, node, err := c.settled(ctx)
	if err != nil {
		return lost{}, err
	}
	if err := b.follow(ctx, c); err != nil {
		return lost{}, err
	}
	answered := w.arm(c.brokers[leader].process.Process.Pid)
	if err := way.lose(c, leader, node); err != nil {
		return lost{}, err
	}
	var plain lostBare
	var elected journal.Elected
	failed := make(chan error, 2)
	go func() {
		var err error
		plain, err = b.measure(ctx)
		failed <- err
	}()
	go func() {
		var err error
		elected, err = journal.AwaitStreams(ctx, c.js, zoneName)
		failed <- err
	}()
	var l lost
	select {
	case l = <-answered:
	case <-time.After(readyTimeout):
		return lost{}, fmt.Errorf("no answer in %s", readyTimeout)
	}
	if err := errors.Join(<-failed, <-failed); err != nil {
		return lost{}, err
	}
	l.bare, l.elected = plain, elected
	if l.steps, err = c.takeoverSteps(ctx); err != nil {
		return lost{}, err
	}
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
