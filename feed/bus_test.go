package feed_test

import (
	"context"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/embedded"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/subject"
)

const zone = "z1"

// bus is a NATS server with the streams of a zone, and what a leader would do
// to the feed.
type bus struct {
	t      *testing.T
	dir    string
	server *embedded.Server
	nc     *nats.Conn
	js     jetstream.JetStream
	beat   events.Heartbeat
	// numbers are the newest of each addressee; last is the newest message.
	numbers map[string]uint64
	last    *nats.Msg
}

func startBus(t *testing.T) *bus {
	t.Helper()
	b := &bus{t: t, dir: t.TempDir(), numbers: make(map[string]uint64), beat: events.Heartbeat{V: 1, Zone: zone, Epoch: 1}}
	b.start(natstest.Address(t))
	t.Cleanup(func() { b.server.Stop() })
	var err error
	b.nc, err = nats.Connect(b.server.URL(), nats.MaxReconnects(-1), nats.ReconnectWait(20*time.Millisecond))
	b.must(err)
	t.Cleanup(b.nc.Close)
	b.js, err = jetstream.New(b.nc)
	b.must(err)
	b.must(journal.EnsureStreams(t.Context(), b.js, zone, 1))
	b.acceptLost()
	return b
}

func (b *bus) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bus) start(listen string) {
	b.t.Helper()
	var err error
	b.server, err = embedded.Start(embedded.Options{Listen: listen, Dir: b.dir})
	b.must(err)
}

// acceptLost lets the feed stream take messages from subjects nobody has
// subscribed to: the event is stored, and its live copy is lost.
func (b *bus) acceptLost() {
	b.t.Helper()
	s, err := b.js.Stream(b.t.Context(), subject.EventsStream(zone))
	b.must(err)
	config := s.CachedInfo().Config
	config.Subjects = append(config.Subjects, "lost.>")
	config.SubjectTransform = &jetstream.SubjectTransformConfig{Source: "lost.>", Destination: ">"}
	_, err = b.js.UpdateStream(b.t.Context(), config)
	b.must(err)
}

// restart stops the server and starts it again on the same port and directory.
func (b *bus) restart() {
	b.t.Helper()
	back := b.nc.StatusChanged(nats.CONNECTED)
	defer b.nc.RemoveStatusListener(back)
	listen := strings.TrimPrefix(b.server.URL(), "nats://")
	b.server.Stop()
	b.start(listen)
	select {
	case <-back:
	case <-time.After(time.Minute):
		b.t.Fatal("no reconnection")
	}
	b.flush()
}

func (b *bus) join(beats chan events.Heartbeat) *feed.Zone {
	b.t.Helper()
	onHeartbeat := func(hb events.Heartbeat) {
		if beats != nil {
			beats <- hb
		}
	}
	z, err := feed.Join(b.nc, b.js, zone, onHeartbeat)
	b.must(err)
	b.t.Cleanup(z.Leave)
	return z
}

// flush makes sure that the server knows all subscriptions.
func (b *bus) flush() {
	b.t.Helper()
	b.must(b.nc.Flush())
}

// publish stores one event for each addressee, and subscribers see it. An
// addressee is an agent or "switch:" and a switch.
func (b *bus) publish(addressees ...string) {
	b.t.Helper()
	for _, a := range addressees {
		b.send(b.event(a), "")
	}
}

// lose stores one event for each addressee that no subscriber sees.
func (b *bus) lose(addressees ...string) {
	b.t.Helper()
	for _, a := range addressees {
		b.send(b.event(a), "lost.")
	}
}

func (b *bus) event(addressee string) events.Event {
	b.beat.ZN++
	b.numbers[addressee]++
	ev := events.Event{
		Zone: zone, Turn: b.beat.ZN, ZN: b.beat.ZN, N: b.numbers[addressee], At: time.Now().UnixMicro(),
		Kind: events.KindNotification, Name: events.AGTAgentLoggedOut, Agent: addressee, Data: events.NoData{},
	}
	recent := &b.beat.Agents
	if sw, ok := strings.CutPrefix(addressee, "switch:"); ok {
		ev.Kind, ev.Name, ev.Agent, ev.Switch = events.KindSwitch, events.Hangup, "", sw
		ev.Data = events.HangupData{LegID: "l"}
		addressee, recent = sw, &b.beat.Switches
	}
	if *recent == nil {
		*recent = make(map[string]uint64)
	}
	(*recent)[addressee] = ev.N
	return ev
}

func (b *bus) send(ev events.Event, prefix string) {
	b.t.Helper()
	s, err := subject.Of(&ev)
	b.must(err)
	body, err := events.Encode(&ev)
	b.must(err)
	b.store(&nats.Msg{Subject: prefix + s, Data: body}, ev.ZN)
}

func (b *bus) store(m *nats.Msg, zn uint64) {
	b.t.Helper()
	m.Header = nats.Header{jetstream.MsgIDHeader: []string{strconv.FormatUint(zn, 10)}}
	ctx, cancel := context.WithTimeout(b.t.Context(), time.Minute)
	defer cancel()
	ack, err := b.js.PublishMsg(ctx, m)
	b.must(err)
	if ack.Sequence != zn && !ack.Duplicate {
		b.t.Fatalf("event %d is message %d of the stream", zn, ack.Sequence)
	}
	b.last = m
}

// publishAgain sends the last message once more: the stream knows it, and
// subscribers see it twice.
func (b *bus) publishAgain() {
	b.t.Helper()
	b.store(b.last, b.beat.ZN)
}

// publishGarbage stores an event for an agent that cannot be decoded.
func (b *bus) publishGarbage(agent string) {
	b.t.Helper()
	ev := b.event(agent)
	s, err := subject.Of(&ev)
	b.must(err)
	b.store(&nats.Msg{Subject: s, Data: []byte("garbage")}, ev.ZN)
}

// forgetRecent is what time does to the lists of a heartbeat.
func (b *bus) forgetRecent() { clear(b.beat.Agents); clear(b.beat.Switches) }

func (b *bus) heartbeat() {
	b.t.Helper()
	b.beat.Number++
	b.beat.At = time.Now().UnixMicro()
	hb := b.beat
	hb.Agents = maps.Clone(b.beat.Agents)
	body, err := events.Marshal(hb)
	b.must(err)
	b.must(b.nc.Publish(subject.Heartbeat(zone), body))
}
