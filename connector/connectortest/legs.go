package connectortest

import (
	"slices"

	"github.com/deskbus/deskbus/events"
)

func announcesItself(b *bench) {
	first := b.leader.Log()[0]
	if d, ok := first.Data.(events.SwitchStateData); !ok || d.State != events.SwitchUp || d.Epoch == "" {
		b.Errorf("the first event is %s %+v, want SwitchState up with an epoch", first.Name, first.Data)
	}
}

func idsAreTheCallers(b *bench) {
	legs := []string{"zone 1.leg>*", "7f3a"}
	b.establish(legs...)
	b.bridged(b.bridge("a bridge.*", legs...), "a bridge.*", legs...)
}

func busyEndsOnce(b *bench) {
	b.originate("c")
	b.failed("c", events.CauseBusy)
	b.nothingSince(b.hangup("c"))
}

func noAnswerEndsOnce(b *bench) {
	b.leader.Order(events.Originate, events.OriginateData{
		LegID: "c", Role: events.RoleCustomer, Address: "+15550100", RingTimeoutMs: 300,
	})
	b.failed("c", events.CauseNoAnswer)
	b.nothingSince(b.hangup("c"))
}

func remoteHangupEndsOnce(b *bench) {
	b.originate("c")
	b.cleared("c", events.ByRemote)
	b.nothingSince(b.hangup("c"))
}

func localHangupEndsOnce(b *bench) {
	b.establish("c")
	b.hangup("c")
	b.cleared("c", events.ByLocal)
	b.nothingSince(b.hangup("c"))
}

func hangupWhileRinging(b *bench) {
	b.originate("c")
	b.leg(0, events.Alerting, "c")
	b.hangup("c")
	b.failed("c", events.CauseCancelled)
	b.nothingSince(b.hangup("c"))
}

// hangupCrossesAnswer: the switch has sent the answer, and the leader hangs up
// before it takes notice.
func hangupCrossesAnswer(b *bench) {
	b.leader.Hold()
	b.originate("c")
	WaitHeld(b.leader, events.Established, func(d events.LegData) bool { return d.LegID == "c" })
	b.hangup("c")
	b.leader.Accept()
	b.failed("c", events.CauseCancelled)
	b.nothingSince(b.hangup("c"))
}

// hangupTwice: the second command comes before the leader has the end.
func hangupTwice(b *bench) {
	b.establish("c")
	b.leader.Hold()
	b.hangup("c")
	b.hangup("c")
	WaitHeld(b.leader, events.Cleared, func(d events.ClearedData) bool { return d.LegID == "c" })
	b.leader.Accept()
	b.cleared("c", events.ByLocal)
}

// hangupsCross: the switch has sent the end of the call, and the leader hangs up
// before it takes notice.
func hangupsCross(b *bench) {
	b.leader.Hold()
	b.originate("c")
	WaitHeld(b.leader, events.Established, func(d events.LegData) bool { return d.LegID == "c" })
	WaitHeld(b.leader, events.Cleared, func(d events.ClearedData) bool { return d.LegID == "c" })
	b.hangup("c")
	b.leader.Accept()
	b.cleared("c", events.ByRemote)
}

func rejectsUnanswered(b *bench) {
	b.originate("c")
	b.leg(0, events.Alerting, "c")
	for _, leg := range []string{"c", "never heard of"} {
		b.rejected(b.bridge("b", leg), events.Bridge, "b")
		b.rejected(b.leader.Order(events.Hold, events.LegData{LegID: leg}), events.Hold, leg)
		b.rejected(b.leader.Order(events.Play, events.PlayData{
			PlayID: "p-" + leg, LegIDs: []string{leg}, Media: events.MediaBeep,
		}), events.Play, "p-"+leg)
		b.rejected(b.leader.Order(events.SendDTMF, events.SendDTMFData{LegID: leg, Digits: "1"}), events.SendDTMF, leg)
	}
	if stages := b.settle(); stages["c"] != events.Alerting || len(stages) != 1 {
		b.Errorf("after rejected commands the legs are %v, want c ringing alone", stages)
	}
}

// commandsAgain: every command comes twice under its number, as a new leader
// may publish it, and once more under a new one.
func commandsAgain(b *bench) {
	b.establish("a", "c", "x")
	b.hangup("x")
	b.cleared("x", events.ByLocal)
	b.bridged(b.bridge("b", "a", "c"), "b", "a", "c")
	b.leg(b.leader.Order(events.Hold, events.LegData{LegID: "c"}).ZN, events.LegHeld, "c")
	b.play("p", "a")

	again := slices.DeleteFunc(b.leader.Log(), func(ev events.Event) bool { return !events.IsSwitchCommand(ev.Name) })
	last := again[len(again)-1]
	for _, ev := range again {
		b.leader.Redeliver(ev)
	}
	for _, ev := range again {
		if ev.Name != events.Bridge { // holding c has changed that set
			b.leader.Order(ev.Name, ev.Data)
		}
	}
	// A second play ends after the first would have, had it been played again.
	b.play("q", "a")
	if stages := b.settle(); len(stages) != 2 {
		b.Errorf("the legs are %v, want a and c alone", stages)
	}
	for _, ev := range b.leader.Log()[last.ZN:] {
		switch ev.Name {
		case events.BridgeChanged, events.LegHeld, events.Cleared, events.Failed:
			b.Errorf("a command that came again caused %s %+v", ev.Name, ev.Data)
		}
	}
	plays := 0
	for _, ev := range b.leader.Log() {
		if ev.Name == events.PlayFinished {
			plays++
		}
	}
	if plays != 2 {
		b.Errorf("%d plays have finished, want 2", plays)
	}
}
