package connector

import (
	"context"
	"strings"
	"sync"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
)

// Agent is one agent as this desktop sees it; it is the POMAgent of the
// specification. Get one with [Factory.GetPOMAgent] before a logon. Its methods
// are the commands; they never wait, and may be called from any goroutine, also
// from the handler. After RemovePOMAgent they return 9002.
type Agent struct {
	id        string
	session   string
	factory   *Factory
	handler   Handler
	callbacks callbacks
	duties    duties
	// ctx ends when the agent is removed.
	ctx    context.Context
	cancel context.CancelFunc

	mu    sync.Mutex
	state logonState
	// zone and follower are set by the first logon and stay.
	zone     *zone
	follower *feed.Follower
	// unanswered are the commands that still owe a response, oldest first.
	unanswered []*command
	// outbox are the commands to be published after the one under way; sending
	// is set while a goroutine publishes.
	outbox  []*command
	sending bool
	// number is that of the last command that was published.
	number uint64
}

// logonState says what the desktop may hear.
type logonState int

const (
	// loggedOff: nothing but responses.
	loggedOff logonState = iota
	// loggingOn: AGTLogon waits for its response.
	loggingOn
	// loggedOn: everything.
	loggedOn
)

func newAgent(f *Factory, id, session string, h Handler) *Agent {
	a := &Agent{id: id, session: session, factory: f, handler: h}
	a.duties = duties{manual: f.manual, mu: &a.mu, command: a.sendUnasked, waits: a.waitsFor}
	a.ctx, a.cancel = context.WithCancel(context.Background())
	return a
}

// close ends the agent without a word to its handler.
func (a *Agent) close() {
	a.cancel()
	a.callbacks.close()
	a.mu.Lock()
	zone, follower := a.zone, a.follower
	for _, c := range a.unanswered {
		c.timer.Stop()
		c.span.End()
	}
	a.unanswered, a.state = nil, loggedOff
	a.duties.end()
	a.mu.Unlock()
	if zone != nil {
		zone.detach(a)
	}
	if follower != nil {
		follower.Close()
	}
}

// event takes the next event of the agent from the feed.
func (a *Agent) event(ev events.Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch ev.Kind {
	case events.KindResponse:
		a.response(ev)
	case events.KindNotification:
		if a.state != loggedOn {
			return
		}
		if ev.Name == events.AGTAgentLoggedOut {
			a.loggedOut()
		} else {
			a.duties.notified(ev.Data, ev.At) // before the data is the handler's
		}
		a.notify(ev.Name, ev.Data)
	}
}

// loggedOut ends the session. The caller holds a.mu.
func (a *Agent) loggedOut() {
	a.state = loggedOff
	a.duties.end()
}

// response passes on the answer to a command of ours that still waits for it.
// Others belong to somebody who acts for the agent, or were answered with 9999
// in the meantime: only the duties go by them. The caller holds a.mu.
func (a *Agent) response(ev events.Event) {
	for _, c := range a.unanswered {
		if c.cause == ev.Cause {
			a.answer(c, ev.Name, ev.Data)
			if d, is := ev.Data.(events.LogonResult); is && d.Missed > 0 {
				a.callbacks.post(func() { a.tellMissed(ev) })
			}
			return
		}
	}
	if a.state != loggedOn {
		return
	}
	if ev.Name == events.RESP(events.AGTLogon) && succeeded(ev.Data) &&
		!strings.HasPrefix(ev.Cause, events.ID{Conn: a.session}.Public().Conn+".") {
		a.takenOver()
		return
	}
	a.duties.answered(ev.Name, ev.Data)
}

// takenOver ends the session because another desktop has it now. Commands that
// wait are answered first, so that each has its answer and AGTAgentLoggedOut
// comes last. The caller holds a.mu.
func (a *Agent) takenOver() {
	a.loggedOut()
	for len(a.unanswered) > 0 {
		a.refuse(a.unanswered[0], events.POMNotAvailableCode)
	}
	a.notify(events.AGTAgentLoggedOut, events.NoData{})
}

// answer posts the response to a command. The caller holds a.mu.
func (a *Agent) answer(c *command, name string, data any) {
	a.settle(c)
	code, _ := events.ResultOf(data)
	endSpan(c.span, code)
	if c.name == events.AGTLogon {
		a.state = loggedOff
		if code == events.Success {
			a.state = loggedOn
			a.duties.begin()
		}
	}
	if a.state == loggedOn {
		a.duties.answered(name, data) // before the data is the handler's
	}
	a.callbacks.post(func() {
		if !respond(a.handler, name, data) {
			a.unknown(name)
		}
	})
}

// refuse answers a command in the broker's place. The caller holds a.mu.
func (a *Agent) refuse(c *command, code events.Code) {
	a.answer(c, events.RESP(c.name), events.Refusal(c.name, c.sessionID, code))
}

// notify posts a notification.
func (a *Agent) notify(name string, data any) {
	a.callbacks.post(func() {
		if !notify(a.handler, name, data) {
			a.unknown(name)
		}
	})
}

func (a *Agent) unknown(name string) {
	a.factory.unknown.Add(1)
	a.factory.log.Error("connector: event left out: the handler has no method for it", "zone", a.zone.name, "agent", a.id, "name", name)
}

// succeeded tells whether a response says that the command was executed.
func succeeded(data any) bool {
	code, is := events.ResultOf(data)
	return is && code == events.Success
}
