package main

import (
	"time"

	"github.com/deskbus/deskbus/events"
)

// day builds a zone's events as a leader numbers them.
type day struct {
	zone   string
	at     time.Time
	turn   uint64
	events []events.Event
	n      map[string]uint64
}

func newDay(zone string) *day {
	return &day{zone: zone, at: time.Date(2026, 3, 2, 8, 59, 58, 120_000_000, time.UTC), n: make(map[string]uint64)}
}

// after adds one turn, that much later than the one before.
func (d *day) after(pause time.Duration, cause string, list ...events.Event) {
	d.turn++
	d.at = d.at.Add(pause)
	for i, e := range list {
		e.Zone, e.Turn, e.Index, e.Cause = d.zone, d.turn, i, cause
		e.ZN, e.At = uint64(len(d.events)+1), d.at.UnixMicro()
		switch e.Kind {
		case events.KindSwitch:
			d.n["switch "+e.Switch]++
			e.N = d.n["switch "+e.Switch]
		case events.KindFact:
		default:
			d.n[e.Agent]++
			e.N = d.n[e.Agent]
		}
		d.events = append(d.events, e)
	}
}

func command(agent, session, name string, data any) events.Event {
	return events.Event{Kind: events.KindCommand, Agent: agent, Session: session, Name: name, Data: data}
}

func response(agent, session, name string, data any) events.Event {
	return events.Event{Kind: events.KindResponse, Agent: agent, Session: session, Name: events.RESP(name), Data: data}
}

func notification(agent, session, name string, data any) events.Event {
	return events.Event{Kind: events.KindNotification, Agent: agent, Session: session, Name: name, Data: data}
}

func callFact(agent, session, name string, data any) events.Event {
	return events.Event{
		Kind: events.KindFact, Agent: agent, Session: session, Job: "spring", Name: name, Data: data,
	}
}

func toSwitch(agent, session, name string, data any) events.Event {
	return events.Event{Kind: events.KindSwitch, Switch: "sim", Agent: agent, Session: session, Name: name, Data: data}
}

// oneDay is a short day of agent 1001, with agent 1002 and a call nobody took
// beside it.
func oneDay(zone string) []events.Event {
	d := newDay(zone)
	d.after(0, "leader.claim",
		events.Event{Kind: events.KindFact, Name: events.LeaderClaimed, Data: events.LeaderData{Epoch: 1, Broker: "broker-1"}})
	d.after(2*time.Second, "desk1.1", logon("1001", zone)...)
	d.after(time.Second, "desk2.1", logon("1002", zone)...)
	d.nail("1001")
	d.call("1001", "S-1")
	d.after(time.Second, "leader.pace",
		callFact("", "S-2", events.ContactDialed, events.ContactDialedData{ContactID: "c2", LegID: "leg-s2", Attempt: 1}),
		toSwitch("", "S-2", events.Originate, events.OriginateData{LegID: "leg-s2", Role: events.RoleCustomer, Address: "+49302"}))
	d.goHome("1001")
	d.after(time.Second, "blender.1", by("blender",
		command("1001", "", events.AGTBlendToInbound, events.NoParams{}),
		response("1001", "", events.AGTBlendToInbound, events.ResultData{Result: events.AlreadyInbound}))...)
	return d.events
}

// by is a turn of a command that a service sent.
func by(actor string, list ...events.Event) []events.Event {
	for i := range list {
		list[i].Actor = actor
	}
	return list
}

func logon(agent, zone string) []events.Event {
	return []events.Event{
		command(agent, "", events.AGTLogon, events.LogonParams{AgentExt: "sip:" + agent + "@example.com", ZoneName: zone}),
		response(agent, "", events.AGTLogon, events.LogonResult{}),
		notification(agent, "", events.AGTStateChangedNotify, events.StateChangedData{AgentState: events.NotReady}),
		notification(agent, "", events.AGTCapabilitiesChanged,
			events.CapabilitiesData{Capabilities: events.POMCapabilities{CanReady: true}}),
	}
}

