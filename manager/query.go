package manager

import (
	"strconv"

	"github.com/deskbus/deskbus/events"
)

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

// getErrorString decides AGTGetErrorString (L1878).
func (t *turn) getErrorString(a *Agent, c Command) {
	number, err := strconv.Atoi(c.Data.(events.ErrorStringParams).ErrorCode)
	entry, known := events.Lookup(events.Code(number))
	if err != nil || !known {
		t.refuse(a, c, events.NoErrorString)
		return
	}
	t.respond(a, c.Name, events.ErrorStringResult{ErrorMsg: entry.Message, LocalizedErrorMsg: entry.Message})
}

// getErrorInfo decides AGTGetErrorInfo (L1918).
func (t *turn) getErrorInfo(a *Agent, c Command) {
	asked := c.Data.(events.ErrorInfoParams).ErrorCode
	entry, known := events.Lookup(asked.ErrorCode)
	if !known {
		t.respond(a, c.Name, events.ErrorInfoResult{
			ErrorInfo: events.POMErrorInfo{ErrorCode: asked.ErrorCode, APIName: asked.APIName}, Result: events.NoErrorString,
		})
		return
	}
	t.respond(a, c.Name, events.ErrorInfoResult{ErrorInfo: events.POMErrorInfo{
		ErrorCode: entry.Code, ErrorType: entry.Type, ErrorString: entry.Message,
		LocalizedErrorString: entry.Message, APIName: asked.APIName,
	}})
}
