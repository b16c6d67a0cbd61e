package connector

import (
	"slices"
	"testing"

	"github.com/deskbus/deskbus/events"
)

func TestCompletionCodesAreKept(t *testing.T) {
	codes := []events.POMCompletionCode{sold}
	fetched := events.CompCodesResult{CompletionCodes: codes, SessionID: "S"}
	spring := called(events.POMContact{CampaignName: "spring"})
	for name, c := range map[string]struct {
		then func(d *desk)
		kept bool
	}{
		"for the call":          {func(*desk) {}, true},
		"for its wrap-up":       {func(d *desk) { d.notified(callIs(events.Wrapup)) }, true},
		"for the next call":     {func(d *desk) { d.notified(callIs(events.Idle), spring, callIs(events.Talking)) }, true},
		"not between two calls": {func(d *desk) { d.notified(callIs(events.Idle)) }, false},
		"not while it is held":  {func(d *desk) { d.notified(callIs(events.Held)) }, false},
		"not for another campaign": {func(d *desk) {
			d.notified(callIs(events.Idle), called(events.POMContact{CampaignName: "autumn"}), callIs(events.Talking))
		}, false},
		"not after another job": {func(d *desk) { d.notified(events.JobAttachedData{CampaignName: "spring"}) }, false},
		"not after a wrong code": {func(d *desk) {
			d.answered(events.AGTWrapupContact, events.SessionResult{Result: events.WrapupInvalidCode})
		}, false},
		"not after a logon": {func(d *desk) { d.begin(); d.notified(spring, callIs(events.Talking)) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Manual{}, func(d *desk) {
				d.notified(spring, callIs(events.Talking))
				if _, kept := d.keptCodes("S"); kept {
					t.Error("codes are kept before they were fetched")
				}
				d.answered(events.AGTGetCompCodes, fetched)
				c.then(d)
				got, kept := d.keptCodes("S")
				if kept != c.kept || kept && !slices.Equal(got, codes) {
					t.Errorf("kept %v, %v; want %v", got, kept, c.kept)
				}
				if _, kept := d.keptCodes("another"); kept {
					t.Error("codes of another call are given out")
				}
			})
		})
	}
}
