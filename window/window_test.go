package window

import (
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
)

var workdays = []int{1, 2, 3, 4, 5}

func micros(t *testing.T, text string) int64 {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at.UnixMicro()
}

func TestOpen(t *testing.T) {
	day := events.CallingWindow{From: 9 * 60, To: 20 * 60}
	// In New York the clock goes from 02:00 to 03:00 on 2026-03-08 and from 02:00
	// back to 01:00 on 2026-11-01.
	night := events.CallingWindow{From: 90, To: 150}
	late := events.CallingWindow{From: 150, To: 240}
	for _, test := range []struct {
		name  string
		w     events.CallingWindow
		at    string
		zones []string
		want  bool
	}{
		{"the first minute", day, "2026-03-02T09:00:00+01:00", []string{"Europe/Berlin"}, true},
		{"just before it", day, "2026-03-02T08:59:59+01:00", []string{"Europe/Berlin"}, false},
		{"the last minute", day, "2026-03-02T19:59:59+01:00", []string{"Europe/Berlin"}, true},
		{"just after it", day, "2026-03-02T20:00:00+01:00", []string{"Europe/Berlin"}, false},
		{"elsewhere at the same time", day, "2026-03-02T09:00:00+01:00", []string{"America/New_York"}, false},
		{"summer time", day, "2026-07-01T09:00:00+02:00", []string{"Europe/Berlin"}, true},
		{"no time zone", day, "2026-03-02T09:00:00Z", nil, true},
		{"an unknown time zone", day, "2026-03-02T09:00:00+01:00", []string{"Mars/Base", "Europe/Berlin"}, true},
		{"Local is unknown", day, "2026-03-02T08:30:00Z", []string{"Local", "Europe/Berlin"}, true},
		{"Friday", events.CallingWindow{From: 0, To: 1440, Days: workdays}, "2026-03-06T23:59:00Z", nil, true},
		{"Saturday", events.CallingWindow{From: 0, To: 1440, Days: workdays}, "2026-03-07T00:00:00Z", nil, false},
		{"before the gap", night, "2026-03-08T01:59:00-05:00", []string{"America/New_York"}, true},
		{"after the gap it is 03:00", night, "2026-03-08T03:00:00-04:00", []string{"America/New_York"}, false},
		{"from within the gap on", late, "2026-03-08T03:00:00-04:00", []string{"America/New_York"}, true},
		{"01:45 for the first time", night, "2026-11-01T01:45:00-04:00", []string{"America/New_York"}, true},
		{"01:15 for the second time", night, "2026-11-01T01:15:00-05:00", []string{"America/New_York"}, false},
		{"01:45 for the second time", night, "2026-11-01T01:45:00-05:00", []string{"America/New_York"}, true},
	} {
		var c Clocks
		if got := c.Open(test.w, micros(t, test.at), test.zones...); got != test.want {
			t.Errorf("%s: open is %v", test.name, got)
		}
	}
}

