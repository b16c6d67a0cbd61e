package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/manager"
)

const (
	sampleAgent   = "1000"
	sampleConn    = "bench-1000"
	sampleSession = "bench-1000"
)

// talk is the state of a zone with one agent in a conversation, without any
// network.
type talk struct {
	state   *manager.State
	now     int64
	number  uint64
	signals uint64
	session string
	turn    []events.Event
}

func newTalk() (*talk, error) {
	t := &talk{state: manager.New(zoneName), now: time.Now().UnixMicro()}
	t.input(manager.Claim{Broker: "bench"})
	t.input(manager.Configure{
		Settings:  events.ZoneSettings{Zones: []string{zoneName}, Switch: switchName},
		Campaigns: []events.Campaign{{Name: campaignName, Mode: events.ContactProgressive, Switch: switchName, RingTimeout: 60}},
	})
	t.input(manager.AddContacts{Campaign: campaignName, Contacts: []events.POMCustomerDetails{{
		ContactID: "C0", Numbers: []events.POMContactNumber{{Name: "phone1", Number: "+12025550100"}},
	}}})
	t.signal(events.SwitchState, events.SwitchStateData{State: events.SwitchUp, Epoch: "1"})
	t.command(events.AGTLogon, events.LogonParams{
		AgentExt: "sip:1000", Locale: new("en-US"), TimeZone: new("UTC"), ZoneName: zoneName,
	})
	t.command(events.AGTStateChange, events.StateChangeParams{AgentState: events.Ready})
	t.command(events.AGTAvailableForNailup, events.NoParams{})
	t.fire()
	t.command(events.AGTReadyForNailup, events.NoParams{})
	t.answer()
	t.fire()
	t.answer()
	a := t.state.Agents[sampleAgent]
	if a == nil || a.CallState != events.Talking {
		return nil, fmt.Errorf("the agent is not in a conversation: %+v", a)
	}
	t.session = a.Session
	return t, nil
}

func (t *talk) input(in manager.Input) {
	t.turn, _ = t.state.Decide(t.now, in, t.turn[:0])
}

func (t *talk) command(name string, data any) {
	t.number++
	t.input(manager.Command{Agent: sampleAgent, Name: name, ID: events.ID{Conn: sampleConn, N: t.number}, Data: data})
}

func (t *talk) signal(name string, data any) {
	t.signals++
	t.input(manager.SwitchEvent{Switch: switchName, Name: name, ID: events.ID{Conn: "sim", N: t.signals}, Data: data})
}

// answer establishes the legs that ring.
func (t *talk) answer() {
	for _, leg := range t.state.Legs {
		if !leg.Up {
			t.signal(events.Established, events.LegData{LegID: leg.ID})
		}
	}
}

// fire fires the timers that are due.
func (t *talk) fire() {
	for timer, at, set := t.state.NextTimer(); set && at <= t.now; timer, at, set = t.state.NextTimer() {
		t.input(manager.TimerFired{Timer: timer})
	}
}

// sampleTurn returns the encoded events of an AGTHoldCall: those for the agent,
// and all of them as they stand in the journal.
func sampleTurn() (feed [4][]byte, journal []byte, err error) {
	t, err := newTalk()
	if err != nil {
		return feed, nil, err
	}
	t.command(events.AGTHoldCall, events.SessionParams{SessionID: t.session})
	forAgent := 0
	for i := range t.turn {
		body, err := events.Encode(&t.turn[i])
		if err != nil {
			return feed, nil, err
		}
		journal = append(journal, body...)
		if t.turn[i].Kind == events.KindSwitch {
			continue
		}
		if forAgent == len(feed) {
			return feed, nil, fmt.Errorf("a hold has more than %d events for the agent", len(feed))
		}
		feed[forAgent] = body
		forAgent++
	}
	return feed, journal, nil
}

// benchmarkDecide returns what it takes to decide and fold a hold and an
// unhold.
func benchmarkDecide() (testing.BenchmarkResult, error) {
	t, err := newTalk()
	if err != nil {
		return testing.BenchmarkResult{}, err
	}
	params := events.SessionParams{SessionID: t.session}
	return testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			t.command(events.AGTHoldCall, params)
			t.command(events.AGTUnholdCall, params)
		}
	}), nil
}
