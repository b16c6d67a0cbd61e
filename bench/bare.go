package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/subject"
)

const (
	// bareTimeout is how long one attempt of the bare program may take, barePause
	// the pause before the next.
	bareTimeout = 250 * time.Millisecond
	barePause   = 20 * time.Millisecond
)

// bare is what a program of the same shape needs that knows nothing of agents: a
// stream for each of the zone's, with as many copies, whose leader dies when that of
// the zone's dies. What it waits for after a crash is NATS's alone.
type bare struct {
	// streams are the zone's, by the bare ones.
	streams map[string]string
	// conns are one for each server: only those that are left are asked.
	conns []*nats.Conn
}

const (
	bareJournal = "BARE_JOURNAL"
	bareInbox   = "BARE_INBOX"
)

func startBare(ctx context.Context, c *cluster, conns []*nats.Conn) (*bare, error) {
	b := &bare{conns: conns, streams: map[string]string{
		bareJournal: subject.JournalStream(zoneName), bareInbox: subject.InboxStream(zoneName),
		"BARE_FEED": subject.EventsStream(zoneName), "BARE_LEASE": "KV_" + leaseBucket,
	}}
	for name := range b.streams {
		_, err := c.js.CreateStream(ctx, jetstream.StreamConfig{
			Name: name, Subjects: []string{name}, Storage: jetstream.FileStorage, Replicas: clusterSize,
		})
		if err != nil {
			return nil, err
		}
	}
	return b, nil
}

// follow has the server that leads a stream of the zone lead the bare one too.
func (b *bare) follow(ctx context.Context, c *cluster) error {
	for name, model := range b.streams {
		err := eventually(ctx, name+" is led where "+model+" is", func(ctx context.Context) bool {
			want, is := leaderOf(ctx, c.js, model), leaderOf(ctx, c.js, name)
			if want == is {
				return is != ""
			}
			var wish struct {
				Placement struct {
					Preferred string `json:"preferred"`
				} `json:"placement"`
			}
			wish.Placement.Preferred = want
			body, err := json.Marshal(wish)
			if err == nil {
				_, _ = c.nc.RequestWithContext(ctx, "$JS.API.STREAM.LEADER.STEPDOWN."+name, body) // asked again
			}
			return false
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func leaderOf(ctx context.Context, js jetstream.JetStream, stream string) string {
	s, err := js.Stream(ctx, stream)
	if err != nil || s.CachedInfo().Cluster == nil {
		return ""
	}
	return s.CachedInfo().Cluster.Leader
}

// lostBare is what the bare program waited for.
type lostBare struct {
	// publish is until a publish to the stream beside the journal was acknowledged;
	// all is until each stream had acknowledged one and a consumer was made.
	publish, all time.Duration
}

// measure waits until the bare program works again.
func (b *bare) measure(ctx context.Context) (lostBare, error) {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	begun := time.Now()
	took := map[string]time.Duration{}
	var mu sync.Mutex
	var group sync.WaitGroup
	wait := func(what string, try func(context.Context, jetstream.JetStream) error) {
		group.Go(func() {
			if b.untilDone(ctx, try) {
				mu.Lock()
				defer mu.Unlock()
				took[what] = time.Since(begun)
			}
		})
	}
	for name := range b.streams {
		wait(name, func(ctx context.Context, js jetstream.JetStream) error {
			_, err := js.Publish(ctx, name, []byte("x"), jetstream.WithRetryAttempts(0))
			return err
		})
	}
	wait("consumer", func(ctx context.Context, js jetstream.JetStream) error {
		_, err := js.CreateConsumer(ctx, bareInbox, jetstream.ConsumerConfig{
			AckPolicy: jetstream.AckNonePolicy, MemoryStorage: true, Replicas: 1, InactiveThreshold: time.Second,
		})
		return err
	})
	group.Wait()
	l := lostBare{publish: took[bareJournal]}
	for _, after := range took {
		l.all = max(l.all, after)
	}
	if len(took) != len(b.streams)+1 {
		return l, fmt.Errorf("the bare program does not work again in %s: %v", readyTimeout, took)
	}
	return l, nil
}

// untilDone tries with one server after the other.
func (b *bare) untilDone(ctx context.Context, try func(context.Context, jetstream.JetStream) error) bool {
	for i := 0; ctx.Err() == nil; i++ {
		nc := b.conns[i%len(b.conns)]
		if nc.IsConnected() {
			js, err := jetstream.New(nc)
			if err == nil {
				trying, done := context.WithTimeout(ctx, bareTimeout)
				err = try(trying, js)
				done()
			}
			if err == nil {
				return true
			}
		}
		time.Sleep(barePause)
	}
	return false
}
