package connector

import (
	"context"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
)

// zone is what the agents of one zone share: its feed, whether anybody serves
// it, and its clock.
type zone struct {
	name string
	feed *feed.Zone
	// silence is how long it may send no heartbeat and still count as served.
	silence time.Duration

	mu sync.Mutex
	// served is closed while heartbeats come, and replaced when they stop.
	served    chan struct{}
	available bool
	// silent goes off when no heartbeat has come for too long.
	silent *time.Timer
	// offset is what the clock of the bus is ahead of ours.
	offset time.Duration
	agents map[*Agent]struct{}
}

func joinZone(nc *nats.Conn, js jetstream.JetStream, name string, silence time.Duration) (*zone, error) {
	z := &zone{name: name, silence: silence, served: make(chan struct{}), agents: make(map[*Agent]struct{})}
	z.silent = time.AfterFunc(silence, z.lost)
	var err error
	if z.feed, err = feed.Join(nc, js, name, z.heartbeat); err != nil {
		z.silent.Stop()
		return nil, err
	}
	return z, nil
}

func (z *zone) leave() {
	z.silent.Stop()
	z.feed.Leave()
}

func (z *zone) heartbeat(hb events.Heartbeat) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.offset = time.Until(time.UnixMicro(hb.At))
	z.silent.Reset(z.silence)
	if z.available {
		return
	}
	z.available = true
	for a := range z.agents {
		a.notify(events.POMAvailable, events.NoData{})
	}
	close(z.served) // last, so that no AGTLogonRESP comes before POMAvailable
}

// lost is called when the heartbeats have stopped or the connection has gone.
func (z *zone) lost() {
	z.mu.Lock()
	defer z.mu.Unlock()
	if !z.available {
		return
	}
	z.available = false
	z.served = make(chan struct{})
	for a := range z.agents {
		a.notify(events.POMNotAvailable, events.NoData{})
	}
}

// attach lets an agent hear of the zone's availability.
func (z *zone) attach(a *Agent) {
	z.mu.Lock()
	defer z.mu.Unlock()
	if _, attached := z.agents[a]; attached {
		return
	}
	z.agents[a] = struct{}{}
	if z.available {
		a.notify(events.POMAvailable, events.NoData{})
	}
}

func (z *zone) detach(a *Agent) {
	z.mu.Lock()
	defer z.mu.Unlock()
	delete(z.agents, a)
}

// await waits until somebody serves the zone; false when nobody does in time.
func (z *zone) await(ctx context.Context) bool {
	z.mu.Lock()
	served := z.served
	z.mu.Unlock()
	select {
	case <-served:
		return true
	case <-time.After(z.silence):
	case <-ctx.Done():
	}
	return false
}

// onBus converts a time of our clock to the clock of the bus, in microseconds
// since 1970, UTC.
func (z *zone) onBus(t time.Time) int64 {
	z.mu.Lock()
	defer z.mu.Unlock()
	return t.Add(z.offset).UnixMicro()
}
