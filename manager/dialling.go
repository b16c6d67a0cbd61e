package manager

import "github.com/deskbus/deskbus/events"

// chosenNumber returns the number an agent asks for, and false when it must not
// be dialled: it is neither one of the contact's nor one the agent typed
// (L1982), or on the list of those not to be called.
func (s *State) chosenNumber(c *Call, asked events.POMContactNumber) (events.POMContactNumber, bool) {
	if asked.Name == events.ExternalNumber {
		_, valid := normalAddress(asked.Number)
		asked.Number = separators.Replace(asked.Number)
		return asked, valid && s.mayDial(asked)
	}
	for _, number := range s.contactOf(c).Details.Numbers {
		if number.Number == asked.Number {
			return number, s.mayDial(number)
		}
	}
	return events.POMContactNumber{}, false
}

// cannotDial says why nobody can be dialled for the agent now.
func (t *turn) cannotDial(a *Agent, c *Call) events.Code {
	switch {
	case a.NailupStatus != events.NailedUp:
		return events.AgentNotNailed
	case !t.s.switchUp(t.s.nailedOn(a)):
		return events.MediaServerError
	case !t.mayCall(t.s.timeZoneOf(c), t.s.Jobs[c.Job]):
		return events.RequestFailed
	}
	return events.Success
}

// timeZoneOf is where the customer is.
func (s *State) timeZoneOf(c *Call) string {
	if c.Callback != nil {
		return s.callbackZone(c.Callback)
	}
	return s.contactOf(c).Details.TimeZone
}

// callbackZone is the time zone a callback was agreed in, or the contact's.
func (s *State) callbackZone(c *Callback) string {
	if c.TimeZone != "" {
		return c.TimeZone
	}
	return s.Jobs[c.List].Contacts[c.ContactID].Details.TimeZone
}

// dialNumber calls the customer for the agent, on the switch that has the agent's
// line. Every number an agent, or the leader in the agent's place, decides to dial
// goes out here.
func (t *turn) dialNumber(a *Agent, c *Call, number events.POMContactNumber) {
	campaign := t.s.Jobs[c.Job].Campaign
	leg := t.newID() + "-c"
	t.callFact(c, events.NumberDialed, events.NumberDialedData{ContactNumber: number, LegID: leg})
	t.order(t.s.nailedOn(a), events.Originate, a.ID, c.Session, events.OriginateData{
		LegID: leg, Role: events.RoleCustomer, Address: number.Number, CallerID: campaign.CallerID,
		RingTimeoutMs: campaign.RingTimeout * 1000,
	})
	t.callState(a, events.Dialing)
}

// dialFailed ends an attempt an agent waited for (L2830).
func (t *turn) dialFailed(a *Agent, c *Call, d events.CallEndedData) {
	t.endCall(c, d)
	t.notify(a, events.AGTDialFailed, events.DialFailedData{
		WrapupDetails: t.wrapupDetails(c), DialFailReason: d.Cause, SessionID: c.Session,
	})
	t.callState(a, events.Wrapup)
}

// redial decides AGTRedial (L1666): the customer again, in the same session. One who
// was transferred to a party outside and speaks with it has not been disconnected.
func (t *turn) redial(a *Agent, c Command) {
	call := t.callOf(a, "")
	if call == nil || a.CallState != events.Wrapup {
		t.refuse(a, c, events.RedialNotInWrapup)
		return
	}
	if leg := t.s.Legs[call.LegID]; leg != nil && leg.Peer != "" {
		t.refuse(a, c, events.NotInThisState)
		return
	}
	number, valid := t.s.chosenNumber(call, c.Data.(events.RedialParams).ContactNumber)
	if !valid {
		t.refuse(a, c, events.RedialInvalidAddress)
		return
	}
	if code := t.cannotDial(a, call); code != events.Success {
		t.refuse(a, c, code)
		return
	}
	t.respond(a, c.Name, events.SessionResult{SessionID: call.Session})
	t.dialNumber(a, call, number)
}

// evolveNumberDialed begins a conversation anew: after a preview, or after the
// one that a redial follows. A line the call had before is not its any more.
func (s *State) evolveNumberDialed(j *Job, c *Call, d events.NumberDialedData) {
	c.Number, c.LegID = d.ContactNumber, d.LegID
	c.Answered, c.Ended = false, false
	c.Chosen, c.Undecided, c.Machine, c.Missed = true, false, false, ""
	s.clearTimer(timerPreview, c.Session)
	s.clearTimer(timerWrapup, c.Session)
	s.setTimer(timerRing, c.Session, s.At+int64(j.Campaign.RingTimeout)*second+switchGrace)
}
