// Package reporttest gives tests days to report on: logs of a zone, written down or
// at random.
package reporttest

import (
	"time"

	"github.com/deskbus/deskbus/events"
)

// Day builds the events of a zone, numbered and timed as a leader does it.
type Day struct {
	Events []events.Event
	n      map[string]uint64
	turn   uint64
	index  int
	now    time.Time
}

// Zone is the zone of every day, Campaign its one campaign.
const (
	Zone     = "z"
	Campaign = "Spring"
)

// NewDay returns a day on which nothing has happened yet.
func NewDay() *Day { return &Day{n: map[string]uint64{}} }

// At begins a turn. The time is that of a day in March 2026, UTC.
func (d *Day) At(clock string) *Day {
	now, err := time.Parse("2006-01-02 15:04:05.000", "2026-03-"+clock)
	if err != nil {
		panic(err)
	}
	return d.begin(now)
}

func (d *Day) begin(now time.Time) *Day {
	d.now = now
	d.turn++
	d.index = 0
	return d
}

// Add adds an event to the turn.
func (d *Day) Add(e events.Event) *Day {
	e.Zone, e.Turn, e.Index, e.ZN, e.At = Zone, d.turn, d.index, uint64(len(d.Events)+1), d.now.UnixMicro()
	d.index++
	if e.Kind != events.KindFact {
		d.n[e.Agent]++
		e.N = d.n[e.Agent]
	}
	d.Events = append(d.Events, e)
	return d
}

// Tell adds a notification.
func (d *Day) Tell(agent, session, name string, data any) *Day {
	return d.Add(events.Event{Kind: events.KindNotification, Name: name, Agent: agent, Session: session, Data: data})
}

// Fact adds a fact about a call of the campaign, or about the campaign.
func (d *Day) Fact(agent, session, name string, data any) *Day {
	return d.Add(events.Event{Kind: events.KindFact, Name: name, Agent: agent, Session: session, Job: Campaign, Data: data})
}

// Logon logs an agent on.
func (d *Day) Logon(agent string) *Day {
	d.Add(events.Event{Kind: events.KindCommand, Name: events.AGTLogon, Agent: agent, Data: events.LogonParams{}})
	d.Add(events.Event{Kind: events.KindResponse, Name: events.RESP(events.AGTLogon), Agent: agent, Data: events.LogonResult{}})
	return d.AgentState(agent, events.NotReady, "").CallState(agent, "", events.NoState)
}

// AgentState tells an agent its state.
func (d *Day) AgentState(agent string, state events.POMAgentState, reason string) *Day {
	return d.Tell(agent, "", events.AGTStateChangedNotify, events.StateChangedData{AgentState: state, ReasonCode: reason})
}

// Nailing tells an agent about the line; nailed up is for the campaign.
func (d *Day) Nailing(agent string, status events.POMNailupStatus) *Day {
	d.Tell(agent, "", events.AGTNailupChange, events.NailupData{NailupStatus: status})
	if status == events.NailedUp {
		d.Tell(agent, "", events.AGTJobAttached, events.JobAttachedData{CampaignName: Campaign})
	}
	return d
}

// CallState tells an agent what it does with a call.
func (d *Day) CallState(agent, session string, state events.POMCallState) *Day {
	return d.Tell(agent, session, events.AGTCallStateChangedNotify, events.CallStateData{CallState: state})
}

// Idle tells an agent that it has no call.
func (d *Day) Idle(agent string) *Day { return d.CallState(agent, "", events.Idle) }

// Contact gives an agent the call of a session.
func (d *Day) Contact(agent, session, name string) *Day {
	return d.Tell(agent, session, name, events.ContactData{SessionID: session})
}

// Dialed dials a customer for nobody yet.
func (d *Day) Dialed(session string) *Day {
	return d.Fact("", session, events.ContactDialed, events.ContactDialedData{})
}

// Answered: the customer answers.
func (d *Day) Answered(agent, session string) *Day {
	return d.Fact(agent, session, events.CallAnswered, events.LegData{})
}

// Connected gives an agent a customer who has answered.
func (d *Day) Connected(agent, session string) *Day {
	d.Fact(agent, session, events.CallConnected, events.CallConnectedData{AgentID: agent})
	return d.Contact(agent, session, events.AGTCallNotify).CallState(agent, session, events.Talking)
}

// Ended: the customer is gone.
func (d *Day) Ended(agent, session string, data events.CallEndedData) *Day {
	return d.Fact(agent, session, events.CallEnded, data)
}

// Disposed ends the session; the agent is idle.
func (d *Day) Disposed(agent, session, code string) *Day {
	d.Fact(agent, session, events.Disposition, events.DispositionData{
		CompletionCode: events.POMCompletionCode{Code: code}, By: events.PartyAgent,
	})
	return d.Idle(agent)
}

// Party adds a fact about the third party of a call.
func (d *Day) Party(agent, session, name, other string) *Day {
	return d.Fact(agent, session, name, events.ConsultPartyData{AgentID: other})
}
