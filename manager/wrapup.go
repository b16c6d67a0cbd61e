package manager

import "github.com/deskbus/deskbus/events"

// wrapupGrace is how much later than the desktop the leader wraps up.
const wrapupGrace = 5 * second

// wrapupDetails says how a call may be wrapped up when its conversation ends.
func (t *turn) wrapupDetails(c *Call) events.WrapupData {
	if c.Machine {
		return events.WrapupData{DefaultCompCode: answerMachine}
	}
	campaign := t.s.Jobs[c.Job].Campaign
	return events.WrapupData{
		ACWMaxTime:      campaign.ACWMaxTime,
		ACWExtendable:   c.Extensions < campaign.ACWExtensions,
		DefaultCompCode: campaign.DefaultCompCode,
	}
}

// wrapupContact decides AGTWrapupContact (L1309).
func (t *turn) wrapupContact(a *Agent, c Command) {
	p := c.Data.(events.WrapupParams)
	call := t.callOf(a, p.SessionID)
	switch {
	case call == nil:
		t.refuse(a, c, events.WrapupNoContact)
	case a.CallState != events.Wrapup:
		t.refuse(a, c, events.NotInThisState)
	default:
		code, known := t.completionCode(call, p.CompletionCode.Code)
		if !known {
			t.refuse(a, c, events.WrapupInvalidCode)
			return
		}
		t.respond(a, c.Name, events.SessionResult{SessionID: call.Session})
		t.dispose(call, events.DispositionData{CompletionCode: code, By: events.PartyAgent})
		t.afterCall(a)
	}
}

func (t *turn) completionCode(c *Call, code string) (events.POMCompletionCode, bool) {
	if c.Machine && code == events.AnswerMachine {
		return answerMachine, true
	}
	campaign := t.s.Jobs[c.Job].Campaign
	for _, known := range campaign.CompletionCodes {
		if known.Code == code {
			return known, true
		}
	}
	return campaign.DefaultCompCode, campaign.DefaultCompCode.Code == code
}

func (t *turn) dispose(c *Call, d events.DispositionData) {
	d.ContactID = c.ContactID
	t.callFact(c, events.Disposition, d)
}

// disposeByDefault is for the agent who cannot: for the reason, if there is one.
// What the agent had yet to decide on is for somebody else; who agreed a callback
// has decided.
func (t *turn) disposeByDefault(c *Call, reason events.DispositionReason) {
	t.dispose(c, events.DispositionData{
		CompletionCode: t.wrapupDetails(c).DefaultCompCode, By: events.PartyBroker, Reason: reason,
	})
	if c.Undecided && !c.Agreed {
		t.offerAgain(c)
	}
}

// autoWrapup is for the desktop that did not (L2682).
func (t *turn) autoWrapup(c *Call) {
	a := t.s.Agents[c.Agent]
	t.disposeByDefault(c, "")
	t.afterCall(a)
}

// afterCall gives the agent what waits, a consult before a callback (reading 15),
// or makes it free for the next call, or not ready when that was asked for during
// this one (L607), or lends it to inbound calls or logs it out when that was.
func (t *turn) afterCall(a *Agent) {
	if t.nextConsult(a) || t.nextCallback(a) {
		return
	}
	t.callState(a, events.Idle)
	t.settleNotReady(a)
	switch {
	case a.LoggingOff:
		t.leave(a)
	case a.ToInbound:
		t.toInbound(a)
	}
}

// settleNotReady makes an agent not ready who asked for it and has neither a
// call nor a pending callback any more (L607).
func (t *turn) settleNotReady(a *Agent) {
	if a.AgentState == events.PendingNotReady && !a.Busy() && a.PendingCallback == "" {
		t.notify(a, events.AGTStateChangedNotify, events.StateChangedData{
			AgentState: events.NotReady, ReasonCode: a.ReasonCode, ReasonName: a.ReasonName,
		})
	}
}

// extendWrapup decides AGTExtendWrapup (L1345).
func (t *turn) extendWrapup(a *Agent, c Command) {
	call := t.callOf(a, c.Data.(events.SessionParams).SessionID)
	if call == nil || a.CallState != events.Wrapup {
		t.refuse(a, c, events.ExtendNotInWrapup)
		return
	}
	details := t.wrapupDetails(call)
	if !details.ACWExtendable {
		t.refuse(a, c, events.NotInThisState)
		return
	}
	// The answer says whether there is yet another extension after this one.
	details.ACWExtendable = call.Extensions+1 < t.s.Jobs[call.Job].Campaign.ACWExtensions
	t.respond(a, c.Name, events.WrapupResult{WrapupDetails: &details, SessionID: call.Session})
}

// restateWrapup tells a desktop that takes over how much time is left.
func (t *turn) restateWrapup(a *Agent) {
	c := t.s.Calls[a.Session]
	details := t.wrapupDetails(c)
	if due, set := t.s.Timers[timerOf(timerWrapup, c.Session)]; set && !c.Machine {
		left := due - wrapupGrace - t.now
		details.ACWMaxTime = int(max(1, (left+second-1)/second))
	}
	t.notify(a, events.AGTAutoReleaseLine, events.AutoReleaseData{WrapupDetails: details, SessionID: c.Session})
}
