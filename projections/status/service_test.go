package status

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/embedded"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/internal/service"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/subject"
)

// patience is how long a test waits for what must happen.
const patience = time.Minute

// bus is a NATS server, a client of it, and what is needed to start it again.
type bus struct {
	t      *testing.T
	dir    string
	listen string
	server *embedded.Server
	nc     *nats.Conn
	js     jetstream.JetStream
}

func newBus(t *testing.T) *bus {
	t.Helper()
	b := &bus{t: t, dir: t.TempDir(), listen: natstest.Address(t)}
	b.start()
	t.Cleanup(func() { b.server.Stop() })
	b.nc, b.js = b.connect()
	return b
}

func (b *bus) start() {
	b.t.Helper()
	server, err := embedded.Start(embedded.Options{Listen: b.listen, Dir: b.dir})
	if err != nil {
		b.t.Fatal(err)
	}
	b.server = server
}

func (b *bus) connect() (*nats.Conn, jetstream.JetStream) {
	b.t.Helper()
	nc, err := nats.Connect(b.server.URL(), nats.MaxReconnects(-1), nats.ReconnectWait(20*time.Millisecond),
		nats.ReconnectJitter(0, 0))
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		b.t.Fatal(err)
	}
	return nc, js
}

func (b *bus) createStreams(zone string) {
	b.t.Helper()
	if err := journal.EnsureStreams(b.t.Context(), b.js, zone, 1); err != nil {
		b.t.Fatal(err)
	}
}

// publish puts events into the feed as a leader does.
func (b *bus) publish(list []events.Event) {
	b.t.Helper()
	for i := range list {
		b.publishRaw(&list[i], nil)
	}
	b.acknowledged()
}

// acknowledged waits until all that was published is in the stream.
func (b *bus) acknowledged() {
	b.t.Helper()
	select {
	case <-b.js.PublishAsyncComplete():
	case <-time.After(patience):
		b.t.Fatal("the events were not acknowledged")
	}
}

// beat sends heartbeats, as a leader does, until the test ends: what was
// published while a reader was away is noticed by them.
func (b *bus) beat(zone string, zn uint64) {
	stop := make(chan struct{})
	b.t.Cleanup(func() { close(stop) })
	go func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for h := (events.Heartbeat{V: events.Version, Zone: zone, Epoch: 1, ZN: zn}); ; {
			h.Number++
			body, err := events.Marshal(h)
			if err == nil {
				err = b.nc.Publish(subject.Heartbeat(zone), body)
			}
			if err != nil {
				return // the connection is closed: the test is over
			}
			select {
			case <-tick.C:
			case <-stop:
				return
			}
		}
	}()
}

