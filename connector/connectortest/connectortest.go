// Package connectortest is the contract of a switch connector, as tests that
// every one of them must pass.
//
// [Run] takes a function that starts the connector. Each test has a NATS server
// of its own with a [Leader] that plays the zone, and asks for the behaviour of
// the called parties that it needs; how they are made to behave so is the
// function's business.
//
// The contract: the switch announces itself first. Ids are those of the
// commands. A leg ends with exactly one terminal event, Failed before the
// answer and Cleared after it. A Hangup committed while the leg rings, for all
// that the leader has accepted, ends in Failed(cancelled), also when the answer
// crosses it. Bridges and holds hang nothing up. Bridge is the whole desired
// set, and a set that is there already, like a leg that is on hold already,
// causes nothing. A command that comes again does nothing more. The line of an
// external party is a leg like any other. Play reaches the listed legs alone, of
// which only the events can be seen here. Snapshot is answered with the stage of
// each live leg, Alerting or Established, and then SwitchState. The events are
// sent one at a time, with dense numbers.
package connectortest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/events"
)

// Parties is how all called parties of a test behave.
type Parties string

const (
	// Answer: they answer within two seconds and never hang up.
	Answer Parties = "answer"
	// Ring: they never answer.
	Ring Parties = "ring"
	// Busy: their lines are busy.
	Busy Parties = "busy"
	// Leave: they answer within two seconds and hang up within five more.
	Leave Parties = "leave"
)

// Run tests a connector. Start starts it for [Zone] and [Switch] on the leader's
// server, and sees to it that it is stopped at the end of the test.
func Run(t *testing.T, start func(t *testing.T, l *Leader, p Parties)) {
	for _, c := range []struct {
		name    string
		parties Parties
		test    func(*bench)
	}{
		{"announces itself first", Answer, announcesItself},
		{"ids are the caller's", Answer, idsAreTheCallers},
		{"busy ends once", Busy, busyEndsOnce},
		{"no answer ends once", Ring, noAnswerEndsOnce},
		{"remote hang-up ends once", Leave, remoteHangupEndsOnce},
		{"local hang-up ends once", Answer, localHangupEndsOnce},
		{"hang-up while ringing", Ring, hangupWhileRinging},
		{"hang-up crosses the answer", Answer, hangupCrossesAnswer},
		{"hang-up twice", Answer, hangupTwice},
		{"hang-ups cross", Leave, hangupsCross},
		{"bridges hang nothing up", Answer, bridgesHangNothingUp},
		{"bridge is idempotent", Answer, bridgeIsIdempotent},
		{"a leg is in one bridge", Answer, oneBridge},
		{"hold is idempotent", Answer, holdIsIdempotent},
		{"consult", Answer, consult},
		{"conference", Answer, conference},
		{"transfer to an agent", Answer, transfer},
		{"transfer to an external party", Answer, externalTransfer},
		{"external party leaves", Leave, externalPartyLeaves},
		{"external hang-up while ringing", Ring, externalHangupWhileRinging},
		{"external party is busy", Busy, externalPartyIsBusy},
		{"digits reach an answered leg", Answer, digitsReachAnswered},
		{"what is not answered is rejected", Ring, rejectsUnanswered},
		{"play reaches the listed legs", Answer, playReachesListed},
		{"commands delivered again", Answer, commandsAgain},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := &bench{T: t, leader: NewLeader(t)}
			start(t, b.leader, c.parties)
			b.switchState(0)
			c.test(b)
			b.oneEndEach()
		})
	}
}

// bench is what a test works with.
type bench struct {
	*testing.T
	leader *Leader
}

func (b *bench) switchState(after uint64) events.Event {
	b.Helper()
	return Wait(b.leader, after, events.SwitchState, func(events.SwitchStateData) bool { return true })
}

// originate places a call that rings for a minute unless it is answered. The
// name of the leg says whose it is: agents are a and p, x is an external party,
// all others are customers.
func (b *bench) originate(leg string) events.Event {
	d := events.OriginateData{LegID: leg, Role: events.RoleCustomer, Address: "+15550100", RingTimeoutMs: 60_000}
	switch leg {
	case "a", "p":
		d.Role, d.AutoAnswer = events.RoleAgent, true
	case "x":
		d.Role = events.RoleExternal
	}
	return b.leader.Order(events.Originate, d)
}

// establish places calls and waits until they are answered.
func (b *bench) establish(legs ...string) {
	b.Helper()
	for _, leg := range legs {
		b.originate(leg)
	}
	for _, leg := range legs {
		b.leg(0, events.Established, leg)
	}
}

// leg waits for Alerting, Established or Held.
func (b *bench) leg(after uint64, name, leg string) events.Event {
	b.Helper()
	return Wait(b.leader, after, name, func(d events.LegData) bool { return d.LegID == leg })
}

