package broker

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/logcheck"
	"github.com/deskbus/deskbus/internal/natstest"
)

// TestAWedgedZone: the journal of one zone takes no writes. Its leader steps down,
// no broker is ready, and what is asked for waits; the other zone goes on. When
// there is room again, all go on by themselves, and what waited is done.
func TestAWedgedZone(t *testing.T) {
	bus, dir := natstest.Start(t), t.TempDir()
	var brokers []*running
	for i := range 2 {
		brokers = append(brokers, start(t, bus, fmt.Sprint("broker-", i+1), twoZones(t, dir, "")))
	}
	wedged, other := newDesk(t, bus.URL, "1001"), newDesk(t, bus.URL, "1002")
	for zone, d := range map[string]*desk{"main": wedged, "south": other} {
		eventually(t, "logon in "+zone, func() bool { return d.logOn(zone) == events.Success })
	}
	room := limitJournal(t, bus, "main", 1)
	result := make(chan events.Code, 1)
	go func() { result <- wedged.work() }()
	for _, b := range brokers {
		eventually(t, "not ready: "+b.options.Name, func() bool {
			code, text := b.readyz()
			return code == 503 && strings.Contains(text, "zone main")
		})
	}
	eventually(t, "the other zone works", func() bool { return other.work() == events.Success })
	limitJournal(t, bus, "main", room)
	for _, b := range brokers {
		b.becomes(true)
	}
	if code := <-result; code != events.Success && code != events.POMNotAvailableCode {
		t.Errorf("what waited has result %d", code)
	}
	eventually(t, "the zone works", func() bool { return wedged.work() == events.Success })
	for _, b := range brokers {
		b.stop()
	}
	for _, zone := range []string{"main", "south"} {
		if _, err := logcheck.Read(bus.Ctx, bus.JS, zone); err != nil {
			t.Error(err)
		}
	}
}

// TestAFrozenServer: connections that are not closed and say nothing any more are
// given up for others, by brokers and by desktops.
func TestAFrozenServer(t *testing.T) {
	bus := natstest.Start(t)
	p := bus.Proxy(t)
	frozen := *bus
	frozen.URL = p.URL
	b := start(t, &frozen, "broker-1", twoZones(t, t.TempDir(), ""))
	d := newDesk(t, frozen.URL, "1001")
	eventually(t, "logon", func() bool { return d.logOn("main") == events.Success })
	p.Freeze()
	b.becomes(false)
	b.becomes(true)
	eventually(t, "the desktop works over a new connection", func() bool { return d.work() == events.Success })
}
