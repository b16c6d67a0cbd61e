package connector

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

const (
	// sayAgain is how long an Actor waits for an answer before it sends a command
	// again, the same to the byte. The broker executes a number once and repeats
	// the answer of the newest, so this makes up for a lost command and for a lost
	// answer alike, and needs neither acks nor the stream.
	sayAgain = time.Second
	// ticketMargin is how much longer than a command a ticket must last: the
	// clocks of the bus and of the brokers are not quite the same.
	ticketMargin = 10 * time.Second
)

// Service is who a program is that acts for agents, and its password: the system
// that has authenticated them, a monitor of their desktops, a blender.
type Service struct {
	ID       string
	Password string
}

// Actor sends commands for the agents of a zone in the name of the factory's
// service, whoever has their sessions. Get one with [Factory.Actor].
//
// Its methods wait for the response and return its result, and in its place: 9002
// when the agent is not logged on or the service may not send the command, 17 when
// the service's password is not right, 9998 when nobody serves the zone for three
// seconds, 9999 when ctx or Config.CommandTimeout ended first. A command is not
// executed once ctx has ended or the time is over; one that was decided just in time was, and only two
// more seconds are given to its answer, less when ctx ends before.
//
// Methods may be called from any goroutine. Commands for one agent are sent one
// after the other, in no certain order when several wait.
type Actor struct {
	factory *Factory
	zone    *zone
	session string
	// number is that of the last command; an agent sees its own part of the
	// numbers, which only grow.
	number atomic.Uint64

	// renewing is full while somebody uses ticket and expires.
	renewing chan struct{}
	ticket   string
	expires  time.Time

	mu sync.Mutex
	// busy has the agents for whom a command is under way; closed when it ends.
	busy map[string]chan struct{}
}

// Actor returns a new actor for a zone. It fails when Config.Service is not set,
// the zone cannot have this name, or after Deinit.
func (f *Factory) Actor(zoneName string) (*Actor, error) {
	if f.service.ID == "" {
		return nil, errors.New("connector: an actor needs the service of Config.Service")
	}
	session, err := uuid.NewV7()
	if err != nil {
		return nil, fmt.Errorf("connector: new session: %w", err)
	}
	z, err := f.zone(zoneName)
	if err != nil {
		return nil, err
	}
	return &Actor{
		factory: f, zone: z, session: session.String(),
		renewing: make(chan struct{}, 1), busy: make(map[string]chan struct{}),
	}, nil
}

// AGTAgentDisconnected says that the agent's desktop is gone (L2429).
func (a *Actor) AGTAgentDisconnected(ctx context.Context, agentID string) events.Code {
	return a.send(ctx, agentID, events.AGTAgentDisconnected, events.NoParams{})
}

// AGTBlendToInbound moves the agent to inbound calls (L2109).
func (a *Actor) AGTBlendToInbound(ctx context.Context, agentID string) events.Code {
	return a.send(ctx, agentID, events.AGTBlendToInbound, events.NoParams{})
}

// AGTBlendToOutbound moves the agent to outbound calls (L2140).
func (a *Actor) AGTBlendToOutbound(ctx context.Context, agentID string) events.Code {
	return a.send(ctx, agentID, events.AGTBlendToOutbound, events.NoParams{})
}

// AGTNailupAgent asks for the nailing after the move to outbound (L2171).
func (a *Actor) AGTNailupAgent(ctx context.Context, agentID string) events.Code {
	return a.send(ctx, agentID, events.AGTNailupAgent, events.NoParams{})
}

// AGTPendingLogout logs the agent out as soon as the current call is wrapped up
// (L2283).
func (a *Actor) AGTPendingLogout(ctx context.Context, agentID string) events.Code {
	return a.send(ctx, agentID, events.AGTPendingLogout, events.NoParams{})
}

// AGTSkillsChanged replaces the agent's skills (L2580).
func (a *Actor) AGTSkillsChanged(ctx context.Context, agentID string, agentSkills []events.POMAgentSkill) events.Code {
	return a.send(ctx, agentID, events.AGTSkillsChanged, events.SkillsParams{AgentSkills: agentSkills})
}

