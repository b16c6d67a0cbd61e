package zone

import (
	"fmt"
	"maps"

	"github.com/nats-io/nats.go"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

// beats gathers the newest numbers of those who got events lately.
type beats struct {
	number uint64
	// recent[0] gathers for the next heartbeat, the others are of those before.
	recent [events.HeartbeatSpan]newest
}

type newest struct{ agents, switches map[string]uint64 }

func newNewest() newest { return newest{map[string]uint64{}, map[string]uint64{}} }

func newBeats() *beats {
	b := &beats{}
	for i := range b.recent {
		b.recent[i] = newNewest()
	}
	return b
}

func (b *beats) note(e *events.Event) {
	switch e.Kind {
	case events.KindCommand, events.KindResponse, events.KindNotification:
		b.recent[0].agents[e.Agent] = e.N
	case events.KindSwitch:
		b.recent[0].switches[e.Switch] = e.N
	}
}

func (b *beats) send(nc *nats.Conn, h events.Heartbeat) error {
	b.number++
	h.Number = b.number
	all := newNewest()
	for i := len(b.recent) - 1; i >= 0; i-- {
		maps.Copy(all.agents, b.recent[i].agents)
		maps.Copy(all.switches, b.recent[i].switches)
	}
	copy(b.recent[1:], b.recent[:len(b.recent)-1])
	b.recent[0] = newNewest()
	h.Agents, h.Switches = all.agents, all.switches
	body, err := events.Marshal(h)
	if err != nil {
		return err
	}
	if err := nc.Publish(subject.Heartbeat(h.Zone), body); err != nil {
		return fmt.Errorf("heartbeat of zone %s: %w", h.Zone, err)
	}
	return nil
}
