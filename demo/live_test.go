package demo

import (
	"testing"

	"github.com/deskbus/deskbus/events"
)

func TestSummary(t *testing.T) {
	agent := func(call events.POMCallState, session string) events.AgentStatus {
		return events.AgentStatus{LoggedOn: true, Status: events.POMAgentStatus{
			AgentState: events.Ready, NailupStatus: events.NailedUp, CallState: call, SessionID: session,
		}}
	}
	nailing := agent(events.Idle, "")
	nailing.Status.NailupStatus = events.PendingNailup
	resting := agent(events.Idle, "")
	resting.Status.AgentState = events.NotReady
	answer := events.StatusAnswer{Agents: []events.AgentStatus{
		agent(events.Talking, "s1"), agent(events.Held, "s2"),
		agent(events.Consult, "s3"), agent(events.Consult, "s3"),
		agent(events.ConferenceOwner, "s4"), agent(events.ConferencePassive, "s4"),
		agent(events.Preview, "s5"), agent(events.Callback, "s6"), agent(events.Dialing, "s7"), agent(events.Wrapup, "s8"),
		agent(events.Idle, ""), nailing, resting, {},
	}}
	want := "4 calls | 1 talking, 1 holding, 2 consulting, 2 conferring, 2 previewing, 1 dialing, 1 wrapping up, 1 idle, " +
		"1 being nailed, 1 not ready"
	if got := summary(answer); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := summary(events.StatusAnswer{Agents: []events.AgentStatus{agent(events.Idle, "")}}), "0 calls | 1 idle"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestRefusals: they are counted over all desktops.
func TestRefusals(t *testing.T) {
	all := &refusals{}
	if all.summary() != "" {
		t.Errorf("without any: %q", all.summary())
	}
	one, other := &desktop{refusals: all}, &desktop{refusals: all}
	one.AGTUnholdCallRESP("s1", events.UnholdDisconnected)
	other.AGTWrapupContactRESP("s2", events.Success)
	other.AGTEndConfRESP("s2", events.NotInThisState)
	if got, want := all.summary(), " | 2 refused, last AGTEndConf 9004"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
