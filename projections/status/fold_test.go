package status

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/deskbus/deskbus/events"
)

// script builds the events of a zone, numbered as a leader numbers them.
type script struct {
	zone   string
	events []events.Event
	n      map[string]uint64
	turn   uint64
}

func newScript(zone string) *script { return &script{zone: zone, n: make(map[string]uint64)} }

// turnOf adds one turn of an agent: each event is a name and its data.
func (s *script) turnOf(agent string, list ...events.Event) *script {
	s.turn++
	for i, e := range list {
		e.Zone, e.Turn, e.Index, e.ZN = s.zone, s.turn, i, uint64(len(s.events)+1)
		e.At = int64(s.turn) * 1_000_000
		if e.Kind != events.KindFact {
			s.n[agent]++
			e.Agent, e.N = agent, s.n[agent]
		}
		s.events = append(s.events, e)
	}
	return s
}

func command(name string, data any) events.Event {
	return events.Event{Kind: events.KindCommand, Name: name, Data: data}
}

func response(name string, data any) events.Event {
	return events.Event{Kind: events.KindResponse, Name: events.RESP(name), Data: data}
}

func notification(name string, data any) events.Event {
	return events.Event{Kind: events.KindNotification, Name: name, Data: data}
}

func (s *script) logon(agent string, force bool, result events.Code) *script {
	return s.turnOf(agent,
		command(events.AGTLogon, events.LogonParams{AgentExt: agent, IsForce: force, ZoneName: s.zone}),
		response(events.AGTLogon, events.LogonResult{Result: result}))
}

func (s *script) forcedLogon(agent string) *script {
	return s.turnOf(agent,
		command(events.AGTLogon, events.LogonParams{AgentExt: agent, IsForce: true, ZoneName: s.zone}),
		notification(events.AGTAgentLoggedOut, events.NoData{}),
		response(events.AGTLogon, events.LogonResult{}))
}

func (s *script) notify(agent, name string, data any) *script {
	return s.turnOf(agent, notification(name, data))
}

func (s *script) ready(agent string) *script {
	return s.turnOf(agent,
		command(events.AGTStateChange, events.StateChangeParams{AgentState: events.Ready}),
		response(events.AGTStateChange, events.StateChangeResult{AgentState: events.Ready}),
		notification(events.AGTStateChangedNotify, events.StateChangedData{AgentState: events.Ready}),
		notification(events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Idle}),
		notification(events.AGTCapabilitiesChanged,
			events.CapabilitiesData{Capabilities: events.POMCapabilities{CanNotReady: true}}))
}

func (s *script) talking(agent, session string) *script {
	return s.turnOf(agent,
		notification(events.AGTCallNotify, events.ContactData{SessionID: session}),
		notification(events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Talking}),
		notification(events.AGTCapabilitiesChanged,
			events.CapabilitiesData{Capabilities: events.POMCapabilities{CanHold: true}}))
}

func (s *script) loggedOut(agent string) *script {
	return s.turnOf(agent,
		command(events.AGTLogoff, events.NoParams{}),
		response(events.AGTLogoff, events.ResultData{}),
		notification(events.AGTAgentLoggedOut, events.NoData{}))
}

func foldOf(t *testing.T, list []events.Event) *Fold {
	t.Helper()
	var f Fold
	for i := range list {
		if err := f.Apply(&list[i]); err != nil {
			t.Fatalf("event %d, %s: %v", list[i].ZN, list[i].Name, err)
		}
	}
	return &f
}

