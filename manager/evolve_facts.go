package manager

import (
	"fmt"
	"slices"

	"github.com/deskbus/deskbus/events"
)

func (s *State) evolveFact(e *events.Event) error {
	switch events.Scope(e.Name) {
	case events.ScopeCall:
		return s.evolveCall(e)
	case events.ScopeJob:
		return s.evolveJob(e)
	case events.ScopeZone:
		return s.evolveZone(e)
	}
	return fmt.Errorf("manager: event %s: unknown fact %q", e.ID(), e.Name)
}

func (s *State) evolveZone(e *events.Event) error {
	switch d := e.Data.(type) {
	case events.LeaderData:
		if d.Epoch != s.Epoch+1 {
			return fmt.Errorf("manager: event %s claims epoch %d, want %d", e.ID(), d.Epoch, s.Epoch+1)
		}
		s.Epoch = d.Epoch
		s.hearAnew()
	case events.ZoneSettings:
		s.evolveSettings(d)
	case events.AgentDisconnectedData:
		return s.evolveDisconnected(e, s.Agents[d.AgentID], true)
	case events.AgentReconnectedData:
		return s.evolveDisconnected(e, s.Agents[d.AgentID], false)
	case events.LogonWaitsData:
		return s.evolveLogonWaits(e, d)
	case events.AgentStatusDiffersData:
		// The log is right: nothing changes.
	case events.AddressData:
		s.DNC[d.Address] = true
		s.paceAll()
	default:
		return unexpectedData(e)
	}
	return nil
}

func (s *State) paceAll() {
	for name := range s.Jobs {
		s.unpace(name)
	}
}

func unexpectedData(e *events.Event) error {
	return fmt.Errorf("manager: event %s: %s cannot have data of type %T", e.ID(), e.Name, e.Data)
}

func (s *State) evolveJob(e *events.Event) error {
	j := s.Jobs[e.Job]
	if e.Name == events.CampaignConfigured {
		if j == nil {
			j = s.addJob(e.Job)
		} else {
			s.campaignsOn[j.Campaign.Switch]--
		}
		former := j.Campaign.Switch
		j.Campaign, j.Withdrawn, j.awake = e.Data.(events.Campaign), false, false
		s.campaignsOn[j.Campaign.Switch]++
		if former != j.Campaign.Switch {
			s.moveJob(e.Job, j)
		}
		s.armNailers()
		s.armCallbacks()
		s.unpace(e.Job)
		return nil
	}
	if j == nil {
		return fmt.Errorf("manager: event %s: campaign %q is not configured", e.ID(), e.Job)
	}
	switch e.Name {
	case events.ContactAdded:
		d := e.Data.(events.POMCustomerDetails)
		if j.Contacts[d.ContactID] != nil {
			return fmt.Errorf("manager: event %s: contact %q is there already", e.ID(), d.ContactID)
		}
		j.Contacts[d.ContactID] = &Contact{Details: d}
		j.Order = append(j.Order, d.ContactID)
		j.enqueue(d.ContactID)
	case events.ContactSkipped:
		if id := e.Data.(events.ContactIDData).ContactID; !j.takeNext(id) {
			return notNext(e, id)
		}
	case events.ContactQueued:
		return s.evolveContactQueued(j, e)
	case events.CampaignStarted:
		j.RoundAt = e.At
		s.startJob(j)
	case events.CampaignFinished:
		s.finishJob(j)
	case events.CampaignWithdrawn:
		j.Withdrawn = true
		s.armNailers()
		s.armCallbacks()
	case events.CallbackCreated, events.CallbackDue, events.CallbackEnded:
		return s.evolveCallback(e)
	}
	s.unpace(e.Job)
	return nil
}

// moveJob: whom a campaign dialled on its former switch finds nobody there any more.
// Each call that has no agent ends in a turn of its own, as when a switch fails.
func (s *State) moveJob(name string, j *Job) {
	for _, a := range j.attached {
		s.reindex(a)
	}
	for _, c := range s.Calls {
		switch {
		case c.Job != name || c.Agent != "":
		case c.Answered:
			s.setTimer(timerQueue, c.Session, s.At)
		default:
			s.setTimer(timerRing, c.Session, s.At)
		}
	}
}

