package connectortest

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/subject"
)

// The zone and the switch of a [Leader]. The name of the switch needs escaping
// in subjects.
const (
	Zone   = "contract"
	Switch = "sip.switch-1"
)

// patience is how long anything may take on a busy machine.
const patience = time.Minute

// Leader is a scripted zone leader on a NATS server of its own: it gives the
// switch the commands of a test, and accepts whatever comes from it, be it
// sensible or not, so that a test can judge it. It checks by itself that the
// numbers of each connector session are dense. Its methods may be called from
// any goroutine; those that wait end the test when nothing comes.
type Leader struct {
	// NC and JS are the leader's connection, for a connector to share.
	NC *nats.Conn
	JS jetstream.JetStream

	t *testing.T

	mu sync.Mutex
	// changed is closed, and replaced, when something has come.
	changed chan struct{}
	// log is the feed; the zone number of an event is its index plus one.
	log []events.Event
	// waiting are the switch events that were sent and are not accepted yet;
	// they stay there while holding is set.
	waiting []events.Event
	holding bool
	// numbers are the newest of each connector session.
	numbers map[string]uint64
}

// NewLeader starts a server with the streams of the zone and leads it until the
// end of the test.
func NewLeader(t *testing.T) *Leader {
	t.Helper()
	bus := natstest.Start(t)
	if err := journal.EnsureStreams(t.Context(), bus.JS, Zone, 1); err != nil {
		t.Fatal(err)
	}
	l := &Leader{NC: bus.NC, JS: bus.JS, t: t, changed: make(chan struct{}), numbers: make(map[string]uint64)}
	l.readInbox()
	l.beat()
	return l
}

func (l *Leader) readInbox() {
	l.t.Helper()
	consumer, err := l.JS.OrderedConsumer(l.t.Context(), subject.InboxStream(Zone), jetstream.OrderedConsumerConfig{})
	if err != nil {
		l.t.Fatal(err)
	}
	consuming, err := consumer.Consume(l.receive)
	if err != nil {
		l.t.Fatal(err)
	}
	l.t.Cleanup(func() { consuming.Stop(); <-consuming.Closed() })
}

// beat sends a heartbeat, more often than a real leader so that a test need not
// wait for it.
func (l *Leader) beat() {
	stop, stopped := make(chan struct{}), make(chan struct{})
	l.t.Cleanup(func() { close(stop); <-stopped })
	go func() {
		defer close(stopped)
		ticker := time.NewTicker(200 * time.Millisecond)
		defer ticker.Stop()
		for number := uint64(1); ; number++ {
			select {
			case <-stop:
				return
			case <-ticker.C:
				l.heartbeat(number)
			}
		}
	}()
}

func (l *Leader) heartbeat(number uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	newest := uint64(len(l.log))
	body, err := events.Marshal(events.Heartbeat{
		V: events.Version, Zone: Zone, Epoch: 1, Number: number, ZN: newest, At: time.Now().UnixMicro(),
		Switches: map[string]uint64{Switch: newest},
	})
	if err == nil {
		err = l.NC.Publish(subject.Heartbeat(Zone), body)
	}
	if err != nil {
		l.t.Errorf("heartbeat: %v", err)
	}
}

