package reporttest

import "github.com/deskbus/deskbus/events"

// Example has two agents and a campaign, around midnight. The tests
// of package tally have its report, counted by hand.
func Example() *Day {
	d := NewDay()
	d.At("02 23:40:00.000").Fact("", "", events.CampaignConfigured, events.Campaign{Name: "Spring"})
	d.At("02 23:40:00.000").Logon("a").Logon("b")
	d.At("02 23:41:00.000").AgentState("a", events.Ready, "").Idle("a")
	d.At("02 23:41:30.000").Nailing("a", events.PendingNailup)
	d.At("02 23:42:00.000").Nailing("a", events.NailedUp)
	// One line is busy, one rings on.
	d.At("02 23:43:00.000").Dialed("s1").Dialed("s2")
	d.At("02 23:43:10.000").Ended("", "s1", events.CallEndedData{Cause: events.CauseBusy})
	// a talks over 23:45, holds, talks over midnight.
	d.At("02 23:43:30.000").Answered("", "s2").Connected("a", "s2")
	d.At("02 23:50:00.000").CallState("a", "s2", events.Held)
	d.At("02 23:51:00.250").CallState("a", "s2", events.Talking)
	d.At("02 23:52:00.000").CallState("a", "s2", events.Held)
	d.At("02 23:53:00.000").CallState("a", "s2", events.Talking)
	// b comes and helps: a consult, a conference, the lead, and back to a.
	d.At("02 23:54:00.000").AgentState("b", events.Ready, "").Idle("b").Nailing("b", events.NailedUp)
	d.At("02 23:55:00.000").Party("a", "s2", events.ConsultStarted, "b").
		Tell("b", "s2", events.AGTConsultNotify, events.ConsultData{SessionID: "s2"}).
		CallState("b", "s2", events.Consult).CallState("a", "s2", events.Consult)
	d.At("02 23:56:00.000").Party("a", "s2", events.ConferenceStarted, "b").
		Contact("b", "s2", events.AGTConferenceNotify).
		CallState("b", "s2", events.ConferencePassive).CallState("a", "s2", events.ConferenceOwner)
	d.At("02 23:58:00.000").Party("a", "s2", events.ConferenceOwnerChanged, "b").
		Tell("b", "s2", events.AGTConferenceOwnershipChanged, events.SessionData{SessionID: "s2"}).
		CallState("b", "s2", events.ConferenceOwner).CallState("a", "s2", events.ConferencePassive)
	// b keeps the customer over midnight and wraps up; a walks away.
	d.At("02 23:59:00.000").Fact("b", "s2", events.ConferenceEnded, events.ConsultEndedData{AgentID: "a"}).
		CallState("b", "s2", events.Talking).Idle("a")
	d.At("02 23:59:30.000").AgentState("a", events.NotReady, "7")
	d.At("03 00:01:00.000").Ended("b", "s2", events.CallEndedData{By: events.PartyAgent, Answered: true}).
		CallState("b", "s2", events.Wrapup)
	d.At("03 00:01:20.000").Disposed("b", "s2", "SALE")
	// A machine that was taken for a person before the boundary.
	d.At("03 00:14:50.000").Dialed("s3")
	d.At("03 00:14:59.000").Answered("", "s3")
	d.At("03 00:15:00.500").Ended("", "s3", events.CallEndedData{Machine: true, Answered: true, By: events.PartyBroker})
	// One nobody was free for, in time.
	d.At("03 00:16:00.000").Dialed("s4").Answered("", "s4")
	d.At("03 00:16:02.000").Ended("", "s4", events.CallEndedData{Abandoned: true, Answered: true, By: events.PartyBroker})
	// b has a preview, calls, and nobody answers.
	d.At("03 00:17:00.000").Fact("b", "s5", events.ContactOffered, events.ContactOfferedData{AgentID: "b"}).
		Contact("b", "s5", events.AGTCallNotify).CallState("b", "s5", events.Preview)
	d.At("03 00:17:10.000").Fact("b", "s5", events.NumberDialed, events.NumberDialedData{}).CallState("b", "s5", events.Dialing)
	d.At("03 00:17:30.000").Ended("b", "s5", events.CallEndedData{Cause: events.CauseNoAnswer}).CallState("b", "s5", events.Wrapup)
	// It agrees two callbacks; one expires, one becomes a call that is transferred to a.
	d.At("03 00:17:35.000").
		Fact("", "", events.CallbackCreated, events.CallbackData{CallbackID: "c1", CreatedBy: "b"}).
		Fact("", "", events.CallbackCreated, events.CallbackData{CallbackID: "c2", CreatedBy: "b"}).
		Disposed("b", "s5", "LATER")
	d.At("03 00:18:00.000").Fact("", "", events.CallbackEnded, events.CallbackEndedData{CallbackID: "c1", Reason: events.CallbackExpired})
	d.At("03 00:19:00.000").AgentState("a", events.Ready, "")
	d.At("03 00:20:00.000").Fact("b", "c2", events.ContactOffered, events.ContactOfferedData{AgentID: "b", Callback: true}).
		Contact("b", "c2", events.AGTCallNotify).CallState("b", "c2", events.Callback)
	d.At("03 00:20:05.000").Fact("b", "c2", events.NumberDialed, events.NumberDialedData{}).CallState("b", "c2", events.Dialing)
	d.At("03 00:20:15.000").Answered("b", "c2").CallState("b", "c2", events.Talking)
	d.At("03 00:21:15.000").Party("b", "c2", events.ConsultStarted, "a").
		Tell("a", "c2", events.AGTConsultNotify, events.ConsultData{SessionID: "c2"}).
		CallState("a", "c2", events.Consult).CallState("b", "c2", events.Consult)
	d.At("03 00:21:45.000").Party("b", "c2", events.CallTransferred, "a").
		Contact("a", "c2", events.AGTTransferNotify).CallState("a", "c2", events.Talking).Idle("b")
	d.At("03 00:22:00.000").Add(events.Event{
		Kind: events.KindFact, Name: events.AddressAddedToDNC, Agent: "a", Session: "c2", Data: events.AddressData{Address: "+4711"},
	})
	// The customer leaves; a loses the line and wraps up without it. b's desktop is gone.
	d.At("03 00:22:45.000").Ended("a", "c2", events.CallEndedData{By: events.PartyCustomer, Answered: true}).
		Nailing("a", events.NailingLost).CallState("a", "c2", events.Wrapup)
	d.At("03 00:23:00.000").Fact("", "", events.AgentDisconnected, events.AgentDisconnectedData{AgentID: "b"})
	d.At("03 00:23:45.000").Disposed("a", "c2", "SALE")
	// a is lent to inbound for a minute, then both leave.
	d.At("03 00:24:45.000").Tell("a", "", events.AGTBlendedToInbound, events.NoData{})
	d.At("03 00:25:45.000").Tell("a", "", events.AGTBlendedToOutbound, events.NoData{}).
		Tell("a", "", events.AGTAgentLoggedOut, events.NoData{})
	return d.At("03 00:26:00.000").Tell("b", "", events.AGTAgentLoggedOut, events.NoData{})
}
