package wallboard

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/feed"
)

const (
	// every is how often subscribers are told what changed.
	every = 500 * time.Millisecond
	// beatEvery is after how long of nothing to say a subscriber is told that.
	beatEvery = 2 * time.Second
)

// Config says what a board shows.
type Config struct {
	Zones []string
	// Names are the names of the agents by id. An agent who is not there is shown
	// by the id.
	Names  map[string]string
	Logger *slog.Logger
}

// Board is the wallboard of some zones.
type Board struct {
	zones []*zone
	// run tells the messages of this board from those of others.
	run string

	mu sync.Mutex
	// tables are what subscribers have been told, newsTold how many news of each
	// zone.
	tables   tables
	newsTold []int
	number   uint64
	spoke    time.Time
	// recent are the newest changes, for those who come back.
	recent      []Message
	subscribers map[*Subscription]bool
	closed      bool
}

// New returns a board that knows nothing yet.
func New(c Config) *Board {
	b := &Board{
		run: rand.Text()[:8], tables: newTables(), newsTold: make([]int, len(c.Zones)),
		subscribers: map[*Subscription]bool{},
	}
	for _, name := range c.Zones {
		b.zones = append(b.zones, newZone(name, c.Names, c.Logger, time.Now()))
	}
	return b
}

// Run folds the feeds of the zones and tells the subscribers, until the context
// ends; then it ends all subscriptions. The zones' streams need not exist yet. The
// zones are joined for as long as it runs; store is where checkpoints are kept.
func (b *Board) Run(ctx context.Context, joined map[string]*feed.Zone, js jetstream.JetStream, store feed.Store) {
	defer b.close()
	var folds sync.WaitGroup
	defer folds.Wait()
	for _, z := range b.zones {
		folds.Go(func() { z.follow(ctx, joined[z.name], js, store) })
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			b.tick(now)
		}
	}
}

// tick tells what changed. With nobody there it costs nothing: the next
// subscriber's snapshot will have it.
func (b *Board) tick(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.subscribers) == 0 {
		return
	}
	changes := b.update(now)
	switch {
	case !changes.empty():
		b.number++
		m := Message{ID: b.id(), Event: "delta", Data: encode(changes)}
		b.remember(m)
		b.send(m, now)
	case now.Sub(b.spoke) >= beatEvery:
		b.send(beat(now), now)
	}
	b.greet(now)
}

// beat tells what time it is.
func beat(now time.Time) Message {
	return Message{Event: "beat", Data: encode(body{Now: now.UnixMilli()})}
}

func (b *Board) send(m Message, now time.Time) {
	b.spoke = now
	for s := range b.subscribers {
		if !s.fresh {
			b.offer(s, m)
		}
	}
}

// greet gives those who have just come the whole picture.
func (b *Board) greet(now time.Time) {
	var m Message
	for s := range b.subscribers {
		if !s.fresh {
			continue
		}
		if m.Data == nil {
			m = Message{ID: b.id(), Event: "snapshot", Data: encode(b.snapshot(now))}
		}
		s.fresh = false
		b.offer(s, m)
	}
}

// id names the newest picture: the board, a number, and up to which event of each
// zone it goes.
func (b *Board) id() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s.%d", b.run, b.number)
	for _, z := range b.zones {
		fmt.Fprintf(&s, "/%s:%d", z.name, b.tables.told[z.name])
	}
	return s.String()
}

// encode cannot fail: a body is made of texts and numbers.
func encode(v body) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}
