package manager

import (
	"slices"

	"github.com/deskbus/deskbus/events"
)

// checkConsult checks that the third party of a call and the call agree about
// each other.
func checkConsult(t tester, s *State, c *Call) {
	t.Helper()
	x, owner := c.Consult, s.Agents[c.Agent]
	if x == nil {
		if owner != nil && inConsult(owner) {
			t.Errorf("agent %s is %s with nobody", owner.ID, owner.CallState)
		}
		return
	}
	if owner == nil || c.Ended || x.Agent == c.Agent || (x.Agent == "") == (x.LegID == "") {
		t.Errorf("call %+v has third party %+v", c, x)
		return
	}
	want, passive := events.Consult, events.Consult
	if x.Conference {
		want, passive = events.ConferenceOwner, events.ConferencePassive
	}
	if waits := owner.CallState == events.Talking || owner.CallState == events.Held; x.Started != (owner.CallState == want) || waits == x.Started {
		t.Errorf("agent %s is %s with third party %+v", owner.ID, owner.CallState, x)
	}
	party, leg := s.Agents[x.Agent], s.Legs[x.LegID]
	switch {
	case x.LegID != "" && (leg == nil || leg.Up != x.Started || leg.Session != c.Session || leg.Role != events.RoleExternal):
		t.Errorf("third party %+v has leg %+v", x, leg)
	case x.LegID != "" && x.Started == s.hasTimer(timerConsult, c.Session):
		t.Errorf("third party %+v: nobody watches over the attempt, or still", x)
	case x.Agent != "" && x.Started && (party.Session != c.Session || party.CallState != passive):
		t.Errorf("third party %s is %s in session %q, call %+v", party.ID, party.CallState, party.Session, c)
	case x.Agent != "" && !x.Started && !slices.Contains(party.PendingConsults, c.Session):
		t.Errorf("third party %s does not know that session %s waits", party.ID, c.Session)
	}
}

func inConsult(a *Agent) bool {
	switch a.CallState {
	case events.Consult, events.ConferenceOwner, events.ConferencePassive:
		return true
	}
	return false
}

// checkPending checks the consults that wait for an agent: two at most, and only
// while the agent has a contact and will take part.
func checkPending(t tester, s *State, a *Agent) {
	t.Helper()
	if len(a.PendingConsults) > maxPendingConsults {
		t.Errorf("agent %s has consults %v", a.ID, a.PendingConsults)
	}
	for i, session := range a.PendingConsults {
		c := s.Calls[session]
		if c == nil || c.Consult == nil || c.Consult.Agent != a.ID || c.Consult.Started {
			t.Errorf("agent %s: consult of session %q waits, which is %+v", a.ID, session, c)
		}
		if slices.Contains(a.PendingConsults[:i], session) {
			t.Errorf("agent %s: session %q waits twice", a.ID, session)
		}
		if !a.Busy() || a.LoggingOff || a.NailupStatus != events.NailedUp {
			t.Errorf("agent %s is %s and %s, and session %q waits", a.ID, a.CallState, a.NailupStatus, session)
		}
	}
}

// checkPeers checks the lines that have each other.
func checkPeers(t tester, s *State) {
	t.Helper()
	for _, leg := range s.Legs {
		if other := s.Legs[leg.Peer]; other != nil && other.Peer != leg.ID {
			t.Errorf("leg %s has %s, which has %q", leg.ID, other.ID, other.Peer)
		}
	}
}
