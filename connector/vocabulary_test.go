package connector_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/heard"
)

// fill sets every field to a value of its own, so that swapped parameters show.
func fill(v reflect.Value, next *int) {
	*next++
	switch v.Kind() {
	case reflect.String:
		v.SetString("s" + string(rune('A'+*next)))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*next))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), next)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), next)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), next)
		}
	default:
		panic("fill: " + v.Type().String())
	}
}

// filled returns a value of the type of zero with all fields set.
func filled(zero any) any {
	v, next := reflect.New(reflect.TypeOf(zero)).Elem(), 0
	fill(v, &next)
	return v.Interface()
}

// checkCall compares the arguments with the fields of the data, in order.
func checkCall(t *testing.T, got heard.Call, name string, data any) {
	t.Helper()
	v := reflect.ValueOf(data)
	if got.Name != name || len(got.Args) > v.NumField() {
		t.Fatalf("got %s%v, want %s with %+v", got.Name, got.Args, name, data)
	}
	for i, arg := range got.Args {
		if want := v.Field(i).Interface(); !reflect.DeepEqual(arg, want) {
			t.Errorf("%s: argument %d is %v, want %v", name, i+1, arg, want)
		}
	}
}

// commandCalls has every command but AGTLogon, in the order of the
// specification: how it is called about this session, and what must be in the
// inbox.
func commandCalls(a *connector.Agent, session string) []struct {
	name string
	call func() events.Code
	data any
} {
	none, sess := events.NoParams{}, events.SessionParams{SessionID: session}
	code := events.POMCompletionCode{Code: "1", Name: "Sale"}
	dest := events.POMDestination{Type: events.DestinationAgent, ID: "b"}
	callback := events.POMCallbackDest{ID: "b", Name: "B"}
	number := events.POMContactNumber{Name: "Phone", Number: "123"}
	pair := events.POMKeyValuePair{Key: "k", Value: "v"}
	status := events.POMAgentStatus{AgentState: events.Ready, NailupStatus: events.NailedUp, CallState: events.Idle}
	addresses := []events.POMAttribute{{Name: "Phone", Value: "123", Type: events.AttributeWrite}}
	skills := []events.POMAgentSkill{{SkillName: "sales", SkillLevel: 1}}
	which := events.POMErrorCode{ErrorCode: 61, APIName: "AGTStateChange"}
	inCall := func(f func(string) events.Code) func() events.Code { return func() events.Code { return f(session) } }
	return []struct {
		name string
		call func() events.Code
		data any
	}{
		{"AGTStateChange", func() events.Code { return a.AGTStateChange(events.NotReady, "1", "Lunch", true) },
			events.StateChangeParams{AgentState: events.NotReady, ReasonCode: "1", ReasonName: "Lunch", HasWalkedAway: true}},
		{"AGTHoldCall", inCall(a.AGTHoldCall), sess},
		{"AGTUnholdCall", inCall(a.AGTUnholdCall), sess},
		{"AGTReleaseLine", inCall(a.AGTReleaseLine), sess},
		{"AGTGetCompCodes", inCall(a.AGTGetCompCodes), sess},
		{"AGTWrapupContact", func() events.Code { return a.AGTWrapupContact(code, session) },
			events.WrapupParams{CompletionCode: code, SessionID: session}},
		{"AGTExtendWrapup", inCall(a.AGTExtendWrapup), sess},
		{"AGTGetConsultTypes", inCall(a.AGTGetConsultTypes), sess},
		{"AGTGetConsultDestsForType",
			func() events.Code { return a.AGTGetConsultDestsForType(events.DestinationExternal, session) },
			events.ConsultDestsParams{DestinationType: events.DestinationExternal, SessionID: session}},
		{"AGTConsultCall", func() events.Code { return a.AGTConsultCall(dest, session) },
			events.ConsultParams{Destination: dest, SessionID: session}},
		{"AGTCompleteTransfer", inCall(a.AGTCompleteTransfer), sess},
		{"AGTCancelConsult", func() events.Code { return a.AGTCancelConsult("b", session) },
			events.CancelConsultParams{DestAgentID: "b", SessionID: session}},
		{"AGTStartConf", inCall(a.AGTStartConf), sess},
		{"AGTEndConf", inCall(a.AGTEndConf), sess},
		{"AGTConfChangeOwnership", inCall(a.AGTConfChangeOwnership), sess},
		{"AGTRedial", func() events.Code { return a.AGTRedial(number) }, events.RedialParams{ContactNumber: number}},
		{"AGTSendDTMF", func() events.Code { return a.AGTSendDTMF("5", session) },
			events.DTMFParams{DTMF: "5", SessionID: session}},
		{"AGTGetCallbackTypes", inCall(a.AGTGetCallbackTypes), sess},
		{"AGTGetCallbackDestsForType",
			func() events.Code { return a.AGTGetCallbackDestsForType(events.CallbackAgent, "z2", session) },
			events.CallbackDestsParams{CallbackType: events.CallbackAgent, ZoneName: "z2", SessionID: session}},
		{"AGTCreateCallback", func() events.Code {
			return a.AGTCreateCallback(events.CallbackAgent, callback, "2030/01/02 03:04", "Europe/Berlin", "60", number, "note", session)
		}, events.CreateCallbackParams{
			CallbackType: events.CallbackAgent, CallbackDest: callback, CallbackTime: "2030/01/02 03:04",
			CallbackTimezone: "Europe/Berlin", CallbackExpiryTime: "60", ContactNumber: number, AgentNotes: "note", SessionID: session,
		}},
		{"AGTGetErrorString", func() events.Code { return a.AGTGetErrorString("61") }, events.ErrorStringParams{ErrorCode: "61"}},
		{"AGTGetErrorInfo", func() events.Code { return a.AGTGetErrorInfo(which) }, events.ErrorInfoParams{ErrorCode: &which}},
		{"AGTPreviewDial", func() events.Code { return a.AGTPreviewDial(number, session) },
			events.PreviewDialParams{ContactNumber: number, SessionID: session}},
		{"AGTPreviewCancel", inCall(a.AGTPreviewCancel), sess},
		{"AGTGetCustomerDetails", inCall(a.AGTGetCustomerDetails), sess},
		{"AGTSetCustomerDetail", func() events.Code { return a.AGTSetCustomerDetail(pair, session) },
			events.SetCustomerDetailParams{KeyValuePair: pair, SessionID: session}},
		{"AGTBlendToInbound", a.AGTBlendToInbound, none},
		{"AGTBlendToOutbound", a.AGTBlendToOutbound, none},
		{"AGTNailupAgent", a.AGTNailupAgent, none},
		{"AGTReadyForNailup", a.AGTReadyForNailup, none},
		{"AGTLostNailing", a.AGTLostNailing, none},
		{"AGTPendingLogout", a.AGTPendingLogout, none},
		{"AGTAddAgentNote", func() events.Code { return a.AGTAddAgentNote("note") }, events.AgentNoteParams{AgentNote: "note"}},
		{"AGTRefreshAgentNotes", inCall(a.AGTRefreshAgentNotes), sess},
		{"AGTGetTimezones", a.AGTGetTimezones, none},
		{"AGTAvailableForNailup", a.AGTAvailableForNailup, none},
		{"AGTAgentDisconnected", a.AGTAgentDisconnected, none},
		{"GetAgentStatusResponse", func() events.Code { return a.GetAgentStatusResponse(status) },
			events.AgentStatusParams{Status: status}},
		{"AGTAddToDNC", func() events.Code { return a.AGTAddToDNC(addresses) }, events.AddToDNCParams{AddressList: addresses}},
		{"AGTGetZoneList", a.AGTGetZoneList, none},
		{"AGTIsInDNC", func() events.Code { return a.AGTIsInDNC("123", session) },
			events.IsInDNCParams{AddressValue: "123", SessionID: session}},
		{"AGTSaveAgentForHA", a.AGTSaveAgentForHA, none},
		{"AGTSkillsChanged", func() events.Code { return a.AGTSkillsChanged(skills) }, events.SkillsParams{AgentSkills: skills}},
		{"AGTGetContactAttributes", a.AGTGetContactAttributes, none},
		{"AGTLogoff", a.AGTLogoff, none},
	}
}

