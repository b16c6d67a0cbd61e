package demo

import (
	"context"
	"math/rand/v2"
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
	// session is the call that was notified last, codes what it may end with.
	session string
	codes   []events.POMCompletionCode
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

// AGTStateChangedNotify ends breaks and asks for the nailing.
func (d *desktop) AGTStateChangedNotify(state events.POMAgentState) {
	switch state {
	case events.NotReady:
		d.after(500*time.Millisecond, 5*time.Second, func() {
			d.agent.AGTStateChange(events.Ready, "", "", false)
		})
	case events.Ready:
		d.agent.AGTAvailableForNailup()
	}
}

// AGTNailupChange lets the phone ring.
func (d *desktop) AGTNailupChange(status events.POMNailupStatus) {
	if status == events.PendingNailup {
		d.agent.AGTReadyForNailup()
	}
}

// AGTCallNotify looks at who is calling.
func (d *desktop) AGTCallNotify(_ events.POMContact, sessionID string) {
	d.session = sessionID
	d.agent.AGTGetCustomerDetails(sessionID)
	d.agent.AGTGetCompCodes(sessionID)
}

// AGTGetCompCodesRESP remembers what calls may end with.
func (d *desktop) AGTGetCompCodesRESP(codes []events.POMCompletionCode, _ string, result events.Code) {
	if result == events.Success {
		d.codes = codes
	}
}

// AGTCallStateChangedNotify does the next thing of a call.
func (d *desktop) AGTCallStateChangedNotify(state events.POMCallState) {
	session := d.session
	switch state {
	case events.Talking:
		if d.dice.IntN(3) == 0 {
			d.after(3*time.Second, 8*time.Second, func() { d.agent.AGTHoldCall(session) })
		} else {
			d.after(6*time.Second, 20*time.Second, func() { d.agent.AGTReleaseLine(session) })
		}
	case events.Held:
		d.after(2*time.Second, 5*time.Second, func() { d.agent.AGTUnholdCall(session) })
	case events.Wrapup:
		code := events.POMCompletionCode{}
		if len(d.codes) > 0 {
			code = d.codes[d.dice.IntN(len(d.codes))]
		}
		d.after(2*time.Second, 6*time.Second, func() { d.agent.AGTWrapupContact(code, session) })
	case events.Idle:
		if d.dice.IntN(20) == 0 {
			d.agent.AGTStateChange(events.NotReady, "1", "Break", false)
		}
	}
}

// AGTAgentLoggedOut comes when another desktop took the session: leave it alone.
func (d *desktop) AGTAgentLoggedOut() {}
