package manager

import (
	"strings"

	"github.com/deskbus/deskbus/events"
)

// sendDTMF decides AGTSendDTMF (L1699): one digit, to the customer, or to an
// external party who may be a machine (L731, reading 8).
func (t *turn) sendDTMF(a *Agent, c Command) {
	p := c.Data.(events.DTMFParams)
	call := t.callOf(a, p.SessionID)
	leg := dtmfLeg(a, call)
	switch {
	case len(p.DTMF) != 1 || !strings.Contains("0123456789*#ABCD", p.DTMF):
		t.refuse(a, c, events.InvalidDTMF)
	case leg == "":
		t.refuse(a, c, events.DTMFNotInCall)
	case !t.s.switchServes(t.switchOf(call)):
		t.refuse(a, c, events.DTMFFailed)
	default:
		t.respond(a, c.Name, events.SessionResult{SessionID: call.Session})
		t.order(t.switchOf(call), events.SendDTMF, a.ID, call.Session, events.SendDTMFData{LegID: leg, Digits: p.DTMF})
	}
}

// dtmfLeg is the line that gets the digits, empty for none.
func dtmfLeg(a *Agent, c *Call) string {
	switch {
	case c == nil:
	case a.CallState == events.Talking:
		return c.LegID
	case c.consultedBy(a):
		return c.Consult.LegID
	}
	return ""
}
