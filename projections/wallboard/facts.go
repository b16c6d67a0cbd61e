package wallboard

import (
	"time"

	"github.com/deskbus/deskbus/events"
)

// fact folds what happened to a call, a campaign or the zone. Those that are not
// named here show nowhere on a wallboard.
func (f *fold) fact(e *events.Event) {
	f.factNews(e)
	switch d := e.Data.(type) {
	case events.LeaderData:
		f.leader, f.epoch = d.Broker, d.Epoch
	case events.ZoneSettings:
		f.location = location(d.TimeZone)
	case events.AgentDisconnectedData:
		f.refresh(d.AgentID, e)
	case events.AgentReconnectedData:
		f.refresh(d.AgentID, e)
	case events.Campaign:
		c := f.campaign(d.Name)
		c.Configured, c.Withdrawn = true, false
		c.Mode, c.AbandonLimit = d.Mode, d.AbandonLimit
	case events.CallbackData:
		f.campaign(e.Job).Callbacks[d.CallbackID] = callback{Due: d.Due}
	case events.CallbackEndedData:
		delete(f.campaign(e.Job).Callbacks, d.CallbackID)
	default:
		f.plainFact(e)
	}
}

// plainFact folds the facts that their name is enough for, or nearly.
func (f *fold) plainFact(e *events.Event) {
	switch e.Name {
	case events.CampaignStarted:
		f.campaign(e.Job).Running = true
	case events.CampaignFinished:
		f.campaign(e.Job).Running = false
	case events.CampaignWithdrawn:
		f.campaign(e.Job).Withdrawn = true
	case events.ContactDialed:
		f.calls[e.Session] = &call{Job: e.Job, Ringing: true}
		f.campaign(e.Job).dialed(e.At)
	case events.ContactOffered:
		f.calls[e.Session] = &call{Job: e.Job, Agent: true}
		f.campaign(e.Job).offered(e.Session)
	default:
		// A call that began before the feed does is passed over.
		if c := f.calls[e.Session]; c != nil {
			f.callFact(c, f.campaign(c.Job), e)
		}
	}
	if e.Name == events.Disposition {
		// The session of a callback was the callback's id.
		delete(f.campaign(e.Job).Callbacks, e.Session)
	}
}

// callFact counts as the reports do, so that both say the same.
func (f *fold) callFact(c *call, of *campaign, e *events.Event) {
	switch e.Name {
	case events.NumberDialed:
		c.Ringing = true
		of.dialed(e.At)
	case events.CallAnswered:
		c.Ringing, c.Answered = false, e.At
		of.count(e.At, f.location, counts{Answered: 1})
	case events.CallConnected:
		c.Agent = true
	case events.CallTransferred, events.ConferenceOwnerChanged:
		// To another agent: each of them has handled the contact.
		if e.Data.(events.ConsultPartyData).AgentID != "" {
			of.count(e.At, f.location, counts{Handled: 1})
		}
	case events.CallEnded:
		f.callEnded(c, of, e)
	case events.Disposition:
		if c.Answered != 0 {
			of.count(e.At, f.location, counts{Handled: 1})
		}
		delete(f.calls, e.Session)
	}
}

// callEnded counts what turns out about an answer in the minute of the answer: a
// machine's was no live one. An agent who has the call still has to wrap it up.
func (f *fold) callEnded(c *call, of *campaign, e *events.Event) {
	d := e.Data.(events.CallEndedData)
	switch {
	case c.Answered == 0:
	case d.Machine:
		of.count(c.Answered, f.location, counts{Answered: -1})
		c.Answered = 0 // so that the disposition of it is none of a contact
	case d.Abandoned:
		of.count(c.Answered, f.location, counts{Abandoned: 1})
	}
	c.Ringing = false
	if !c.Agent {
		delete(f.calls, e.Session)
	}
}

func (f *fold) campaign(name string) *campaign {
	c := f.campaigns[name]
	if c == nil {
		c = &campaign{Minutes: map[int64]counts{}, Callbacks: map[string]callback{}, changed: map[int64]bool{}}
		f.campaigns[name] = c
	}
	return c
}

// location returns a time zone of the settings. The leader has refused wrong
// ones; a machine without the data base of time zones takes UTC.
func location(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return l
}
