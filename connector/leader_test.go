package connector_test

import (
	"cmp"
	"context"
	"maps"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/embedded"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/subject"
)

const zone = "z1"

// command is a command as the leader got it.
type command struct {
	events.Inbound
	agent string
	name  string
}

// leader plays the broker of one zone by a script: it hands each new command to
// onCommand, sends heartbeats and answers the logon service.
type leader struct {
	t         *testing.T
	nc        *nats.Conn
	js        jetstream.JetStream
	onCommand func(command)
	onLogon   func(events.LogonRequest) events.LogonAnswer

	// logonService can be unsubscribed.
	logonService *nats.Subscription

	mu   sync.Mutex
	beat events.Heartbeat
	mute bool
	seen map[events.ID]bool
}

// startServer starts a NATS server on which a restart is possible.
func startServer(t *testing.T, dir, listen string) *embedded.Server {
	t.Helper()
	s, err := embedded.Start(embedded.Options{Listen: listen, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// startLeader starts a leader that accepts every logon and every command.
func startLeader(t *testing.T, url string, options ...nats.Option) *leader {
	t.Helper()
	l := &leader{
		t: t, seen: make(map[events.ID]bool),
		beat: events.Heartbeat{V: 1, Zone: zone, Epoch: 1, Agents: make(map[string]uint64)},
	}
	l.onCommand = func(c command) { l.answer(c, events.Success) }
	l.onLogon = func(events.LogonRequest) events.LogonAnswer {
		return events.LogonAnswer{V: 1, Ticket: "ticket", At: time.Now().UnixMicro()}
	}
	var err error
	closed := make(chan struct{})
	options = append(options, nats.MaxReconnects(-1), nats.ReconnectWait(20*time.Millisecond),
		nats.ClosedHandler(func(*nats.Conn) { close(closed) }))
	l.nc, err = nats.Connect(url, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// Drain lets a turn that is being published come to its end. It fails,
		// and closes, when the server has gone before.
		_ = l.nc.Drain()
		<-closed
	})
	l.js, err = jetstream.New(l.nc)
	l.must(err)
	l.must(journal.EnsureStreams(t.Context(), l.js, zone, 1))
	l.acceptLost()
	_, err = l.nc.Subscribe(subject.InboxSubjects(zone)[0], l.inbox)
	l.must(err)
	l.logonService, err = l.nc.Subscribe(subject.ServiceLogon, l.logon)
	l.must(err)
	l.must(l.nc.Flush())
	l.heartbeats()
	return l
}

func (l *leader) must(err error) {
	if err != nil {
		l.t.Helper()
		l.t.Error(err)
	}
}

// acceptLost lets the feed stream take events from subjects nobody subscribes
// to: they are stored, and their live copy is lost.
func (l *leader) acceptLost() {
	s, err := l.js.Stream(l.t.Context(), subject.EventsStream(zone))
	l.must(err)
	config := s.CachedInfo().Config
	config.Subjects = append(config.Subjects, "lost.>")
	config.SubjectTransform = &jetstream.SubjectTransformConfig{Source: "lost.>", Destination: ">"}
	_, err = l.js.UpdateStream(l.t.Context(), config)
	l.must(err)
}

// inboxTakes has the inbox listen to other subjects. What it has got before is
// still acknowledged: a deleted stream would leave that undone.
func (l *leader) inboxTakes(subjects ...string) {
	s, err := l.js.Stream(l.t.Context(), subject.InboxStream(zone))
	l.must(err)
	config := s.CachedInfo().Config
	config.Subjects = subjects
	_, err = l.js.UpdateStream(l.t.Context(), config)
	l.must(err)
}

// heartbeats sends one at once and then ten a second until the test ends.
func (l *leader) heartbeats() {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	l.t.Cleanup(func() { cancel(); <-done })
	go func() {
		defer close(done)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			l.heartbeat()
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}()
}

func (l *leader) heartbeat() {
	l.mu.Lock()
	l.beat.Number++
	l.beat.At = time.Now().UnixMicro()
	hb, mute := l.beat, l.mute
	hb.Agents = maps.Clone(l.beat.Agents)
	l.mu.Unlock()
	if mute {
		return
	}
	if body, err := events.Marshal(hb); err == nil {
		// A lost heartbeat is no error: the next one comes.
		_ = l.nc.Publish(subject.Heartbeat(zone), body)
	}
}

// setMute stops the heartbeats, or lets them go on.
func (l *leader) setMute(mute bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.mute = mute
}

func (l *leader) inbox(m *nats.Msg) {
	to, err := subject.ParseInbound(m.Subject)
	l.must(err)
	in, err := events.DecodeCommand(to.Name, m.Data)
	l.must(err)
	l.mu.Lock()
	again := l.seen[in.ID]
	l.seen[in.ID] = true
	l.mu.Unlock()
	if !again {
		l.onCommand(command{in, to.Sender, to.Name})
	}
}

func (l *leader) logon(m *nats.Msg) {
	request, err := events.Unmarshal[events.LogonRequest](m.Data)
	l.must(err)
	body, err := events.Marshal(l.onLogon(request))
	l.must(err)
	l.must(m.Respond(body))
}

// answer publishes the turn of a command: the command and its response.
func (l *leader) answer(c command, result events.Code) {
	l.respond(c, events.Refusal(c.name, sessionOf(c.Data), result))
}

func (l *leader) respond(c command, data any) {
	l.publish(events.Event{Kind: events.KindCommand, Name: c.name, Agent: c.agent, Cause: c.ID.Public().String(), Data: c.Data}, "")
	l.publish(events.Event{
		Kind: events.KindResponse, Name: events.RESP(c.name), Agent: c.agent, Cause: c.ID.Public().String(), Data: data,
	}, "")
}

// notify publishes a notification.
func (l *leader) notify(agent, name string, data any) {
	l.publish(events.Event{Kind: events.KindNotification, Name: name, Agent: agent, Cause: "leader.test", Data: data}, "")
}

// lose stores a notification that no subscriber gets.
func (l *leader) lose(agent, name string, data any) {
	l.publish(events.Event{Kind: events.KindNotification, Name: name, Agent: agent, Cause: "leader.test", Data: data}, "lost.")
}

// idle waits until what is being published is on the bus: a desktop hears of it
// before the leader has the acknowledgement.
func (l *leader) idle() {
	l.mu.Lock()
	defer l.mu.Unlock()
}

func (l *leader) publish(ev events.Event, prefix string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	to, body := l.encode(ev)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err := l.js.Publish(ctx, prefix+to, body)
	l.must(err)
}

// publishLive publishes an event that nobody may store.
func (l *leader) publishLive(ev events.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	to, body := l.encode(ev)
	l.must(l.nc.Publish(to, body))
}

// encode numbers an event. The caller holds l.mu.
func (l *leader) encode(ev events.Event) (to string, body []byte) {
	l.beat.ZN++
	l.beat.Agents[ev.Agent]++
	ev.Zone, ev.ZN, ev.Turn, ev.N = zone, l.beat.ZN, cmp.Or(ev.Turn, l.beat.ZN), l.beat.Agents[ev.Agent]
	ev.At = time.Now().UnixMicro()
	to, err := subject.Of(&ev)
	l.must(err)
	body, err = events.Encode(&ev)
	l.must(err)
	return to, body
}

func sessionOf(data any) string {
	if d, ok := data.(events.SessionParams); ok {
		return d.SessionID
	}
	return ""
}

// desktop is an agent with its handler, both in a factory of their own.
type desktop struct {
	*connector.Agent
	recorder
	factory *connector.Factory
}

// byHand leaves all duties to the desktop, so that only what a test sends is
// sent.
var byHand = connector.Manual{
	AgentStatus: true, AvailableForNailup: true, ReadyForNailup: true, Wrapup: true, PreviewDial: true, WalkAway: true,
	CompCodes: true, Repeats: true,
}

// startDesktop starts a desktop of agent a.
func startDesktop(t *testing.T, url string, c connector.Config) desktop {
	t.Helper()
	c.Addresses = []string{url}
	f, err := connector.Init(connector.Patient(c))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Deinit)
	r := newRecorder()
	a, err := f.GetPOMAgent("a", r)
	if err != nil {
		t.Fatal(err)
	}
	return desktop{a, r, f}
}

// logOn logs on and waits for the response.
func (d desktop) logOn(t *testing.T) {
	t.Helper()
	accepted(t, d.AGTLogon("1001", "secret", false, "en", "UTC", zone))
	d.want(t, events.POMAvailable)
	d.wantResult(t, "AGTLogonRESP", events.Success)
}

func accepted(t *testing.T, code events.Code) {
	t.Helper()
	if code != events.Success {
		t.Fatalf("the command returns %d, want 0", code)
	}
}

// bus starts a server, a leader and a desktop of agent a that has all duties
// itself.
func bus(t *testing.T) (*leader, desktop) {
	t.Helper()
	return busWith(t, connector.Config{Manual: byHand})
}

func busWith(t *testing.T, c connector.Config) (*leader, desktop) {
	t.Helper()
	s := startServer(t, t.TempDir(), "127.0.0.1:0")
	return startLeader(t, s.URL()), startDesktop(t, s.URL(), c)
}

// address is where a server listens.
func address(s *embedded.Server) string { return strings.TrimPrefix(s.URL(), "nats://") }
