package connector

import (
	"reflect"
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
)

// The agent is not ready before the second call is wrapped up: the broker would have
// the next customer for the agent in that same turn.
func TestWalkAwayIsSaidBeforeTheWrapup(t *testing.T) {
	inBubble(t, Manual{AvailableForNailup: true}, func(d *desk) {
		d.notified(ready())
		d.lose(timed)
		d.want(wrapUp)
		d.talk()
		d.notified(hungUp(timed), callIs(events.Wrapup))
		time.Sleep(30*time.Second - time.Nanosecond)
		d.want()
		time.Sleep(time.Nanosecond)
		d.want(walkAway, wrapUp)
		d.notified(events.StateChangedData{AgentState: events.PendingNotReady}, callIs(events.Idle),
			events.StateChangedData{AgentState: events.NotReady})
		d.want()
		// Back at the desk: that is a sign, and counting begins anew.
		d.press(events.AGTStateChange)
		d.underWay = ""
		d.notified(ready())
		d.lose(timed)
		d.want(wrapUp)
	})
}

// TestWalkAway: two calls without a sign of the agent (reading 26).
func TestWalkAway(t *testing.T) {
	for name, c := range map[string]struct {
		calls func(d *desk)
		want  int
	}{
		"two calls":                {func(d *desk) { d.lose(timed); d.lose(timed) }, 1},
		"one call":                 {func(d *desk) { d.lose(timed) }, 0},
		"three":                    {func(d *desk) { d.lose(timed); d.lose(timed); d.lose(timed) }, 1},
		"a sign in the second":     {func(d *desk) { d.lose(timed); d.talk(); d.press(events.AGTHoldCall); d.lose(timed) }, 0},
		"a sign in the first":      {func(d *desk) { d.talk(); d.press(events.AGTHoldCall); d.lose(timed); d.lose(timed) }, 0},
		"a sign between them":      {func(d *desk) { d.lose(timed); d.press(events.AGTStateChange); d.lose(timed) }, 0},
		"a sign before the first":  {func(d *desk) { d.press(events.AGTStateChange); d.lose(timed); d.lose(timed) }, 1},
		"a sign, then two without": {func(d *desk) { d.talk(); d.press(events.AGTHoldCall); d.lose(timed); d.lose(timed); d.lose(timed) }, 1},
		"what a desktop asks by itself is no sign": {func(d *desk) {
			for range 2 {
				d.press(events.AGTGetCustomerDetails)
				d.press(events.AGTGetCompCodes)
				d.underWay = ""
				d.lose(timed)
			}
		}, 1},
		"answering machines do not count": {func(d *desk) { d.lose(machine); d.lose(machine); d.lose(machine) }, 0},
		"nor do they interrupt":           {func(d *desk) { d.lose(timed); d.lose(machine); d.lose(timed) }, 1},
		"not ready already": {func(d *desk) {
			d.lose(timed)
			d.notified(events.StateChangedData{AgentState: events.PendingNotReady})
			d.lose(timed)
		}, 0},
		"a redial is the same call": {func(d *desk) {
			d.talk()
			d.notified(hungUp(timed), callIs(events.Wrapup))
			d.press(events.AGTRedial)
			d.answered(events.AGTRedial, events.SessionResult{SessionID: "S"})
			d.notified(callIs(events.Dialing))
			d.lose(timed)
			d.lose(timed)
		}, 0},
		"straight into a callback": {func(d *desk) {
			d.lose(timed)
			d.talk()
			d.notified(hungUp(timed), callIs(events.Wrapup), called(events.POMContact{PreviewTime: 600}), callIs(events.Callback))
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Manual{AvailableForNailup: true}, func(d *desk) {
				d.notified(ready())
				c.calls(d)
				d.mu.Lock()
				defer d.mu.Unlock()
				got := 0
				for _, s := range d.sent {
					if reflect.DeepEqual(s, walkAway) {
						got++
					}
				}
				if got != c.want {
					t.Errorf("walked away %d times, want %d: %+v", got, c.want, d.sent)
				}
			})
		})
	}
}
