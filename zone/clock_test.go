package zone

import (
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/manager"
)

// TestClock: it follows the broker's clock, also when that is set forward, and
// neither stands still nor goes back when it is set back.
func TestClock(t *testing.T) {
	const second = int64(1_000_000)
	c := newClock(100 * second)
	for i, step := range []struct{ wall, passed, want int64 }{
		{90, 2, 101},  // another leader's clock was ahead
		{92, 2, 102},  // and still is
		{103, 1, 103}, // not any more
		{200, 1, 200}, // set forward
		{110, 10, 205},
		{206, 96, 253}, // set back: 96 s have passed all the same
		{254, 48, 277},
		{290, 20, 290},
	} {
		if got := c.step(step.wall*second, time.Duration(step.passed)*time.Second); got != step.want*second {
			t.Errorf("step %d: %d, want %d", i, got, step.want*second)
		}
	}
}

// TestAClockThatWasAhead: the last leader's clock was an hour ahead. What is due is
// done all the same, and not in an hour.
func TestAClockThatWasAhead(t *testing.T) {
	r := newRig(t)
	state := manager.New(name)
	turn, _ := state.Decide(time.Now().Add(time.Hour).UnixMicro(), manager.Claim{Broker: "hasty"}, nil)
	body, err := events.Encode(&turn[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := journal.Open(r.JS, name).Append(r.Ctx, journal.Commit{Epoch: 1, Events: [][]byte{body}}); err != nil {
		t.Fatal(err)
	}
	config := r.config("one")
	config.Campaigns = []events.Campaign{{Name: "A", Switch: "sim", Mode: events.ContactProgressive, RingTimeout: 20}}
	config.Contacts = map[string][]events.POMCustomerDetails{"A": {{
		ContactID: "C1", Numbers: []events.POMContactNumber{{Name: "home", Number: "5550001"}},
	}}}
	stop := r.runZone(New(config))
	r.await(events.ContactAdded)
	r.say(1, events.SwitchState, events.SwitchStateData{State: events.SwitchUp, Epoch: "one"})
	r.logons(0, 1)
	r.command("agent0", 2, events.AGTStateChange, events.StateChangeParams{AgentState: events.Ready})
	r.command("agent0", 3, events.AGTAvailableForNailup, events.NoParams{})
	r.await(events.AGTNailupChange)
	stop()
	r.check()
}
