package status

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbus/deskbus/events"
)

func callState(state events.POMCallState) events.Event {
	return notification(events.AGTCallStateChangedNotify, events.CallStateData{CallState: state})
}

func contact(name, session string) events.Event {
	return notification(name, events.ContactData{SessionID: session})
}

func pendingConsult(session string) events.Event {
	return notification(events.AGTConsultPending, events.ConsultPendingData{SessionID: session})
}

func consultNotify(session string) events.Event {
	return notification(events.AGTConsultNotify, events.ConsultData{SessionID: session})
}

func consultCancelled(session string) events.Event {
	return notification(events.AGTConsultCancelled, events.ConsultCancelledData{SessionID: session})
}

func callback(name, session string) events.Event {
	return notification(name, events.CallbackDueData{SessionID: session})
}

func (s *script) fact(name string, data any) *script {
	return s.turnOf("", events.Event{Kind: events.KindFact, Name: name, Data: data})
}

// brief is what of a status a call changes.
type brief struct {
	CallState    events.POMCallState
	Session      string
	Consults     []string
	Callback     string
	Disconnected bool
	Inbound      bool
}

func TestCallsOfMoreThanOneAgent(t *testing.T) {
	type turn []events.Event
	for _, test := range []struct {
		name  string
		turns []turn
		want  brief
	}{
		{"consulted", []turn{{consultNotify("s1"), callState(events.Consult)}}, brief{CallState: events.Consult, Session: "s1"}},
		{
			"the consult is over",
			[]turn{{consultNotify("s1"), callState(events.Consult)}, {consultCancelled("s1"), callState(events.Idle)}},
			brief{CallState: events.Idle},
		},
		{
			"the conference is the agent's now",
			[]turn{
				{consultNotify("s1"), callState(events.Consult)},
				{contact(events.AGTConferenceNotify, "s1"), callState(events.ConferencePassive)},
				{notification(events.AGTConferenceOwnershipChanged, events.SessionData{SessionID: "s1"}), callState(events.ConferenceOwner)},
			},
			brief{CallState: events.ConferenceOwner, Session: "s1"},
		},
		{
			"the call is the agent's now",
			[]turn{{consultNotify("s1"), callState(events.Consult)}, {contact(events.AGTTransferNotify, "s1"), callState(events.Talking)}},
			brief{CallState: events.Talking, Session: "s1"},
		},
		{
			"transferred away, to wrap up", []turn{
				{contact(events.AGTCallNotify, "s1"), callState(events.Talking)}, {callState(events.Consult)}, {callState(events.Wrapup)},
			},
			brief{CallState: events.Wrapup, Session: "s1"},
		},
		{
			"two consults wait", []turn{
				{contact(events.AGTCallNotify, "s1"), callState(events.Talking)}, {pendingConsult("s2")}, {pendingConsult("s3")},
				{pendingConsult("s2")}, // told again to a desktop that came back
			},
			brief{CallState: events.Talking, Session: "s1", Consults: []string{"s2", "s3"}},
		},
		{
			"one of them is taken back", []turn{
				{contact(events.AGTCallNotify, "s1"), callState(events.Talking)}, {pendingConsult("s2")}, {pendingConsult("s3")},
				{consultCancelled("s2")},
			},
			brief{CallState: events.Talking, Session: "s1", Consults: []string{"s3"}},
		},
		{
			"one of them begins", []turn{
				{contact(events.AGTCallNotify, "s1"), callState(events.Wrapup)}, {pendingConsult("s2")}, {pendingConsult("s3")},
				{consultNotify("s2"), callState(events.Consult)},
			},
			brief{CallState: events.Consult, Session: "s2", Consults: []string{"s3"}},
		},
		{
			"the agent's own consult is cancelled", []turn{
				{contact(events.AGTCallNotify, "s1"), callState(events.Consult)}, {consultCancelled("s1"), callState(events.Talking)},
			},
			brief{CallState: events.Talking, Session: "s1"},
		},
		{
			"a preview is dialled", []turn{
				{contact(events.AGTCallNotify, "s1"), callState(events.Preview)}, {callState(events.Dialing)},
			},
			brief{CallState: events.Dialing, Session: "s1"},
		},
		{
			"a callback waits", []turn{
				{contact(events.AGTCallNotify, "s1"), callState(events.Talking)}, {callback(events.AGTPreviewCallbackPending, "s2")},
			},
			brief{CallState: events.Talking, Session: "s1", Callback: "s2"},
		},
		{
			"the callback begins", []turn{
				{callback(events.AGTPreviewCallbackPending, "s2")}, {contact(events.AGTCallNotify, "s2"), callState(events.Callback)},
			},
			brief{CallState: events.Callback, Session: "s2"},
		},
		{
			"the callback is cancelled", []turn{
				{callback(events.AGTPreviewCallbackPending, "s2")}, {callback(events.AGTPreviewCallbackCancelled, "s2")},
			},
			brief{CallState: events.NoState},
		},
		{"lent to inbound", []turn{{notification(events.AGTBlendedToInbound, events.NoData{})}}, brief{CallState: events.NoState, Inbound: true}},
		{
			"back from inbound",
			[]turn{{notification(events.AGTBlendedToInbound, events.NoData{})}, {notification(events.AGTBlendedToOutbound, events.NoData{})}},
			brief{CallState: events.NoState},
		},
		{
			"logged out with all that waited", []turn{
				{pendingConsult("s2"), callback(events.AGTPreviewCallbackPending, "s3"), notification(events.AGTBlendedToInbound, events.NoData{})},
				{notification(events.AGTAgentLoggedOut, events.NoData{})},
			},
			brief{CallState: events.NoState},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScript("z").logon("a", false, 0)
			for _, list := range test.turns {
				s.turnOf("a", list...)
			}
			if diff := cmp.Diff(test.want, briefOf(t, s, "a")); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func briefOf(t *testing.T, s *script, id string) brief {
	t.Helper()
	a, _ := foldOf(t, s.events).Agent(id)
	return brief{a.Status.CallState, a.Status.SessionID, a.PendingConsults, a.PendingCallback, a.Disconnected, a.Inbound}
}

func TestDesktopsThatAreGone(t *testing.T) {
	s := newScript("z").fact(events.AgentDisconnected, events.AgentDisconnectedData{AgentID: "a"}) // of a session the feed has lost
	s.logon("a", false, 0).logon("b", false, 0).talking("a", "s1")
	if got := briefOf(t, s, "a"); got.Disconnected {
		t.Error("gone before the logon")
	}
	s.fact(events.AgentDisconnected, events.AgentDisconnectedData{AgentID: "a"})
	if got := briefOf(t, s, "a"); !got.Disconnected || got.Session != "s1" || got.CallState != events.Talking {
		t.Errorf("gone during a call: %+v", got)
	}
	if briefOf(t, s, "b").Disconnected {
		t.Error("another agent is gone with it")
	}
	s.fact(events.AgentReconnected, events.AgentReconnectedData{AgentID: "a"})
	if briefOf(t, s, "a").Disconnected {
		t.Error("still gone")
	}
	s.fact(events.AgentDisconnected, events.AgentDisconnectedData{AgentID: "a"}).loggedOut("a")
	if briefOf(t, s, "a").Disconnected {
		t.Error("gone and logged out")
	}
}

// TestAnswersKeepTheirLists: an answer is encoded while the fold goes on.
func TestAnswersKeepTheirLists(t *testing.T) {
	s := newScript("z").logon("a", false, 0).turnOf("a", pendingConsult("s1")).turnOf("a", pendingConsult("s2"))
	f := foldOf(t, s.events)
	held, _ := f.Agent("a")
	read := len(s.events)
	s.turnOf("a", consultCancelled("s1")).turnOf("a", pendingConsult("s3"))
	for i := range s.events[read:] {
		if err := f.Apply(&s.events[read+i]); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"s1", "s2"}, held.PendingConsults); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
