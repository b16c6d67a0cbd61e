package embedded

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

func TestStartRefuses(t *testing.T) {
	server, err := Start(Options{Listen: "127.0.0.1:0", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	for _, listen := range []string{"", "4222", "127.0.0.1:x", "127.0.0.1:70000", server.URL()[len("nats://"):]} {
		if second, err := Start(Options{Listen: listen, Dir: t.TempDir()}); err == nil {
			second.Stop()
			t.Errorf("%q was taken", listen)
		}
	}
}

// TestGuests shows what a client without a name may do, and that it may not
// write the log nor listen for passwords.
func TestGuests(t *testing.T) {
	server, err := Start(Options{Listen: "127.0.0.1:0", Dir: t.TempDir(), Password: "pw", Zones: []string{"main"}})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Stop()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	broker := connect(t, server, nats.UserInfo(User, "pw"))
	js, err := jetstream.New(broker)
	if err != nil {
		t.Fatal(err)
	}
	for name, subjects := range map[string][]string{
		subject.EventsStream("main"): subject.FeedSubjects("main"), subject.InboxStream("main"): subject.InboxSubjects("main"),
		subject.JournalStream("main"): {subject.Journal("main")},
	} {
		if _, err := js.CreateStream(ctx, jetstream.StreamConfig{Name: name, Subjects: subjects}); err != nil {
			t.Fatal(err)
		}
	}
	refused := make(chan error, 100)
	visitor := connect(t, server, nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refused <- err }))
	vjs, err := jetstream.New(visitor)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := vjs.Publish(ctx, subject.Command("main", "1001", events.AGTLogon), nil); err != nil {
		t.Errorf("a command: %v", err)
	}
	if _, err := vjs.OrderedConsumer(ctx, subject.EventsStream("main"), jetstream.OrderedConsumerConfig{}); err != nil {
		t.Errorf("reading the feed: %v", err)
	}
	for _, to := range []string{
		"pom.main.agent.1001.ntf.AGTAgentLoggedOut", "pom.main.call.s.CallEnded", "pom.main.zone.LeaderClaimed",
		"pom.main.switch.sim.cmd.Hangup", "pom.main.in.switch.sim.SwitchState", "pom.main.journal", "pom.main.heartbeat", "$KV.DESKBUS_LEASE.main",
		"$JS.API.STREAM.LIST", "$JS.API.STREAM.DELETE.JOURNAL_main", "$JS.API.STREAM.PURGE.EVENTS_main", "$JS.API.CONSUMER.CREATE.INBOX_main",
		"$JS.API.CONSUMER.CREATE.JOURNAL_main",
	} {
		if err := visitor.Publish(to, nil); err != nil {
			t.Fatal(err)
		}
		expectRefusal(t, refused, "publish on "+to)
	}
	for _, from := range []string{"pom.svc.logon", "pom.svc.>", "$SRV.PING", "$SRV.>", "pom.main.in.>", "pom.main.in.agent.1001.*", "pom.main.journal", InboxPrefix + ".>"} {
		if _, err := visitor.SubscribeSync(from); err != nil {
			t.Fatal(err)
		}
		expectRefusal(t, refused, "subscribe to "+from)
	}
}

func expectRefusal(t *testing.T, refused <-chan error, what string) {
	t.Helper()
	select {
	case err := <-refused:
		if !errors.Is(err, nats.ErrPermissionViolation) {
			t.Errorf("%s: %v", what, err)
		}
	case <-time.After(time.Minute):
		t.Errorf("a guest may %s", what)
	}
}

func connect(t *testing.T, s *Server, options ...nats.Option) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect(s.URL(), options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc
}
