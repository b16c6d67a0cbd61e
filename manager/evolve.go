package manager

import (
	"fmt"

	"github.com/deskbus/deskbus/events"
)

// Evolve folds one event into the state. An error means that the event does not
// follow the state: a number is missing or out of order, or the event cannot
// have happened. The state must then be thrown away; it may have been changed
// in part.
func (s *State) Evolve(e *events.Event) error {
	if err := s.follows(e); err != nil {
		return err
	}
	s.Turn, s.ZN, s.At = e.Turn, e.ZN, e.At
	switch e.Kind {
	case events.KindCommand, events.KindResponse, events.KindNotification:
		return s.evolveAgent(e)
	case events.KindSwitch:
		return s.evolveSwitch(e)
	case events.KindFact:
		return s.evolveFact(e)
	}
	return fmt.Errorf("manager: event %s: unknown kind %q", e.ID(), e.Kind)
}

// NeedsData tells whether Evolve looks at the data of such an event. Who only folds
// need not read that of the others; it says what was asked for or ordered, and the
// fold goes by the outcome.
func NeedsData(kind events.Kind, name string) bool {
	switch kind {
	case events.KindCommand:
		return name == events.AGTLogon || name == events.AGTSkillsChanged
	case events.KindSwitch:
		return name == events.Originate || name == events.Snapshot || !events.IsSwitchCommand(name)
	}
	return true
}

func (s *State) follows(e *events.Event) error {
	switch {
	case e.Zone != s.Zone:
		return fmt.Errorf("manager: event %s is of zone %q, not of %q", e.ID(), e.Zone, s.Zone)
	case e.ZN != s.ZN+1:
		return fmt.Errorf("manager: event %s has zone number %d, want %d", e.ID(), e.ZN, s.ZN+1)
	case e.Index == 0 && e.Turn != s.Turn+1, e.Index != 0 && e.Turn != s.Turn:
		return fmt.Errorf("manager: event %s does not follow turn %d", e.ID(), s.Turn)
	case e.At < s.At:
		return fmt.Errorf("manager: event %s is of %d, before %d", e.ID(), e.At, s.At)
	}
	return nil
}

// checkNumber checks and counts the dense number within the addressee.
func checkNumber(e *events.Event, newest *uint64, addressee string) error {
	if e.N != *newest+1 {
		return fmt.Errorf("manager: event %s has number %d of %q, want %d", e.ID(), e.N, addressee, *newest+1)
	}
	*newest = e.N
	return nil
}

func (s *State) evolveAgent(e *events.Event) error {
	a := s.agent(e.Agent)
	if err := checkNumber(e, &a.N, e.Agent); err != nil {
		return err
	}
	switch e.Kind {
	case events.KindCommand:
		a.pending = e.Data
	case events.KindResponse:
		s.evolveResponse(a, e)
	case events.KindNotification:
		s.evolveNotification(a, e)
	}
	s.reindex(a)
	s.armNailer(a)
	s.armOffer(a)
	return nil
}

// evolveResponse counts the command number: the outcome, whatever it is, is
// what makes a number used. A response that is only said again has no effect.
func (s *State) evolveResponse(a *Agent, e *events.Event) {
	id, err := events.ParseID(e.Cause)
	pending := a.pending
	a.pending = nil
	a.setNewest(id)
	if p, ok := pending.(events.LogonParams); ok && err == nil {
		s.evolveLogon(a, e, id, p)
	}
	switch {
	case err != nil:
	case id.Conn == a.Conn:
		s.heard(a, e.Name)
		if id.N <= a.LastNumber {
			return
		}
		a.LastNumber = id.N
		a.LastResponse = Response{e.Name, e.Data}
	case e.Actor != "":
		if former := a.acted(id); former != nil && id.N <= former.ID.N {
			return
		}
		a.setActed(Acted{id, Response{e.Name, e.Data}})
	}
	switch d := e.Data.(type) {
	case events.ResultData:
		if d.Result != events.Success {
			return
		}
		switch e.Name {
		case events.RESP(events.AGTLogoff), events.RESP(events.AGTPendingLogout):
			a.LoggingOff = true
		case events.RESP(events.AGTAvailableForNailup), events.RESP(events.AGTNailupAgent):
			a.Available = true
		case events.RESP(events.AGTSaveAgentForHA):
			a.SavedForHA = true
		case events.RESP(events.GetAgentStatusResponse):
			a.AskedIn = events.POMAgentStatus{}
		case events.RESP(events.AGTBlendToInbound):
			a.ToInbound = true
		case events.RESP(events.AGTSkillsChanged):
			a.Logon.AgentSkills = pending.(events.SkillsParams).AgentSkills
			if a.queue != nil {
				s.unpace(a.Job) // there may be another job for the agent now
			}
		}
	case events.WrapupResult:
		if d.Result == events.Success && d.WrapupDetails != nil {
			if e.Name == events.RESP(events.AGTExtendWrapup) {
				s.Calls[d.SessionID].Extensions++
			}
			s.startWrapup(d.SessionID, *d.WrapupDetails)
		}
	case events.TransferResult:
		if d.Result == events.Success && d.CanDispose {
			s.startWrapup(d.SessionID, *d.WrapupDetails)
		}
	}
}

