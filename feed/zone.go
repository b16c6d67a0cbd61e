package feed

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

const (
	// arrivals is how many messages may wait between the connection and the
	// dispatcher of a zone. The NATS client drops what does not fit, and the
	// followers read it from the stream.
	arrivals = 8192
	// parallelReads bounds the consumers a process has at the server at once,
	// so that a new leader is not greeted by one for each of thousands of
	// followers.
	parallelReads = 8
)

// Zone is a process's view of one zone: its heartbeat, and the followers that
// share it. Join one per process and zone. All methods may be called from any
// goroutine.
//
// The heartbeat and the messages of all followers pass through one channel and
// one goroutine, in the order in which the connection got them. So a heartbeat
// never overtakes the events it speaks of, and an idle follower costs nothing
// but its subscription. Those who follow the same share one: each event comes
// once and is decoded once.
type Zone struct {
	nc          *nats.Conn
	js          jetstream.JetStream
	name        string
	onHeartbeat func(events.Heartbeat)

	arrived    chan *nats.Msg
	left       chan struct{}
	heartbeats *nats.Subscription
	reads      chan struct{}
	unreadable atomic.Uint64
	// holePatience is that constant; tests are not so patient.
	holePatience time.Duration
	// decoder belongs to dispatch.
	decoder *events.Decoder

	mu sync.Mutex
	// latest is the newest heartbeat; its Number is 0 before the first one.
	latest events.Heartbeat
	// subjects and followers are the subscriptions there are, and who hears what
	// comes on them.
	subjects  map[string]*nats.Subscription
	followers map[*nats.Subscription][]*Follower
	closed    bool
}

// Join subscribes to the heartbeat of a zone. OnHeartbeat may be nil; it is
// called for each heartbeat, one at a time, after the followers have seen it,
// and must not block: the events of the zone wait behind it.
//
// It fails when zone is no name for a zone or nc is closed. It does not tell
// whether the zone exists; only its heartbeat does.
func Join(nc *nats.Conn, js jetstream.JetStream, zone string, onHeartbeat func(events.Heartbeat)) (*Zone, error) {
	if !subject.ValidZone(zone) {
		return nil, fmt.Errorf("feed: %q is no name of a zone", zone)
	}
	z := &Zone{
		nc: nc, js: js, name: zone, onHeartbeat: onHeartbeat,
		arrived:   make(chan *nats.Msg, arrivals),
		left:      make(chan struct{}),
		reads:     make(chan struct{}, parallelReads),
		subjects:  make(map[string]*nats.Subscription),
		followers: make(map[*nats.Subscription][]*Follower),
		decoder:   events.NewDecoder(nil),

		holePatience: holePatience,
	}
	var err error
	if z.heartbeats, err = nc.ChanSubscribe(subject.Heartbeat(zone), z.arrived); err != nil {
		return nil, fmt.Errorf("feed: heartbeat of zone %s: %w", zone, err)
	}
	go z.dispatch()
	return z, nil
}

// Heard tells whether a heartbeat has come since the zone was joined.
func (z *Zone) Heard() bool {
	z.mu.Lock()
	defer z.mu.Unlock()
	return z.latest.Number > 0
}

// JoinAll joins several zones, which it returns by their names.
func JoinAll(nc *nats.Conn, js jetstream.JetStream, zones []string) (map[string]*Zone, error) {
	joined := make(map[string]*Zone, len(zones))
	for _, name := range zones {
		z, err := Join(nc, js, name, nil)
		if err != nil {
			LeaveAll(joined)
			return nil, err
		}
		joined[name] = z
	}
	return joined, nil
}

// LeaveAll leaves zones.
func LeaveAll(zones map[string]*Zone) {
	for _, z := range zones {
		z.Leave()
	}
}

// Leave closes all followers and stops listening.
func (z *Zone) Leave() {
	z.mu.Lock()
	if z.closed {
		z.mu.Unlock()
		return
	}
	z.closed = true
	followers := z.all()
	z.mu.Unlock()
	close(z.left)
	unsubscribe(z.heartbeats)
	for f := range followers {
		f.Close()
	}
}

// all is the set of followers. The caller holds z.mu.
func (z *Zone) all() map[*Follower]bool {
	set := make(map[*Follower]bool, len(z.followers))
	for _, list := range z.followers {
		for _, f := range list {
			set[f] = true
		}
	}
	return set
}