func TestFold(t *testing.T) {
	fresh := events.POMAgentStatus{
		AgentState: events.NotReady, NailupStatus: events.NotNailedUp, CallState: events.NoState, Since: 1_000_000,
	}
	talking := events.POMAgentStatus{
		AgentState: events.Ready, NailupStatus: events.NotNailedUp, CallState: events.Talking,
		SessionID: "s1", Since: 3_000_000,
	}
	for _, test := range []struct {
		name   string
		script *script
		want   events.AgentStatus
	}{
		{
			"logon", newScript("z").logon("a", false, 0),
			events.AgentStatus{LoggedOn: true, Status: fresh, AgentSince: 1_000_000, N: 2},
		},
		{
			"a refused logon changes nothing",
			newScript("z").logon("a", false, 0).logon("a", true, events.AuthenticationFailed),
			events.AgentStatus{LoggedOn: true, Status: fresh, AgentSince: 1_000_000, N: 4},
		},
		{
			"a call", newScript("z").logon("a", false, 0).ready("a").talking("a", "s1"),
			events.AgentStatus{
				LoggedOn: true, Status: talking, AgentSince: 2_000_000, N: 10,
				Capabilities: events.POMCapabilities{CanHold: true},
			},
		},
		{
			"logon without force resumes",
			newScript("z").logon("a", false, 0).ready("a").talking("a", "s1").logon("a", false, 0).
				notify("a", events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Talking}),
			events.AgentStatus{
				LoggedOn: true, Status: talking, AgentSince: 2_000_000, N: 13,
				Capabilities: events.POMCapabilities{CanHold: true},
			},
		},
		{
			"logon with force begins anew",
			newScript("z").logon("a", false, 0).ready("a").talking("a", "s1").forcedLogon("a"),
			events.AgentStatus{
				LoggedOn: true, AgentSince: 4_000_000, N: 13,
				Status: events.POMAgentStatus{
					AgentState: events.NotReady, NailupStatus: events.NotNailedUp, CallState: events.NoState,
					Since: 4_000_000,
				},
			},
		},
		{
			"wrap-up keeps the session, idle ends it",
			newScript("z").logon("a", false, 0).ready("a").talking("a", "s1").
				notify("a", events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Wrapup}).
				notify("a", events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Idle}),
			events.AgentStatus{
				LoggedOn: true, AgentSince: 2_000_000, N: 12,
				Capabilities: events.POMCapabilities{CanHold: true},
				Status: events.POMAgentStatus{
					AgentState: events.Ready, NailupStatus: events.NotNailedUp, CallState: events.Idle, Since: 5_000_000,
				},
			},
		},
		{
			"reason, nailing and campaign",
			newScript("z").logon("a", false, 0).
				notify("a", events.AGTNailupChange, events.NailupData{NailupStatus: events.NailedUp}).
				notify("a", events.AGTJobAttached, events.JobAttachedData{CampaignName: "spring"}).
				notify("a", events.AGTStateChangedNotify,
					events.StateChangedData{AgentState: events.NotReady, ReasonCode: "7", ReasonName: "lunch"}),
			events.AgentStatus{
				LoggedOn: true, AgentSince: 1_000_000, N: 5,
				CampaignName: "spring", ReasonCode: "7", ReasonName: "lunch",
				Status: events.POMAgentStatus{
					AgentState: events.NotReady, NailupStatus: events.NailedUp, CallState: events.NoState, Since: 1_000_000,
				},
			},
		},
		{
			"a repeated answer to a logon is none",
			newScript("z").logon("a", false, 0).loggedOut("a").
				turnOf("a", response(events.AGTLogon, events.LogonResult{})),
			events.AgentStatus{
				AgentSince: 2_000_000, N: 6,
				Status: events.POMAgentStatus{
					AgentState: events.NotReady, NailupStatus: events.NotNailedUp, CallState: events.NoState,
					Since: 2_000_000,
				},
			},
		},
		{
			"the campaign ends with the line",
			newScript("z").logon("a", false, 0).
				notify("a", events.AGTNailupChange, events.NailupData{NailupStatus: events.NailedUp}).
				notify("a", events.AGTJobAttached, events.JobAttachedData{CampaignName: "spring"}).
				notify("a", events.AGTNailupChange, events.NailupData{NailupStatus: events.NailingLost}),
			events.AgentStatus{
				LoggedOn: true, AgentSince: 1_000_000, N: 5,
				Status: events.POMAgentStatus{
					AgentState: events.NotReady, NailupStatus: events.NailingLost, CallState: events.NoState,
					Since: 1_000_000,
				},
			},
		},
		{
			"logoff resets", newScript("z").logon("a", false, 0).ready("a").talking("a", "s1").loggedOut("a"),
			events.AgentStatus{
				AgentSince: 4_000_000, N: 13,
				Status: events.POMAgentStatus{
					AgentState: events.NotReady, NailupStatus: events.NotNailedUp, CallState: events.NoState,
					Since: 4_000_000,
				},
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, known := foldOf(t, test.script.events).Agent("a")
			test.want.AgentID = "a"
			if !known || !reflect.DeepEqual(got, test.want) {
				t.Errorf("known %v\ngot  %+v\nwant %+v", known, got, test.want)
			}
		})
	}
}

func TestSessionComesWithEveryKindOfContact(t *testing.T) {
	for name, data := range map[string]any{
		events.AGTCallNotify:       events.ContactData{SessionID: "s2"},
		events.AGTTransferNotify:   events.ContactData{SessionID: "s2"},
		events.AGTConferenceNotify: events.ContactData{SessionID: "s2"},
		events.AGTConsultNotify:    events.ConsultData{SessionID: "s2"},
	} {
		a, _ := foldOf(t, newScript("z").logon("a", false, 0).notify("a", name, data).events).Agent("a")
		if a.Status.SessionID != "s2" {
			t.Errorf("%s: session %q", name, a.Status.SessionID)
		}
	}
}

func TestAgentIsKnownFromItsLogon(t *testing.T) {
	f := foldOf(t, newScript("z").logon("b", false, events.AgentNotRegistered).logon("c", false, 0).
		logon("a", false, 0).loggedOut("a").events)
	if got := f.After(""); !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("known agents %q, want a and c", got)
	}
	if got := f.After("a"); !slices.Equal(got, []string{"c"}) {
		t.Errorf("agents after a: %q, want c", got)
	}
	if got := f.After("b"); !slices.Equal(got, []string{"c"}) {
		t.Errorf("agents after b: %q, want c", got)
	}
	if _, known := f.Agent("b"); known {
		t.Error("an agent that was refused is known")
	}
}

