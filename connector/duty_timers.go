package connector

import (
	"time"

	"github.com/deskbus/deskbus/events"
)

// reminder does after a while what the agent has not done.
type reminder struct {
	// timer is nil when there is nothing to be done.
	timer *time.Timer
	due   bool
	do    func()
}

func (r *reminder) stop() {
	if r.timer != nil {
		r.timer.Stop()
	}
	r.timer, r.due = nil, false
}

// start sets a reminder anew.
func (d *duties) start(r *reminder, after time.Duration, do func()) {
	r.stop()
	r.do = do
	var timer *time.Timer
	timer = time.AfterFunc(after, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if r.timer == timer { // it was not stopped while this waited for the mutex
			r.due = true
			d.remind()
		}
	})
	r.timer = timer
}

// remind does what is due. It waits for the answer to a command that may settle
// the matter: the time may be extended, and a refusal leaves everything to do.
func (d *duties) remind() {
	if d.wrapup.due && !d.waits(events.AGTWrapupContact, events.AGTRedial, events.AGTExtendWrapup) {
		d.wrapup.stop()
		d.wrapup.do()
	}
	if d.preview.due && !d.waits(events.AGTPreviewDial, events.AGTPreviewCancel, events.AGTCreateCallback) {
		d.preview.stop()
		d.preview.do()
	}
}

// wrapupBegins starts the time for wrapping up, or starts it anew (L2682). No
// time with the code of an answering machine means at once (L625), with any
// other code no limit (reading 21).
func (d *duties) wrapupBegins(w events.WrapupData, sessionID string) {
	d.presence.machine = w.ACWMaxTime == 0 && w.DefaultCompCode.Code == events.AnswerMachine
	d.wrapup.stop()
	if d.manual.Wrapup || w.ACWMaxTime == 0 && !d.presence.machine {
		return
	}
	d.start(&d.wrapup, time.Duration(w.ACWMaxTime)*time.Second, func() {
		// First, or the next call would be the agent's before it is known that nobody
		// is there.
		d.noticeWalkAway()
		d.command(events.AGTWrapupContact, sessionID, events.WrapupParams{
			CompletionCode: w.DefaultCompCode, SessionID: sessionID,
		})
	})
}

// previewBegins starts the time to decide on a preview (L666). No time for a
// callback means at once (L798), for any other preview no limit. A contact
// without a default number must not be dialled.
func (d *duties) previewBegins() {
	sessionID, contact := d.status.SessionID, d.contact
	untimed := contact.PreviewTime == 0 && contact.ContactType != events.ContactCallback
	if d.manual.PreviewDial || untimed || contact.DefaultNumber == nil {
		return
	}
	d.start(&d.preview, time.Duration(contact.PreviewTime)*time.Second, func() {
		d.command(events.AGTPreviewDial, sessionID, events.PreviewDialParams{
			ContactNumber: *contact.DefaultNumber, SessionID: sessionID,
		})
	})
}
