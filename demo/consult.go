package demo

import (
	"cmp"
	"time"

	"github.com/deskbus/deskbus/events"
)

// AGTGetConsultDestsForTypeRESP asks one of them.
func (d *desktop) AGTGetConsultDestsForTypeRESP(list []events.POMDestination, _ bool, sessionID string, result events.Code) {
	if d.refused(events.AGTGetConsultDestsForType, result) || len(list) == 0 {
		d.release(2*time.Second, 6*time.Second)
		return
	}
	destination := list[d.dice.IntN(len(list))]
	d.party = cmp.Or(destination.ID, destination.Number)
	d.agent.AGTConsultCall(destination, sessionID)
}

// AGTConsultCallRESP waits a while for a colleague who has a call or a phone
// that rings.
func (d *desktop) AGTConsultCallRESP(sessionID string, result events.Code) {
	if d.refused(events.AGTConsultCall, result) {
		d.release(2*time.Second, 6*time.Second)
		return
	}
	if d.callState == events.Talking {
		party := d.party
		d.next(10*time.Second, 20*time.Second, func() { d.agent.AGTCancelConsult(party, sessionID) })
	}
}

// AGTEnableCancelConsult: the other side has been asked.
func (d *desktop) AGTEnableCancelConsult(string) { d.waits = true }

// AGTCancelConsultRESP goes on without the colleague who never came.
func (d *desktop) AGTCancelConsultRESP(_ string, result events.Code) {
	d.refused(events.AGTCancelConsult, result)
	d.release(2*time.Second, 6*time.Second)
}

// AGTConsultCancelled: the other side has taken it back. One that waited for this
// agent has nothing to do with the call.
func (d *desktop) AGTConsultCancelled(_, sessionID string) {
	if sessionID == d.session {
		d.release(2*time.Second, 6*time.Second)
	}
}

// AGTConsultDialFailed: nobody is there outside.
func (d *desktop) AGTConsultDialFailed(events.POMDialFailReason, string) {
	d.release(2*time.Second, 6*time.Second)
}

// consult talks with a colleague while the customer waits. Who asked says what
// becomes of it.
func (d *desktop) consult() {
	session, party := d.session, d.party
	leave := func() { d.agent.AGTCancelConsult(party, session) }
	if d.recipient {
		if d.oneOf(6) {
			d.next(3*time.Second, 8*time.Second, leave)
		}
		return
	}
	switch d.dice.IntN(4) {
	case 0:
		d.next(4*time.Second, 10*time.Second, leave)
	case 1:
		d.next(4*time.Second, 10*time.Second, func() { d.agent.AGTCompleteTransfer(session) })
	default:
		d.next(4*time.Second, 10*time.Second, func() { d.agent.AGTStartConf(session) })
	}
}

// lead ends a conference, or leaves it to the other agent.
func (d *desktop) lead() {
	session, change := d.session, d.oneOf(3)
	d.next(5*time.Second, 12*time.Second, func() {
		if change {
			d.agent.AGTConfChangeOwnership(session)
		} else {
			d.agent.AGTEndConf(session)
		}
	})
}

// AGTConfChangeOwnershipRESP ends a conference that nobody else can lead.
func (d *desktop) AGTConfChangeOwnershipRESP(sessionID string, result events.Code) {
	if d.refused(events.AGTConfChangeOwnership, result) {
		d.next(time.Second, 3*time.Second, func() { d.agent.AGTEndConf(sessionID) })
	}
}
