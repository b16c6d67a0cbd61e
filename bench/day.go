package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/manager"
)

const campaignName = "Benchmark"

// day is a zone at work: agents who log on, talk, hold, and wrap up, all of it
// decided by the real manager, without any network and in no time.
type day struct {
	state   *manager.State
	now     int64
	signals uint64
	// contacts and calls count how many there were.
	contacts int
	calls    int
	lot      *rand.Rand
	// turns is how many there were; turn is the newest.
	turns int
	turn  []events.Event
	// into gets each turn.
	into func([]events.Event) error
}

func newDay(into func([]events.Event) error) *day {
	return &day{state: manager.New(zoneName), now: time.Now().UnixMicro(), lot: rand.New(rand.NewPCG(1, 2)), into: into}
}

// begin logs the agents on and gives each a call.
func (d *day) begin(agents int) error {
	campaign := events.Campaign{
		Name: campaignName, Mode: events.ContactProgressive, Switch: switchName, RingTimeout: 60,
		ACWMaxTime: 30, CompletionCodes: []events.POMCompletionCode{{Code: "SALE"}},
	}
	err := d.inputs(
		manager.Claim{Broker: "bench"},
		manager.Configure{
			Settings: events.ZoneSettings{Zones: []string{zoneName}, Switch: switchName}, Campaigns: []events.Campaign{campaign},
		},
	)
	if err == nil {
		err = d.signal(events.SwitchState, events.SwitchStateData{State: events.SwitchUp, Epoch: "1"})
	}
	for i := 0; err == nil && i < agents; i++ {
		if err = d.feed(); err == nil {
			err = d.logOn(agentID(i))
		}
	}
	return err
}

// feed sees to it that the list does not run out.
func (d *day) feed() error {
	if d.calls+manager.MaxContacts/2 < d.contacts {
		return nil
	}
	return d.addContacts()
}

// addContacts adds as many contacts as fit into a turn.
func (d *day) addContacts() error {
	add := manager.AddContacts{Campaign: campaignName}
	for range manager.MaxContacts {
		d.contacts++
		add.Contacts = append(add.Contacts, events.POMCustomerDetails{
			ContactID: fmt.Sprint("C", d.contacts), FirstName: "Ada", LastName: "Example",
			Numbers:    []events.POMContactNumber{{Name: "phone1", Number: fmt.Sprintf("+12025%06d", d.contacts)}},
			Attributes: []events.POMAttribute{{Name: "balance", Value: "10.00"}},
		})
	}
	return d.inputs(add)
}

func (d *day) inputs(all ...manager.Input) error {
	for _, in := range all {
		d.now += 1000
		if d.turn, _ = d.state.Decide(d.now, in, d.turn[:0]); len(d.turn) == 0 {
			continue
		}
		d.turns++
		if err := d.into(d.turn); err != nil {
			return err
		}
	}
	return nil
}

func (d *day) signal(name string, data any) error {
	d.signals++
	return d.inputs(manager.SwitchEvent{Switch: switchName, Name: name, ID: events.ID{Conn: "sim", N: d.signals}, Data: data})
}

func (d *day) command(agent, name string, data any) error {
	id := events.ID{Conn: "bench-" + agent, N: 1}.Public()
	if a := d.state.Agents[agent]; a != nil {
		id.N = a.LastNumber + 1
	}
	return d.inputs(manager.Command{Agent: agent, Name: name, ID: id, Data: data})
}

func (d *day) logOn(agent string) error {
	err := d.command(agent, events.AGTLogon, events.LogonParams{
		AgentExt: "sip:" + agent, AgentName: agent, Locale: new("en-US"), TimeZone: new("UTC"), ZoneName: zoneName,
		AgentSkills: []events.POMAgentSkill{{SkillName: "sales", SkillLevel: 1}},
	})
	if err == nil {
		err = d.command(agent, events.AGTStateChange, events.StateChangeParams{AgentState: events.Ready})
	}
	if err == nil {
		err = d.command(agent, events.AGTAvailableForNailup, events.NoParams{})
	}
	for timer, at, set := d.state.NextTimer(); err == nil && set && at <= d.now; timer, at, set = d.state.NextTimer() {
		err = d.inputs(manager.TimerFired{Timer: timer})
	}
	if err == nil {
		err = d.command(agent, events.AGTReadyForNailup, events.NoParams{})
	}
	if err == nil {
		err = d.signal(events.Established, events.LegData{LegID: d.state.Agents[agent].NailLeg})
	}
	if err == nil {
		err = d.answer(agent)
	}
	return err
}

// answer lets the customer answer who was dialled in the turn before.
func (d *day) answer(agent string) error {
	d.calls++
	for i := range d.turn {
		dialed, is := d.turn[i].Data.(events.ContactDialedData)
		if !is {
			continue
		}
		if err := d.signal(events.Established, events.LegData{LegID: dialed.LegID}); err != nil {
			return err
		}
		break
	}
	if state := d.state.Agents[agent].CallState; state != events.Talking {
		return fmt.Errorf("agent %s is %s, not talking", agent, state)
	}
	return nil
}

// step is what one agent does with one call: up to three holds, and the end.
func (d *day) step(agent string) error {
	if err := d.feed(); err != nil {
		return err
	}
	call := d.state.Calls[d.state.Agents[agent].Session]
	session := events.SessionParams{SessionID: call.Session}
	for range d.lot.IntN(4) {
		if err := d.command(agent, events.AGTHoldCall, session); err != nil {
			return err
		}
		if err := d.command(agent, events.AGTUnholdCall, session); err != nil {
			return err
		}
	}
	if err := d.command(agent, events.AGTReleaseLine, session); err != nil {
		return err
	}
	ended := events.ClearedData{LegID: call.LegID, Cause: events.CauseNormal, By: events.ByLocal}
	if err := d.signal(events.Cleared, ended); err != nil {
		return err
	}
	err := d.command(agent, events.AGTWrapupContact, events.WrapupParams{
		SessionID: call.Session, CompletionCode: events.POMCompletionCode{Code: "SALE"},
	})
	if err != nil {
		return err
	}
	return d.answer(agent)
}
