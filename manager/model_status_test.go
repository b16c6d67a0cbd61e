package manager

import (
	"slices"

	"github.com/deskbus/deskbus/events"
)

// checkStatus: who folds the feed alone, as the status service does, knows of
// every agent who is logged on what the zone knows.
func (r *reader) checkStatus(t tester, s *State) {
	t.Helper()
	for id, a := range s.Agents {
		got, _ := r.status.Agent(id)
		if got.LoggedOn != a.LoggedOn {
			t.Errorf("status of %s says logged on %v, want %v", id, got.LoggedOn, a.LoggedOn)
		}
		if !a.LoggedOn {
			continue
		}
		want := events.POMAgentStatus{
			AgentState: a.AgentState, NailupStatus: a.NailupStatus, CallState: a.CallState, SessionID: a.Session,
			Since: a.CallSince,
		}
		r.checkScreen(t, s, a, got)
		if got.Status != want {
			t.Errorf("status of %s is %+v, want %+v", id, got.Status, want)
		}
		if got.Capabilities != a.Capabilities || got.N != a.N || got.ReasonCode != a.ReasonCode {
			t.Errorf("status of %s: %+v, want %+v", id, got, a)
		}
		if got.PendingCallback != a.PendingCallback || !slices.Equal(got.PendingConsults, a.PendingConsults) {
			t.Errorf("status of %s: callback %q and consults %q wait, want %q and %q", id, got.PendingCallback,
				got.PendingConsults, a.PendingCallback, a.PendingConsults)
		}
		if got.Disconnected != a.Disconnected || got.Inbound != a.Inbound {
			t.Errorf("status of %s: disconnected %v, inbound %v, want %v, %v", id, got.Disconnected, got.Inbound,
				a.Disconnected, a.Inbound)
		}
	}
}