// startJob lets the nailer look at every agent. Those the job still has from
// before it finished stay. A campaign that runs already begins its list again;
// one that starts for a callback does not.
func (s *State) startJob(j *Job) {
	if j.Running {
		for _, id := range j.Order {
			j.enqueue(id)
			c := j.Contacts[id]
			c.Attempts, c.NextNumber, c.Retries = 0, 0, nil
		}
	}
	j.Running, j.awake = true, false
	for _, a := range j.attached {
		s.armDetach(a)
	}
	s.armNailers()
}

// finishJob has the nailing of the job's agents dropped, each in a turn of its
// own (L644).
func (s *State) finishJob(j *Job) {
	j.Running = false
	s.armNailers()
	for _, a := range j.attached {
		s.armDetach(a)
	}
}

func (s *State) evolveCall(e *events.Event) error {
	switch e.Name {
	case events.ContactDialed:
		return s.evolveDialed(e)
	case events.ContactOffered:
		return s.evolveOffered(e)
	}
	c := s.Calls[e.Session]
	if c == nil {
		return fmt.Errorf("manager: event %s: there is no session %q", e.ID(), e.Session)
	}
	j := s.Jobs[c.Job]
	switch d := e.Data.(type) {
	case events.LegData: // CallAnswered
		c.Answered = true
		s.clearTimer(timerRing, c.Session)
		if c.Agent == "" {
			j.Seen.answer(e.At - c.Since)
			c.Since = e.At
			if j.Campaign.Mode == events.ContactPredictive {
				s.unpace(c.Job) // a line less is in the air
			}
			j.Dialing--
			j.Waiting = append(j.Waiting, c.Session)
			s.setTimer(timerQueue, c.Session, e.At+queueTimeout)
		}
	case events.NumberDialedData:
		s.evolveNumberDialed(j, c, d)
	case events.CallConnectedData:
		c.Agent, c.Since = d.AgentID, e.At
		j.Seen.served(j.Campaign)
		s.stopWaiting(j, c)
		if !j.awake {
			s.unpace(c.Job) // others may be needed elsewhere
		}
	case events.CallEndedData:
		s.evolveCallEnded(j, c, d)
	case events.AttributeChangedData:
		return s.evolveAttribute(s.contactOf(c), e, d.Attribute)
	case events.NoteAddedData:
		s.contactOf(c).addNote(d.AgentNote)
	case events.ConsultRequestedData, events.ConsultPartyData, events.ConsultEndedData:
		return s.evolveConsult(c, e)
	case events.DispositionData:
		s.clearTimer(timerWrapup, c.Session)
		j.Seen.handled(e.At - c.Since)
		if d.CompletionCode.Code != events.AnswerMachine {
			c.Missed = "" // the agent knows better
		}
		if a := s.Agents[c.Agent]; a != nil && a.Session == c.Session {
			a.Session = ""
		}
		s.forget(j, c)
	default:
		return unexpectedData(e)
	}
	return nil
}

func (s *State) evolveDialed(e *events.Event) error {
	d := e.Data.(events.ContactDialedData)
	j := s.Jobs[e.Job]
	if j == nil || !j.takeNext(d.ContactID) {
		return notNext(e, d.ContactID)
	}
	contact := j.Contacts[d.ContactID]
	skipped := slices.Index(contact.Details.Numbers[contact.NextNumber:], d.ContactNumber)
	if skipped < 0 {
		return fmt.Errorf("manager: event %s: contact %q has no number %q left", e.ID(), d.ContactID, d.ContactNumber.Number)
	}
	contact.Attempts++
	contact.NextNumber += skipped + 1
	j.Dialing++
	j.Open++
	s.Calls[e.Session] = &Call{
		Session: e.Session, Job: e.Job, List: e.Job, ContactID: d.ContactID, Number: d.ContactNumber, LegID: d.LegID,
		Since: e.At,
	}
	s.setTimer(timerRing, e.Session, e.At+int64(j.Campaign.RingTimeout)*second+switchGrace)
	return nil
}

func notNext(e *events.Event, contactID string) error {
	return fmt.Errorf("manager: event %s: contact %q is not the next of campaign %q", e.ID(), contactID, e.Job)
}

