package manager

import "github.com/deskbus/deskbus/events"

// consultExternal has the switch call a party outside. Owner and customer go on
// speaking until it answers.
func (t *turn) consultExternal(a *Agent, c Command, call *Call, number string) {
	destination, allowed := t.externalDestination(call, number)
	switch {
	case !allowed:
		t.refuse(a, c, events.ConsultInvalid)
		return
	case !t.s.switchUp(t.switchOf(call)):
		t.refuse(a, c, events.TransferFailed)
		return
	}
	t.respond(a, c.Name, events.SessionResult{SessionID: call.Session})
	leg := t.newID() + "-x"
	t.callFact(call, events.ConsultRequested, events.ConsultRequestedData{Destination: destination, LegID: leg})
	t.notify(a, events.AGTEnableCancelConsult, events.SessionData{SessionID: call.Session})
	campaign := t.s.Jobs[call.Job].Campaign
	t.order(t.switchOf(call), events.Originate, a.ID, call.Session, events.OriginateData{
		LegID: leg, Role: events.RoleExternal, Address: destination.Number, CallerID: campaign.CallerID,
		RingTimeoutMs: campaign.RingTimeout * 1000,
	})
}

// externalDestination returns whom a number calls: somebody of the address book,
// or any number where that is allowed, but nobody who must not be called.
func (t *turn) externalDestination(c *Call, number string) (events.POMDestination, bool) {
	campaign := t.s.Jobs[c.Job].Campaign
	for _, known := range t.s.addressBook(campaign) {
		if known.Number == number {
			return known, true
		}
	}
	address, valid := normalAddress(number)
	return events.POMDestination{Type: events.DestinationExternal, Number: separators.Replace(number)},
		campaign.FreeConsult && valid && !t.s.DNC[address]
}

// addressBook is a campaign's, without those who must not be called.
func (s *State) addressBook(campaign events.Campaign) []events.POMDestination {
	var list []events.POMDestination
	for _, d := range campaign.AddressBook {
		if s.mayDial(events.POMContactNumber{Number: d.Number}) {
			d.Type = events.DestinationExternal
			list = append(list, d)
		}
	}
	return list
}

// externalAnswered starts the consult that waits for the answer.
func (t *turn) externalAnswered(leg *Leg) {
	if c := t.s.consultOn(leg); c != nil && !c.Consult.Started {
		t.startConsult(c)
	}
}

// consultOn returns the call whose third party is on a line, nil when that one
// has been let go.
func (s *State) consultOn(leg *Leg) *Call {
	if c := s.Calls[leg.Session]; c != nil && c.Consult != nil && c.Consult.LegID == leg.ID {
		return c
	}
	return nil
}

// externalLegEnded decides the end of the line to an external party: the call
// attempt failed, or the party hung up. Hanging up is how it leaves, so the
// others hear the beep of L768.
func (t *turn) externalLegEnded(leg *Leg, d events.CallEndedData) {
	c := t.s.consultOn(leg)
	if c == nil {
		return
	}
	by := events.PartySwitch
	if d.By == events.PartyCustomer {
		by = events.PartyPassive
	}
	if c.Consult.Started {
		t.separate(c, by, d.Cause, c.LegID)
	} else {
		t.consultFailed(c, by, d.Cause)
	}
}

// consultFailed: the party outside was not reached (L747).
func (t *turn) consultFailed(c *Call, by events.Party, cause events.Cause) {
	t.endConsult(c, by, cause)
	t.notify(t.s.Agents[c.Agent], events.AGTConsultDialFailed, events.ConsultDialFailedData{
		DialFailReason: cause, SessionID: c.Session,
	})
}

// consultOverdue ends an attempt the switch has said nothing about.
func (t *turn) consultOverdue(c *Call) {
	t.consultFailed(c, events.PartySwitch, events.CauseSwitchFailure)
}

// transferExternal leaves customer and external party to each other, in a bridge
// of their own (L837). The agent wraps up.
func (t *turn) transferExternal(a *Agent, c Command, call *Call) {
	details := t.wrapupDetails(call)
	t.respond(a, c.Name, events.TransferResult{CanDispose: true, WrapupDetails: &details, SessionID: call.Session})
	external := call.Consult.LegID
	t.callFact(call, events.CallTransferred, call.Consult.data())
	t.callState(a, events.Wrapup)
	t.order(t.switchOf(call), events.Bridge, a.ID, call.Session, events.BridgeData{
		BridgeID: peerBridge(external), Members: []string{external, call.LegID},
	})
	t.beep(call, a.NailLeg, external, call.LegID)
}

// peerBridge names the bridge of an external party and a customer.
func peerBridge(external string) string { return external + "-b" }

// peerEnded hangs up who was transferred to somebody that is gone.
func (t *turn) peerEnded(leg *Leg) {
	other := t.s.Legs[leg.Peer]
	if other == nil {
		return
	}
	external := leg
	if other.Role == events.RoleExternal {
		external = other
	}
	t.order(other.Switch, events.Bridge, other.Agent, other.Session, events.BridgeData{
		BridgeID: peerBridge(external.ID), Members: []string{},
	})
	t.order(other.Switch, events.Hangup, other.Agent, other.Session, events.HangupData{
		LegID: other.ID, Cause: events.CauseNormal,
	})
}
