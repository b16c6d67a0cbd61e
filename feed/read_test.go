package feed_test

import (
	"testing"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
)

// TestTheNewestEvent: what somebody has copied behind it, of this zone or of another,
// does not hide it.
func TestTheNewestEvent(t *testing.T) {
	b := startBus(t)
	write := func(of string, numbers ...uint64) {
		t.Helper()
		for _, zn := range numbers {
			body, err := events.Encode(&events.Event{
				Zone: of, ZN: zn, Turn: zn, Kind: events.KindNotification, Name: events.AGTAgentLoggedOut,
				Agent: "a", N: zn, Data: events.NoData{},
			})
			b.must(err)
			_, err = b.js.Publish(t.Context(), "pom."+zone+".agent.a.ntf.AGTAgentLoggedOut", body)
			b.must(err)
		}
	}
	for _, c := range []struct {
		what   string
		write  func()
		newest uint64
	}{
		{"nothing", func() {}, 0},
		{"events", func() { write(zone, 1, 2, 3) }, 3},
		{"a copy", func() { write(zone, 2) }, 3},
		{"an event behind it", func() { write(zone, 4, 5) }, 5},
		{"copies", func() { write(zone, 3, 1) }, 5},
		{"another zone's", func() { write("other", 6) }, 5},
		{"one before its time", func() { write(zone, 1000) }, 5},
		{"the same again, and more", func() { write(zone, 6, 4, 5, 6) }, 6},
	} {
		c.write()
		if _, newest, err := feed.Find(t.Context(), b.js, zone); err != nil || newest != c.newest {
			t.Errorf("%s: the newest event is %d, want %d, %v", c.what, newest, c.newest, err)
		}
	}
}
