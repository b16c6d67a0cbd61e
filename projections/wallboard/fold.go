package wallboard

import (
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/projections/status"
)

// fold is what a wallboard shows of one zone as of one event. What an agent's
// state is, the status projection's fold knows.
type fold struct {
	status status.Fold
	// names are the agents' names by id.
	names map[string]string

	leader string
	epoch  uint64
	// location is where the zone's day begins.
	location *time.Location

	agents    map[string]*agent
	campaigns map[string]*campaign
	calls     map[string]*call
	news      []news
	// changed are the agents that were touched since somebody looked.
	changed map[string]bool
	// newest counts all news there ever was, so that a reader knows which of them
	// it has not seen.
	newest int
}

// agent is one who is logged on.
type agent struct {
	status   events.AgentStatus
	Activity Activity
	// Since is when the activity began, LoggedOn when the session did.
	Since, LoggedOn int64
}

// call is one that is not over.
type call struct {
	Job string
	// Ringing: the customer's phone rings. Answered is when a live customer
	// answered, 0 before.
	Ringing  bool
	Answered int64
	// Agent: somebody has the call, or dialled it.
	Agent bool
}

func newFold(names map[string]string) *fold {
	return &fold{
		names: names, location: time.UTC, agents: map[string]*agent{}, campaigns: map[string]*campaign{},
		calls: map[string]*call{}, changed: map[string]bool{},
	}
}

// apply takes the next event of the zone. After an error the fold can go no
// further.
func (f *fold) apply(e *events.Event) error {
	if err := f.status.Apply(e); err != nil {
		return err
	}
	switch e.Kind {
	case events.KindNotification:
		f.notify(e)
	case events.KindResponse:
		if e.Name == events.RESP(events.AGTLogon) {
			f.refresh(e.Agent, e)
		}
	case events.KindFact:
		f.fact(e)
	case events.KindSwitch:
		if d, ok := e.Data.(events.SwitchStateData); ok {
			f.switchNews(e, d)
		}
	}
	return nil
}

// notify leaves out what comes most often and shows nowhere.
func (f *fold) notify(e *events.Event) {
	if e.Name == events.AGTCapabilitiesChanged {
		return
	}
	f.agentNews(e)
	f.refresh(e.Agent, e)
}

// refresh compares an agent with what the status projection says now.
func (f *fold) refresh(id string, e *events.Event) {
	f.changed[id] = true
	now, known := f.status.Agent(id)
	a := f.agents[id]
	if !known || !now.LoggedOn {
		if a != nil {
			delete(f.agents, id)
			f.tell(e, news{Agent: id, Text: "logged off"})
		}
		return
	}
	if a == nil {
		a = &agent{LoggedOn: e.At}
		f.agents[id] = a
		f.tell(e, news{Agent: id, Text: "logged on"})
	}
	a.status = now
	if activity := activityOf(&now); a.Activity != activity {
		a.Activity, a.Since = activity, e.At
	}
}

func (f *fold) name(id string) string {
	if name := f.names[id]; name != "" {
		return name
	}
	return id
}
