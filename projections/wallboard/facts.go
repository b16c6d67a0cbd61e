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
		c.configured, c.withdrawn = true, false
		c.mode, c.abandonLimit = d.Mode, d.AbandonLimit
	case events.CallbackData:
		f.campaign(e.Job).callbacks[d.CallbackID] = callback{due: d.Due}
	case events.CallbackEndedData:
		delete(f.campaign(e.Job).callbacks, d.CallbackID)
	default:
		f.plainFact(e)
	}
}

// plainFact folds the facts that their name is enough for, or nearly.
func (f *fold) plainFact(e *events.Event) {
	switch e.Name {
	case events.CampaignStarted:
		f.campaign(e.Job).running = true
	case events.CampaignFinished:
		f.campaign(e.Job).running = false
	case events.CampaignWithdrawn:
		f.campaign(e.Job).withdrawn = true
	case events.ContactDialed, events.NumberDialed:
		f.call(e).ringing = true
		f.campaign(e.Job).dialed(e.At)
	case events.ContactOffered:
		f.call(e).agent = true
		f.campaign(e.Job).offered(e.Session)
	case events.CallConnected:
		f.call(e).agent = true
	case events.CallAnswered:
		c := f.call(e)
		c.ringing, c.answered = false, e.At
		f.campaign(e.Job).count(e.At, f.location, counts{Answered: 1})
	case events.CallEnded:
		f.callEnded(e, e.Data.(events.CallEndedData))
	case events.Disposition:
		f.disposed(e)
	}
}

// callEnded takes a machine's answer back where it was counted: it was no live
// one. An agent who has the call still has to wrap it up.
func (f *fold) callEnded(e *events.Event, d events.CallEndedData) {
	c := f.call(e)
	job := f.campaign(e.Job)
	switch {
	case d.Machine && c.answered != 0:
		job.count(c.answered, f.location, counts{Answered: -1})
		c.answered = 0
	case d.Abandoned:
		job.count(e.At, f.location, counts{Abandoned: 1})
	}
	c.ringing = false
	if !c.agent {
		delete(f.calls, e.Session)
	}
}

func (f *fold) disposed(e *events.Event) {
	c := f.call(e)
	if c.agent && c.answered != 0 {
		f.campaign(c.job).count(e.At, f.location, counts{Handled: 1})
	}
	delete(f.calls, e.Session)
	// The session of a callback was the callback's id.
	delete(f.campaign(e.Job).callbacks, e.Session)
}

// call returns the call of an event. One that began before the feed does is taken
// as it comes.
func (f *fold) call(e *events.Event) *call {
	c := f.calls[e.Session]
	if c == nil {
		c = &call{job: e.Job}
		f.calls[e.Session] = c
	}
	return c
}

func (f *fold) campaign(name string) *campaign {
	c := f.campaigns[name]
	if c == nil {
		c = &campaign{minutes: map[int64]counts{}, callbacks: map[string]callback{}, changed: map[int64]bool{}}
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