// send sends a command and waits for its result.
func (a *Actor) send(ctx context.Context, agentID, name string, params any) (result events.Code) {
	if agentID == "" {
		return events.InvalidArgument
	}
	deadline := time.Now().Add(a.factory.timeout)
	if end, has := ctx.Deadline(); has && end.Before(deadline) {
		deadline = end
	}
	span, header := beginSpan(ctx, agentID, name)
	defer func() { endSpan(span, result) }()
	ctx, cancel := context.WithDeadline(ctx, deadline.Add(a.factory.patience.grace))
	defer cancel()
	if !a.begin(ctx, agentID) {
		return events.POMNotAvailableCode
	}
	defer a.end(agentID)
	if !a.zone.await(ctx) {
		if ctx.Err() != nil || !a.factory.nc.IsConnected() {
			return events.POMNotAvailableCode
		}
		return events.PAMNotAvailableForZone
	}
	ticket, code := a.validTicket(ctx, deadline.Add(ticketMargin))
	if code != events.Success {
		return code
	}
	id := events.ID{Conn: a.session, N: a.number.Add(1)}
	body, err := events.EncodeInbound(events.Inbound{
		ID: id, Deadline: a.zone.onBus(deadline), Ticket: ticket, Data: params,
	})
	if err != nil || len(body) > events.MaxInbound {
		return events.SDKFailure
	}
	cause := id.Public().String()
	sentAs(span, a.zone.name, cause)
	return a.ask(ctx, agentID, name, cause, header, body)
}

// ask sends the command until its response is there or ctx ends.
func (a *Actor) ask(ctx context.Context, agentID, name, cause string, header nats.Header, body []byte) events.Code {
	from, err := subject.Of(&events.Event{
		Zone: a.zone.name, Kind: events.KindResponse, Name: events.RESP(name), Agent: agentID,
	})
	if err != nil {
		return events.SDKFailure
	}
	nc := a.factory.nc
	answers, err := nc.SubscribeSync(from)
	if err != nil {
		return events.POMNotAvailableCode
	}
	// It fails when the connection is closed, and then there is nothing to end.
	defer func() { _ = answers.Unsubscribe() }()
	for ctx.Err() == nil && !nc.IsClosed() {
		msg := &nats.Msg{Subject: subject.Command(a.zone.name, agentID, name), Header: header, Data: body}
		if err := nc.PublishMsg(msg); err != nil {
			a.factory.log.Warn("connector: command is sent again", "zone", a.zone.name, "agent", agentID, "command", name,
				"cause", cause, "error", err)
		}
		if code, answered := await(ctx, answers, cause); answered {
			return code
		}
	}
	return events.POMNotAvailableCode
}

// await waits a while for the response to a command.
func await(ctx context.Context, answers *nats.Subscription, cause string) (code events.Code, answered bool) {
	ctx, cancel := context.WithTimeout(ctx, sayAgain)
	defer cancel()
	for {
		m, err := answers.NextMsgWithContext(ctx)
		if err != nil {
			<-ctx.Done() // what else there is passes with time, or with the connection
			return 0, false
		}
		if ev, err := events.Decode(m.Data); err == nil && ev.Kind == events.KindResponse && ev.Cause == cause {
			code, is := events.ResultOf(ev.Data)
			return code, is
		}
	}
}

// begin waits until no other command for the agent is under way. Only the newest
// is answered again, so one must be answered before the next is sent.
func (a *Actor) begin(ctx context.Context, agentID string) bool {
	for {
		a.mu.Lock()
		former := a.busy[agentID]
		if former == nil {
			a.busy[agentID] = make(chan struct{})
		}
		a.mu.Unlock()
		if former == nil {
			return true
		}
		select {
		case <-former:
		case <-ctx.Done():
			return false
		}
	}
}

func (a *Actor) end(agentID string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	close(a.busy[agentID])
	delete(a.busy, agentID)
}

// validTicket returns a ticket that is good until then, the one there is or a new
// one: a password costs the broker much, so it is not checked for each command.
func (a *Actor) validTicket(ctx context.Context, until time.Time) (string, events.Code) {
	select {
	case a.renewing <- struct{}{}:
	case <-ctx.Done():
		return "", events.POMNotAvailableCode
	}
	defer func() { <-a.renewing }()
	if a.expires.After(until) {
		return a.ticket, events.Success
	}
	asked := time.Now()
	service := a.factory.service
	answer, code, err := a.factory.ticket(ctx, events.LogonRequest{
		ZoneName: a.zone.name, Conn: a.session, Service: service.ID, Password: &service.Password,
	})
	if code != events.Success {
		log := a.factory.log.With("zone", a.zone.name, "service", service.ID, "code", int(code))
		if err != nil {
			log = log.With("error", err)
		}
		log.Warn("connector: no ticket for the service")
		return "", code
	}
	a.ticket = answer.Ticket
	a.expires = asked.Add(time.Duration(answer.Expires-answer.At) * time.Microsecond)
	return a.ticket, events.Success
}
