package switchsim

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/embedded"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/subject"
)

// TestSenderOutlastsTheBus: the bus is away while an event is sent. Afterwards
// each event is there once, in order.
func TestSenderOutlastsTheBus(t *testing.T) {
	dir := t.TempDir()
	server, err := embedded.Start(embedded.Options{Listen: natstest.Address(t), Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Stop() })
	nc, err := nats.Connect(server.URL(), nats.MaxReconnects(-1), nats.ReconnectWait(20*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if err := journal.EnsureStreams(t.Context(), js, "z", 1); err != nil {
		t.Fatal(err)
	}
	s := &sender{js: js, config: Config{Zone: "z", Switch: "s", Logger: slog.New(slog.DiscardHandler)}, conn: "conn"}
	s.send(t.Context(), emission{events.Alerting, events.LegData{LegID: "c"}})

	away := nc.StatusChanged(nats.RECONNECTING)
	server.Stop()
	<-away
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		s.send(t.Context(), emission{events.Established, events.LegData{LegID: "c"}})
	}()
	if server, err = embedded.Start(embedded.Options{Listen: strings.TrimPrefix(server.URL(), "nats://"), Dir: dir}); err != nil {
		t.Fatal(err)
	}
	select {
	case <-sent:
	case <-time.After(time.Minute):
		t.Fatal("the event is not acknowledged after the bus came back")
	}
	checkInbox(t, js, "conn.1", "conn.2")
}

func checkInbox(t *testing.T, js jetstream.JetStream, want ...string) {
	t.Helper()
	inbox, err := js.Stream(t.Context(), subject.InboxStream("z"))
	if err != nil {
		t.Fatal(err)
	}
	if n := inbox.CachedInfo().State.Msgs; n != uint64(len(want)) {
		t.Fatalf("%d messages in the inbox, want %d", n, len(want))
	}
	for i, id := range want {
		msg, err := inbox.GetMsg(t.Context(), uint64(i)+1)
		if err != nil {
			t.Fatal(err)
		}
		if got := msg.Header.Get(jetstream.MsgIDHeader); got != id {
			t.Errorf("message %d has id %s, want %s", i+1, got, id)
		}
	}
}

// TestSenderGivesUpWithItsContext: nothing of a switch outlives it.
func TestSenderGivesUpWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := &sender{config: Config{Zone: "z", Switch: "s", Logger: slog.New(slog.DiscardHandler)}, conn: "conn"}
	s.send(ctx, emission{events.Alerting, events.LegData{LegID: "c"}})
}