func TestEveryCommandAndResponse(t *testing.T) {
	t.Parallel()
	l, d := bus(t)
	commands := make(chan command, 1)
	l.onCommand = func(c command) {
		var data any = events.LogonResult{}
		if c.name != events.AGTLogon {
			data = filled(events.Refusal(c.name, "", 0))
		}
		commands <- c
		l.respond(c, data)
	}
	d.logOn(t)
	locale, timeZone := "en", "UTC"
	logon := <-commands
	if want := (events.LogonParams{AgentExt: "1001", Locale: &locale, TimeZone: &timeZone, ZoneName: zone, Ticket: "ticket"}); !reflect.DeepEqual(logon.Data, want) {
		t.Errorf("AGTLogon carries %+v, want %+v", logon.Data, want)
	}
	tested := map[string]bool{events.AGTLogon: true}
	for _, c := range commandCalls(d.Agent, "S") {
		accepted(t, c.call())
		got := <-commands
		if got.name != c.name || got.agent != "a" || !reflect.DeepEqual(got.Data, c.data) {
			t.Fatalf("%s: the inbox has %s of %s with %+v, want %+v", c.name, got.name, got.agent, got.Data, c.data)
		}
		if left := time.Until(time.UnixMicro(got.Deadline)); left <= 0 || left > 10*time.Second {
			t.Errorf("%s: deadline in %v, want within 10s", c.name, left)
		}
		checkCall(t, d.next(t), events.RESP(c.name), filled(events.Refusal(c.name, "", 0)))
		tested[c.name] = true
	}
	for _, name := range events.Commands() {
		if !tested[name] {
			t.Errorf("%s is not tested", name)
		}
	}
}

