package e2e

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/subject"
)

// phone is a switch in the hands of a test: everybody answers at once, but for the
// numbers that end with 9, and hangs up when the test says so.
type phone struct {
	t  *testing.T
	js jetstream.JetStream

	mu   sync.Mutex
	sent uint64
	// legs are the customers who have answered, by number.
	legs map[string]string
}

// startPhone takes the place of the simulator of the zone main, before a broker
// can.
func startPhone(t *testing.T, nc *nats.Conn) *phone {
	t.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	p := &phone{t: t, js: js, legs: map[string]string{}}
	if err := journal.EnsureStreams(t.Context(), js, "main", 1); err != nil {
		t.Fatal(err)
	}
	leases, err := journal.OpenLeases(t.Context(), js, 1)
	if err != nil {
		t.Fatal(err)
	}
	held := make(chan struct{})
	tell := sync.OnceFunc(func() { close(held) })
	go func() {
		for t.Context().Err() == nil { // on a slow machine it may be lost
			_ = leases.Hold(t.Context(), "switch.main", "test", journal.Anybody, func(ctx context.Context) error {
				tell()
				<-ctx.Done()
				return nil
			})
		}
	}()
	<-held
	if _, err := nc.Subscribe(subject.Switch("main", "sim"), p.order); err != nil {
		t.Fatal(err)
	}
	p.say(events.SwitchState, events.SwitchStateData{State: events.SwitchUp, Epoch: "one"})
	return p
}

// order does what the zone asks for.
func (p *phone) order(m *nats.Msg) {
	e, err := events.Decode(m.Data)
	if err != nil {
		p.t.Error(err)
		return
	}
	switch d := e.Data.(type) {
	case events.OriginateData:
		if strings.HasSuffix(d.Address, "9") {
			return
		}
		p.mu.Lock()
		p.legs[d.Address] = d.LegID
		p.mu.Unlock()
		p.say(events.Established, events.LegData{LegID: d.LegID})
	case events.HangupData:
		p.say(events.Cleared, events.ClearedData{LegID: d.LegID, Cause: events.CauseNormal, By: events.ByLocal})
	}
}

// hangUp lets the customer with this number hang up.
func (p *phone) hangUp(number string) {
	p.mu.Lock()
	leg := p.legs[number]
	p.mu.Unlock()
	p.say(events.Cleared, events.ClearedData{LegID: leg, Cause: events.CauseNormal, By: events.ByRemote})
}

func (p *phone) say(event string, data any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent++
	body, err := events.EncodeInbound(events.Inbound{ID: events.ID{Conn: "phone", N: p.sent}, Data: data})
	if err == nil {
		_, err = p.js.Publish(context.WithoutCancel(p.t.Context()), subject.SwitchEvent("main", "sim", event), body)
	}
	if err != nil && p.t.Context().Err() == nil {
		p.t.Error(err)
	}
}
