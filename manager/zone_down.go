package manager

import "github.com/deskbus/deskbus/events"

// zoneDownDue tells the agent that the zone goes down, and at the end of the
// time it has then ends what is left (L3085, reading 36).
func (t *turn) zoneDownDue(a *Agent) {
	if a.DownEnd == 0 {
		t.notify(a, events.AGTZoneDown, events.ZoneDownData{
			ZoneName: t.s.Zone, GracePeriodInMillis: t.s.Settings.DownGrace,
		})
		t.giveBackCallback(a)
		t.settleNotReady(a)
		return
	}
	t.cutCall(a)
	t.endSession(a, events.ReasonZoneDown)
}

// restateZoneDown tells a desktop that takes over how much time is left.
func (t *turn) restateZoneDown(a *Agent) {
	if a.DownEnd == 0 {
		return
	}
	left := max(0, a.DownEnd-t.now) / 1000
	t.notify(a, events.AGTZoneDown, events.ZoneDownData{ZoneName: t.s.Zone, GracePeriodInMillis: int(left)})
}