// publishRaw publishes a body on the subject of an event; nil is its encoding.
func (b *bus) publishRaw(e *events.Event, body []byte) {
	b.t.Helper()
	on, err := subject.Of(e)
	if err == nil && body == nil {
		body, err = events.Encode(e)
	}
	if err == nil {
		_, err = b.js.PublishAsync(on, body)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

// join joins zones until the test ends.
func join(t *testing.T, nc *nats.Conn, js jetstream.JetStream, zones ...string) map[string]*feed.Zone {
	t.Helper()
	joined, err := feed.JoinAll(nc, js, zones)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { feed.LeaveAll(joined) })
	return joined
}

// config is that of a service.
func (b *bus) config(nc *nats.Conn, js jetstream.JetStream, zones ...string) Config {
	b.t.Helper()
	checkpoints, err := journal.OpenCheckpoints(b.t.Context(), js, 1)
	if err != nil {
		b.t.Fatal(err)
	}
	return Config{
		NC: nc, JS: js, Host: service.NewHost(nil, "one", zones), Feeds: join(b.t, nc, js, zones...),
		Checkpoints: feed.Store{ObjectStore: checkpoints}, Logger: quiet,
	}
}

// run runs the service until the test ends and checks that it stops without an
// error.
func (b *bus) run(logger *slog.Logger, zones ...string) {
	b.t.Helper()
	nc, js := b.connect()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	c := b.config(nc, js, zones...)
	c.Logger = logger
	go func() { done <- Run(ctx, c) }()
	b.t.Cleanup(func() {
		cancel()
		select {
		case err := <-done:
			if err != nil {
				b.t.Errorf("Run: %v", err)
			}
		case <-time.After(patience):
			b.t.Error("Run did not stop")
		}
	})
}

// ask sends a request and waits until somebody answers.
func (b *bus) ask(r events.StatusRequest) events.StatusAnswer {
	b.t.Helper()
	r.V = events.Version
	body, err := events.Marshal(&r)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.askRaw(body)
}

func (b *bus) askRaw(body []byte) events.StatusAnswer {
	b.t.Helper()
	a, err := request(b.nc, body)
	if err != nil {
		b.t.Fatal(err)
	}
	return a
}

// request tries again while no service listens yet, as it does right after
// Run began or the server came back.
func request(nc *nats.Conn, body []byte) (events.StatusAnswer, error) {
	deadline := time.Now().Add(patience)
	for {
		m, err := nc.Request(subject.ServiceStatus, body, patience)
		if errors.Is(err, nats.ErrNoResponders) && time.Now().Before(deadline) {
			time.Sleep(5 * time.Millisecond)
			continue
		}
		if err != nil {
			return events.StatusAnswer{}, err
		}
		return events.Unmarshal[events.StatusAnswer](m.Data)
	}
}

// askUntilSuccess asks for at least a number until it is there.
func (b *bus) askUntilSuccess(zone string, atLeast uint64) events.StatusAnswer {
	b.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		a := b.ask(events.StatusRequest{ZoneName: zone, AtLeast: atLeast, WaitMs: maxWaitMs})
		if a.Result == events.Success {
			return a
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("zone %s never reached number %d: %d", zone, atLeast, a.Result)
		}
	}
}

var quiet = slog.New(slog.DiscardHandler)

func TestAnswers(t *testing.T) {
	b := newBus(t)
	b.createStreams("z")
	day := newScript("z").logon("b", false, 0).logon("a", false, 0).ready("a").talking("a", "s1").events
	b.publish(day)
	b.run(quiet, "z")

	all := b.askUntilSuccess("z", uint64(len(day)))
	if len(all.Agents) != 2 || all.Agents[0].AgentID != "a" || all.Agents[1].AgentID != "b" || all.More {
		t.Errorf("all agents: %+v", all)
	}
	if all.ZN != uint64(len(day)) || all.At != day[len(day)-1].At || all.ZoneName != "z" || all.V != events.Version {
		t.Errorf("as of %d at %d", all.ZN, all.At)
	}
	want, _ := foldOf(t, day).Agent("a")
	one := b.ask(events.StatusRequest{ZoneName: "z", AgentID: "a"})
	if one.Result != events.Success || len(one.Agents) != 1 || !reflect.DeepEqual(one.Agents[0], want) {
		t.Errorf("agent a: %+v, want %+v", one, want)
	}
	if rest := b.ask(events.StatusRequest{ZoneName: "z", AfterID: "a"}); len(rest.Agents) != 1 || rest.Agents[0].AgentID != "b" {
		t.Errorf("agents after a: %+v", rest)
	}
}

