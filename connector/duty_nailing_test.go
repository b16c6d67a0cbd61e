package connector

import (
	"testing"

	"github.com/deskbus/deskbus/events"
)

func TestNailingIsOffered(t *testing.T) {
	available := func(code events.Code) func(d *desk) {
		return func(d *desk) { d.answered(events.AGTAvailableForNailup, events.ResultData{Result: code}) }
	}
	notReady := events.StateChangedData{AgentState: events.NotReady}
	for name, c := range map[string]struct {
		day  func(d *desk)
		want []sent
	}{
		"not before Ready": {func(d *desk) { d.notified(notReady, nailing(events.NotNailedUp)) }, nil},
		"at the first Ready only": {func(d *desk) {
			d.notified(notReady, nailing(events.NotNailedUp), ready(), notReady, ready(), nailing(events.NotNailedUp))
		}, []sent{offer}},
		"when the nailing is asked for": {func(d *desk) {
			d.notified(notReady, nailing(events.NotNailedUp), ready(), nailing(events.PendingNailup), nailing(events.NotNailedUp), nailing(events.PendingNailup))
		}, []sent{offer, allow, allow}},
		"resumed without nailing": {func(d *desk) { d.notified(ready(), nailing(events.NotNailedUp)) }, []sent{offer}},
		"resumed with nailing":    {func(d *desk) { d.notified(ready(), nailing(events.NailedUp), nailing(events.NailingLost)) }, nil},
		"nailed up after a move": {func(d *desk) {
			d.notified(notReady, nailing(events.NotNailedUp))
			d.answered(events.AGTNailupAgent, events.ResultData{})
			d.notified(ready())
		}, nil},
		"no move": {func(d *desk) {
			d.notified(notReady, nailing(events.NotNailedUp))
			d.answered(events.AGTNailupAgent, events.ResultData{Result: events.NotInThisState})
			d.notified(ready())
		}, []sent{offer}},
		"no answer": {func(d *desk) {
			d.notified(nailing(events.NotNailedUp), ready())
			available(events.POMNotAvailableCode)(d)
		}, []sent{offer, offer}},
		"Ready was over": {func(d *desk) {
			d.notified(nailing(events.NotNailedUp), ready(), notReady)
			available(events.NotInThisState)(d)
			d.notified(ready())
		}, []sent{offer, offer}},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, Manual{}, func(d *desk) {
				c.day(d)
				d.want(c.want...)
			})
		})
	}
}