func (b *bench) failed(leg string, cause events.Cause) {
	b.Helper()
	ev := Wait(b.leader, 0, events.Failed, func(d events.FailedData) bool { return d.LegID == leg })
	if d := ev.Data.(events.FailedData); d.Cause != cause {
		b.Errorf("leg %s failed with %q, want %q", leg, d.Cause, cause)
	}
}

func (b *bench) cleared(leg string, by events.ClearedBy) {
	b.Helper()
	ev := Wait(b.leader, 0, events.Cleared, func(d events.ClearedData) bool { return d.LegID == leg })
	if d := ev.Data.(events.ClearedData); d.By != by || d.Cause != events.CauseNormal {
		b.Errorf("leg %s was cleared by %q with %q, want %q with %q", leg, d.By, d.Cause, by, events.CauseNormal)
	}
}

func (b *bench) hangup(leg string) events.Event {
	return b.leader.Order(events.Hangup, events.HangupData{LegID: leg, Cause: events.CauseNormal})
}

func (b *bench) bridge(id string, members ...string) events.Event {
	if members == nil {
		members = []string{}
	}
	return b.leader.Order(events.Bridge, events.BridgeData{BridgeID: id, Members: members})
}

// bridged waits until a bridge is reported after an event.
func (b *bench) bridged(after events.Event, id string, members ...string) {
	b.Helper()
	ev := Wait(b.leader, after.ZN, events.BridgeChanged, func(d events.BridgeData) bool { return d.BridgeID == id })
	if d := ev.Data.(events.BridgeData); !sameSet(d.Members, members) {
		b.Errorf("bridge %s has members %q, want %q", id, d.Members, members)
	}
}

func (b *bench) rejected(after events.Event, command, id string) {
	b.Helper()
	Wait(b.leader, after.ZN, events.CommandRejected, func(d events.CommandRejectedData) bool {
		return d.Command == command && d.ID == id
	})
}

// play plays a medium to a leg and waits for its end.
func (b *bench) play(id, leg string) (asked, finished events.Event) {
	b.Helper()
	asked = b.leader.Order(events.Play, events.PlayData{PlayID: id, LegIDs: []string{leg}, Media: events.MediaBeep})
	return asked, Wait(b.leader, asked.ZN, events.PlayFinished, func(d events.PlayFinishedData) bool { return d.PlayID == id })
}

// settle makes sure that all commands so far have shown what they cause at
// once, and returns what it asked the switch for: the newest stage of each leg.
func (b *bench) settle() map[string]string {
	b.Helper()
	asked := b.leader.Order(events.Snapshot, events.NoData{})
	end := b.switchState(asked.ZN)
	stages := make(map[string]string)
	for _, ev := range b.leader.Log()[asked.ZN:end.ZN] {
		if d, ok := ev.Data.(events.LegData); ok {
			stages[d.LegID] = ev.Name
		}
	}
	return stages
}

// nothingSince fails the test when the switch has said anything after an event
// but what a snapshot brings.
func (b *bench) nothingSince(after events.Event) {
	b.Helper()
	b.settle()
	for _, ev := range b.leader.Log()[after.ZN:] {
		switch ev.Name {
		case events.Alerting, events.Established, events.SwitchState:
		default:
			if !events.IsSwitchCommand(ev.Name) {
				b.Errorf("unexpected %s %+v", ev.Name, ev.Data)
			}
		}
	}
}

// live fails the test unless the switch says that all legs are answered.
func (b *bench) live(legs ...string) {
	b.Helper()
	stages := b.settle()
	for _, leg := range legs {
		if stages[leg] != events.Established {
			b.Errorf("leg %s is %q in the snapshot, want %q", leg, stages[leg], events.Established)
		}
	}
}

// oneEndEach fails the test when a leg has ended twice, or lives on after its
// end.
func (b *bench) oneEndEach() {
	b.Helper()
	b.settle()
	ends := make(map[string]int)
	for _, ev := range b.leader.Log() {
		switch d := ev.Data.(type) {
		case events.FailedData:
			ends[d.LegID]++
		case events.ClearedData:
			ends[d.LegID]++
		case events.LegData:
			if ends[d.LegID] > 0 && !events.IsSwitchCommand(ev.Name) {
				b.Errorf("%s of leg %s after its end", ev.Name, d.LegID)
			}
		}
	}
	for leg, n := range ends {
		if n > 1 {
			b.Errorf("leg %s has ended %d times", leg, n)
		}
	}
	if b.Failed() {
		b.Logf("the feed:\n%s", text(b.leader.Log()))
	}
}

func text(log []events.Event) string {
	var s strings.Builder
	for _, ev := range log {
		fmt.Fprintf(&s, "%4d %s %s %+v (%s)\n", ev.ZN, ev.Time().Format("15:04:05.000"), ev.Name, ev.Data, ev.Cause)
	}
	return s.String()
}
