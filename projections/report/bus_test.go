package report

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/internal/service"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/projections/report/reporttest"
	"github.com/deskbus/deskbus/subject"
)

// bus is a server with the streams of a zone.
type bus struct {
	*natstest.Bus
	t     *testing.T
	feeds map[string]*feed.Zone
}

func newBus(t *testing.T) *bus {
	t.Helper()
	b := &bus{Bus: natstest.Start(t), t: t}
	if err := journal.EnsureStreams(t.Context(), b.JS, reporttest.Zone, 1); err != nil {
		t.Fatal(err)
	}
	var err error
	if b.feeds, err = feed.JoinAll(b.NC, b.JS, []string{reporttest.Zone}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { feed.LeaveAll(b.feeds) })
	return b
}

// publish publishes events as a leader does, from any goroutine.
func (b *bus) publish(list []events.Event) {
	b.t.Helper()
	for i := range list {
		body, err := events.Encode(&list[i])
		if err != nil {
			b.t.Error(err)
			return
		}
		b.publishRaw(&list[i], body)
	}
	select {
	case <-b.JS.PublishAsyncComplete():
	case <-time.After(patience):
		b.t.Error("the events were not acknowledged")
	}
}

func (b *bus) publishRaw(e *events.Event, body []byte) {
	b.t.Helper()
	to, err := subject.Of(e)
	if err == nil {
		_, err = b.JS.PublishAsync(to, body, jetstream.WithExpectLastSequence(e.ZN-1))
	}
	if err != nil {
		b.t.Error(err)
	}
}

// beat sends heartbeats until the test ends.
func (b *bus) beat(zn uint64) {
	ctx, stop := context.WithCancel(context.Background())
	b.t.Cleanup(stop)
	go func() {
		for h := (events.Heartbeat{V: events.Version, Zone: reporttest.Zone, Epoch: 1, ZN: zn}); ctx.Err() == nil; {
			h.Number++
			if body, err := events.Marshal(h); err != nil || b.NC.Publish(subject.Heartbeat(reporttest.Zone), body) != nil {
				return // the connection is closed: the test is over
			}
			sleep(ctx, 50*time.Millisecond)
		}
	}()
}

// config is that of a service that is the only one.
func config(nc *nats.Conn, js jetstream.JetStream, where string, feeds map[string]*feed.Zone) Config {
	return Config{
		NC: nc, JS: js, Host: service.NewHost(nil, "one", []string{reporttest.Zone}), Feeds: feeds,
		Database: where, Logger: quiet,
		Alone: func(ctx context.Context, fn func(context.Context) error) error { return fn(ctx) },
	}
}

// run runs a service until the test ends, or stop is called.
func (b *bus) run(where string) (s *Service, stop func()) { return b.runWith(where, quiet) }

func (b *bus) runWith(where string, log *slog.Logger) (s *Service, stop func()) {
	b.t.Helper()
	c := config(b.NC, b.JS, where, b.feeds)
	c.Logger = log
	return b.start(c)
}

func (b *bus) start(c Config) (s *Service, stop func()) {
	b.t.Helper()
	s, err := New(c)
	if err != nil {
		b.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		select {
		case err := <-done:
			if err != nil {
				b.t.Error(err)
			}
		case <-time.After(patience):
			b.t.Error("the service does not stop")
		}
		s.Close()
	}
	b.t.Cleanup(stop)
	return s, stop
}

// awaitCounted waits until a database has counted up to an event.
func (b *bus) awaitCounted(d *database, zn uint64) {
	b.t.Helper()
	eventually(b.t, "the feed is counted", func() bool {
		f, err := d.load(b.t.Context(), reporttest.Zone)
		return err == nil && f.ZN() >= zn
	})
}