func TestOpening(t *testing.T) {
	for _, test := range []struct {
		name, zone string
		w          events.CallingWindow
		at, want   string
	}{
		{"open now", "Europe/Berlin", events.CallingWindow{From: 540, To: 1200}, "2026-03-02T10:00:01+01:00", "2026-03-02T10:00:01+01:00"},
		{"later today", "Europe/Berlin", events.CallingWindow{From: 540, To: 1200}, "2026-03-02T03:00:00+01:00", "2026-03-02T09:00:00+01:00"},
		{"tomorrow", "Europe/Berlin", events.CallingWindow{From: 540, To: 1200}, "2026-03-02T21:00:00+01:00", "2026-03-03T09:00:00+01:00"},
		{"after the weekend", "Europe/Berlin", events.CallingWindow{From: 540, To: 1200, Days: workdays}, "2026-03-06T20:00:00+01:00", "2026-03-09T09:00:00+01:00"},
		{"one day a week, just missed", "UTC", events.CallingWindow{From: 540, To: 600, Days: []int{1}}, "2026-03-02T10:00:00Z", "2026-03-09T09:00:00Z"},
		{"over the change to summer time", "Europe/Berlin", events.CallingWindow{From: 540, To: 1200}, "2026-03-28T21:00:00+01:00", "2026-03-29T09:00:00+02:00"},
		{"over the change to winter time", "Europe/Berlin", events.CallingWindow{From: 540, To: 1200}, "2026-10-24T21:00:00+02:00", "2026-10-25T09:00:00+01:00"},
		// 02:30 does not exist: the window opens when the clock jumps over it.
		{"opens within the gap", "Europe/Berlin", events.CallingWindow{From: 150, To: 240}, "2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00"},
		// All of it is skipped: the next day.
		{"lies within the gap", "Europe/Berlin", events.CallingWindow{From: 130, To: 170}, "2026-03-29T01:00:00+01:00", "2026-03-30T02:10:00+02:00"},
		// 02:30 comes twice, and the clock goes back while the window is open.
		{"the first of two", "Europe/Berlin", events.CallingWindow{From: 150, To: 165}, "2026-10-25T01:00:00+02:00", "2026-10-25T02:30:00+02:00"},
		{"the second of two", "Europe/Berlin", events.CallingWindow{From: 150, To: 165}, "2026-10-25T02:45:00+02:00", "2026-10-25T02:30:00+01:00"},
		{"opens because the clock goes back", "Europe/Berlin", events.CallingWindow{From: 60, To: 150}, "2026-10-25T02:30:00+02:00", "2026-10-25T02:00:00+01:00"},
		// Lord Howe Island moves by half an hour, at 02:00.
		{"half an hour is skipped", "Australia/Lord_Howe", events.CallingWindow{From: 125, To: 180}, "2026-10-04T01:00:00+10:30", "2026-10-04T02:30:00+11:00"},
		// Samoa had no 30 December 2011, a Friday.
		{"a day is skipped", "Pacific/Apia", events.CallingWindow{From: 540, To: 600, Days: []int{5}}, "2011-12-29T12:00:00-10:00", "2012-01-06T09:00:00+14:00"},
	} {
		var c Clocks
		at, found := c.Opening(test.w, micros(t, test.at), test.zone)
		if want := micros(t, test.want); !found || at != want {
			t.Errorf("%s: opens %s, want %s", test.name, time.UnixMicro(at).UTC(), time.UnixMicro(want).UTC())
		}
	}
}

func TestNeverOpen(t *testing.T) {
	var c Clocks
	for _, w := range []events.CallingWindow{{From: 600, To: 600}, {From: 0, To: 1440, Days: []int{7}}} {
		for _, zone := range []string{"UTC", "Europe/Berlin", "Asia/Kolkata"} {
			if at, found := c.Opening(w, micros(t, "2026-03-02T09:00:00Z"), zone); found {
				t.Errorf("%+v opens in %s at %d", w, zone, at)
			}
		}
	}
}

// TestOpeningIsTheFirst compares with a look at each minute, over days on which
// clocks change.
func TestOpeningIsTheFirst(t *testing.T) {
	windows := []events.CallingWindow{
		{From: 0, To: 1440, Days: []int{6}}, {From: 30, To: 95}, {From: 119, To: 181}, {From: 1439, To: 1440}, {From: 0, To: 1, Days: []int{0, 1}},
	}
	var c Clocks
	const minute = int64(60_000_000)
	for _, zone := range []string{"Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata"} {
		for _, start := range []string{"2026-02-13T00:00:00Z", "2026-03-06T00:00:00Z", "2026-03-27T00:00:00Z", "2026-10-02T00:00:00Z", "2026-10-23T00:00:00Z", "2026-10-30T00:00:00Z"} {
			for _, w := range windows {
				from := micros(t, start)
				next := from
				for at := from; at < from+4*24*60*minute; at += 7 * minute {
					for next < at || !c.Open(w, next, zone) {
						next += minute
					}
					// A naive look from a whole minute finds whole minutes.
					if got, found := c.Opening(w, at, zone); !found || got != next {
						t.Fatalf("%+v in %s from %s: %s, want %s", w, zone, time.UnixMicro(at).UTC(), time.UnixMicro(got).UTC(), time.UnixMicro(next).UTC())
					}
				}
			}
		}
	}
}