func TestFoldOfTrimmedFeed(t *testing.T) {
	all := newScript("z").logon("a", false, 0).logon("b", false, 0).ready("a").loggedOut("a").logon("a", false, 0).
		ready("a").events
	f := foldOf(t, all[5:]) // from the middle of a's first session
	if _, known := f.Agent("b"); known {
		t.Error("b is known without its logon")
	}
	got, _ := f.Agent("a")
	want, _ := foldOf(t, all).Agent("a")
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestEveryNotification fails when a notification is added to the vocabulary
// and the fold has not been told what it means.
func TestEveryNotification(t *testing.T) {
	data := map[string]any{
		events.AGTStateChangedNotify:       events.StateChangedData{AgentState: events.Ready},
		events.AGTNailupChange:             events.NailupData{},
		events.AGTCallStateChangedNotify:   events.CallStateData{},
		events.AGTCallNotify:               events.ContactData{},
		events.AGTTransferNotify:           events.ContactData{},
		events.AGTConferenceNotify:         events.ContactData{},
		events.AGTConsultNotify:            events.ConsultData{},
		events.AGTConsultPending:           events.ConsultPendingData{},
		events.AGTConsultCancelled:         events.ConsultCancelledData{},
		events.AGTPreviewCallbackPending:   events.CallbackDueData{},
		events.AGTPreviewCallbackCancelled: events.CallbackDueData{},
		events.AGTCapabilitiesChanged:      events.CapabilitiesData{},
		events.AGTJobAttached:              events.JobAttachedData{},
	}
	for _, name := range events.Notifications() {
		if name == events.POMAvailable || name == events.POMNotAvailable {
			continue
		}
		foldOf(t, newScript("z").logon("a", false, 0).notify("a", name, data[name]).events)
	}
}

func TestFoldRefuses(t *testing.T) {
	good := newScript("z").logon("a", false, 0).ready("a").events
	for name, spoil := range map[string]func(*events.Event){
		"zone number again":    func(e *events.Event) { e.ZN-- },
		"zone number missing":  func(e *events.Event) { e.ZN++ },
		"agent number again":   func(e *events.Event) { e.N-- },
		"agent number missing": func(e *events.Event) { e.N++ },
		"agent not from 1":     func(e *events.Event) { e.Agent = "new" },
		"unknown kind":         func(e *events.Event) { e.Kind = "rumour" },
		"unknown command":      func(e *events.Event) { e.Name = "AGTSing" },
		"unknown response":     func(e *events.Event) { e.Kind, e.Name = events.KindResponse, "AGTSingRESP" },
		"unknown notification": func(e *events.Event) { e.Kind, e.Name = events.KindNotification, "AGTSung" },
		"connector's own":      func(e *events.Event) { e.Kind, e.Name = events.KindNotification, events.POMAvailable },
	} {
		t.Run(name, func(t *testing.T) {
			f := foldOf(t, good[:2])
			before, _ := f.Agent("a")
			bad := good[2]
			spoil(&bad)
			if err := f.Apply(&bad); err == nil {
				t.Fatal("taken")
			}
			if after, _ := f.Agent("a"); !reflect.DeepEqual(after, before) || f.ZN() != 2 {
				t.Errorf("the refused event changed the fold: %+v", after)
			}
			if err := f.Apply(&good[2]); err != nil {
				t.Errorf("the right event after it: %v", err)
			}
		})
	}
	var f Fold
	if err := f.Apply(&events.Event{ZN: 1, Kind: "rumour"}); !errors.Is(err, events.ErrUnknownName) {
		t.Errorf("got %v, want ErrUnknownName", err)
	}
}

// TestFoldIsTheSameHoweverItIsCut folds random days in one go, and cut in two at
// a random event with the second part read back from its encoding, without the data
// that the fold does not need.
func TestFoldIsTheSameHoweverItIsCut(t *testing.T) {
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 0))
		list := randomDay(random, 40)
		cut := random.IntN(len(list) + 1)
		whole, parts := foldOf(t, list), foldOf(t, list[:cut])
		for i := range list[cut:] {
			e := encodeAndDecode(t, &list[cut+i])
			if !needsData(e.Kind, e.Name) {
				e.Data = nil
			}
			if err := parts.Apply(&e); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
		if !reflect.DeepEqual(whole, parts) {
			t.Fatalf("seed %d, cut at %d:\nwhole %+v\nparts %+v", seed, cut, whole, parts)
		}
	}
}

func encodeAndDecode(t *testing.T, e *events.Event) events.Event {
	t.Helper()
	b, err := events.Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	out, err := events.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func randomDay(random *rand.Rand, turns int) []events.Event {
	s := newScript("z")
	for range turns {
		agent := string(rune('a' + random.IntN(4)))
		switch random.IntN(5) {
		case 0:
			s.logon(agent, random.IntN(2) == 0, events.Code(random.IntN(2)))
		case 1:
			s.ready(agent)
		case 2:
			s.talking(agent, "s"+agent)
		case 3:
			s.notify(agent, events.AGTCallStateChangedNotify, events.CallStateData{CallState: events.Wrapup})
		case 4:
			s.loggedOut(agent)
		}
	}
	return s.events
}
