package report

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/scrape"
	"github.com/deskbus/deskbus/internal/service"
	"github.com/deskbus/deskbus/projections/report/reporttest"
)

// logged is a log that a test reads while others write.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) count(text string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Count(l.text.String(), text)
}

func newLog() (*logged, *slog.Logger) {
	l := &logged{}
	return l, slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// TestDatabaseAway: while a database cannot be written nothing is lost, the log has
// one line, and afterwards the service catches up.
func TestDatabaseAway(t *testing.T) {
	list := reporttest.Random(1, 400).Events
	half := len(list) / 2
	check := func(t *testing.T, where string, fresh string, away, back func()) {
		b := newBus(t)
		b.beat(uint64(len(list)))
		log, logger := newLog()
		b.publish(list[:half])
		b.runWith(where, logger)
		d := open(t, where)
		b.awaitCounted(d, uint64(half))
		away()
		b.publish(list[half:])
		eventually(t, "it tries again", func() bool { return log.count("level=DEBUG") > 0 })
		if n := log.count("level=WARN"); n != 1 {
			t.Errorf("%d lines about it in the log", n)
		}
		back()
		b.awaitCounted(d, uint64(len(list)))
		eventually(t, "the log says that it goes on", func() bool { return log.count("going on") > 0 })
		if n := log.count("going on"); n != 1 {
			t.Errorf("the log says %d times that it goes on", n)
		}
		if diff := cmp.Diff(dump(t, rebuild(t, fresh, list)), dump(t, d)); diff != "" {
			t.Errorf("-rebuilt +caught up:\n%s", diff)
		}
	}
	t.Run("sqlite locked", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		where := filepath.Join(dir, "reports.db")
		other := open(t, where)
		var locked tx
		check(t, where, filepath.Join(dir, "rebuilt.db"), func() {
			began, err := other.db.BeginTx(t.Context(), nil) // takes the lock for writing
			if err != nil {
				t.Fatal(err)
			}
			locked = tx{Tx: began}
		}, func() {
			if err := locked.Rollback(); err != nil {
				t.Error(err)
			}
		})
	})
	t.Run("postgres stopped", func(t *testing.T) {
		server := postgresServer(t)
		check(t, server.createDatabase(t), server.createDatabase(t), server.stop, func() { server.start(t) })
	})
}

// TestDatabaseComesLater: where the database should be is something else at first.
func TestDatabaseComesLater(t *testing.T) {
	t.Parallel()
	where := filepath.Join(t.TempDir(), "reports.db")
	if err := os.Mkdir(where, 0o700); err != nil {
		t.Fatal(err)
	}
	b := newBus(t)
	list := reporttest.Example().Events
	b.publish(list)
	log, logger := newLog()
	registry := prometheus.NewRegistry()
	c := config(b.NC, b.JS, where, b.feeds)
	c.Logger, c.Host = logger, service.NewHost(registry, "one", []string{reporttest.Zone})
	s, stop := b.start(c)
	gauge := func(name string) float64 { return scrape.Gather(t, registry).Sum(name, "zone", reporttest.Zone) }
	eventually(t, "it is noticed", func() bool { return log.count("standing still") > 0 && gauge("deskbus_report_trouble") == 1 })
	for range 3 {
		if a := s.Answer(t.Context(), wholeDay()); a.Result != events.SystemNotAvailable || a.Message == "" {
			t.Errorf("without a database: %+v", a)
		}
	}
	if n := log.count(`level=WARN msg="reports: the database cannot be read"`); n != 1 {
		t.Errorf("the log says %d times that the database cannot be read", n)
	}
	if err := os.Remove(where); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a report", func() bool {
		a := s.Answer(t.Context(), wholeDay())
		return a.Result == events.Success && a.ZN == uint64(len(list))
	})
	if n := log.count("can be read again"); n != 1 {
		t.Errorf("the log says %d times that the database can be read again", n)
	}
	eventually(t, "the metrics say so", func() bool {
		return gauge("deskbus_report_trouble") == 0 && gauge("deskbus_report_number") == float64(len(list))
	})
	stop()
	if scrape.Gather(t, registry)["deskbus_report_number"] != nil {
		t.Error("who does not write any more shows a number")
	}
}