// TestEveryNotification: each has its callback, under the name of its signature
// (reading 31).
func TestEveryNotification(t *testing.T) {
	t.Parallel()
	l, d := bus(t)
	d.logOn(t)
	data := map[string]any{
		events.AGTStateChangedNotify: events.StateChangedData{}, events.AGTCallNotify: events.ContactData{},
		events.AGTAutoReleaseLine: events.AutoReleaseData{}, events.AGTConsultNotify: events.ConsultData{},
		events.AGTConsultCancelled: events.ConsultCancelledData{}, events.AGTTransferNotify: events.ContactData{},
		events.AGTConferenceNotify: events.ContactData{}, events.AGTConferenceEnded: events.SessionData{},
		events.AGTConferenceOwnershipChanged: events.SessionData{}, events.AGTCapabilitiesChanged: events.CapabilitiesData{},
		events.AGTNailupChange: events.NailupData{}, events.AGTCallStateChangedNotify: events.CallStateData{},
		events.AGTDialFailed: events.DialFailedData{}, events.AGTConsultDialFailed: events.ConsultDialFailedData{},
		events.AGTConsultPending: events.ConsultPendingData{}, events.AGTPendingConsultComplete: events.SessionData{},
		events.AGTPreviewCallbackPending: events.CallbackDueData{}, events.AGTPreviewCallbackCancelled: events.CallbackDueData{},
		events.AGTEnableCancelConsult: events.SessionData{}, events.AGTInvalidCommandName: events.InvalidCommandData{},
		events.AGTCustomerDetailsChanged: events.CustomerDetailsChangedData{}, events.AGTBlendedToInbound: events.NoData{},
		events.AGTBlendedToOutbound: events.NoData{}, events.AGTZoneDown: events.ZoneDownData{},
		events.AGTJobAttached: events.JobAttachedData{}, events.GetAgentStatus: events.AgentIDData{},
		events.AGTAgentLoggedOut: events.NoData{},
	}
	for _, name := range events.Notifications() {
		switch name {
		case events.POMAvailable, events.POMNotAvailable, events.AGTAgentLoggedOut:
			continue // the connector's own; the last of a session
		}
		l.notify("a", name, filled(data[name]))
		checkCall(t, d.next(t), name, filled(data[name]))
	}
	l.notify("a", events.AGTAgentLoggedOut, events.NoData{})
	d.want(t, events.AGTAgentLoggedOut)
	if n := d.factory.Unreadable(); n != 0 {
		t.Errorf("%d events were left out", n)
	}
}
