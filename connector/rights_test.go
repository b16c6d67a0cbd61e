package connector_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/subject"
)

const inboxPrefix = "_INBOX_a"

// desktopRights is the list of the package comment, for agent a of zone z1.
var desktopRights = &server.Permissions{
	Publish: &server.SubjectPermission{Allow: []string{
		"pom.z1.in.agent.a.*",
		"pom.svc.logon",
		"$JS.API.CONSUMER.CREATE.EVENTS_z1.*.pom.z1.agent.a.>",
		"$JS.API.CONSUMER.MSG.NEXT.EVENTS_z1.*",
	}},
	Subscribe: &server.SubjectPermission{Allow: []string{
		"pom.z1.agent.a.>",
		"pom.z1.heartbeat",
		inboxPrefix + ".>",
	}},
}

// startGuardedServer starts a server with a user for the leader, one for the
// desktop of agent a and one for a blender.
func startGuardedServer(t *testing.T) string {
	t.Helper()
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true,
		Users: []*server.User{
			{Username: "leader", Password: "l"},
			{Username: "desktop", Password: "d", Permissions: desktopRights},
			{Username: "blender", Password: "b", Permissions: blenderRights},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(time.Minute) {
		t.Fatal("the server does not start")
	}
	return s.ClientURL()
}

func TestLeastRights(t *testing.T) {
	t.Parallel()
	url := startGuardedServer(t)
	l := startLeader(t, url, nats.UserInfo("leader", "l"))
	refusals := make(chan error, 100)
	asDesktop := []nats.Option{
		nats.UserInfo("desktop", "d"), nats.CustomInboxPrefix(inboxPrefix),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refusals <- err }),
	}

	t.Run("are enough", func(t *testing.T) {
		d := startDesktop(t, url, connector.Config{NATS: asDesktop, Manual: byHand})
		d.logOn(t)
		accepted(t, d.AGTHoldCall("S"))
		d.wantResult(t, "AGTHoldCallRESP", events.Success)
		l.notify("a", events.AGTJobAttached, attached(1))
		l.lose("a", events.AGTJobAttached, attached(2))
		l.notify("a", events.AGTJobAttached, attached(3))
		for i := range 3 {
			checkCall(t, d.next(t), events.AGTJobAttached, attached(i+1))
		}
		if len(refusals) > 0 {
			t.Errorf("the server refused something: %v", <-refusals)
		}
	})

	t.Run("are not too many", func(t *testing.T) {
		l.notify("b", events.AGTJobAttached, attached(1))
		nc, err := nats.Connect(url, asDesktop...)
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		js, err := jetstream.New(nc)
		if err != nil {
			t.Fatal(err)
		}
		for _, to := range []string{
			subject.Agent(zone, "b"), subject.FeedSubjects(zone)[0], subject.InboxSubjects(zone)[0],
			subject.Journal(zone), "_INBOX.>",
		} {
			if _, err := nc.SubscribeSync(to); err != nil {
				t.Fatal(err)
			}
			wantRefusal(t, refusals, "subscribe to "+to)
		}
		for _, to := range []string{
			subject.Command(zone, "b", events.AGTLogoff), subject.Heartbeat(zone), subject.Journal(zone),
			"pom.z1.agent.a.resp.AGTLogonRESP", "$JS.API.STREAM.DELETE.EVENTS_z1",
		} {
			if err := nc.Publish(to, nil); err != nil {
				t.Fatal(err)
			}
			wantRefusal(t, refusals, "publish to "+to)
		}
		// The filter in the request must be the one in the subject.
		forged := `{"stream_name":"EVENTS_z1","config":{"name":"x","filter_subject":"pom.z1.agent.b.>"}}`
		m, err := nc.Request("$JS.API.CONSUMER.CREATE.EVENTS_z1.x.pom.z1.agent.a.>", []byte(forged), 10*time.Second)
		if err != nil || !bytes.Contains(m.Data, []byte(`"error"`)) {
			t.Errorf("a consumer with a forged filter is not refused: %v", err)
		}
		for _, filter := range []string{subject.Agent(zone, "b"), subject.FeedSubjects(zone)[0]} {
			ctx, cancel := context.WithCancel(t.Context())
			read := make(chan error, 1)
			go func() {
				read <- feed.Read(ctx, js, zone, feed.Query{Subjects: []string{filter}}, func(m jetstream.Msg) error {
					t.Errorf("read %s", m.Subject())
					return nil
				})
			}()
			wantRefusal(t, refusals, "reading "+filter)
			cancel()
			if err := <-read; err == nil {
				t.Errorf("reading %s succeeds", filter)
			}
		}
	})
}

func wantRefusal(t *testing.T, refusals <-chan error, what string) {
	t.Helper()
	select {
	case <-refusals:
	case <-time.After(time.Minute):
		t.Errorf("%s is not refused", what)
	}
}