func TestRefusals(t *testing.T) {
	b := newBus(t)
	b.createStreams("z")
	b.run(quiet, "z")
	b.askUntilSuccess("z", 0)
	for name, test := range map[string]struct {
		request events.StatusRequest
		want    events.Code
	}{
		"unknown zone":      {events.StatusRequest{ZoneName: "y"}, events.ZoneNotFound},
		"impossible zone":   {events.StatusRequest{ZoneName: "z.>"}, events.InvalidData},
		"unknown agent":     {events.StatusRequest{ZoneName: "z", AgentID: "nobody"}, events.AgentUnknown},
		"negative wait":     {events.StatusRequest{ZoneName: "z", WaitMs: -1}, events.InvalidData},
		"wait too long":     {events.StatusRequest{ZoneName: "z", WaitMs: maxWaitMs + 1}, events.InvalidData},
		"not there yet":     {events.StatusRequest{ZoneName: "z", AtLeast: 1}, events.SystemNotAvailable},
		"not there in time": {events.StatusRequest{ZoneName: "z", AtLeast: 1, WaitMs: 50}, events.SystemNotAvailable},
	} {
		if got := b.ask(test.request); got.Result != test.want || len(got.Agents) != 0 {
			t.Errorf("%s: %+v, want %d", name, got, test.want)
		}
	}
	later, err := events.Marshal(&events.StatusRequest{V: events.Version + 1, ZoneName: "z"})
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string][]byte{"empty": nil, "text": []byte("hello"), "later version": later} {
		if got := b.askRaw(body); got.Result != events.InvalidData {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestWaitsForANumber(t *testing.T) {
	b := newBus(t)
	b.createStreams("z")
	day := newScript("z").logon("a", false, 0).ready("a").events
	b.publish(day[:2])
	b.run(quiet, "z")
	b.askUntilSuccess("z", 2)

	body, err := events.Marshal(&events.StatusRequest{
		V: events.Version, ZoneName: "z", AgentID: "a", AtLeast: 7, WaitMs: maxWaitMs,
	})
	if err != nil {
		t.Fatal(err)
	}
	answers, err := b.nc.SubscribeSync(nats.NewInbox())
	if err != nil {
		t.Fatal(err)
	}
	if err := b.nc.PublishRequest(subject.ServiceStatus, answers.Subject, body); err != nil {
		t.Fatal(err)
	}
	// The service takes requests in order: when this one is answered, the first
	// one waits, and others do not wait with it.
	if now := b.ask(events.StatusRequest{ZoneName: "z"}); now.Result != events.Success || now.ZN != 2 {
		t.Fatalf("while one waits: %+v", now)
	}
	if n, _, _ := answers.Pending(); n != 0 {
		t.Fatal("answered before the number was there")
	}
	b.publish(day[2:])
	m, err := answers.NextMsg(patience)
	if err != nil {
		t.Fatal(err)
	}
	a, err := events.Unmarshal[events.StatusAnswer](m.Data)
	if err != nil || a.Result != events.Success || a.ZN != 7 || a.Agents[0].Status.AgentState != events.Ready {
		t.Errorf("%+v, %v", a, err)
	}
}

func TestOnlySoManyMayWait(t *testing.T) {
	b := newBus(t)
	b.createStreams("z")
	b.run(quiet, "z")
	b.askUntilSuccess("z", 0)
	body, err := events.Marshal(&events.StatusRequest{V: events.Version, ZoneName: "z", AtLeast: 1, WaitMs: maxWaitMs})
	if err != nil {
		t.Fatal(err)
	}
	waiting, err := b.nc.SubscribeSync(nats.NewInbox())
	if err != nil {
		t.Fatal(err)
	}
	for range maxWaiting {
		if err := b.nc.PublishRequest(subject.ServiceStatus, waiting.Subject, body); err != nil {
			t.Fatal(err)
		}
	}
	if refused := b.askRaw(body); refused.Result != events.SystemNotAvailable {
		t.Errorf("one too many: %+v", refused)
	}
	b.publish([]events.Event{{Zone: "z", ZN: 1, Turn: 1, Kind: events.KindFact, Name: events.LeaderClaimed, Data: events.LeaderData{}}})
	for range maxWaiting {
		if _, err := waiting.NextMsg(patience); err != nil {
			t.Fatal(err)
		}
	}
}

func TestManyRequestsAtOnce(t *testing.T) {
	b := newBus(t)
	b.createStreams("z")
	day := newScript("z")
	const agents = 100
	for i := range agents {
		day.logon(fmt.Sprint(i), false, 0)
	}
	b.publish(day.events)
	b.run(quiet, "z")
	b.askUntilSuccess("z", 2*agents)
	var tasks sync.WaitGroup
	for i := range 1000 {
		tasks.Go(func() {
			id := fmt.Sprint(i % agents)
			body, err := events.Marshal(&events.StatusRequest{V: events.Version, ZoneName: "z", AgentID: id})
			if err != nil {
				t.Error(err)
				return
			}
			a, err := request(b.nc, body)
			if err != nil || a.Result != events.Success || a.Agents[0].AgentID != id || !a.Agents[0].LoggedOn {
				t.Errorf("agent %s: %+v, %v", id, a, err)
			}
		})
	}
	tasks.Wait()
}
