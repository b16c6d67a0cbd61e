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
	// state, nailing and session are what was notified last.
	state   events.POMAgentState
	nailing events.POMNailupStatus
	session string
	// asked: AGTAvailableForNailup was sent, which is due once (L2411).
	asked bool
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

// AGTStateChangedNotify ends breaks.
func (d *desktop) AGTStateChangedNotify(state events.POMAgentState) {
	d.state = state
	if state == events.NotReady {
		d.after(500*time.Millisecond, 5*time.Second, func() {
			d.agent.AGTStateChange(events.Ready, "", "", false)
		})
	}
}

// AGTNailupChange lets the phone ring.
func (d *desktop) AGTNailupChange(status events.POMNailupStatus) {
	d.nailing = status
	if status == events.PendingNailup {
		d.agent.AGTReadyForNailup()
	}
}

// AGTCapabilitiesChanged ends what belongs together, so now is the time to see
// whether the nailing is to be asked for. A resumed session has asked before.
func (d *desktop) AGTCapabilitiesChanged(events.POMCapabilities) {
	if d.state == events.Ready && !d.asked {
		d.asked = true
		if d.nailing == events.NotNailedUp {
			d.agent.AGTAvailableForNailup()
		}
	}
}

// AGTAvailableForNailupRESP asks again at the next Ready when this one was over
// too soon.
func (d *desktop) AGTAvailableForNailupRESP(result events.Code) { d.asked = result == events.Success }

// AGTCallNotify looks at who is calling.
func (d *desktop) AGTCallNotify(_ events.POMContact, sessionID string) {
	d.session = sessionID
	d.agent.AGTGetCustomerDetails(sessionID)
}

// AGTGetCompCodesRESP chooses how the call ends.
func (d *desktop) AGTGetCompCodesRESP(codes []events.POMCompletionCode, sessionID string, result events.Code) {
	if result != events.Success || len(codes) == 0 {
		return // the call is over already
	}
	code := codes[d.dice.IntN(len(codes))]
	d.after(2*time.Second, 6*time.Second, func() { d.agent.AGTWrapupContact(code, sessionID) })
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
		d.agent.AGTGetCompCodes(session)
	case events.Idle:
		if d.dice.IntN(20) == 0 {
			d.agent.AGTStateChange(events.NotReady, "1", "Break", false)
		}
	}
}

// AGTAgentLoggedOut comes when another desktop took the session: leave it alone.
func (d *desktop) AGTAgentLoggedOut() {}
