package demo

import (
	"time"

	"github.com/deskbus/deskbus/events"
)

// AGTCallNotify looks at who is calling, or is to be called.
func (d *desktop) AGTCallNotify(contact events.POMContact, sessionID string) {
	d.session, d.contact, d.recipient, d.redialled, d.waits = sessionID, contact, false, false, false
	d.agent.AGTGetCustomerDetails(sessionID)
}

// AGTConsultNotify: another agent wants to talk about a call.
func (d *desktop) AGTConsultNotify(contact events.POMContact, requestingAgentID, sessionID string) {
	d.session, d.contact, d.party, d.recipient = sessionID, contact, requestingAgentID, true
}

// AGTTransferNotify: the call is this agent's now.
func (d *desktop) AGTTransferNotify(contact events.POMContact, sessionID string) {
	d.session, d.contact, d.recipient = sessionID, contact, false
}

// AGTCallStateChangedNotify does the next thing of a call.
func (d *desktop) AGTCallStateChangedNotify(state events.POMCallState) {
	d.steps.Add(1)
	d.callState = state
	session := d.session
	switch state {
	case events.Preview, events.Callback:
		d.decide()
	case events.Talking:
		d.talk()
	case events.Held:
		d.next(2*time.Second, 5*time.Second, func() { d.agent.AGTUnholdCall(session) })
	case events.Consult:
		d.consult()
	case events.ConferenceOwner:
		d.lead()
	case events.ConferencePassive:
		if d.oneOf(4) {
			d.next(4*time.Second, 10*time.Second, func() { d.agent.AGTEndConf(session) })
		}
	case events.Wrapup:
		d.agent.AGTGetCompCodes(session)
	case events.Idle:
		if d.oneOf(20) {
			d.agent.AGTStateChange(events.NotReady, "1", "Break", false)
		}
	}
	d.waits = false
}

// decide looks at a contact and has it dialled, or leaves it out.
func (d *desktop) decide() {
	session, contact := d.session, d.contact
	if d.callState == events.Preview && d.oneOf(6) || len(contact.Numbers) == 0 {
		d.next(2*time.Second, 6*time.Second, func() { d.agent.AGTPreviewCancel(session) })
		return
	}
	d.next(2*time.Second, 6*time.Second, func() { d.agent.AGTPreviewDial(contact.Numbers[0], session) })
}

// talk is what an agent may do with a customer.
func (d *desktop) talk() {
	session := d.session
	if d.waits { // since before the session was resumed
		d.next(10*time.Second, 20*time.Second, func() { d.agent.AGTCancelConsult("", session) })
		return
	}
	switch d.dice.IntN(10) {
	case 0, 1:
		d.next(3*time.Second, 8*time.Second, func() { d.agent.AGTHoldCall(session) })
	case 2, 3, 4:
		d.next(3*time.Second, 8*time.Second, func() { d.agent.AGTGetConsultDestsForType(events.DestinationAgent, session) })
	case 5:
		d.next(3*time.Second, 8*time.Second, func() { d.agent.AGTGetConsultDestsForType(events.DestinationExternal, session) })
	case 6:
		d.next(3*time.Second, 8*time.Second, func() { d.agent.AGTGetCallbackTypes(session) })
	default:
		d.release(6*time.Second, 20*time.Second)
	}
}

// release ends the conversation. Only in Talking it can be.
func (d *desktop) release(least, most time.Duration) {
	session := d.session
	if d.callState == events.Talking {
		d.next(least, most, func() { d.agent.AGTReleaseLine(session) })
	}
}

// AGTDialFailed tries the last number, once; the wrap-up follows otherwise.
func (d *desktop) AGTDialFailed(_ events.WrapupData, _ events.POMDialFailReason, _ string) {
	numbers := d.contact.Numbers
	if d.redialled || len(numbers) < 2 || !d.oneOf(2) {
		return
	}
	d.redialled = true
	d.after(time.Second, 2*time.Second, func() { d.agent.AGTRedial(numbers[len(numbers)-1]) })
}

// AGTGetCompCodesRESP chooses how the call ends.
func (d *desktop) AGTGetCompCodesRESP(codes []events.POMCompletionCode, sessionID string, result events.Code) {
	if result != events.Success || len(codes) == 0 {
		return // the call is over already
	}
	code := codes[d.dice.IntN(len(codes))]
	d.next(2*time.Second, 6*time.Second, func() { d.agent.AGTWrapupContact(code, sessionID) })
}

// AGTGetCallbackTypesRESP promises to call again in a few minutes.
func (d *desktop) AGTGetCallbackTypesRESP(types []events.POMCallbackType, _, sessionID string, result events.Code) {
	if d.refused(events.AGTGetCallbackTypes, result) || len(types) == 0 || len(d.contact.Numbers) == 0 {
		d.release(2*time.Second, 6*time.Second)
		return
	}
	// The time is in UTC, the zone that of the customer (L1843).
	at := time.Now().UTC().Add(2 * time.Minute).Format("2006/01/02 15:04")
	d.agent.AGTCreateCallback(events.CallbackStandard, events.POMCallbackDest{ID: d.contact.CampaignName}, at,
		"Europe/London", "60", d.contact.Numbers[0], "asked to be called again", sessionID)
}

// AGTCreateCallbackRESP says goodbye.
func (d *desktop) AGTCreateCallbackRESP(_ string, result events.Code) {
	d.refused(events.AGTCreateCallback, result)
	d.release(2*time.Second, 6*time.Second)
}
