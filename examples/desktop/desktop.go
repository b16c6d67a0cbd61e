package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
)

// desktop handles calls the way a quick agent would: each callback sends the
// next command. It keeps no picture of the session; the broker does that, and
// the connector does the rest: the nailing, the timers, GetAgentStatus. All
// callbacks come from one goroutine, so its fields need no lock.
type desktop struct {
	connector.BaseHandler
	settings
	agent *connector.Agent
	// ended gets nil after the last call, or what went wrong.
	ended chan error
	// handled counts the calls that were wrapped up.
	handled int
	// session and contact are those of the call.
	session string
	contact events.POMContact
	// held: the customer has been on hold in this call.
	held bool
	// wrapping is the session that is being wrapped up.
	wrapping string
}

// show prints one line about a callback.
func show(name string, values ...any) {
	fmt.Println(append([]any{time.Now().UTC().Format("15:04:05.000Z"), name}, values...)...)
}

// command ends the desktop when a command was not accepted.
func (d *desktop) command(name string, code events.Code) {
	if code != events.Success {
		d.end(refused(name, code))
	}
}

// needed shows a response the desktop cannot go on without.
func (d *desktop) needed(name string, code events.Code) bool {
	show(events.RESP(name), code)
	if code != events.Success {
		d.end(refused(name, code))
	}
	return code == events.Success
}

// inCall shows a response about a call and tells whether it was a success. That
// the customer has hung up in the meantime is no error: AGTAutoReleaseLine
// leads on from there.
func (d *desktop) inCall(name, sessionID string, code events.Code) bool {
	show(events.RESP(name), sessionID, code)
	switch code {
	case events.Success:
		return true
	case events.HoldDisconnected, events.HoldNotOnCall, events.UnholdDisconnected, events.UnholdNotOnCall,
		events.AlreadyDisconnected, events.NotInThisState:
		return false
	}
	d.end(refused(name, code))
	return false
}

// refused is the error for a code.
func refused(name string, code events.Code) error {
	entry, _ := events.Lookup(code)
	return fmt.Errorf("%s: %d %s", name, code, entry.Message)
}

// end ends the program; only the first reason counts.
func (d *desktop) end(err error) {
	select {
	case d.ended <- err:
	default:
	}
}

// The way to the first call.

func (d *desktop) AGTLogonRESP(result events.Code) {
	if !d.needed(events.AGTLogon, result) {
		return
	}
	if d.resume {
		d.command(events.AGTSaveAgentForHA, d.agent.AGTSaveAgentForHA())
	}
	d.command(events.AGTStateChange, d.agent.AGTStateChange(events.Ready, "", "", false))
}

// Missed shows what happened to a resumed session while it had no desktop. It is
// history: what is so now comes after it, and only that is acted on.
func (d *desktop) Missed(missed []connector.MissedNotification, leftOut int) {
	show("Missed", len(missed), "and not shown", leftOut)
	for _, n := range missed {
		show("Missed", n.At.Format("15:04:05.000Z"), n.Name, fmt.Sprintf("%+v", n.Data))
	}
}

func (d *desktop) AGTSaveAgentForHARESP(result events.Code) {
	d.needed(events.AGTSaveAgentForHA, result)
}

func (d *desktop) AGTStateChangeRESP(state events.POMAgentState, result events.Code) {
	show("AGTStateChangeRESP", state, result)
	if result != events.Success && result != events.AlreadyReady { // a resumed session may be Ready
		d.end(refused(events.AGTStateChange, result))
	}
}

func (d *desktop) AGTAvailableForNailupRESP(result events.Code) {
	d.needed(events.AGTAvailableForNailup, result)
}

func (d *desktop) AGTNailupChange(status events.POMNailupStatus) { show("AGTNailupChange", status) }

func (d *desktop) AGTReadyForNailupRESP(result events.Code) {
	d.needed(events.AGTReadyForNailup, result)
}

func (d *desktop) AGTJobAttached(campaignName string) { show("AGTJobAttached", campaignName) }

// A call.

func (d *desktop) AGTCallNotify(contact events.POMContact, sessionID string) {
	show("AGTCallNotify", sessionID, contact.FirstName, contact.LastName, contact.ContactType)
	d.session, d.contact, d.held = sessionID, contact, false
	d.command(events.AGTGetCustomerDetails, d.agent.AGTGetCustomerDetails(sessionID))
}

func (d *desktop) AGTPreviewDialRESP(sessionID string, result events.Code) {
	d.inCall(events.AGTPreviewDial, sessionID, result)
}

// AGTCallStateChangedNotify does the next thing of a call, also of one that was
// there when the session was resumed.
func (d *desktop) AGTCallStateChangedNotify(state events.POMCallState) {
	show("AGTCallStateChangedNotify", state)
	switch state {
	case events.Preview, events.Callback:
		if len(d.contact.Numbers) > 0 {
			d.command(events.AGTPreviewDial, d.agent.AGTPreviewDial(d.contact.Numbers[0], d.session))
		}
	case events.Talking:
		if !d.held {
			d.held = true
			d.command(events.AGTHoldCall, d.agent.AGTHoldCall(d.session))
		}
	case events.Held:
		if !d.held {
			d.held = true
			d.command(events.AGTUnholdCall, d.agent.AGTUnholdCall(d.session))
		}
	}
}

