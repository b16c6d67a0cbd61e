package manager

import (
	"fmt"
	"slices"

	"github.com/deskbus/deskbus/events"
)

// evolveConsult folds a fact about the third party of a call.
func (s *State) evolveConsult(c *Call, e *events.Event) error {
	if d, requested := e.Data.(events.ConsultRequestedData); requested {
		return s.evolveConsultRequested(c, e, d)
	}
	x := c.Consult
	if x == nil {
		return fmt.Errorf("manager: event %s: session %q has no third party", e.ID(), c.Session)
	}
	switch e.Name {
	case events.ConsultStarted:
		s.stopRequest(c)
		x.Started = true
		if party := s.Agents[x.Agent]; party != nil {
			party.Session = c.Session
		}
	case events.ConferenceStarted:
		x.Conference = true
	case events.ConferenceOwnerChanged:
		former := s.Agents[c.Agent]
		c.Agent, x.Agent, x.Destination = x.Agent, former.ID, destinationOf(former)
	case events.CallTransferred:
		s.evolveTransferred(c)
	case events.ConsultEnded, events.ConferenceEnded:
		s.stopRequest(c)
		if party := s.Agents[x.Agent]; party != nil && x.Started {
			party.Session = ""
		}
		c.Consult = nil
	}
	return nil
}

// evolveConsultRequested puts the call on the list of the agent it waits for; an
// external party has so long to answer.
func (s *State) evolveConsultRequested(c *Call, e *events.Event, d events.ConsultRequestedData) error {
	c.Consult = &Consult{Destination: d.Destination, LegID: d.LegID}
	if d.LegID != "" {
		ring := int64(s.Jobs[c.Job].Campaign.RingTimeout) * second
		s.setTimer(timerConsult, c.Session, e.At+ring+switchGrace)
		return nil
	}
	party := s.Agents[d.Destination.ID]
	if party == nil {
		return fmt.Errorf("manager: event %s: there is no agent %q", e.ID(), d.Destination.ID)
	}
	c.Consult.Agent = party.ID
	party.PendingConsults = append(party.PendingConsults, c.Session)
	return nil
}

// stopRequest: nobody waits for the third party any more.
func (s *State) stopRequest(c *Call) {
	s.clearTimer(timerConsult, c.Session)
	if party := s.Agents[c.Consult.Agent]; party != nil && !c.Consult.Started {
		i := slices.Index(party.PendingConsults, c.Session)
		party.PendingConsults = slices.Delete(party.PendingConsults, i, i+1)
	}
}

// evolveTransferred gives the call to the third party. To an external one it is
// over for the broker, but for the disposition: the two lines have each other.
func (s *State) evolveTransferred(c *Call) {
	x := c.Consult
	c.Consult = nil
	if party := s.Agents[x.Agent]; party != nil {
		s.Agents[c.Agent].Session = ""
		c.Agent = party.ID
		return
	}
	c.Ended = true
	s.Legs[c.LegID].Peer, s.Legs[x.LegID].Peer = x.LegID, c.LegID
}
