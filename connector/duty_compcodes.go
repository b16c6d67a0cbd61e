package connector

import (
	"slices"

	"github.com/deskbus/deskbus/events"
)

// codeLists are the completion codes of campaigns, by name (L1288). They are
// forgotten at AGTJobAttached, at a logon, and when one of them was refused.
type codeLists map[string][]events.POMCompletionCode

// keepCodes keeps the codes of the campaign whose call the agent has.
func (d *duties) keepCodes(r events.CompCodesResult) {
	if d.manual.CompCodes || r.Result != events.Success || r.SessionID != d.status.SessionID {
		return
	}
	if d.codes == nil {
		d.codes = make(codeLists)
	}
	d.codes[d.contact.CampaignName] = slices.Clone(r.CompletionCodes)
}

// answeredFromKept answers AGTGetCompCodes without asking the broker, if it can.
func (a *Agent) answeredFromKept(sessionID string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.state != loggedOn {
		return false
	}
	codes, kept := a.duties.keptCodes(sessionID)
	if !kept {
		return false
	}
	data := events.CompCodesResult{CompletionCodes: codes, SessionID: sessionID}
	a.callbacks.post(func() { respond(a.handler, events.RESP(events.AGTGetCompCodes), data) })
	return true
}

// keptCodes returns what AGTGetCompCodes would be answered with, and false when
// the broker has to be asked: also when it would refuse.
func (d *duties) keptCodes(sessionID string) ([]events.POMCompletionCode, bool) {
	inCall := d.status.CallState == events.Talking || d.status.CallState == events.Wrapup
	if !inCall || sessionID != d.status.SessionID {
		return nil, false
	}
	codes, kept := d.codes[d.contact.CampaignName]
	return slices.Clone(codes), kept
}
