package broker

import (
	"context"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/logcheck"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/subject"
)

// mistake is what an operator does to a bus that is at work.
type mistake struct {
	what string
	do   func(ctx context.Context, js jetstream.JetStream) error
	// says is what the log says then, "" for nothing.
	says string
}

func deleted(stream, says string) mistake {
	return mistake{"delete " + stream, func(ctx context.Context, js jetstream.JetStream) error { return js.DeleteStream(ctx, stream) }, says}
}

func purged(stream, says string) mistake {
	return mistake{"purge " + stream, func(ctx context.Context, js jetstream.JetStream) error {
		s, err := js.Stream(ctx, stream)
		if err != nil {
			return err
		}
		return s.Purge(ctx)
	}, says}
}

func written(to, body, says string) mistake {
	return mistake{"write to " + to, func(ctx context.Context, js jetstream.JetStream) error {
		_, err := js.Publish(ctx, to, []byte(body))
		return err
	}, says}
}

func withoutConsumers(stream string) mistake {
	return mistake{"delete the consumers of " + stream, func(ctx context.Context, js jetstream.JetStream) error {
		s, err := js.Stream(ctx, stream)
		if err != nil {
			return err
		}
		for c := range s.ListConsumers(ctx).Info() {
			if err := s.DeleteConsumer(ctx, c.Name); err != nil {
				return err
			}
		}
		return nil
	}, ""}
}

const ended = `msg="leadership ended, folding again" zone=main`

// TestMistakesOfOperators: whatever somebody deletes or writes who may do everything,
// the zone goes on, and the log is whole. The journal is left alone: it cannot be replaced.
func TestMistakesOfOperators(t *testing.T) {
	bus, dir := natstest.Start(t), t.TempDir()
	b := start(t, bus, "broker-1", twoZones(t, dir, ""))
	d := newDesk(t, bus.URL, "1001")
	eventually(t, "logon", func() bool { return d.logOn("main") == events.Success })
	b.becomes(true)
	for _, m := range []mistake{
		deleted("KV_DESKBUS_LEASE", ended),
		purged("KV_DESKBUS_LEASE", ended),
		written("$KV.DESKBUS_LEASE.main", "\x00\xff", ended),
		written("$KV.DESKBUS_LEASE.main", "", ended),
		written("$KV.DESKBUS_LEASE.a.b.c", "x", ""),
		written("$O.DESKBUS_SNAPSHOT_main.M.x", `{"name":`, ""),
		deleted("OBJ_DESKBUS_SNAPSHOT_south", ""),
		deleted("OBJ_DESKBUS_CHECKPOINTS", ""),
		withoutConsumers(subject.InboxStream("main")),
		withoutConsumers(subject.JournalStream("main")),
		purged(subject.InboxStream("main"), ""),
	} {
		before := len(b.log.String())
		if err := m.do(bus.Ctx, bus.JS); err != nil {
			t.Fatalf("%s: %v", m.what, err)
		}
		eventually(t, m.what+" is noticed", func() bool {
			d.work()
			return strings.Contains(b.log.String()[before:], m.says)
		})
		eventually(t, "work goes on: "+m.what, func() bool { return d.work() == events.Success })
		b.becomes(true)
	}
	b.stop()
	log, err := logcheck.Read(bus.Ctx, bus.JS, "main")
	if err != nil || log.State.Agents["1001"] == nil {
		t.Errorf("%v", err)
	}
}
