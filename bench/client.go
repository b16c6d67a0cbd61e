package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

const (
	// maxAgents is what the telephone numbers of the contact list allow.
	maxAgents = 1000
	// answerTimeout is how long anything may take before the run is broken off.
	answerTimeout = 20 * time.Second
	password      = "bench"
)

func agentID(i int) string { return fmt.Sprintf("%04d", 1000+i) }

// client is the desktop of one agent, as light as one can be: it publishes a
// command to the inbox, waits for the bus's acknowledgement and then for the
// response. It does the same whichever side it talks to.
type client struct {
	agent   string
	nc      *nats.Conn
	js      jetstream.JetStream
	number  uint64
	session string
	held    bool
	// messages are all that the feed has for the agent.
	messages chan *nats.Msg
}

func connect(url, agent string) (*client, error) {
	nc, err := nats.Connect(url, nats.Name("bench "+agent))
	if err != nil {
		return nil, err
	}
	c := &client{agent: agent, nc: nc, messages: make(chan *nats.Msg, 1024)}
	if c.js, err = jetstream.New(nc); err != nil {
		return nil, err
	}
	if _, err := nc.ChanSubscribe(subject.Agent(zoneName, agent), c.messages); err != nil {
		return nil, err
	}
	return c, nc.Flush()
}

// send publishes one command. It carries the deadline that the connector's
// commands carry.
func (c *client) send(ctx context.Context, name string, params any) error {
	c.number++
	id := events.ID{Conn: "bench-" + c.agent, N: c.number}
	body, err := events.EncodeInbound(events.Inbound{
		ID: id, Deadline: time.Now().Add(answerTimeout).UnixMicro(), Data: params,
	})
	if err != nil {
		return err
	}
	_, err = c.js.Publish(ctx, subject.Command(zoneName, c.agent, name), body, jetstream.WithMsgID(id.String()))
	if err != nil {
		return fmt.Errorf("agent %s: %s: %w", c.agent, name, err)
	}
	return nil
}

// toggle holds the call, or takes it back, and returns when the response is
// here.
func (c *client) toggle(ctx context.Context) error {
	name := events.AGTHoldCall
	if c.held {
		name = events.AGTUnholdCall
	}
	if err := c.send(ctx, name, events.SessionParams{SessionID: c.session}); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case msg := <-c.messages:
			if !strings.Contains(msg.Subject, ".resp.") {
				continue
			}
			c.held = !c.held
			return checkResponse(msg)
		}
	}
}

func checkResponse(msg *nats.Msg) error {
	ev, err := events.Decode(msg.Data)
	if err != nil {
		return err
	}
	if d, ok := ev.Data.(events.SessionResult); !ok || d.Result != events.Success {
		return fmt.Errorf("agent %s: %s: refused: %+v", ev.Agent, ev.Name, ev.Data)
	}
	return nil
}

// full sends one command after the other until the end and returns how many
// were answered.
func (c *client) full(ctx context.Context, end time.Time) (answered int, err error) {
	for time.Now().Before(end) {
		if err := c.toggle(ctx); err != nil {
			return answered, err
		}
		answered++
	}
	return answered, nil
}

// paced sends a command at first and then at every interval, until the end. A
// command that is due while the one before is under way counts from when it was
// due, so that a pause shows in all commands it delays. A command that is merely
// sent late, because this process's timers are coarse, counts from when it was
// sent: that is not the side's doing.
func (c *client) paced(ctx context.Context, first time.Time, every time.Duration, end time.Time) (all []time.Duration, err error) {
	free := time.Now()
	for due := first; due.Before(end); due = due.Add(every) {
		time.Sleep(time.Until(due))
		since := due
		if free.Before(due) {
			since = time.Now()
		}
		if err := c.toggle(ctx); err != nil {
			return nil, err
		}
		free = time.Now()
		all = append(all, free.Sub(since))
	}
	return all, nil
}

// logOn brings the agent into a conversation, through the protocol.
func (c *client) logOn(ctx context.Context) error {
	ticket, err := c.ticket(ctx)
	if err != nil {
		return err
	}
	err = errors.Join(
		c.send(ctx, events.AGTLogon, events.LogonParams{
			AgentExt: "sip:" + c.agent, IsForce: true, Locale: new("en-US"), TimeZone: new("UTC"),
			ZoneName: zoneName, Ticket: ticket,
		}),
		c.send(ctx, events.AGTStateChange, events.StateChangeParams{AgentState: events.Ready}),
		c.send(ctx, events.AGTAvailableForNailup, events.NoParams{}),
	)
	for err == nil {
		select {
		case <-ctx.Done():
			return fmt.Errorf("agent %s has no call: %w", c.agent, ctx.Err())
		case msg := <-c.messages:
			var talking bool
			if talking, err = c.setUp(ctx, msg); talking {
				return nil
			}
		}
	}
	return err
}

func (c *client) ticket(ctx context.Context) (string, error) {
	body, err := events.Marshal(events.LogonRequest{
		V: events.Version, AgentID: c.agent, ZoneName: zoneName, Conn: "bench-" + c.agent, Password: new(password),
	})
	if err != nil {
		return "", err
	}
	msg, err := c.nc.RequestWithContext(ctx, subject.ServiceLogon, body)
	if err != nil {
		return "", fmt.Errorf("agent %s: logon service: %w", c.agent, err)
	}
	answer, err := events.Unmarshal[events.LogonAnswer](msg.Data)
	if err == nil && answer.Result != events.Success {
		err = fmt.Errorf("agent %s: logon service: result %d", c.agent, answer.Result)
	}
	return answer.Ticket, err
}

// setUp answers what leads to the first call, and tells when it is there.
func (c *client) setUp(ctx context.Context, msg *nats.Msg) (talking bool, err error) {
	ev, err := events.Decode(msg.Data)
	if err != nil {
		return false, err
	}
	switch d := ev.Data.(type) {
	case events.LogonResult, events.ResultData:
		if code, _ := events.ResultOf(d); code != events.Success {
			return false, fmt.Errorf("agent %s: %s: result %d", c.agent, ev.Name, code)
		}
	case events.NailupData:
		if d.NailupStatus == events.PendingNailup {
			return false, c.send(ctx, events.AGTReadyForNailup, events.NoParams{})
		}
	case events.ContactData:
		c.session = d.SessionID
	case events.CallStateData:
		return d.CallState == events.Talking, nil
	}
	return false, nil
}
