package manager

import "github.com/deskbus/deskbus/events"

// answerMachine is the code by which a desktop wraps up at once, whatever codes
// the campaign has (L446).
var answerMachine = events.POMCompletionCode{Code: events.AnswerMachine, Name: "Answering machine"}

// classified decides that a machine or a fax has answered: the campaign does not
// talk to those. The agent who has the call already is not asked (L2684). Who
// chose to dial, or is in a consult or a conference, decides alone.
func (t *turn) classified(leg *Leg, d events.AnswerClassifiedData) {
	c := t.s.Calls[leg.Session]
	if d.AnsweredBy != events.AnsweredByMachine && d.AnsweredBy != events.AnsweredByFax {
		return
	}
	if c == nil || c.LegID != leg.ID || c.Ended || !c.Answered || c.Chosen || c.Consult != nil {
		return
	}
	t.endCall(c, events.CallEndedData{
		By: events.PartyBroker, Cause: events.CauseNormal, Answered: true, Machine: true,
	})
	if a := t.s.Agents[c.Agent]; a != nil {
		t.notify(a, events.AGTAutoReleaseLine, events.AutoReleaseData{
			WrapupDetails: t.wrapupDetails(c), SessionID: c.Session,
		})
		t.callState(a, events.Wrapup)
	}
}
