package wallboard

import (
	"fmt"

	"github.com/deskbus/deskbus/events"
)

// maxNews is how many news are kept of a zone.
const maxNews = 50

// Tones of news: a page may set off what somebody should look at.
const (
	toneGood = "good"
	toneBad  = "bad"
)

// news is one line of the ticker: a subject, an agent or a campaign or neither,
// and what there is to say about it.
type news struct {
	Zone     string `json:"zone"`
	ZN       uint64 `json:"zn"`
	At       int64  `json:"at"`
	Campaign string `json:"campaign,omitempty"`
	// Agent is the id, Name the name.
	Agent string `json:"agent,omitempty"`
	Name  string `json:"name,omitempty"`
	Text  string `json:"text"`
	Tone  string `json:"tone,omitempty"`
}

func (f *fold) tell(e *events.Event, n news) {
	n.Zone, n.ZN, n.At = e.Zone, e.ZN, e.At/1000
	if n.Agent != "" {
		n.Name = f.name(n.Agent)
	}
	if n.Campaign == "" {
		n.Campaign = e.Job
	}
	if len(f.news) == maxNews {
		copy(f.news, f.news[1:])
		f.news = f.news[:maxNews-1]
	}
	f.news = append(f.news, n)
	f.newest++
}

// newsAfter returns the news behind the first n there ever were.
func (f *fold) newsAfter(n int) []news {
	return f.news[max(0, len(f.news)-(f.newest-n)):]
}

func (f *fold) agentNews(e *events.Event) {
	n := news{Agent: e.Agent}
	switch d := e.Data.(type) {
	case events.StateChangedData:
		a, reason := f.agents[e.Agent], reasonOf(d.ReasonCode, d.ReasonName)
		if a == nil || d.AgentState != events.NotReady || a.status.Status.AgentState == events.NotReady &&
			reasonOf(a.status.ReasonCode, a.status.ReasonName) == reason {
			return
		}
		n.Text = "not ready"
		if reason != "" {
			n.Text += ": " + reason
		}
	case events.NailupData:
		if d.NailupStatus != events.NailingLost {
			return
		}
		n.Text, n.Tone = "lost the line", toneBad
	default:
		return
	}
	f.tell(e, n)
}

// reasonOf is what a reason is called.
func reasonOf(code, name string) string {
	if name != "" {
		return name
	}
	return code
}

// factNews tells of facts that somebody in the room may want to know.
func (f *fold) factNews(e *events.Event) {
	switch d := e.Data.(type) {
	case events.LeaderData:
		f.tell(e, news{Text: fmt.Sprintf("zone %s is led by %s", e.Zone, d.Broker)})
	case events.ZoneSettings:
		if d.Down {
			f.tell(e, news{Text: fmt.Sprintf("zone %s is going down", e.Zone), Tone: toneBad})
		}
	case events.AgentDisconnectedData:
		f.tell(e, news{Agent: d.AgentID, Text: "desktop is gone", Tone: toneBad})
	case events.AgentReconnectedData:
		f.tell(e, news{Agent: d.AgentID, Text: "desktop is back", Tone: toneGood})
	case events.CallEndedData:
		if d.Abandoned {
			f.tell(e, news{Text: "a customer found no agent in time", Tone: toneBad})
		}
	case events.ConsultPartyData:
		f.partyNews(e, d)
	case events.CallbackData:
		f.tell(e, news{Text: "a callback is planned"})
	case events.CallbackEndedData:
		if d.Reason != events.CallbackRescheduled { // it is planned again
			f.tell(e, news{Text: "a callback will not be made: " + string(d.Reason), Tone: toneBad})
		}
	default:
		f.campaignNews(e)
	}
}

func (f *fold) campaignNews(e *events.Event) {
	switch e.Name {
	case events.CampaignStarted:
		f.tell(e, news{Text: "started"})
	case events.CampaignFinished:
		f.tell(e, news{Text: "finished its list"})
	case events.CampaignWithdrawn:
		f.tell(e, news{Text: "withdrawn", Tone: toneBad})
	}
}

// partyNews names the other agent, and of an external party not even the number.
func (f *fold) partyNews(e *events.Event, d events.ConsultPartyData) {
	party := "somebody outside"
	if d.AgentID != "" {
		party = f.name(d.AgentID)
	}
	switch e.Name {
	case events.ConferenceStarted:
		f.tell(e, news{Agent: e.Agent, Text: "is in a conference with " + party})
	case events.CallTransferred:
		f.tell(e, news{Agent: e.Agent, Text: "transferred a call to " + party})
	}
}

func (f *fold) switchNews(e *events.Event, d events.SwitchStateData) {
	switch {
	case d.State == events.SwitchUp && d.Complete:
		// The answer to a snapshot, which every new leader asks for.
	case d.State == events.SwitchUp:
		f.tell(e, news{Text: "switch " + e.Switch + " is up", Tone: toneGood})
	default:
		f.tell(e, news{Text: "switch " + e.Switch + " is " + string(d.State), Tone: toneBad})
	}
}
