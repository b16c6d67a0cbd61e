package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/logon"
	"github.com/deskbus/deskbus/subject"
)

const (
	// snapshotCommits is after how many commits a leader makes a snapshot.
	snapshotCommits = 20_000
	// snapshotBucket is where it is put.
	snapshotBucket = "DESKBUS_SNAPSHOT_" + zoneName
)

// snapshot measures what it costs a leader to make snapshots while it works, with
// crowdSize agents and contactCount contacts.
func (o options) snapshot(ctx context.Context) error {
	s, js, err := startServer(filepath.Join(o.dir, node))
	if err != nil {
		return err
	}
	defer s.close()
	key, err := logon.LoadOrCreateKey(filepath.Join(o.dir, "ticket.key"))
	if err != nil {
		return err
	}
	b, err := startChild("-serve", member, "-dir", filepath.Join(o.dir, member), "-nats", s.url)
	if err != nil {
		return err
	}
	defer b.close()
	k, err := gather([]string{s.url}, key)
	if err != nil {
		return err
	}
	defer k.leave()
	if err := k.logOn(ctx); err != nil {
		return err
	}
	fmt.Printf("%d agents, %d contacts, %d commands/s\n\n", crowdSize, contactCount, o.rate)
	h, err := hear(ctx, k.conns[0], js)
	if err != nil {
		return err
	}
	if err := o.works(ctx, k, h); err != nil {
		return err
	}
	return h.report(ctx, js)
}

// works sends commands at the fixed rate until there are enough snapshots.
func (o options) works(ctx context.Context, k *crowd, h *hearer) error {
	tick := time.NewTicker(time.Second / time.Duration(o.rate))
	defer tick.Stop()
	for len(h.made) < o.rounds {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case msg := <-h.heard:
			if err := h.note(msg); err != nil {
				return err
			}
		case <-tick.C:
			i, err := k.sendNext(k.conns[0])
			if err != nil {
				return err
			}
			h.sent[agentID(i)] = time.Now()
		}
	}
	return nil
}

// hearer hears how long answers take and when snapshots are made. It belongs to
// one goroutine.
type hearer struct {
	heard chan *nats.Msg
	// sent is when the newest command of an agent was sent.
	sent map[string]time.Time
	// commits counts those of the journal; begun is when the snapshot that is being
	// made was begun, zero for none, and made are how long they took.
	commits uint64
	begun   time.Time
	made    []float64
	// during and otherwise are the latencies, in order of their arrival.
	during, otherwise []time.Duration
}

func hear(ctx context.Context, nc *nats.Conn, js jetstream.JetStream) (*hearer, error) {
	h := &hearer{heard: make(chan *nats.Msg, 1<<16), sent: map[string]time.Time{}}
	for _, s := range []string{
		"pom." + zoneName + ".agent.*.resp." + events.RESP(events.AGTStateChange), subject.Journal(zoneName),
		"$O." + snapshotBucket + ".M.*",
	} {
		if _, err := nc.ChanSubscribe(s, h.heard); err != nil {
			return nil, err
		}
	}
	stream, err := js.Stream(ctx, subject.JournalStream(zoneName))
	if err != nil {
		return nil, err
	}
	h.commits = stream.CachedInfo().State.LastSeq
	return h, nil
}

func (h *hearer) note(msg *nats.Msg) error {
	switch tokens := strings.Split(msg.Subject, "."); {
	case msg.Subject == subject.Journal(zoneName):
		if h.commits++; h.commits%snapshotCommits == 0 {
			h.begun = time.Now()
		}
	case tokens[0] == "$O":
		if h.begun.IsZero() {
			return nil // an old one is deleted
		}
		h.made = append(h.made, time.Since(h.begun).Seconds())
		h.begun = time.Time{}
		fmt.Printf("snapshot %d took %.2f s\n", len(h.made), h.made[len(h.made)-1])
	default:
		took := time.Since(h.sent[tokens[3]])
		if h.begun.IsZero() {
			h.otherwise = append(h.otherwise, took)
		} else {
			h.during = append(h.during, took)
		}
	}
	return nil
}

func (h *hearer) report(ctx context.Context, js jetstream.JetStream) error {
	store, err := js.ObjectStore(ctx, snapshotBucket)
	if err != nil {
		return err
	}
	objects, err := store.List(ctx)
	if err != nil {
		return err
	}
	size := 0.0
	for _, object := range objects {
		size = max(size, float64(object.Size)/(1<<20))
	}
	slices.Sort(h.during)
	slices.Sort(h.otherwise)
	fmt.Printf("\na snapshot has %.1f MiB and takes %s s\n", size, spread(h.made))
	fmt.Printf("command to response while one is made: p50 %.2f ms, p99 %.2f ms (%d commands)\n",
		quantile(h.during, 0.5), quantile(h.during, 0.99), len(h.during))
	fmt.Printf("                            otherwise: p50 %.2f ms, p99 %.2f ms (%d commands)\n",
		quantile(h.otherwise, 0.5), quantile(h.otherwise, 0.99), len(h.otherwise))
	return nil
}
