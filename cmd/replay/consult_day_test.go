package main

import (
	"fmt"
	"time"

	"github.com/deskbus/deskbus/events"
)

const ownCall, callbackCall = "S-1", "C-1"

// consultDay is a call of agent 1001 who consults 1002, a conference, a
// transfer, a callback, and a desktop that was gone.
func consultDay(zone string) []events.Event {
	d := newDay(zone)
	d.after(0, "leader.configure", settings()...)
	d.after(time.Second, "sim.1", toSwitch("", ownCall, events.Established, events.LegData{LegID: "leg-c"}),
		callFact("", ownCall, events.CallAnswered, events.LegData{LegID: "leg-c"}),
		callFact("1001", ownCall, events.CallConnected, events.CallConnectedData{AgentID: "1001"}),
		notification("1001", ownCall, events.AGTCallNotify, events.ContactData{SessionID: ownCall, Contact: events.POMContact{ContactID: "c1", CampaignName: "spring"}}),
		notification("1001", ownCall, events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Talking}))
	d.consult()
	d.callback()
	d.gone()
	return d.events
}

func settings() []events.Event {
	zone := events.ZoneSettings{Zones: []string{"west"}, Switch: "sim"}
	for code := range events.Code(20) {
		zone.ErrorStrings = append(zone.ErrorStrings, events.ErrorString{Locale: "de", Code: code, Message: fmt.Sprint("Fehler ", code)})
	}
	campaign := callFact("", "", events.CampaignConfigured, events.Campaign{
		Name: "spring", Mode: events.ContactPredictive, Switch: "sim", RingTimeout: 20,
		CallingWindow: &events.CallingWindow{From: 9 * 60, To: 20*60 + 30, Days: []int{1, 2}},
	})
	return []events.Event{{Kind: events.KindFact, Name: events.ZoneConfigured, Data: zone}, campaign}
}

func (d *day) consult() {
	party := events.ConsultPartyData{AgentID: "1002"}
	d.after(20*time.Second, "desk1.4",
		command("1001", ownCall, events.AGTConsultCall, events.ConsultParams{
			SessionID: ownCall, Destination: events.POMDestination{Type: events.DestinationAgent, ID: "1002"},
		}),
		response("1001", ownCall, events.AGTConsultCall, events.SessionResult{SessionID: ownCall}),
		callFact("1001", ownCall, events.ConsultRequested, events.ConsultRequestedData{
			Destination: events.POMDestination{Type: events.DestinationAgent, ID: "1002", Name: "Ben Hartmann"},
		}),
		callFact("1001", ownCall, events.ConsultStarted, party),
		notification("1002", ownCall, events.AGTConsultNotify, events.ConsultData{SessionID: ownCall, RequestingAgentID: "1001"}),
		notification("1002", ownCall, events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Consult}),
		notification("1001", ownCall, events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Consult}),
		toSwitch("1001", ownCall, events.Hold, events.LegData{LegID: "leg-c"}),
		toSwitch("1001", ownCall, events.Bridge, events.BridgeData{BridgeID: "b-1001", Members: []string{"leg-a", "leg-p"}}))
	d.after(15*time.Second, "desk1.5",
		command("1001", ownCall, events.AGTCompleteTransfer, events.SessionParams{SessionID: ownCall}),
		response("1001", ownCall, events.AGTCompleteTransfer, events.TransferResult{SessionID: ownCall}),
		callFact("1001", ownCall, events.CallTransferred, party),
		notification("1002", ownCall, events.AGTTransferNotify, events.ContactData{SessionID: ownCall}),
		notification("1002", ownCall, events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Talking}),
		notification("1001", "", events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Idle}),
		toSwitch("1002", ownCall, events.Bridge, events.BridgeData{BridgeID: "b-1002", Members: []string{"leg-p", "leg-c"}}))
}

func jobFact(name string, data any) events.Event {
	return events.Event{Kind: events.KindFact, Job: "spring", Name: name, Data: data}
}

func (d *day) callback() {
	due := d.at.Add(time.Hour)
	d.after(30*time.Second, "desk2.6",
		command("1002", ownCall, events.AGTCreateCallback, events.CreateCallbackParams{
			SessionID: ownCall, CallbackType: events.CallbackStandard, CallbackTime: "2026/03/02 10:00", CallbackTimezone: "UTC",
		}),
		response("1002", ownCall, events.AGTCreateCallback, events.SessionResult{SessionID: ownCall}),
		jobFact(events.CallbackCreated, events.CallbackData{
			CallbackID: callbackCall, CallbackType: events.CallbackStandard, ContactID: "c1", List: "spring",
			Due: due.UnixMicro(), Expires: due.Add(24 * time.Hour).UnixMicro(), CreatedBy: "1002",
		}))
	d.after(time.Hour, "timer.callback.C-1",
		jobFact(events.CallbackDue, events.CallbackIDData{CallbackID: callbackCall}),
		notification("1001", callbackCall, events.AGTPreviewCallbackPending, events.CallbackDueData{SessionID: callbackCall, DueTime: "2026/03/02 10:00"}))
	number := events.POMContactNumber{Name: "mobile", Number: "+49301"}
	d.after(5*time.Minute, "timer.callback.C-1",
		callFact("1001", callbackCall, events.ContactOffered, events.ContactOfferedData{
			ContactID: "c1", AgentID: "1001", ContactNumber: number, Callback: true,
		}),
		notification("1001", callbackCall, events.AGTCallNotify, events.ContactData{SessionID: callbackCall}),
		notification("1001", callbackCall, events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Callback}))
	d.after(5*time.Second, "desk1.7",
		callFact("1001", callbackCall, events.NumberDialed, events.NumberDialedData{LegID: "leg-d", ContactNumber: number}))
}

func (d *day) gone() {
	d.after(time.Minute, "timer.status.1001",
		events.Event{Kind: events.KindFact, Name: events.AgentDisconnected, Data: events.AgentDisconnectedData{AgentID: "1001", By: events.PartyBroker}})
	d.after(time.Second, "desk1.8",
		events.Event{Kind: events.KindFact, Name: events.AgentStatusDiffers, Data: events.AgentStatusDiffersData{
			AgentID: "1001", Desktop: events.POMAgentStatus{CallState: events.Talking, Since: d.at.UnixMicro()},
			Broker: events.POMAgentStatus{CallState: events.Dialing, Since: d.at.UnixMicro()},
		}},
		events.Event{Kind: events.KindFact, Name: events.AgentReconnected, Data: events.AgentReconnectedData{AgentID: "1001"}})
}
