package demo

import (
	"fmt"
	"sync"
	"time"

	"github.com/deskbus/deskbus/events"
)

// refusals counts the commands that the broker refused. Some always are: the
// customer hung up as the agent was about to.
type refusals struct {
	mu    sync.Mutex
	count int
	last  string
}

func (r *refusals) add(command string, code events.Code) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	r.last = fmt.Sprintf("%s %d", command, code)
}

// summary is empty when there were none.
func (r *refusals) summary() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.count == 0 {
		return ""
	}
	return fmt.Sprintf(" | %d refused, last %s", r.count, r.last)
}

// refused notes a refusal and tells whether it is one.
func (d *desktop) refused(command string, result events.Code) bool {
	if result == events.Success {
		return false
	}
	d.refusals.add(command, result)
	return true
}

func (d *desktop) AGTHoldCallRESP(_ string, result events.Code) {
	if d.refused(events.AGTHoldCall, result) {
		d.release(2*time.Second, 6*time.Second)
	}
}

func (d *desktop) AGTUnholdCallRESP(_ string, result events.Code) {
	d.refused(events.AGTUnholdCall, result)
}

func (d *desktop) AGTReleaseLineRESP(_ *events.WrapupData, _ string, result events.Code) {
	d.refused(events.AGTReleaseLine, result)
}

func (d *desktop) AGTWrapupContactRESP(_ string, result events.Code) {
	d.refused(events.AGTWrapupContact, result)
}

func (d *desktop) AGTCompleteTransferRESP(_ bool, _ *events.WrapupData, _ string, result events.Code) {
	d.refused(events.AGTCompleteTransfer, result)
}

func (d *desktop) AGTStartConfRESP(_ string, result events.Code) {
	d.refused(events.AGTStartConf, result)
}

func (d *desktop) AGTEndConfRESP(_ string, result events.Code) { d.refused(events.AGTEndConf, result) }

func (d *desktop) AGTRedialRESP(_ string, result events.Code) { d.refused(events.AGTRedial, result) }

func (d *desktop) AGTPreviewDialRESP(sessionID string, result events.Code) {
	if d.refused(events.AGTPreviewDial, result) {
		d.next(time.Second, 3*time.Second, func() { d.agent.AGTPreviewCancel(sessionID) })
	}
}

func (d *desktop) AGTPreviewCancelRESP(_ *events.WrapupData, _ string, result events.Code) {
	d.refused(events.AGTPreviewCancel, result)
}