// evolveAttribute copies the list: events that are not written yet share it.
func (s *State) evolveAttribute(contact *Contact, e *events.Event, changed events.POMAttribute) error {
	list := slices.Clone(contact.Details.Attributes)
	i := indexOfAttribute(list, changed.Name)
	if i < 0 {
		return fmt.Errorf("manager: event %s: contact %q has no attribute %q", e.ID(), contact.Details.ContactID, changed.Name)
	}
	list[i] = changed
	contact.Details.Attributes = list
	return nil
}

func (s *State) stopWaiting(j *Job, c *Call) {
	s.clearTimer(timerQueue, c.Session)
	for i, session := range j.Waiting {
		if session == c.Session {
			j.Waiting = append(j.Waiting[:i], j.Waiting[i+1:]...)
			return
		}
	}
}

// evolveCallEnded ends the customer's part. A call an agent has had stays until
// its disposition.
func (s *State) evolveCallEnded(j *Job, c *Call, d events.CallEndedData) {
	c.Undecided = c.inPreview() && d.By == events.PartyBroker && d.Cause == events.CauseCancelled
	c.Ended, c.Machine = true, d.Machine
	s.clearTimer(timerRing, c.Session)
	s.clearTimer(timerPreview, c.Session)
	switch {
	case !c.Answered && c.Agent == "":
		j.Dialing--
		j.Seen.failure()
		c.Missed = d.Cause
	case d.Machine:
		if c.Agent != "" {
			j.Seen.unserved(j.Campaign)
		}
		c.Missed = events.OutcomeMachine
	case d.Abandoned:
		j.Seen.abandoned(j.Campaign)
	}
	if c.Agent == "" {
		s.stopWaiting(j, c)
		s.forget(j, c)
	}
}

// forget ends a call. A contact nobody reached comes again.
func (s *State) forget(j *Job, c *Call) {
	if c.Missed != "" {
		s.callAgain(j, c)
	}
	if c.Callback != nil {
		s.release(c.Callback)
	}
	delete(s.Calls, c.Session)
	j.Open--
	s.unpace(c.Job)
}

func (s *State) evolveSwitch(e *events.Event) error {
	sw := s.switchOf(e.Switch)
	if err := checkNumber(e, &sw.N, e.Switch); err != nil {
		return err
	}
	if id, err := events.ParseID(e.Cause); err == nil && !events.IsSwitchCommand(e.Name) {
		sw.Conn, sw.LastNumber = id.Conn, id.N
	}
	switch d := e.Data.(type) {
	case events.OriginateData:
		leg := &Leg{ID: d.LegID, Switch: e.Switch, Role: d.Role, Session: e.Session}
		s.Legs[d.LegID] = leg
		if d.Role == events.RoleAgent {
			leg.Agent = e.Agent
			s.Agents[e.Agent].NailLeg = d.LegID
		}
		if c := s.Calls[e.Session]; c != nil && c.LegID == d.LegID {
			c.Switch = e.Switch
		}
	case events.NoData: // Snapshot
		for _, leg := range s.Legs {
			leg.Unconfirmed = leg.Unconfirmed || leg.Switch == e.Switch
		}
	case events.LegData:
		if leg := s.Legs[d.LegID]; leg != nil && (e.Name == events.Established || e.Name == events.Alerting) {
			leg.Unconfirmed = false
			leg.Up = leg.Up || e.Name == events.Established
		}
	case events.FailedData:
		s.forgetLeg(d.LegID)
	case events.ClearedData:
		s.forgetLeg(d.LegID)
	case events.SwitchStateData:
		s.evolveSwitchState(e.Switch, sw, d)
	}
	return nil
}

func (s *State) forgetLeg(id string) {
	delete(s.Legs, id)
	s.clearTimer(timerLegLost, id)
}

// evolveSwitchState: a new epoch means that all legs of the former one are
// gone, and so are those that a Snapshot should have named. Each gets a turn of
// its own.
func (s *State) evolveSwitchState(name string, sw *Switch, d events.SwitchStateData) {
	restarted := sw.Epoch != "" && sw.Epoch != d.Epoch
	if restarted || d.Complete {
		for _, leg := range s.Legs {
			if leg.Switch == name && (restarted || leg.Unconfirmed) {
				s.setTimer(timerLegLost, leg.ID, s.At)
			}
		}
	}
	sw.State, sw.Epoch = d.State, d.Epoch
	s.armNailers()
	s.paceAll()
}
