package audit_test

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/audit"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/internal/logtest"
	"github.com/deskbus/deskbus/internal/natstest"
)

var (
	crowdAgents = flag.Int("agents", 500, "agents in TestScale")
	crowdEvents = flag.Int("events", 25_000, "events in TestScale, at least")
)

// TestScale: one agent's day costs what that agent did, however many others there
// were, and the whole of a zone is read not much slower than a plain consumer does.
// -v shows the figures; -agents 10000 -events 2000000 is a zone of that size.
func TestScale(t *testing.T) {
	bus := natstest.Start(t)
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	written := logtest.Start(ctx, t, bus, zone)
	crowd := written.NewCrowd(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).UnixMicro(), *crowdAgents)
	for crowd.Round(); written.Events < *crowdEvents; crowd.Round() {
	}
	end := time.UnixMicro(crowd.At)
	t.Logf("%d agents, %d events, %s in the zone", *crowdAgents, written.Events, end.Sub(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)))
	all := float64(written.Events)

	l := &audit.Log{JS: bus.JS, Zone: zone}
	var raw, rawProcessor time.Duration
	whole := func(what string, fn func() error) {
		t.Helper()
		before := processorTime(t)
		duration := took(t, fn)
		processor := processorTime(t) - before
		if raw == 0 {
			raw, rawProcessor = duration, processor
		}
		t.Logf("%-14s %8.0f events/s, %.2f of raw, %.1f µs of processor time each", what, all/duration.Seconds(),
			raw.Seconds()/duration.Seconds(), float64(processor.Microseconds())/all)
		if processor > 20*rawProcessor {
			t.Errorf("%s took %s of processor time, a plain consumer %s", what, processor, rawProcessor)
		}
	}
	whole("raw consumer", func() error {
		return feed.Read(ctx, bus.JS, zone, feed.Query{}, func(jetstream.Msg) error { return nil })
	})
	checkOneAgent(t, ctx, bus, crowd.Agent(*crowdAgents/2), raw)
	whole("export jsonl", func() error {
		return l.Read(ctx, audit.Query{}, audit.JSONLines(bufio.NewWriter(io.Discard)))
	})
	whole("export csv", func() error {
		out, err := audit.NewCSV(io.Discard)
		if err != nil {
			return err
		}
		return l.Read(ctx, audit.Query{}, out.Write)
	})
	whole("diff of zone", func() error {
		_, err := l.Differences(ctx, audit.Moment{ZN: uint64(written.Events / 2)}, audit.Moment{Time: end})
		return err
	})
	whole("verify", func() error {
		v, err := l.Verify(ctx, audit.VerifyOptions{})
		if err == nil && v.Compared != uint64(written.Events) {
			err = fmt.Errorf("%d events compared", v.Compared)
		}
		return err
	})
}

// processorTime is what the test has used of all processors, the server in it
// included. It tells more than the clock on a computer that does other things.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// checkOneAgent counts what comes over the wire for one agent's timeline, by a
// connection of its own.
func checkOneAgent(t *testing.T, ctx context.Context, bus *natstest.Bus, agent string, raw time.Duration) {
	t.Helper()
	nc, err := nats.Connect(bus.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	l := &audit.Log{JS: js, Zone: zone}
	found, parts := 0, map[string]bool{}
	duration := took(t, func() error {
		return l.Read(ctx, audit.Query{Agents: []string{agent}}, func(r *audit.Record) error {
			found++
			parts[r.Event.Session] = true
			return nil
		})
	})
	messages := int(nc.Stats().InMsgs)
	t.Logf("one agent      %8d events in %s, %d messages over the wire", found, duration.Round(time.Millisecond), messages)
	// Beside the events: two answers and an end for each consumer, one for each of
	// the calls; and of each turn, the event that shows that it has ended.
	if most := 2*found + 8*len(parts) + 40; messages > most || found == 0 {
		t.Errorf("%d messages came for %d events of %d calls, want %d at most", messages, found, len(parts), most)
	}
	at := took(t, func() error {
		_, err := l.Desktop(ctx, agent, audit.Moment{Time: time.Date(2026, 3, 2, 23, 0, 0, 0, time.UTC)})
		return err
	})
	t.Logf("one state      in %s", at.Round(time.Millisecond))
	if *crowdEvents >= 1_000_000 && duration > raw/5 {
		t.Errorf("one agent's timeline took %s, all of the zone %s", duration, raw)
	}
}

func took(t *testing.T, fn func() error) time.Duration {
	t.Helper()
	begun := time.Now()
	if err := fn(); err != nil {
		t.Fatal(err)
	}
	return time.Since(begun)
}
