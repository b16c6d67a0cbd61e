package broker

import (
	"testing"
	"time"

	"github.com/deskbus/deskbus/config"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/logcheck"
	"github.com/deskbus/deskbus/internal/natstest"
)

// behind starts a broker that reaches the bus by a way of its own, on which all that
// the bus says is late.
func behind(t *testing.T, bus *natstest.Bus, late time.Duration, name string, c *config.Config) (*running, *natstest.Proxy) {
	t.Helper()
	way := bus.Proxy(t)
	way.Delay(late)
	seen := *bus
	seen.URL = way.URL
	return start(t, &seen, name, c), way
}

// TestASlowBus: brokers to whom each answer of the bus takes long start, lead and
// keep their zones, and follow each other when one stops or is gone.
func TestASlowBus(t *testing.T) {
	t.Parallel() // it waits most of the time
	bus, c := natstest.Start(t), twoZones(t, t.TempDir(), "")
	var all []*running
	brokers, ways := map[string]*running{}, map[string]*natstest.Proxy{}
	const late = 700 * time.Millisecond
	for i, name := range []string{"broker-1", "broker-2", "broker-3"} {
		before := late
		if i > 0 {
			before = 0 // to start takes many answers, one after the other
		}
		brokers[name], ways[name] = behind(t, bus, before, name, c)
		ways[name].Delay(late)
		all = append(all, brokers[name])
	}
	for _, b := range all {
		b.becomes(true)
	}
	eventually(t, "all are members", func() bool { return members(t, bus) == len(all) })
	d := newDesk(t, bus.URL, "1001")
	eventually(t, "logon", func() bool { return d.logOn("main") == events.Success })
	for range 5 {
		if code := d.work(); code != events.Success {
			t.Errorf("a command on a slow bus: %d", code)
		}
	}
	// takenOver waits for the next leader, which is not the former one.
	takenOver := func(former string) (leader string) {
		t.Helper()
		eventually(t, "another broker has the lease", func() bool {
			leader = leaseOn(t, bus, "main")
			return leader != "" && leader != former
		})
		eventually(t, "the zone works", func() bool { return d.work() == events.Success })
		return leader
	}
	first := takenOver("")
	brokers[first].stop()
	second := takenOver(first)
	// On a machine that is slow itself one may be lost.
	if n := said(all, "the lease is lost"); n > 1 {
		t.Errorf("leases were lost %d times", n)
	}
	ways[second].Cut()
	takenOver(second)
	for _, b := range all {
		b.stop()
	}
	for _, zone := range c.ZoneNames() {
		if _, err := logcheck.Read(bus.Ctx, bus.JS, zone); err != nil {
			t.Error(err)
		}
	}
}

// TestABusThatIsTooSlow: a broker whose answers take longer than a lease lasts loses
// its zones to one that is nearer.
func TestABusThatIsTooSlow(t *testing.T) {
	t.Parallel() // it waits most of the time
	bus, c := natstest.Start(t), twoZones(t, t.TempDir(), "")
	far, way := behind(t, bus, 0, "far", c)
	far.becomes(true)
	d := newDesk(t, bus.URL, "1001")
	eventually(t, "logon", func() bool { return d.logOn("main") == events.Success })
	near := start(t, bus, "near", c)
	near.becomes(true)
	way.Delay(2 * time.Second)
	for _, zone := range c.ZoneNames() {
		eventually(t, "the near broker leads "+zone, func() bool { return leaseOn(t, bus, zone) == "near" })
	}
	eventually(t, "the zone works", func() bool { return d.work() == events.Success })
	way.Delay(0)
	far.becomes(true)
	far.stop()
	near.stop()
	for _, zone := range c.ZoneNames() {
		if _, err := logcheck.Read(bus.Ctx, bus.JS, zone); err != nil {
			t.Error(err)
		}
	}
}
