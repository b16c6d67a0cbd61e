package demo

import (
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
)

// desktop is one agent with a good working day. The connector calls it from one
// goroutine at a time.
type desktop struct {
	connector.BaseHandler
	ctx       context.Context
	agent     *connector.Agent
	zone      string
	extension string
	dice      *rand.Rand
	refusals  *refusals
	// callState is what was notified last.
	callState events.POMCallState
	// session and contact are those of the call. In a consult, party is the other
	// side, and recipient tells who was asked for from who asked.
	session   string
	contact   events.POMContact
	party     string
	recipient bool
	// waits: a consult of this agent waits for the other side.
	waits bool
	// redialled: a number that failed was tried again, which is enough.
	redialled bool
	// steps counts the changes of the call state.
	steps atomic.Int64
}

// after does something in a while, the way people do, unless the demo has ended.
// A command that comes too late is refused by the broker, which does no harm.
func (d *desktop) after(least, most time.Duration, do func()) {
	pause := least + time.Duration(d.dice.Int64N(int64(most-least)))
	time.AfterFunc(pause, func() {
		if d.ctx.Err() == nil {
			do()
		}
	})
}

// next does something in a while unless the call has come to another state by
// then.
func (d *desktop) next(least, most time.Duration, do func()) {
	step := d.steps.Load()
	d.after(least, most, func() {
		if d.steps.Load() == step {
			do()
		}
	})
}

// oneOf tells whether a chance of one in n has come.
func (d *desktop) oneOf(n int) bool { return d.dice.IntN(n) == 0 }

func (d *desktop) logon(force bool) {
	d.agent.AGTLogon(d.extension, Password, force, "en-US", "Europe/Berlin", d.zone)
}

// AGTLogonRESP saves the session, so that it outlives this desktop. A session
// whose desktop died before it could do so is taken by force.
func (d *desktop) AGTLogonRESP(result events.Code) {
	if result != events.Success {
		d.after(2*time.Second, 4*time.Second, func() { d.logon(result == events.AgentAlreadyLoggedIn) })
		return
	}
	d.agent.AGTSaveAgentForHA()
}

// AGTStateChangedNotify ends breaks.
func (d *desktop) AGTStateChangedNotify(state events.POMAgentState) {
	if state == events.NotReady {
		d.after(500*time.Millisecond, 5*time.Second, func() {
			d.agent.AGTStateChange(events.Ready, "", "", false)
		})
	}
}

// AGTAgentLoggedOut comes when another desktop took the session: leave it alone.
func (d *desktop) AGTAgentLoggedOut() {}
