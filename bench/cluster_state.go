package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/subject"
)

// leaseBucket is where the brokers keep who leads and who is there.
const leaseBucket = "DESKBUS_LEASE"

// awaitWhole waits until every broker can take over and every stream has all its
// copies.
func (c *cluster) awaitWhole(ctx context.Context) error {
	return eventually(ctx, "the cluster is whole", func(ctx context.Context) bool {
		return c.allMembers(ctx) && c.allCopies(ctx) && c.leaderBroker(ctx) >= 0
	})
}

func (c *cluster) allMembers(ctx context.Context) bool {
	leases, err := c.js.KeyValue(ctx, leaseBucket)
	if err != nil {
		return false
	}
	keys, err := leases.ListKeysFiltered(ctx, "member.*")
	if err != nil {
		return false
	}
	members := ""
	for key := range keys.Keys() {
		members += key + "\n"
	}
	for _, s := range c.brokers {
		if !strings.Contains(members, fmt.Sprintf("-%d\n", s.process.Process.Pid)) {
			return false
		}
	}
	return true
}

func (c *cluster) allCopies(ctx context.Context) bool {
	streams := c.js.ListStreams(ctx)
	whole := true
	for info := range streams.Info() {
		whole = whole && isWhole(info.Cluster)
	}
	return whole && streams.Err() == nil
}

func isWhole(info *jetstream.ClusterInfo) bool {
	if info == nil || info.Leader == "" || len(info.Replicas) != clusterSize-1 {
		return false
	}
	for _, copy := range info.Replicas {
		if !copy.Current || copy.Offline {
			return false
		}
	}
	return true
}

// leaderBroker returns which broker leads the zone, -1 for none.
func (c *cluster) leaderBroker(ctx context.Context) int {
	leases, err := c.js.KeyValue(ctx, leaseBucket)
	if err != nil {
		return -1
	}
	entry, err := leases.Get(ctx, zoneName)
	if err != nil {
		return -1
	}
	for i, s := range c.brokers {
		if strings.HasSuffix(string(entry.Value()), fmt.Sprintf("-%d", s.process.Process.Pid)) {
			return i
		}
	}
	return -1
}

// leaderNode returns which NATS server leads the journal, -1 for none.
func (c *cluster) leaderNode(ctx context.Context) int {
	stream, err := c.js.Stream(ctx, subject.JournalStream(zoneName))
	if err != nil || stream.CachedInfo().Cluster == nil {
		return -1
	}
	for i := range c.nodes {
		if stream.CachedInfo().Cluster.Leader == fmt.Sprint(node, i) {
			return i
		}
	}
	return -1
}

// eventually waits until something is so.
func eventually(ctx context.Context, what string, is func(context.Context) bool) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	for {
		asking, done := context.WithTimeout(ctx, 5*time.Second)
		so := is(asking)
		done()
		if so {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("not in %s: %s", readyTimeout, what)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
