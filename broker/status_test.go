package broker

import (
	"context"
	"fmt"
	"testing"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/subject"
)

// TestStatusWithoutALeader: every broker answers about a zone that nobody leads, and
// says as of when. Asked for what has not happened yet, it says that it cannot tell,
// or waits until it can.
func TestStatusWithoutALeader(t *testing.T) {
	bus, dir := natstest.Start(t), t.TempDir()
	var brokers []*running
	for i := range 3 {
		brokers = append(brokers, start(t, bus, fmt.Sprint("broker-", i+1), twoZones(t, dir, "")))
	}
	d := newDesk(t, bus.URL, "1001")
	eventually(t, "logon", func() bool { return d.logOn("main") == events.Success })
	room := limitJournal(t, bus, "main", 1)
	go d.work() // its outcome is that nobody leads
	for _, b := range brokers {
		b.becomes(false)
	}
	newest := newest(t, bus, subject.EventsStream("main"))

	for i, b := range brokers {
		// Those that go on are asked; the last time it is one alone.
		eventually(t, "the newest event is in every answer", func() bool {
			for range 10 {
				if a := askStatus(t, bus, events.StatusRequest{ZoneName: "main"}); a.Result != events.Success || a.ZN != newest {
					return false
				}
			}
			return true
		})
		a := askStatus(t, bus, events.StatusRequest{ZoneName: "main", AtLeast: newest, WaitMs: 5000})
		if a.Result != events.Success || a.ZN != newest || a.At == 0 || len(a.Agents) != 1 || !a.Agents[0].LoggedOn {
			t.Errorf("%d brokers: %+v", len(brokers)-i, a)
		}
		for _, wait := range []int{0, 200} {
			a := askStatus(t, bus, events.StatusRequest{ZoneName: "main", AtLeast: newest + 1, WaitMs: wait})
			if a.Result != events.SystemNotAvailable || len(a.Agents) != 0 {
				t.Errorf("%d brokers, waiting %d ms for what has not happened: %+v", len(brokers)-i, wait, a)
			}
		}
		if i < len(brokers)-1 {
			b.stop()
		}
	}
	limitJournal(t, bus, "main", room)
	eventually(t, "with a leader again there is more", func() bool {
		a := askStatus(t, bus, events.StatusRequest{ZoneName: "main", AtLeast: newest + 1, WaitMs: 10_000})
		return a.Result == events.Success && a.ZN > newest
	})
}

// limitJournal sets how large a zone's journal may be and returns how large it
// might be before.
func limitJournal(t *testing.T, bus *natstest.Bus, zone string, size int64) int64 {
	t.Helper()
	stream, err := bus.JS.Stream(bus.Ctx, subject.JournalStream(zone))
	if err != nil {
		t.Fatal(err)
	}
	c := stream.CachedInfo().Config
	before := c.MaxBytes
	c.MaxBytes = size
	if _, err := bus.JS.UpdateStream(bus.Ctx, c); err != nil {
		t.Fatal(err)
	}
	return before
}

// askStatus asks one of the brokers.
func askStatus(t *testing.T, bus *natstest.Bus, r events.StatusRequest) events.StatusAnswer {
	r.V = events.Version
	body, err := events.Marshal(r)
	if err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(bus.Ctx, patience)
	defer cancel()
	m, err := bus.NC.RequestWithContext(ctx, subject.ServiceStatus, body)
	if err != nil {
		t.Errorf("status: %v", err)
		return events.StatusAnswer{}
	}
	a, err := events.Unmarshal[events.StatusAnswer](m.Data)
	if err != nil {
		t.Error(err)
	}
	return a
}