func (d *desktop) AGTGetCustomerDetailsRESP(details *events.POMCustomerDetails, sessionID string, result events.Code) {
	if details == nil {
		details = &events.POMCustomerDetails{}
	}
	show("AGTGetCustomerDetailsRESP", sessionID, result, details.FirstName, details.LastName, details.Attributes)
}

func (d *desktop) AGTHoldCallRESP(sessionID string, result events.Code) {
	if d.inCall(events.AGTHoldCall, sessionID, result) {
		d.command(events.AGTUnholdCall, d.agent.AGTUnholdCall(sessionID))
	}
}

func (d *desktop) AGTUnholdCallRESP(sessionID string, result events.Code) {
	if d.inCall(events.AGTUnholdCall, sessionID, result) {
		time.AfterFunc(d.talk, func() { d.command(events.AGTReleaseLine, d.agent.AGTReleaseLine(sessionID)) })
	}
}

// The end of a call: whoever hung up, the completion codes come next. Only a call
// that a machine took is wrapped up by the connector, at once.

func (d *desktop) AGTReleaseLineRESP(_ *events.WrapupData, sessionID string, result events.Code) {
	if d.inCall(events.AGTReleaseLine, sessionID, result) {
		d.wrapUp(sessionID)
	}
}

func (d *desktop) AGTAutoReleaseLine(wrapup events.WrapupData, sessionID string) {
	show("AGTAutoReleaseLine", sessionID, wrapup.ACWMaxTime, wrapup.DefaultCompCode.Code)
	if wrapup.DefaultCompCode.Code != events.AnswerMachine {
		d.wrapUp(sessionID)
	}
}

func (d *desktop) AGTDialFailed(_ events.WrapupData, reason events.POMDialFailReason, sessionID string) {
	show("AGTDialFailed", sessionID, reason)
	d.wrapUp(sessionID)
}

func (d *desktop) wrapUp(sessionID string) {
	if d.wrapping == sessionID {
		return
	}
	d.wrapping = sessionID
	d.command(events.AGTGetCompCodes, d.agent.AGTGetCompCodes(sessionID))
}

// AGTGetCompCodesRESP chooses the first code.
func (d *desktop) AGTGetCompCodesRESP(codes []events.POMCompletionCode, sessionID string, result events.Code) {
	if !d.inCall(events.AGTGetCompCodes, sessionID, result) {
		return
	}
	if len(codes) == 0 {
		d.end(fmt.Errorf("no completion codes for %s", sessionID))
		return
	}
	d.command(events.AGTWrapupContact, d.agent.AGTWrapupContact(codes[0], sessionID))
}

func (d *desktop) AGTWrapupContactRESP(sessionID string, result events.Code) {
	if !d.needed(events.AGTWrapupContact, result) {
		return
	}
	d.handled++
	if d.handled == d.calls {
		d.command(events.AGTStateChange, d.agent.AGTStateChange(events.NotReady, "1", "End of shift", false))
	}
}

// The way out.

func (d *desktop) AGTStateChangedNotify(state events.POMAgentState) {
	show("AGTStateChangedNotify", state)
	if state == events.NotReady && d.handled >= d.calls {
		d.command(events.AGTLogoff, d.agent.AGTLogoff())
	}
}

func (d *desktop) AGTLogoffRESP(result events.Code) { d.needed(events.AGTLogoff, result) }

func (d *desktop) AGTAgentLoggedOut() {
	show("AGTAgentLoggedOut")
	if d.handled < d.calls {
		d.end(fmt.Errorf("logged out after %d of %d calls", d.handled, d.calls))
		return
	}
	d.end(nil)
}

func (d *desktop) POMAvailable() { show("POMAvailable") }

func (d *desktop) POMNotAvailable() { show("POMNotAvailable") }

func (d *desktop) AGTCapabilitiesChanged(c events.POMCapabilities) {
	show("AGTCapabilitiesChanged", can(c))
}

// can names what the agent may do.
func can(c events.POMCapabilities) []string {
	var names []string
	for _, field := range strings.Fields(strings.Trim(fmt.Sprintf("%+v", c), "{}")) {
		if name, ok := strings.CutSuffix(field, ":true"); ok {
			names = append(names, name)
		}
	}
	return names
}

// Nothing to do for the agent on inbound calls but to wait.

func (d *desktop) AGTBlendedToInbound() { show("AGTBlendedToInbound") }

func (d *desktop) AGTBlendedToOutbound() { show("AGTBlendedToOutbound") }

// AGTZoneDown needs no reaction here: the calls end before the grace period.
func (d *desktop) AGTZoneDown(zoneName string, gracePeriodInMillis int) {
	show("AGTZoneDown", zoneName, gracePeriodInMillis)
}

// GetAgentStatus is answered by the connector.
func (d *desktop) GetAgentStatus(agentID string) { show("GetAgentStatus", agentID) }