func (d *day) nail(agent string) {
	d.after(3*time.Second, "desk1.2",
		command(agent, "", events.AGTReadyForNailup, events.NoParams{}),
		response(agent, "", events.AGTReadyForNailup, events.ResultData{}),
		toSwitch(agent, "", events.Originate, events.OriginateData{
			LegID: "leg-a", Role: events.RoleAgent, Address: "sip:" + agent + "@example.com", RingTimeoutMs: 30000, AutoAnswer: true,
		}))
	d.after(1500*time.Millisecond, "sim.1",
		toSwitch(agent, "", events.Established, events.LegData{LegID: "leg-a"}),
		notification(agent, "", events.AGTNailupChange, events.NailupData{NailupStatus: events.NailedUp}),
		notification(agent, "", events.AGTJobAttached, events.JobAttachedData{CampaignName: "spring"}))
}

func (d *day) call(agent, session string) {
	d.after(40*time.Second, "leader.pace",
		callFact("", session, events.ContactDialed, events.ContactDialedData{
			ContactID: "c1", LegID: "leg-s1", Attempt: 1, ContactNumber: events.POMContactNumber{Name: "mobile", Number: "+49301"},
		}))
	d.after(7*time.Second, "sim.2",
		toSwitch("", session, events.Established, events.LegData{LegID: "leg-s1"}),
		callFact("", session, events.CallAnswered, events.LegData{LegID: "leg-s1"}),
		callFact(agent, session, events.CallConnected, events.CallConnectedData{AgentID: agent}),
		notification(agent, session, events.AGTCallNotify, events.ContactData{
			SessionID: session,
			Contact: events.POMContact{
				ContactID: "c1", CampaignName: "spring", ContactType: events.ContactPredictive, FirstName: "Ada",
				LastName: "van Dyke", DialedNumber: "+49301",
			},
		}),
		notification(agent, session, events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Talking}))
	d.after(90*time.Second, "desk1.3",
		command(agent, session, events.AGTConsultCall, events.ConsultParams{
			SessionID: session, Destination: events.POMDestination{Type: events.DestinationAgent, ID: "1002"},
		}),
		response(agent, session, events.AGTConsultCall, events.SessionResult{SessionID: session, Result: events.ConsultNotReady}))
	d.after(12*time.Second, "sim.3",
		toSwitch("", session, events.Cleared,
			events.ClearedData{LegID: "leg-s1", Cause: events.CauseNormal, Q850: 16, By: events.ByRemote}),
		callFact(agent, session, events.CallEnded,
			events.CallEndedData{By: events.PartyCustomer, Cause: events.CauseNormal, Q850: 16, Answered: true}),
		notification(agent, session, events.AGTAutoReleaseLine, events.AutoReleaseData{
			SessionID:     session,
			WrapupDetails: events.WrapupData{ACWMaxTime: 30, DefaultCompCode: events.POMCompletionCode{Code: "DONE", Name: "Done with it"}},
		}),
		notification(agent, session, events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Wrapup}))
	d.after(30*time.Second, "timer.wrapup."+session,
		callFact(agent, session, events.Disposition, events.DispositionData{
			ContactID: "c1", CompletionCode: events.POMCompletionCode{Code: "DONE"}, By: events.PartyBroker,
		}),
		notification(agent, "", events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Idle}))
}

func (d *day) goHome(agent string) {
	d.after(time.Minute, "desk1.4",
		command(agent, "", events.AGTLogoff, events.NoParams{}),
		response(agent, "", events.AGTLogoff, events.ResultData{Result: events.LogoffNotReadyFirst}))
	d.after(5*time.Second, "desk1.5",
		command(agent, "", events.AGTStateChange,
			events.StateChangeParams{AgentState: events.NotReady, ReasonCode: "9", ReasonName: "end of shift"}),
		response(agent, "", events.AGTStateChange, events.StateChangeResult{AgentState: events.NotReady}),
		notification(agent, "", events.AGTStateChangedNotify,
			events.StateChangedData{AgentState: events.NotReady, ReasonCode: "9", ReasonName: "end of shift"}))
	d.after(5*time.Second, "desk1.6",
		command(agent, "", events.AGTLogoff, events.NoParams{}),
		response(agent, "", events.AGTLogoff, events.ResultData{}),
		notification(agent, "", events.AGTAgentLoggedOut, events.NoData{}))
}
