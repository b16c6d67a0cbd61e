package manager

import (
	"strconv"
	"strings"

	"github.com/deskbus/deskbus/events"
)

// getErrorString decides AGTGetErrorString (L1878).
func (t *turn) getErrorString(a *Agent, c Command) {
	number, err := strconv.Atoi(c.Data.(events.ErrorStringParams).ErrorCode)
	entry, known := events.Lookup(events.Code(number))
	if err != nil || !known {
		t.refuse(a, c, events.NoErrorString)
		return
	}
	t.respond(a, c.Name, events.ErrorStringResult{
		ErrorMsg: entry.Message, LocalizedErrorMsg: t.s.localized(a, entry),
	})
}

// getErrorInfo decides AGTGetErrorInfo (L1918).
func (t *turn) getErrorInfo(a *Agent, c Command) {
	asked := c.Data.(events.ErrorInfoParams).ErrorCode
	if asked == nil {
		t.refuse(a, c, events.NoErrorString)
		return
	}
	entry, known := events.Lookup(asked.ErrorCode)
	if !known {
		t.respond(a, c.Name, events.ErrorInfoResult{
			ErrorInfo: events.POMErrorInfo{ErrorCode: asked.ErrorCode, APIName: asked.APIName}, Result: events.NoErrorString,
		})
		return
	}
	t.respond(a, c.Name, events.ErrorInfoResult{ErrorInfo: events.POMErrorInfo{
		ErrorCode: entry.Code, ErrorType: entry.Type, ErrorString: entry.Message,
		LocalizedErrorString: t.s.localized(a, entry), APIName: asked.APIName,
	}})
}

// localized returns the message in the language of the agent's logon (reading
// 40): that of the locale, else that of its language, else the English one.
func (s *State) localized(a *Agent, entry events.CatalogueEntry) string {
	locale := normalLocale(*a.Logon.Locale)
	language, _, _ := strings.Cut(locale, "_")
	message := entry.Message
	for _, e := range s.Settings.ErrorStrings {
		if e.Code != entry.Code {
			continue
		}
		switch normalLocale(e.Locale) {
		case locale:
			return e.Message
		case language:
			message = e.Message
		}
	}
	return message
}

// normalLocale writes "de-AT", as browsers do, like "de_AT".
func normalLocale(locale string) string {
	return strings.ToLower(strings.ReplaceAll(locale, "-", "_"))
}
