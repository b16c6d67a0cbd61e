package manager

import "github.com/deskbus/deskbus/events"

// getCompCodes decides AGTGetCompCodes (L1268): in Talking and Wrapup.
func (t *turn) getCompCodes(a *Agent, c Command) {
	call := t.callOf(a, c.Data.(events.SessionParams).SessionID)
	if call == nil || a.CallState != events.Talking && a.CallState != events.Wrapup {
		t.refuse(a, c, events.NotInThisState)
		return
	}
	t.respond(a, c.Name, events.CompCodesResult{
		CompletionCodes: t.s.Jobs[call.Job].Campaign.CompletionCodes, SessionID: call.Session,
	})
}

// getTimezones decides AGTGetTimezones (L2371).
func (t *turn) getTimezones(a *Agent, c Command) {
	t.respond(a, c.Name, events.TimezonesResult{Timezones: events.Timezones()})
}

// getZoneList decides AGTGetZoneList (L2522).
func (t *turn) getZoneList(a *Agent, c Command) {
	t.respond(a, c.Name, events.ZoneListResult{ZoneList: t.s.Settings.Zones})
}
