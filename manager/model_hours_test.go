package manager

import (
	"slices"
	"time"

	"github.com/deskbus/deskbus/events"
)

// hours is what a reader of the feed knows of calling windows. He checks that
// nobody is dialled outside them, by a clock of his own.
type hours struct {
	zone      string
	windows   map[string]*events.CallingWindow // by campaign
	timeZones map[string]string                // by campaign and contact
	calls     map[string]string                // the customer's time zone, by session
}

func newHours() hours {
	return hours{windows: map[string]*events.CallingWindow{}, timeZones: map[string]string{}, calls: map[string]string{}}
}

func (h *hours) read(t tester, e *events.Event) {
	t.Helper()
	switch d := e.Data.(type) {
	case events.ZoneSettings:
		h.zone = d.TimeZone
	case events.Campaign:
		h.windows[e.Job] = d.CallingWindow
	case events.POMCustomerDetails:
		h.timeZones[e.Job+"/"+d.ContactID] = d.TimeZone
	case events.CallbackData:
		h.calls[d.CallbackID] = d.TimeZone
	case events.ContactOfferedData:
		if h.calls[e.Session] == "" {
			h.calls[e.Session] = h.timeZones[d.List+"/"+d.ContactID]
		}
	case events.ContactDialedData:
		h.calls[e.Session] = h.timeZones[e.Job+"/"+d.ContactID]
		h.check(t, e)
	case events.NumberDialedData:
		h.check(t, e)
	}
}

func (h *hours) check(t tester, e *events.Event) {
	t.Helper()
	if clock := h.clock(e); !within(h.windows[e.Job], clock) {
		t.Errorf("the customer of %s is called at %s", e.Session, clock)
	}
}

func (h *hours) clock(e *events.Event) time.Time {
	at := time.UnixMicro(e.At).UTC()
	for _, name := range []string{h.calls[e.Session], h.zone} {
		if location, err := time.LoadLocation(name); err == nil && name != "" {
			return at.In(location)
		}
	}
	return at
}

func within(w *events.CallingWindow, clock time.Time) bool {
	if w == nil {
		return true
	}
	minute := clock.Hour()*60 + clock.Minute()
	day := len(w.Days) == 0 || slices.Contains(w.Days, int(clock.Weekday()))
	return day && w.From <= minute && minute < w.To
}

// modelTimeZones are those of the contacts. A walk begins on 14 November 2023,
// a Tuesday, at 22:13:20 UTC: 17:13:20 in New York, 23:13:20 in Berlin.
var modelTimeZones = []string{"", "America/New_York", "Europe/Berlin", "Mars/Base"}

// modelWindow opens in New York, and closes in Berlin, soon after the beginning.
func modelWindow(variant int) *events.CallingWindow {
	switch variant {
	case 1:
		return &events.CallingWindow{From: 17*60 + 14, To: 23*60 + 14}
	case 4:
		return &events.CallingWindow{From: 0, To: 23*60 + 15, Days: []int{2}}
	}
	return nil
}

func modelRetries(variant int) []events.Retry {
	if variant < 3 {
		return nil
	}
	return []events.Retry{
		{Outcome: events.CauseBusy, After: 5, Attempts: 2},
		{Outcome: events.OutcomeMachine, After: 1, Attempts: 1},
		{Outcome: events.CauseSwitchFailure, After: 60, Attempts: 1},
	}
}