func (s *State) evolveNotification(a *Agent, e *events.Event) {
	a.unheard(e)
	switch d := e.Data.(type) {
	case events.StateChangedData:
		a.AgentState, a.ReasonCode, a.ReasonName = d.AgentState, d.ReasonCode, d.ReasonName
	case events.CallStateData:
		if a.CallState != d.CallState {
			a.CallState, a.CallSince = d.CallState, e.At
			s.armGrace(a)
			s.armDetach(a)
		}
	case events.CapabilitiesData:
		a.Capabilities = d.Capabilities
	case events.NailupData:
		s.evolveNailup(a, e, d.NailupStatus)
	case events.ContactData:
		a.Session = d.SessionID
	case events.AutoReleaseData:
		s.startWrapup(d.SessionID, d.WrapupDetails)
	case events.DialFailedData:
		s.startWrapup(d.SessionID, d.WrapupDetails)
	case events.CallbackDueData:
		s.evolveTold(a, e.Name, d.SessionID)
	case events.InvalidCommandData:
		id, err := events.ParseID(e.Cause)
		a.setNewest(id)
		if err == nil && id.Conn == a.Conn && id.N > a.LastNumber {
			a.LastNumber, a.LastResponse = id.N, Response{}
			s.heard(a, e.Name)
		}
	case events.AgentIDData: // GetAgentStatus
		a.AskedIn = a.status()
		s.armLogon(a)
		if s.Settings.StatusAfter > 0 {
			a.StatusAsked = true
			s.setTimer(timerStatus, a.ID, e.At+statusTimeout)
		}
	case events.ZoneDownData:
		s.evolveZoneDown(a, e.At+int64(d.GracePeriodInMillis)*1000)
	case events.NoData:
		switch e.Name {
		case events.AGTAgentLoggedOut:
			s.evolveLoggedOut(a)
		case events.AGTBlendedToInbound:
			// Not available until AGTNailupAgent says so.
			a.Inbound, a.ToInbound, a.Available = true, false, false
		case events.AGTBlendedToOutbound:
			a.Inbound, a.ToInbound = false, false
		}
	}
}

func (s *State) evolveLoggedOut(a *Agent) {
	for _, kind := range []string{timerNailup, timerDetach, timerGrace, timerStatus, timerZoneDown} {
		s.clearTimer(kind, a.ID)
	}
	s.returnCallback(a)
	s.attach(a, "")
	a.reset()
	s.armLogon(a)
}

// evolveNailup sets the timer that watches over a step somebody else owes. The
// time of the next try is for [State.armNailer].
func (s *State) evolveNailup(a *Agent, e *events.Event, status events.POMNailupStatus) {
	former := a.NailupStatus
	a.NailupStatus = status
	s.clearTimer(timerNailup, a.ID)
	switch status {
	case events.PendingNailup:
		s.attach(a, e.Job)
		s.setTimer(timerNailup, a.ID, e.At+nailupTimeout)
	case events.NailedUp:
		a.NailFailures = 0
	case events.PendingNailupDrop:
		s.setTimer(timerNailup, a.ID, e.At+dropTimeout)
	case events.NotNailedUp, events.NailingLost:
		if former == events.PendingNailup || former == events.NailedUp {
			a.NailFailures++
			a.NailAfter = e.At + nailupPause(a.NailFailures)
		}
		a.NailLeg = ""
		s.attach(a, "")
	}
	s.armGrace(a)
	s.armDetach(a)
}

// armDetach has the nailing dropped, in a turn of its own, of an agent whose job is
// over (L644), or who has no call and is nailed on a switch that the zone does not
// use any more.
func (s *State) armDetach(a *Agent) {
	j := s.Jobs[a.Job]
	over := j != nil && !j.Running && a.NailupStatus != events.PendingNailupDrop
	astray := a.NailupStatus == events.NailedUp && !a.Busy() && s.nailedOn(a) != s.Settings.Switch
	switch {
	case !over && !astray:
		s.clearTimer(timerDetach, a.ID)
	case !s.hasTimer(timerDetach, a.ID):
		s.setTimer(timerDetach, a.ID, s.At)
	}
}

// armNailer lets the nailer try as soon as the agent can be nailed and the
// pause after a failure is over, and not otherwise: a timer that fires always
// has something to do.
func (s *State) armNailer(a *Agent) {
	if a.NailupStatus != events.NotNailedUp && a.NailupStatus != events.NailingLost {
		return
	}
	if !s.canBeNailed(a) {
		s.clearTimer(timerNailup, a.ID)
	} else if !s.hasTimer(timerNailup, a.ID) {
		s.setTimer(timerNailup, a.ID, max(s.At, a.NailAfter))
	}
}

func (s *State) armNailers() {
	for _, a := range s.Agents {
		s.armNailer(a)
	}
}

// startWrapup sets the timer after which the leader wraps up by itself. The
// desktop does so first; the grace covers its way here (reading 21).
func (s *State) startWrapup(session string, d events.WrapupData) {
	switch {
	case d.ACWMaxTime > 0:
		s.setTimer(timerWrapup, session, s.At+int64(d.ACWMaxTime)*second+wrapupGrace)
	case d.DefaultCompCode.Code == events.AnswerMachine:
		s.setTimer(timerWrapup, session, s.At+wrapupGrace)
	default:
		s.clearTimer(timerWrapup, session)
	}
}