// receive takes a message of the inbox.
func (l *Leader) receive(msg jetstream.Msg) {
	from, err := subject.ParseInbound(msg.Subject())
	if err != nil || !from.FromSwitch || from.Sender != Switch {
		l.t.Errorf("inbox: message on %s (%v)", msg.Subject(), err)
		return
	}
	in, err := events.DecodeSwitchEvent(from.Name, msg.Data())
	if err != nil {
		l.t.Errorf("inbox: %s: %v", from.Name, err)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if in.ID.N == l.numbers[in.ID.Conn] {
		return // a retry
	}
	if in.ID.N != l.numbers[in.ID.Conn]+1 {
		l.t.Errorf("inbox: %s has number %d of its session, after %d", from.Name, in.ID.N, l.numbers[in.ID.Conn])
	}
	l.numbers[in.ID.Conn] = in.ID.N
	l.waiting = append(l.waiting, events.Event{Name: from.Name, Cause: in.ID.String(), Data: in.Data})
	if !l.holding {
		l.accept()
	}
	l.notify()
}

// accept records all that waits. The caller holds l.mu.
func (l *Leader) accept() {
	for _, ev := range l.waiting {
		l.commit(ev)
	}
	l.waiting = nil
}

// commit numbers an event and publishes it. The caller holds l.mu.
func (l *Leader) commit(ev events.Event) events.Event {
	n := uint64(len(l.log)) + 1
	ev.Zone, ev.Kind, ev.Switch = Zone, events.KindSwitch, Switch
	ev.Turn, ev.ZN, ev.N, ev.At = n, n, n, time.Now().UnixMicro()
	l.log = append(l.log, ev)
	l.publish(ev)
	l.notify()
	return ev
}

func (l *Leader) publish(ev events.Event) {
	to, err := subject.Of(&ev)
	if err != nil {
		l.t.Errorf("publish %s: %v", ev.Name, err)
		return
	}
	body, err := events.Encode(&ev)
	if err != nil {
		l.t.Errorf("publish %s: %v", ev.Name, err)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	ack, err := l.JS.Publish(ctx, to, body, jetstream.WithMsgID(strconv.FormatUint(ev.ZN, 10)))
	if err != nil {
		l.t.Errorf("publish %s: %v", ev.Name, err)
	} else if ack.Sequence != ev.ZN {
		l.t.Errorf("publish %s: event %d is message %d of the feed", ev.Name, ev.ZN, ack.Sequence)
	}
}

func (l *Leader) notify() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// Order commits a command to the switch.
func (l *Leader) Order(name string, data any) events.Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.commit(events.Event{Name: name, Cause: "leader.test", Data: data})
}

// Redeliver publishes an event once more, as a leader does that does not know
// whether its predecessor did.
func (l *Leader) Redeliver(ev events.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.publish(ev)
}

// Hold leaves what comes from the switch unaccepted, until Accept.
func (l *Leader) Hold() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.holding = true
}

// Accept ends Hold and records what has come meanwhile.
func (l *Leader) Accept() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.holding = false
	l.accept()
}

// Lose ends Hold and forgets what has come meanwhile, as an inbox does that
// loses its tail with the power.
func (l *Leader) Lose() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.holding, l.waiting = false, nil
}

// Log returns the feed up to now.
func (l *Leader) Log() []events.Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.log)
}

// Wait returns the first event after zone number after, by name and data, that
// is on the feed.
func Wait[T any](l *Leader, after uint64, name string, match func(T) bool) events.Event {
	l.t.Helper()
	return l.wait(name, func() []events.Event { return l.log[min(after, uint64(len(l.log))):] }, matcher(name, match))
}

// WaitHeld returns the first event, by name and data, that has come since Hold.
func WaitHeld[T any](l *Leader, name string, match func(T) bool) events.Event {
	l.t.Helper()
	return l.wait(name, func() []events.Event { return l.waiting }, matcher(name, match))
}

func matcher[T any](name string, match func(T) bool) func(events.Event) bool {
	return func(ev events.Event) bool {
		d, ok := ev.Data.(T)
		return ok && ev.Name == name && match(d)
	}
}

func (l *Leader) wait(name string, where func() []events.Event, match func(events.Event) bool) events.Event {
	l.t.Helper()
	deadline := time.After(patience)
	for {
		l.mu.Lock()
		list, changed := where(), l.changed
		i := slices.IndexFunc(list, match)
		if i >= 0 {
			defer l.mu.Unlock()
			return list[i]
		}
		l.mu.Unlock()
		select {
		case <-changed:
		case <-deadline:
			l.t.Fatalf("no %s came; the feed is\n%s", name, text(l.Log()))
		}
	}
}
