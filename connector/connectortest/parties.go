package connectortest

import "github.com/deskbus/deskbus/events"

// The calls of more than two: a is the agent who has the call, p another agent,
// x an external party, c the customer.

// held puts a leg on hold and waits until it is.
func (b *bench) held(leg string) {
	b.Helper()
	b.leg(b.leader.Order(events.Hold, events.LegData{LegID: leg}).ZN, events.LegHeld, leg)
}

// consult: the agents speak while the customer is on hold, then the agent is
// back with the customer and p alone.
func consult(b *bench) {
	b.establish("a", "p", "c")
	b.bridged(b.bridge("b", "a", "c"), "b", "a", "c")
	b.held("c")
	b.bridged(b.bridge("b", "a", "p"), "b", "a", "p")
	b.nothingSince(b.leader.Order(events.Hold, events.LegData{LegID: "c"}))
	b.bridged(b.bridge("b", "a", "c"), "b", "a", "c")
	b.live("a", "p", "c")
}

// conference: the customer comes from hold into the bridge of the consult, and
// stays when p leaves it.
func conference(b *bench) {
	b.establish("a", "p", "c")
	b.bridged(b.bridge("b", "a", "c"), "b", "a", "c")
	b.held("c")
	b.bridged(b.bridge("b", "a", "p"), "b", "a", "p")
	b.bridged(b.bridge("b", "a", "p", "c"), "b", "a", "c", "p")
	b.nothingSince(b.bridge("b", "c", "p", "a"))
	b.bridged(b.bridge("b", "a", "c"), "b", "a", "c")
	b.live("a", "p", "c")
	b.hangup("p")
	b.cleared("p", events.ByLocal)
	b.nothingSince(b.bridge("b", "a", "c"))
}

// transfer: p takes the customer into the bridge of its own and leaves a alone.
func transfer(b *bench) {
	b.establish("a", "p", "c")
	b.bridged(b.bridge("b", "a", "p"), "b", "a", "p")
	b.held("c")
	b.bridged(b.bridge("p's", "p", "c"), "p's", "p", "c")
	b.nothingSince(b.bridge("b", "a"))
	b.live("a", "p", "c")
}

// externalTransfer: customer and external party get a bridge of their own, whose
// end hangs nobody up.
func externalTransfer(b *bench) {
	b.establish("a", "x", "c")
	b.bridged(b.bridge("b", "a", "x"), "b", "a", "x")
	b.held("c")
	b.bridged(b.bridge("theirs", "x", "c"), "theirs", "c", "x")
	b.nothingSince(b.bridge("b", "a"))
	b.hangup("x")
	b.cleared("x", events.ByLocal)
	b.bridged(b.bridge("theirs"), "theirs")
	b.live("a", "c")
}

// externalPartyLeaves: by itself, as a customer does.
func externalPartyLeaves(b *bench) {
	b.originate("x")
	b.leg(0, events.Established, "x")
	b.cleared("x", events.ByRemote)
	b.nothingSince(b.hangup("x"))
}

func externalHangupWhileRinging(b *bench) {
	b.originate("x")
	b.leg(0, events.Alerting, "x")
	b.hangup("x")
	b.failed("x", events.CauseCancelled)
	b.nothingSince(b.hangup("x"))
}

func externalPartyIsBusy(b *bench) {
	b.originate("x")
	b.failed("x", events.CauseBusy)
	b.nothingSince(b.hangup("x"))
}

// digitsReachAnswered: what is accepted is not reported. That a leg that is not
// answered gets none is among what is rejected.
func digitsReachAnswered(b *bench) {
	b.establish("x")
	b.nothingSince(b.leader.Order(events.SendDTMF, events.SendDTMFData{LegID: "x", Digits: "1"}))
	b.hangup("x")
	b.cleared("x", events.ByLocal)
	b.rejected(b.leader.Order(events.SendDTMF, events.SendDTMFData{LegID: "x", Digits: "1"}), events.SendDTMF, "x")
	b.live()
}
