package connectortest

import (
	"slices"

	"github.com/deskbus/deskbus/events"
)

func bridgesHangNothingUp(b *bench) {
	b.establish("a", "c", "x")
	b.bridged(b.bridge("b", "a", "c", "x"), "b", "a", "c", "x")
	b.bridged(b.bridge("b", "a", "c"), "b", "a", "c")
	b.live("a", "c", "x")
	b.bridged(b.bridge("b"), "b")
	b.live("a", "c", "x")
}

func bridgeIsIdempotent(b *bench) {
	b.establish("a", "c")
	changed := b.bridge("b", "a", "c")
	b.bridged(changed, "b", "a", "c")
	b.nothingSince(b.bridge("b", "c", "a", "c"))
	b.bridged(b.bridge("b"), "b")
	b.nothingSince(b.bridge("b"))
}

// oneBridge: joining a bridge takes a leg out of its former one and off hold.
// That it did is seen by asking for what then is the set already.
func oneBridge(b *bench) {
	b.establish("a", "c", "p")
	b.bridged(b.bridge("one", "a", "c"), "one", "a", "c")
	b.bridged(b.bridge("two", "p", "c"), "two", "p", "c")
	b.nothingSince(b.bridge("one", "a"))
	held := b.leader.Order(events.Hold, events.LegData{LegID: "c"})
	b.leg(held.ZN, events.LegHeld, "c")
	b.nothingSince(b.bridge("two", "p"))
	b.bridged(b.bridge("one", "a", "c"), "one", "a", "c")
	held = b.leader.Order(events.Hold, events.LegData{LegID: "c"})
	b.leg(held.ZN, events.LegHeld, "c")
	b.live("a", "c", "p")
}

func holdIsIdempotent(b *bench) {
	b.establish("a", "c")
	b.bridged(b.bridge("b", "a", "c"), "b", "a", "c")
	b.leg(b.leader.Order(events.Hold, events.LegData{LegID: "c"}).ZN, events.LegHeld, "c")
	b.nothingSince(b.leader.Order(events.Hold, events.LegData{LegID: "c"}))
	b.live("a", "c")
}

// playReachesListed: the end of the play is reported once, and nothing happens
// to any leg or bridge.
func playReachesListed(b *bench) {
	b.establish("a", "c")
	b.bridged(b.bridge("b", "a", "c"), "b", "a", "c")
	asked, finished := b.play("p", "a")
	b.nothingSince(finished)
	b.nothingSince(b.bridge("b", "a", "c"))
	if between := b.leader.Log()[asked.ZN : finished.ZN-1]; len(between) > 0 {
		b.Errorf("the play has caused %s %+v", between[0].Name, between[0].Data)
	}
}

// sameSet compares ids without order; a connector reports each once.
func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