// Unreadable counts the messages that could not be decoded. They are logged and
// left out.
func (z *Zone) Unreadable() uint64 { return z.unreadable.Load() }

// dispatch hands each message to whom it is for. Nothing in it waits.
func (z *Zone) dispatch() {
	for {
		select {
		case <-z.left:
			return
		case m := <-z.arrived:
			if m.Sub == z.heartbeats {
				z.heartbeat(m)
			} else {
				z.event(m)
			}
		}
	}
}

func (z *Zone) event(m *nats.Msg) {
	z.mu.Lock()
	followers := z.followers[m.Sub]
	z.mu.Unlock()
	if len(followers) == 0 {
		return
	}
	ev, readable := z.decode(z.decoder, m.Subject, m.Data)
	for _, f := range followers {
		if readable && f.isFor(m.Subject, &ev) {
			f.live(ev)
		}
	}
}

func (z *Zone) decode(decoder *events.Decoder, subject string, body []byte) (events.Event, bool) {
	ev, err := decoder.Decode(body)
	if err != nil {
		z.reportUnreadable(subject, err)
	}
	return ev, err == nil
}

func (z *Zone) heartbeat(m *nats.Msg) {
	hb, err := events.Unmarshal[events.Heartbeat](m.Data)
	if err == nil && hb.Zone != z.name {
		err = fmt.Errorf("heartbeat of zone %q", hb.Zone)
	}
	if err != nil {
		z.reportUnreadable(m.Subject, err)
		return
	}
	z.mu.Lock()
	if !after(hb, z.latest) {
		z.mu.Unlock()
		return
	}
	missed := z.missed(hb)
	z.latest = hb
	followers := z.all()
	z.mu.Unlock()
	for f := range followers {
		f.heartbeat(hb, missed)
		if f.config.OnHeartbeat != nil {
			f.config.OnHeartbeat(hb)
		}
	}
	if z.onHeartbeat != nil {
		z.onHeartbeat(hb)
	}
}

// after tells whether heartbeat a is newer than b. A leader that was deposed and
// has not noticed yet may still send some.
func after(a, b events.Heartbeat) bool {
	return a.Epoch > b.Epoch || a.Epoch == b.Epoch && a.Number > b.Number
}

// missed tells whether events may have been published of which no heartbeat
// told us the numbers. A reconnection needs no rule of its own: when it took so
// long that something could have been missed, the heartbeats show it.
func (z *Zone) missed(hb events.Heartbeat) bool {
	if z.latest.Number == 0 || z.latest.ZN == hb.ZN {
		return false
	}
	return hb.Epoch != z.latest.Epoch || hb.Number > z.latest.Number+events.HeartbeatSpan
}

func (z *Zone) reportUnreadable(subject string, err error) {
	z.unreadable.Add(1)
	slog.Error("feed: message left out: it cannot be read", "zone", z.name, "subject", subject, "error", err)
}

// subscribe lets a follower hear a subject. The caller holds z.mu. The list is
// made anew: dispatch may be going through the old one.
func (z *Zone) subscribe(subject string, f *Follower) error {
	sub := z.subjects[subject]
	if sub == nil {
		var err error
		if sub, err = z.nc.ChanSubscribe(subject, z.arrived); err != nil {
			return err
		}
		z.subjects[subject] = sub
	}
	z.followers[sub] = append(slices.Clone(z.followers[sub]), f)
	return nil
}

// unsubscribe lets a follower hear a subject no more. The caller holds z.mu.
func (z *Zone) unsubscribe(subject string, f *Follower) {
	sub := z.subjects[subject]
	i := slices.Index(z.followers[sub], f)
	switch {
	case i < 0:
	case len(z.followers[sub]) > 1:
		z.followers[sub] = slices.Delete(slices.Clone(z.followers[sub]), i, i+1)
	default:
		delete(z.followers, sub)
		delete(z.subjects, subject)
		unsubscribe(sub)
	}
}

// unsubscribe ends a subscription. That fails only when the connection is
// closed, and then the subscription has ended too.
func unsubscribe(s *nats.Subscription) {
	if err := s.Unsubscribe(); err != nil && !errors.Is(err, nats.ErrConnectionClosed) && !errors.Is(err, nats.ErrBadSubscription) {
		slog.Warn("feed: unsubscribe", "subject", s.Subject, "error", err)
	}
}
