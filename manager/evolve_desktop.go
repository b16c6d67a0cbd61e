package manager

import (
	"fmt"

	"github.com/deskbus/deskbus/events"
)

// armStatus sets the timer that asks a silent desktop.
func (s *State) armStatus(a *Agent) {
	a.StatusAsked = false
	if !a.LoggedOn || a.Disconnected || s.Settings.StatusAfter == 0 {
		s.clearTimer(timerStatus, a.ID)
		return
	}
	s.setTimer(timerStatus, a.ID, max(s.At, a.Heard+int64(s.Settings.StatusAfter)*second))
}

// hearAnew: a new leader has heard nobody yet and asks all (L2225). Nobody could
// come back or answer while there was none, so a grace begins anew, and so does
// the wait of a logon.
func (s *State) hearAnew() {
	for _, a := range s.Agents {
		a.Heard = 0
		s.armStatus(a)
		s.armLogon(a)
		if a.Disconnected {
			s.startGrace(a)
		}
	}
}

// evolveDisconnected takes the agent out of all that is new, or back in.
func (s *State) evolveDisconnected(e *events.Event, a *Agent, gone bool) error {
	if a == nil || !a.LoggedOn || a.Disconnected == gone {
		return fmt.Errorf("manager: event %s: %s of an agent who is %+v", e.ID(), e.Name, a)
	}
	a.Disconnected = gone
	s.armStatus(a)
	s.startGrace(a)
	s.armLogon(a)
	s.reindex(a)
	s.armNailer(a)
	return nil
}

// startGrace gives the desktop the whole time to come back.
func (s *State) startGrace(a *Agent) {
	a.GraceEnd = 0
	if a.Disconnected {
		grace := int64(s.Settings.DisconnectGrace) * second
		if grace == 0 {
			grace = defaultGrace
		}
		a.GraceEnd = s.At + grace
	}
	s.armGrace(a)
}

// armGrace sets the timer that logs the agent out. It does not cut a
// conversation, and waits for the end of a drop of the nailing. A customer on
// hold is not left there: without a desktop nobody could end that.
func (s *State) armGrace(a *Agent) {
	talks := a.inConversation() && a.CallState != events.Held
	if !a.Disconnected || talks || a.NailupStatus == events.PendingNailupDrop {
		s.clearTimer(timerGrace, a.ID)
		return
	}
	s.setTimer(timerGrace, a.ID, max(s.At, a.GraceEnd))
}

// evolveSettings lets every agent know in a turn of its own that the zone goes
// down, and forgets that when it does not any more.
func (s *State) evolveSettings(d events.ZoneSettings) {
	former := s.Settings
	s.Settings = d
	for _, a := range s.Agents {
		if d.StatusAfter != former.StatusAfter {
			s.armStatus(a)
		}
		s.armDetach(a)
		if d.Down && !former.Down && a.LoggedOn {
			s.setTimer(timerZoneDown, a.ID, s.At)
		}
		if !d.Down {
			a.DownEnd = 0
			s.clearTimer(timerZoneDown, a.ID)
		}
	}
	s.armNailers()
	s.armCallbacks()
	s.paceAll() // the time zone may be another, or the zone comes back
}

// evolveZoneDown sets the end once: a desktop that takes over is told what is
// left of it.
func (s *State) evolveZoneDown(a *Agent, end int64) {
	if a.DownEnd == 0 {
		a.DownEnd = end
		s.setTimer(timerZoneDown, a.ID, end)
	}
}
