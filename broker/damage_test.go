package broker

import (
	"fmt"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/subject"
)

// damages are entries that must not be in a journal, made of a right one.
var damages = map[string]func(right []byte) []byte{
	"wrong hash": func(right []byte) []byte {
		// The newest entry again: it carries the hash of the one before itself.
		return right
	},
	"unknown version": func(right []byte) []byte {
		return []byte(strings.Replace(string(right), "\xa1v\x01", "\xa1v\x02", 1))
	},
	"cut off": func(right []byte) []byte { return right[:len(right)-1] },
}

// TestADamagedZoneStops: an entry that is damaged stops its zone on every broker,
// with a message that names the sequence. Nobody writes to it or asks for its
// lease any more, and the other zone goes on where it is.
func TestADamagedZoneStops(t *testing.T) {
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			bus, dir := natstest.Start(t), t.TempDir()
			var brokers []*running
			for i := range 3 {
				brokers = append(brokers, start(t, bus, fmt.Sprint("broker-", i+1), twoZones(t, dir, "")))
			}
			lost, kept := newDesk(t, bus.URL, "1001"), newDesk(t, bus.URL, "1002")
			for zone, d := range map[string]*desk{"main": lost, "south": kept} {
				eventually(t, "logon in "+zone, func() bool { return d.logOn(zone) == events.Success })
			}
			for _, b := range brokers {
				eventually(t, "all brokers are members", func() bool { return members(t, bus) == len(brokers) })
				b.becomes(true)
			}
			before := leaderships(brokers, "south")
			sequence := spoil(t, bus, "main", damage)
			// The standbys see it, the leader with its next append.
			go lost.work()
			for _, b := range brokers {
				eventually(t, "a broker says what is wrong", func() bool {
					code, text := b.readyz()
					return code == 503 && strings.Contains(text, "zone main") && strings.Contains(text, fmt.Sprintf("sequence %d:", sequence))
				})
				eventually(t, "its log says it", func() bool { return strings.Contains(b.log.String(), "zone stopped") })
				if n := strings.Count(b.log.String(), "zone stopped"); n != 1 || strings.Count(b.log.String(), "other zones go on") != 1 {
					t.Errorf("said %d times that a zone has stopped", n)
				}
			}
			eventually(t, "the other zone works", func() bool { return kept.work() == events.Success })
			// A broker that starts stops the zone too, and takes part in the other one.
			brokers[0].stop()
			late := start(t, bus, "broker-4", twoZones(t, dir, ""))
			eventually(t, "a broker that starts says what is wrong", func() bool {
				_, text := late.readyz()
				return strings.Contains(text, fmt.Sprintf("sequence %d:", sequence))
			})
			eventually(t, "the other zone goes on", func() bool { return kept.work() == events.Success })
			if last := newest(t, bus, subject.JournalStream("main")); last != sequence {
				t.Errorf("the damaged journal goes on to sequence %d", last)
			}
			eventually(t, "nobody holds the lease on the damaged zone", func() bool { return leaseOn(t, bus, "main") == "" })
			// One broker has left and one has come: each moves a zone once at most. On a
			// slow machine a lease may be lost, which is said.
			all := append(brokers, late)
			if n := leaderships(all, "south") - before; n > 2+said(all, `msg="leadership ended, folding again" zone=south`) {
				t.Errorf("the other zone has changed hands %d times", n)
			}
		})
	}
}

// spoil appends a damaged entry to the journal of a zone and returns its sequence.
func spoil(t *testing.T, bus *natstest.Bus, zone string, damage func([]byte) []byte) uint64 {
	t.Helper()
	stream, err := bus.JS.Stream(bus.Ctx, subject.JournalStream(zone))
	if err != nil {
		t.Fatal(err)
	}
	right, err := stream.GetLastMsgForSubject(bus.Ctx, subject.Journal(zone))
	if err != nil {
		t.Fatal(err)
	}
	ack, err := bus.JS.PublishMsg(bus.Ctx, &nats.Msg{
		Subject: subject.Journal(zone), Data: damage(right.Data), Header: nats.Header{"Deskbus-Commit": []string{"1"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return ack.Sequence
}

func newest(t *testing.T, bus *natstest.Bus, name string) uint64 {
	t.Helper()
	stream, err := bus.JS.Stream(bus.Ctx, name)
	if err != nil {
		t.Fatal(err)
	}
	return stream.CachedInfo().State.LastSeq
}

// leaseOn returns who holds a lease, "" for nobody.
func leaseOn(t *testing.T, bus *natstest.Bus, what string) string {
	t.Helper()
	kv, err := bus.JS.KeyValue(bus.Ctx, "DESKBUS_LEASE")
	if err != nil {
		t.Fatal(err)
	}
	entry, err := kv.Get(bus.Ctx, what)
	if err != nil {
		return ""
	}
	return string(entry.Value())
}

// members counts the brokers that have announced themselves.
func members(t *testing.T, bus *natstest.Bus) int {
	t.Helper()
	kv, err := bus.JS.KeyValue(bus.Ctx, "DESKBUS_LEASE")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := kv.ListKeysFiltered(bus.Ctx, "member.*")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for range keys.Keys() {
		n++
	}
	return n
}

// leaderships counts how often brokers have begun to lead a zone.
func leaderships(brokers []*running, zone string) int { return said(brokers, "msg=leading zone="+zone) }

// said counts how often brokers have logged something.
func said(brokers []*running, text string) (n int) {
	for _, b := range brokers {
		n += strings.Count(b.log.String(), text)
	}
	return n
}
