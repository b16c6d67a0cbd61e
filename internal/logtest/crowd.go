package logtest

import (
	"fmt"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/manager"
)

const (
	crowdSwitch    = "sim"
	crowdCampaigns = 20
	// crowdRing, crowdTalk and crowdWrapup are how long each takes, in
	// microseconds.
	crowdRing   = 8_000_000
	crowdTalk   = 120_000_000
	crowdWrapup = 15_000_000
)

// Crowd is agents at work in one zone: each has a call, holds the customer once,
// releases, wraps up and has the next.
type Crowd struct {
	log *Log
	// At is the time in the zone, in microseconds since 1970, UTC.
	At       int64
	agents   int
	contacts int
	signals  uint64
}

// Agent is the id of one of them, from 0.
func (c *Crowd) Agent(i int) string { return fmt.Sprint(10_000 + i) }

// NewCrowd logs so many agents on and nails them, each ten milliseconds after the
// one before.
func (l *Log) NewCrowd(at int64, agents int) *Crowd {
	l.t.Helper()
	c := &Crowd{log: l, At: at, agents: agents}
	l.Decide(c.At, manager.Claim{Broker: "crowd"})
	configure := manager.Configure{Settings: events.ZoneSettings{Zones: []string{l.State.Zone}, Switch: crowdSwitch}}
	for i := range crowdCampaigns {
		configure.Campaigns = append(configure.Campaigns, events.Campaign{
			Name: campaign(i), Skill: campaign(i), Mode: events.ContactProgressive, Switch: crowdSwitch, RingTimeout: 60,
			ACWMaxTime: 600, CompletionCodes: []events.POMCompletionCode{{Code: "SALE"}},
		})
	}
	for len(l.Decide(c.At, configure)) > 0 {
	}
	c.phone(events.SwitchState, events.SwitchStateData{State: events.SwitchUp, Epoch: "e"})
	for range agents/crowdCampaigns/manager.MaxContacts + 1 {
		c.addContacts()
	}
	for i := range agents {
		c.At += 10_000
		c.nail(i)
	}
	return c
}

func campaign(i int) string { return fmt.Sprintf("campaign-%02d", i%crowdCampaigns) }

func (c *Crowd) phone(name string, data any) {
	c.signals++
	c.log.Decide(c.At, manager.SwitchEvent{
		Switch: crowdSwitch, Name: name, ID: events.ID{Conn: "tel", N: c.signals}, Data: data,
	})
}

func (c *Crowd) addContacts() {
	for i := range crowdCampaigns {
		var list []events.POMCustomerDetails
		for range manager.MaxContacts {
			c.contacts++
			list = append(list, events.POMCustomerDetails{
				ContactID: fmt.Sprint("C", c.contacts), FirstName: "Ada", LastName: fmt.Sprint("Byron ", c.contacts), TimeZone: "Europe/London",
				Numbers: []events.POMContactNumber{{Name: "home", Number: fmt.Sprintf("+4420%07d", c.contacts)}},
			})
		}
		c.log.Decide(c.At, manager.AddContacts{Campaign: campaign(i), Contacts: list})
	}
}

func (c *Crowd) send(i int, name string, data any) {
	id := c.Agent(i)
	n := uint64(1)
	if a := c.log.State.Agents[id]; a != nil {
		n = a.LastNumber + 1
	}
	c.log.Decide(c.At, manager.Command{Agent: id, Name: name, ID: events.ID{Conn: "desk-" + id, N: n}, Data: data})
}

func (c *Crowd) nail(i int) {
	c.send(i, events.AGTLogon, events.LogonParams{
		AgentExt: c.Agent(i), Locale: new("en"), TimeZone: new("UTC"), ZoneName: c.log.State.Zone,
		AgentSkills: []events.POMAgentSkill{{SkillName: campaign(i)}},
	})
	c.send(i, events.AGTStateChange, events.StateChangeParams{AgentState: events.Ready})
	c.send(i, events.AGTAvailableForNailup, events.NoParams{})
	c.fire()
	c.send(i, events.AGTReadyForNailup, events.NoParams{})
	c.phone(events.Established, events.LegData{LegID: c.log.State.Agents[c.Agent(i)].NailLeg})
}

func (c *Crowd) fire() {
	for timer, at, set := c.log.State.NextTimer(); set && at <= c.At; timer, at, set = c.log.State.NextTimer() {
		c.log.Decide(c.At, manager.TimerFired{Timer: timer})
	}
}

// Round lets every agent have one call, all of them about as long as in life.
func (c *Crowd) Round() {
	c.log.t.Helper()
	for range c.agents/crowdCampaigns/manager.MaxContacts + 1 {
		c.addContacts()
	}
	step := func(length int64, fn func(i int)) {
		for i := range c.agents {
			c.At += length / int64(c.agents)
			fn(i)
		}
	}
	step(crowdRing, func(int) {})
	for session, call := range c.log.State.Calls {
		if call.Agent == "" && !call.Answered {
			c.phone(events.Established, events.LegData{LegID: c.log.State.Calls[session].LegID})
		}
	}
	session := func(i int) events.SessionParams {
		return events.SessionParams{SessionID: c.log.State.Agents[c.Agent(i)].Session}
	}
	step(crowdTalk/2, func(i int) { c.send(i, events.AGTHoldCall, session(i)) })
	step(crowdTalk/2, func(i int) { c.send(i, events.AGTUnholdCall, session(i)) })
	step(crowdWrapup, func(i int) {
		leg := c.log.State.Calls[session(i).SessionID].LegID
		c.send(i, events.AGTReleaseLine, session(i))
		c.phone(events.Cleared, events.ClearedData{LegID: leg, Cause: events.CauseNormal, By: events.ByLocal})
	})
	step(crowdWrapup, func(i int) {
		c.send(i, events.AGTWrapupContact, events.WrapupParams{
			SessionID: session(i).SessionID, CompletionCode: events.POMCompletionCode{Code: "SALE"},
		})
	})
	c.log.Commit()
}
