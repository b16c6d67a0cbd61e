package connector

import (
	"sync"

	"github.com/deskbus/deskbus/events"
)

// Manual names the duties of a desktop that the connector leaves to it. The zero
// value leaves none. The package comment says what the connector does.
type Manual struct {
	// AgentStatus: the desktop answers GetAgentStatus (L2995).
	AgentStatus bool
	// AvailableForNailup: the desktop sends AGTAvailableForNailup (L2411).
	AvailableForNailup bool
	// ReadyForNailup: the desktop answers PendingNailup (L642).
	ReadyForNailup bool
	// Wrapup: the desktop wraps up when the time for it is over (L2682).
	Wrapup bool
	// PreviewDial: the desktop dials when the time of a preview is over (L666).
	PreviewDial bool
	// WalkAway: the desktop notices an agent who has walked away (L621). That
	// belongs to Wrapup: the connector takes the AGTWrapupContact of a desktop's
	// timer for the agent's.
	WalkAway bool
	// CompCodes: AGTGetCompCodes always asks the broker (L1288).
	CompCodes bool
	// Repeats: a command is sent though the same one waits for its answer
	// (L700).
	Repeats bool
}

// duties are what the connector does in a desktop's place, and the state they go
// by: what was notified since the logon. The agent's mutex guards them; all
// methods want it held. They follow the events and not the handler, so a handler
// that is slow does not delay them.
type duties struct {
	manual Manual
	// mu is the agent's mutex, for the timers.
	mu *sync.Mutex
	// command sends a command; waits tells whether one of these waits for its
	// answer.
	command func(name, sessionID string, params any)
	waits   func(names ...string) bool

	status  events.POMAgentStatus
	contact events.POMContact
	// offered: AGTAvailableForNailup was sent, or is not needed.
	offered  bool
	wrapup   reminder
	preview  reminder
	presence presence
	codes    codeLists
}

// begin forgets what was before a logon. The notifications that follow tell the
// state anew, also that of a session that was resumed.
func (d *duties) begin() {
	d.end()
	d.status, d.contact, d.offered = events.POMAgentStatus{}, events.POMContact{}, false
	d.presence, d.codes = presence{}, nil
}

// end stops the timers: the session is over.
func (d *duties) end() {
	d.wrapup.stop()
	d.preview.stop()
}

// notified takes a notification that was published at this time.
func (d *duties) notified(data any, at int64) {
	switch v := data.(type) {
	case events.StateChangedData:
		d.status.AgentState = v.AgentState
		d.offerNailing()
	case events.NailupData:
		d.status.NailupStatus = v.NailupStatus
		d.offerNailing()
		d.allowNailing()
	case events.ContactData:
		d.callArrives(v.Contact, v.SessionID)
	case events.ConsultData:
		d.callArrives(v.Contact, v.SessionID)
	case events.CallStateData:
		d.callState(v.CallState, at)
	case events.AutoReleaseData:
		d.wrapupBegins(v.WrapupDetails, v.SessionID)
	case events.DialFailedData:
		d.wrapupBegins(v.WrapupDetails, v.SessionID)
	case events.JobAttachedData:
		d.codes = nil
	case events.AgentIDData:
		if !d.manual.AgentStatus {
			d.command(events.GetAgentStatusResponse, "", events.AgentStatusParams{Status: d.status})
		}
	}
	d.remind()
}

// answered takes a response, also one the connector made itself.
func (d *duties) answered(name string, data any) {
	switch v := data.(type) {
	case events.ResultData:
		d.nailingAnswered(name, v.Result)
	case events.WrapupResult:
		if v.Result == events.Success && v.WrapupDetails != nil {
			d.preview.stop()
			d.wrapupBegins(*v.WrapupDetails, v.SessionID)
		}
	case events.TransferResult:
		if v.Result == events.Success && v.CanDispose && v.WrapupDetails != nil {
			d.wrapupBegins(*v.WrapupDetails, v.SessionID)
		}
	case events.CompCodesResult:
		d.keepCodes(v)
	case events.SessionResult:
		d.callAnswered(name, v.Result)
	}
	d.remind()
}

// callAnswered stops the timer for what has been done.
func (d *duties) callAnswered(name string, result events.Code) {
	switch {
	case result == events.WrapupInvalidCode:
		d.codes = nil // the campaign was configured anew
	case result != events.Success:
	case name == events.RESP(events.AGTWrapupContact), name == events.RESP(events.AGTRedial):
		d.wrapup.stop()
	case name == events.RESP(events.AGTPreviewDial), name == events.RESP(events.AGTCreateCallback):
		d.preview.stop() // a customer who is to be called later is not called now (L796)
	}
}

// callArrives keeps a copy: slices and pointers will be the handler's.
func (d *duties) callArrives(contact events.POMContact, sessionID string) {
	d.status.SessionID, d.contact = sessionID, contact
	d.contact.Numbers = nil
	if contact.DefaultNumber != nil {
		d.contact.DefaultNumber = new(*contact.DefaultNumber)
	}
}

// callState takes the state of the call. The first one after a logon may have
// begun long before, in the session that is resumed.
func (d *duties) callState(state events.POMCallState, at int64) {
	former := d.status.CallState
	if state == former {
		return
	}
	d.status.CallState = state
	if former != "" {
		d.status.Since = at
	}
	if state != events.Wrapup {
		d.wrapup.stop()
	}
	if former == events.Wrapup && state != events.Dialing {
		d.callWrappedUp()
	}
	d.preview.stop()
	switch state {
	case events.Preview, events.Callback:
		d.previewBegins()
	case events.Idle, events.NoState:
		d.status.SessionID, d.contact = "", events.POMContact{}
	}
}
