package manager

import (
	"maps"
	"slices"

	"github.com/deskbus/deskbus/events"
)

// switchEvent decides an event of a switch. The event itself is the first of
// its turn, so that the log says what the telephone system said.
func (t *turn) switchEvent(e SwitchEvent) Dropped {
	if !t.s.usesSwitch(e.Switch) {
		return DroppedUnknownSender
	}
	if sw := t.s.Switches[e.Switch]; sw != nil && sw.Conn == e.ID.Conn && e.ID.N <= sw.LastNumber {
		return DroppedDuplicate
	}
	legID, isLeg := legOf(e.Data)
	leg := t.s.Legs[legID]
	if isLeg && (leg == nil || leg.Switch != e.Switch) {
		return DroppedUnknownLeg
	}
	record := events.Event{Kind: events.KindSwitch, Name: e.Name, Switch: e.Switch, Data: e.Data}
	if leg != nil {
		record.Agent, record.Session = leg.Agent, leg.Session
	}
	t.emit(record)
	switch d := e.Data.(type) {
	case events.LegData:
		if e.Name == events.Established {
			t.established(leg)
		}
	case events.FailedData:
		t.legEnded(leg, events.CallEndedData{By: failedBy(d.Cause), Cause: d.Cause, Q850: d.Q850})
	case events.ClearedData:
		t.legEnded(leg, events.CallEndedData{By: clearedBy(d.By), Cause: d.Cause, Q850: d.Q850, Answered: true})
	case events.AnswerClassifiedData:
		t.classified(leg, d)
	}
	return ""
}

// usesSwitch tells whether a switch is configured, or has lines from when it was.
func (s *State) usesSwitch(name string) bool {
	return name != "" && name == s.Settings.Switch || s.campaignsOn[name] > 0 || s.hasLines(name)
}

func (s *State) hasLines(switchName string) bool {
	for _, leg := range s.Legs {
		if leg.Switch == switchName {
			return true
		}
	}
	return false
}

// legOf returns the leg an event is about, and false when it is about none.
func legOf(data any) (string, bool) {
	switch d := data.(type) {
	case events.LegData:
		return d.LegID, true
	case events.FailedData:
		return d.LegID, true
	case events.ClearedData:
		return d.LegID, true
	case events.DTMFReceivedData:
		return d.LegID, true
	case events.AnswerClassifiedData:
		return d.LegID, true
	}
	return "", false
}

func failedBy(c events.Cause) events.Party {
	switch c {
	case events.CauseBusy, events.CauseNoAnswer, events.CauseRejected:
		return events.PartyCustomer
	}
	return events.PartySwitch
}

func clearedBy(by events.ClearedBy) events.Party {
	if by == events.ByRemote {
		return events.PartyCustomer
	}
	return events.PartySwitch
}

func (t *turn) established(leg *Leg) {
	if leg.Role == events.RoleAgent {
		if a := t.s.Agents[leg.Agent]; a.NailLeg == leg.ID && a.NailupStatus == events.PendingNailup {
			t.nailingUp(a)
		}
		return
	}
	if leg.Role == events.RoleExternal {
		t.externalAnswered(leg)
		return
	}
	if c := t.s.Calls[leg.Session]; c != nil && c.LegID == leg.ID && !c.Answered && !c.Ended {
		t.customerAnswered(c)
	}
}

// legEnded decides a terminal event. The leg is out of the state by now.
func (t *turn) legEnded(leg *Leg, d events.CallEndedData) {
	switch {
	case leg.Role == events.RoleAgent:
		t.agentLegEnded(leg, d.Cause)
	case leg.Peer != "":
		t.peerEnded(leg)
	case leg.Role == events.RoleExternal:
		t.externalLegEnded(leg, d)
	default:
		t.customerLegEnded(leg, d)
	}
}

// claim begins a leadership. Each switch is asked for the legs it has: while
// nobody led, one may have ended whose end was never heard.
func (t *turn) claim(in Claim) {
	t.zoneFact(events.LeaderClaimed, events.LeaderData{Epoch: t.s.Epoch + 1, Broker: in.Broker})
	for _, name := range slices.Sorted(maps.Keys(t.s.Switches)) {
		if t.s.usesSwitch(name) {
			t.order(name, events.Snapshot, "", "", events.NoData{})
		}
	}
}

// legLost ends a leg its switch has forgotten, as if the switch had said so.
func (t *turn) legLost(leg *Leg) {
	name, data := events.Cleared, any(events.ClearedData{
		LegID: leg.ID, Cause: events.CauseSwitchFailure, By: events.BySwitch,
	})
	if !leg.Up {
		name, data = events.Failed, events.FailedData{LegID: leg.ID, Cause: events.CauseSwitchFailure}
	}
	t.emit(events.Event{
		Kind: events.KindSwitch, Name: name, Switch: leg.Switch, Agent: leg.Agent, Session: leg.Session, Data: data,
	})
	if !leg.Up {
		// The switch may have its Originate still before it, and must not leave
		// whoever answers alone on the line.
		t.order(leg.Switch, events.Hangup, leg.Agent, leg.Session, events.HangupData{
			LegID: leg.ID, Cause: events.CauseCancelled,
		})
	}
	t.legEnded(leg, events.CallEndedData{
		By: events.PartySwitch, Cause: events.CauseSwitchFailure, Answered: leg.Up,
	})
}
