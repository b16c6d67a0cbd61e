package switchsim

import (
	"context"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

const (
	// ackTimeout is how long the bus may take to acknowledge an event.
	ackTimeout = time.Second
	// retryAfter is the pause before an event is sent once more.
	retryAfter = 100 * time.Millisecond
)

// sender puts events into the inbox under a connector session of its own.
type sender struct {
	js     jetstream.JetStream
	config Config
	conn   string
	// n is the number of the last event.
	n uint64
}

// run sends until the context ends, one event after the other: the leader takes
// a number below one it has seen for a retry, so none may overtake another.
func (s *sender) run(ctx context.Context, happened <-chan emission) {
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-happened:
			s.send(ctx, e)
		}
	}
}

// send returns when the bus has the event or the context ends.
func (s *sender) send(ctx context.Context, e emission) {
	id := events.ID{Conn: s.conn, N: s.n + 1}
	body, err := events.EncodeInbound(events.Inbound{ID: id, Data: e.data})
	if err != nil {
		s.config.Logger.Error("switchsim: event lost", "zone", s.config.Zone, "switch", s.config.Switch, "event", e.name, "error", err)
		return
	}
	s.n++
	to := subject.SwitchEvent(s.config.Zone, s.config.Switch, e.name)
	for ctx.Err() == nil {
		msg := &nats.Msg{Subject: to, Data: body}
		attempt, cancel := context.WithTimeout(ctx, ackTimeout)
		_, err := s.js.PublishMsg(attempt, msg, jetstream.WithMsgID(id.String()))
		cancel()
		if err == nil {
			return
		}
		if ctx.Err() == nil {
			s.config.Logger.Warn("switchsim: event not acknowledged, sending it again", "zone", s.config.Zone,
				"switch", s.config.Switch, "event", e.name, "cause", id.String(), "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(retryAfter):
		}
	}
}
