package connector

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/vmihailenco/msgpack/v5"
	"go.opentelemetry.io/otel/trace"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

// maxParams bounds the encoded parameters; the rest of events.MaxInbound is for
// the id and the deadline.
const maxParams = events.MaxInbound - 256

// command is one call of a command method. The agent's mutex guards it.
type command struct {
	name      string
	sessionID string
	deadline  time.Time
	// timer goes off at the deadline, and once more after the grace.
	timer *time.Timer
	// data are the encoded parameters.
	data []byte
	// id and body are set when it is first published, acked when the bus has it.
	// The feed knows the command by cause, its public id.
	id    string
	cause string
	body  []byte
	acked bool
	// unasked: the connector sends it by itself, see duties.
	unasked bool
	// span is the command's part of a trace, header what tells the bus of it.
	span   trace.Span
	header nats.Header
}

// send accepts a command and queues it, or says at once why not. The data is
// encoded here, so the caller may change its parameters afterwards.
func (a *Agent) send(name, sessionID string, params any) events.Code {
	data, err := events.Marshal(params)
	if err != nil || len(data) > maxParams {
		return events.SDKFailure
	}
	parent := a.factory.trace(a.id)
	a.mu.Lock()
	defer a.mu.Unlock()
	switch a.state {
	case loggedOff:
		return events.AgentUnknown
	case loggingOn:
		return events.Initializing
	}
	a.duties.acted(name)
	if !a.factory.nc.IsConnected() {
		return events.POMNotAvailableCode
	}
	if a.repeats(name, data) {
		return events.NotInThisState
	}
	a.enqueue(a.open(parent, name, sessionID), data)
	return events.Success
}

// repeats tells whether the agent pressed a button twice: the same command, with
// the same parameters, waits for its answer (L700). A digit may well come twice,
// and every GetAgentStatus wants its answer. The caller holds a.mu.
func (a *Agent) repeats(name string, data []byte) bool {
	if a.factory.manual.Repeats || name == events.AGTSendDTMF || name == events.GetAgentStatusResponse {
		return false
	}
	return slices.ContainsFunc(a.unanswered, func(c *command) bool {
		return c.name == name && !c.unasked && bytes.Equal(c.data, data)
	})
}

// sendUnasked sends a command that is a duty of the desktop. While the
// connection is lost it waits, until its deadline. The caller holds a.mu.
func (a *Agent) sendUnasked(name, sessionID string, params any) {
	data, err := events.Marshal(params)
	if err != nil || len(data) > maxParams {
		a.factory.log.Error("connector: command cannot be sent", "zone", a.zone.name, "agent", a.id, "command", name, "error", err)
		return
	}
	c := a.open(context.Background(), name, sessionID)
	c.unasked = true
	a.enqueue(c, data)
}

// open begins to wait for the response to a command, whose span is a part of that
// of parent. The caller holds a.mu.
func (a *Agent) open(parent context.Context, name, sessionID string) *command {
	timeout := a.factory.timeout
	c := &command{name: name, sessionID: sessionID, deadline: time.Now().Add(timeout)}
	c.span, c.header = beginSpan(parent, a.id, name)
	c.timer = time.AfterFunc(timeout, func() { a.expire(c) })
	a.unanswered = append(a.unanswered, c)
	return c
}

func (a *Agent) waits(c *command) bool { return slices.Contains(a.unanswered, c) }

// waitsFor tells whether one of these commands waits for its answer. The caller
// holds a.mu.
func (a *Agent) waitsFor(names ...string) bool {
	return slices.ContainsFunc(a.unanswered, func(c *command) bool { return slices.Contains(names, c.name) })
}

// settle ends the wait for a response. The caller holds a.mu.
func (a *Agent) settle(c *command) {
	c.timer.Stop()
	a.unanswered = slices.DeleteFunc(a.unanswered, func(other *command) bool { return other == c })
}

// expire answers a command for which the broker's answer is overdue. One that
// has reached the bus may have been decided just in time, so it gets a grace.
func (a *Agent) expire(c *command) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.waits(c) {
		return
	}
	if grace := a.factory.patience.grace; c.acked && time.Since(c.deadline) < grace {
		c.timer.Reset(time.Until(c.deadline.Add(grace)))
		return
	}
	a.refuse(c, events.POMNotAvailableCode)
}

// enqueue hands a command to the goroutine that publishes. The caller holds
// a.mu.
func (a *Agent) enqueue(c *command, data []byte) {
	c.data = data
	a.outbox = append(a.outbox, c)
	if !a.sending {
		a.sending = true
		go a.publishAll()
	}
}

// publishAll publishes command after command until the outbox is empty.
func (a *Agent) publishAll() {
	for {
		c := a.nextOut()
		if c == nil || !a.publish(c) {
			return
		}
		a.mu.Lock()
		c.acked = true
		a.mu.Unlock()
	}
}

// nextOut takes the next command to publish and gives it its number. Those that
// have their answer already are dropped and take none, so the numbers stay
// dense.
func (a *Agent) nextOut() *command {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.outbox) > 0 {
		c := a.outbox[0]
		a.outbox = a.outbox[1:]
		if !a.waits(c) {
			continue
		}
		if c.id != "" {
			return c // once more, with its own number
		}
		id := events.ID{Conn: a.session, N: a.number + 1}
		body, err := events.EncodeInbound(events.Inbound{
			ID: id, Deadline: a.zone.onBus(c.deadline), Data: msgpack.RawMessage(c.data),
		})
		if err != nil {
			a.refuse(c, events.SDKFailure)
			continue
		}
		a.number++
		c.id, c.cause, c.body = id.String(), id.Public().String(), body
		sentAs(c.span, a.zone.name, c.cause)
		return c
	}
	a.sending = false
	return nil
}

// sendAgain puts what the bus has acknowledged and nobody has answered in front
// of the outbox. It is called when the connection was lost: a single server
// acknowledges the inbox before it is on disk, so its crash may have taken it.
// Where it has not, the number keeps the command from being done twice.
func (a *Agent) sendAgain() {
	a.mu.Lock()
	defer a.mu.Unlock()
	var again []*command
	for _, c := range a.unanswered {
		if c.acked && !slices.Contains(a.outbox, c) {
			again = append(again, c)
		}
	}
	if len(again) == 0 {
		return
	}
	a.outbox = append(again, a.outbox...)
	if !a.sending {
		a.sending = true
		go a.publishAll()
	}
}

// publish repeats the same message until the bus has it, also past the
// deadline: only then is it certain that the broker has seen this number, and
// the next may follow. It returns false when the agent was removed.
func (a *Agent) publish(c *command) bool {
	to := subject.Command(a.zone.name, a.id, c.name)
	patience := a.factory.patience
	for {
		ctx, cancel := context.WithTimeout(a.ctx, patience.ack)
		msg := &nats.Msg{Subject: to, Header: maps.Clone(c.header), Data: c.body}
		_, err := a.factory.js.PublishMsg(ctx, msg, jetstream.WithMsgID(c.id))
		cancel()
		if err == nil {
			return true
		}
		select {
		case <-a.ctx.Done():
			return false
		case <-time.After(patience.retry):
		}
		// Not c.id: it has the session, which is a secret of the desktop.
		a.factory.log.Warn("connector: command is sent again", "zone", a.zone.name, "agent", a.id, "command", c.name,
			"cause", c.cause, "error", err)
	}
}
