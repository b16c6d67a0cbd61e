package zone

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/ordered"
	"github.com/deskbus/deskbus/internal/scrape"
	"github.com/deskbus/deskbus/internal/tracing"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/subject"
)

// TestOnlyTheLeaderTells of the zone, so that sums over all brokers are right.
func TestOnlyTheLeaderTells(t *testing.T) {
	r := newRig(t)
	registry := prometheus.NewRegistry()
	c := r.config("one")
	c.Metrics = NewMetrics(registry)
	z := New(c)
	if m := scrape.Gather(t, registry); m.Sum("deskbus_zone_leader") != 0 || m.Sum("deskbus_zone_ready") != 0 {
		t.Errorf("before it runs: %v", m)
	}
	stop := r.runZone(z)
	r.logons(0, 3)
	deadline := time.Now().Add(time.Minute)
	m := scrape.Gather(t, registry)
	for ; m.Sum("deskbus_agents") != 3; m = scrape.Gather(t, registry) {
		if time.Now().After(deadline) {
			t.Fatalf("%v", m)
		}
		time.Sleep(50 * time.Millisecond)
	}
	if m.Sum("deskbus_zone_leader") != 1 || m.Sum("deskbus_zone_ready") != 1 || m.Sum("deskbus_zone_epoch") != float64(1+lostLeases(c)) {
		t.Errorf("as the leader: %v", m)
	}
	stop()
	m = scrape.Gather(t, registry)
	if m["deskbus_agents"] != nil || m.Sum("deskbus_zone_leader") != 0 || m.Sum("deskbus_zone_leaderships_ended_total") != float64(1+lostLeases(c)) || m.Sum("deskbus_zone_commits_total") == 0 {
		t.Errorf("after it has stopped: %v", m)
	}
}

func TestWhyEnded(t *testing.T) {
	for want, err := range map[string]error{
		endedStopped:    context.Canceled,
		endedHandedOver: errors.Join(errHandOver, context.Canceled),
		endedLeaseLost:  fmt.Errorf("lease on main: %w: taken", journal.ErrLeaseLost),
		endedDeposed:    fmt.Errorf("journal: %w", journal.ErrDeposed),
		endedBusLost:    errors.Join(journal.ErrUnknownOutcome, errBusLost),
		endedUnknown:    fmt.Errorf("%w: %w", journal.ErrUnknownOutcome, context.DeadlineExceeded),
		endedPoison:     errors.Join(errPoison{7, "x"}, context.Canceled),
		endedDamaged:    fmt.Errorf("feed: %w", journal.ErrCorrupt),
		endedOther:      errors.New("the feed was not acknowledged"),
	} {
		if got := whyEnded(err); got != want {
			t.Errorf("%v: %s, want %s", err, got, want)
		}
	}
}

// TestTraceIsNotInTheJournal: what a later leader publishes again carries none.
func TestTraceIsNotInTheJournal(t *testing.T) {
	const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	r := newRig(t)
	stop := r.start()
	command := &nats.Msg{
		Subject: subject.Command(name, "1001", events.AGTLogon), Data: r.logon("1001", events.ID{Conn: "c", N: 1}),
		Header: nats.Header{"traceparent": {parent}},
	}
	if _, err := r.JS.PublishMsg(r.Ctx, command); err != nil {
		t.Fatal(err)
	}
	r.await("AGTLogonRESP")
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if n := r.traced(); n == 0 {
		t.Fatal("no event carries the trace")
	}
	if err := r.JS.DeleteStream(r.Ctx, subject.EventsStream(name)); err != nil {
		t.Fatal(err)
	}
	if err := journal.EnsureStreams(r.Ctx, r.JS, name, 1); err != nil {
		t.Fatal(err)
	}
	stop = r.start()
	r.await("AGTLogonRESP")
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if n := r.traced(); n != 0 {
		t.Errorf("%d events carry a trace that is not in the journal", n)
	}
	r.check()
}

// traced counts the messages of the feed that carry a trace.
func (r *rig) traced() int {
	r.t.Helper()
	n := 0
	err := ordered.Read(r.Ctx, r.JS, subject.EventsStream(name), jetstream.OrderedConsumerConfig{}, false, func(msg jetstream.Msg) error {
		if tracing.Extract(msg.Headers()).IsValid() {
			n++
		}
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}

// BenchmarkCount is what counting costs the leader for one command that causes
// five events, in a commit of its own.
func BenchmarkCount(b *testing.B) {
	z := New(Config{Name: name, Metrics: NewMetrics(prometheus.NewRegistry()), Logger: quiet})
	turn := []events.Event{
		{Index: 0, Kind: events.KindCommand, Name: events.AGTHoldCall, Cause: "c.1"},
		{Index: 1, Kind: events.KindResponse, Name: "AGTHoldCallRESP", Data: events.SessionResult{}},
		{Index: 2, Kind: events.KindSwitch, Name: events.Hold},
		{Index: 3, Kind: events.KindNotification, Name: events.AGTCallStateChangedNotify},
		{Index: 4, Kind: events.KindNotification, Name: events.AGTCapabilitiesChanged},
	}
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		z.counters.decided(time.Since(start))
		z.counters.waited(start.UnixNano(), start)
		z.counters.appended(time.Since(start))
		z.counters.committed(turn, 1500)
	}
}
