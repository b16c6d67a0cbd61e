package manager

import (
	"fmt"

	"github.com/deskbus/deskbus/events"
)

// evolveLogonWaits keeps a logon until it is decided.
func (s *State) evolveLogonWaits(e *events.Event, d events.LogonWaitsData) error {
	a := s.Agents[d.AgentID]
	id, err := events.ParseID(e.Cause)
	if err != nil || a == nil || !a.LoggedOn || a.Waiting != nil {
		return fmt.Errorf("manager: event %s: %s of an agent who is %+v", e.ID(), e.Name, a)
	}
	a.Waiting = &WaitingLogon{ID: id, Logon: d.Logon, Deadline: d.Deadline, Newest: id.N}
	s.armLogon(a)
	return nil
}

// armLogon sets when a waiting logon is decided: at once when it is known whether
// a desktop has the agent. A desktop that is asked again has the whole time again.
func (s *State) armLogon(a *Agent) {
	switch {
	case a.Waiting == nil:
		s.clearTimer(timerLogon, a.ID)
	case a.mayAnswer():
		s.setTimer(timerLogon, a.ID, s.At+logonWait)
	default:
		s.setTimer(timerLogon, a.ID, s.At)
	}
}

// evolveLogon gives the agent to the desktop whose logon succeeded. An agent who
// is logged on already keeps everything but what the desktop gave: its
// extension counts from the next nailing on.
func (s *State) evolveLogon(a *Agent, e *events.Event, id events.ID, p events.LogonParams) {
	newest := id
	if a.Waiting != nil && a.Waiting.ID == id {
		newest.N = a.Waiting.Newest
		a.Waiting = nil
		s.armLogon(a)
	}
	if e.Data.(events.LogonResult).Result != events.Success {
		a.setApart(newest)
		return
	}
	if id.Conn != a.Conn {
		former := events.ID{Conn: a.Conn, N: a.LastNumber}
		a.Conn, a.LastNumber = id.Conn, 0
		if newest.N > id.N {
			a.LastNumber, a.LastResponse = newest.N, Response{}
		}
		a.setApart(former)
	}
	if !a.LoggedOn {
		a.reset()
		a.LoggedOn, a.CallSince, a.Heard = true, s.At, s.At
		s.armStatus(a)
	}
	a.Logon, a.logonTurn = p, e.Turn
}

// heard counts the silence of the desktop anew: it has sent a command. A logon
// says that it lives, and not yet that it has heard anything. That it is gone
// (AGTAgentDisconnected) says who watches over it, in its name.
func (s *State) heard(a *Agent, response string) {
	if !a.LoggedOn {
		return
	}
	a.Heard = s.At
	if a.StatusAsked {
		s.armStatus(a)
	}
	if response == events.RESP(events.AGTAgentDisconnected) {
		return
	}
	if response != events.RESP(events.AGTLogon) {
		a.Unheard, a.UnheardFrom = 0, 0
	}
	if a.Waiting != nil && !a.Waiting.Contested {
		a.Waiting.Contested = true
		s.armLogon(a)
	}
}

// unheard counts a notification that the desktop cannot be trusted to have heard
// until it sends a command. What the turn of a logon tells is no news, and would
// be more with each desktop that dies at once; a question is not for the next one.
func (a *Agent) unheard(e *events.Event) {
	if !a.LoggedOn || e.Turn == a.logonTurn || e.Name == events.GetAgentStatus {
		return
	}
	if a.Unheard == 0 {
		a.UnheardFrom = e.ZN
	}
	a.Unheard++
}