// TestFeedHasDroppedEvents: the reports lack what was dropped before it was counted,
// which is an error in the log, and go on behind it.
func TestFeedHasDroppedEvents(t *testing.T) {
	t.Parallel()
	b := newBus(t)
	list := reporttest.Random(3, 200).Events
	where := filepath.Join(t.TempDir(), "reports.db")
	d := migrated(t, where)
	saveAll(t, d, load(t, d), list[:20])
	before := strings.Count(dump(t, d), "report_intervals")
	b.publish(list)
	stream, err := b.JS.Stream(t.Context(), "EVENTS_"+reporttest.Zone)
	if err != nil {
		t.Fatal(err)
	}
	for zn := range uint64(60) {
		if err := stream.DeleteMsg(t.Context(), zn+1); err != nil {
			t.Fatal(err)
		}
	}
	log, logger := newLog()
	b.runWith(where, logger)
	b.awaitCounted(d, uint64(len(list)))
	if log.count("level=ERROR") != 1 || log.count("from=21 to=60") != 1 {
		t.Errorf("the log says: %s", log.text.String())
	}
	if after := strings.Count(dump(t, d), "report_intervals"); after <= before {
		t.Errorf("%d rows before and %d after", before, after)
	}
}

// TestFeedOfAnotherBus: nothing is counted twice or on top of another zone's rows.
func TestFeedOfAnotherBus(t *testing.T) {
	t.Parallel()
	mine, other := reporttest.Random(1, 100).Events, reporttest.Random(2, 300).Events
	for name, list := range map[string][]events.Event{"longer": other, "shorter": other[:20]} {
		t.Run(name, func(t *testing.T) {
			b := newBus(t)
			b.publish(list)
			where := filepath.Join(t.TempDir(), "reports.db")
			d := rebuild(t, where, mine)
			before := dump(t, d)
			log, logger := newLog()
			_, stop := b.runWith(where, logger)
			eventually(t, "it is noticed", func() bool { return log.count("another bus") > 0 })
			stop()
			if diff := cmp.Diff(before, dump(t, d)); diff != "" {
				t.Errorf("-before +after:\n%s", diff)
			}
		})
	}
}

// TestEventsComeTooFast: what does not fit into the queue is read from the stream.
func TestEventsComeTooFast(t *testing.T) {
	t.Parallel()
	b := newBus(t)
	list := reporttest.Random(4, 1000).Events
	b.beat(uint64(len(list)))
	where := filepath.Join(t.TempDir(), "reports.db")
	w := &writer{zone: reporttest.Zone, feed: b.feeds[reporttest.Zone], js: b.JS, database: migrated(t, where), queue: 1, log: quiet, metrics: newMetrics(nil)}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { w.run(ctx); close(done) }()
	b.publish(list)
	d := open(t, where)
	b.awaitCounted(d, uint64(len(list)))
	stop()
	<-done
	if diff := cmp.Diff(dump(t, rebuild(t, filepath.Join(t.TempDir(), "reports.db"), list)), dump(t, d)); diff != "" {
		t.Errorf("-rebuilt +counted:\n%s", diff)
	}
}

// TestUnreadableEvent: the reports of the zone stand still before it, aloud.
func TestUnreadableEvent(t *testing.T) {
	t.Parallel()
	b := newBus(t)
	list := reporttest.Example().Events
	b.publish(list[:30])
	b.publishRaw(&list[30], []byte("hello"))
	b.publish(list[31:])
	where := filepath.Join(t.TempDir(), "reports.db")
	log, logger := newLog()
	b.runWith(where, logger)
	eventually(t, "it is noticed", func() bool { return log.count("standing still") > 0 })
	if got := load(t, open(t, where)).ZN(); got != 30 {
		t.Errorf("counted up to event %d, want 30", got)
	}
}

func wholeDay() events.ReportRequest {
	return events.ReportRequest{
		V: events.Version, ZoneName: reporttest.Zone, By: events.ReportByAgent,
		From: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC).UnixMicro(), To: time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC).UnixMicro(),
	}
}
