package audit_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/deskbus/deskbus/audit"
)

func clockIn(t testing.TB, zone string) audit.Clock {
	t.Helper()
	in, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return audit.Clock{In: in, Now: time.Date(2026, 3, 4, 23, 30, 0, 0, time.UTC)}
}

func TestParseMoment(t *testing.T) {
	for _, test := range []struct{ zone, text, want string }{
		{"UTC", "2026-03-02T09:00:00+01:00", "2026-03-02T08:00:00Z"},
		{"UTC", "2026-03-02T09:00:00.5Z", "2026-03-02T09:00:00.5Z"},
		{"UTC", "2026-03-02 09:00:30", "2026-03-02T09:00:30Z"},
		{"UTC", "2026-03-02 09:00:30.25", "2026-03-02T09:00:30.25Z"},
		{"UTC", "2026-03-02 09:00", "2026-03-02T09:00:00Z"},
		{"UTC", "2026-03-02", "2026-03-02T00:00:00Z"},
		{"UTC", "09:00", "2026-03-04T09:00:00Z"},
		{"UTC", "09:00:01.5", "2026-03-04T09:00:01.5Z"},
		{"UTC", "2h30m", "2026-03-04T21:00:00Z"},
		{"UTC", "0s", "2026-03-04T23:30:00Z"},
		{"Europe/Berlin", "2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z"},
		{"Europe/Berlin", "2026-03-02 09:00", "2026-03-02T08:00:00Z"},
		{"Europe/Berlin", "2026-07-02 09:00", "2026-07-02T07:00:00Z"},
		{"Europe/Berlin", "09:00", "2026-03-05T08:00:00Z"}, // it is tomorrow there
		{"Europe/Berlin", "30m", "2026-03-04T23:00:00Z"},
		{"Europe/Berlin", "2026-03-29 01:59:59", "2026-03-29T00:59:59Z"},
		{"Europe/Berlin", "2026-03-29 03:00", "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", "2026-10-25 01:59", "2026-10-24T23:59:00Z"},
		{"Europe/Berlin", "2026-10-25 03:00", "2026-10-25T02:00:00Z"},
		{"Australia/Lord_Howe", "2026-04-05 01:00", "2026-04-04T14:00:00Z"},
	} {
		got, err := clockIn(t, test.zone).Parse(test.text)
		if err != nil || got.ZN != 0 || got.Time.UTC().Format(time.RFC3339Nano) != test.want {
			t.Errorf("%s in %s: %s, %v, want %s", test.text, test.zone, got.Time.Format(time.RFC3339Nano), err, test.want)
		}
	}
	if got, err := clockIn(t, "UTC").Parse("zn=1200"); err != nil || got != (audit.Moment{ZN: 1200}) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestParseMomentRefuses(t *testing.T) {
	for _, test := range []struct{ zone, text, want string }{
		{"UTC", "", "is no time: use 2026"},
		{"UTC", "yesterday", "is no time"},
		{"UTC", "-2h", "is no time"},
		{"UTC", "25:00", "is no time"},
		{"UTC", "2026-02-30", "is no time"},
		{"UTC", "2026-03-02 24:00", "is no time"},
		{"UTC", "1200", "is no time"},
		{"UTC", "zn=0", "is no number of an event"},
		{"UTC", "zn=-1", "is no number of an event"},
		{"Europe/Berlin", "2026-03-29 02:30", "never was"},
		{"Europe/Berlin", "2026-10-25 02:30", "2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00"},
		{"Australia/Lord_Howe", "2026-04-05 01:45", "was twice"},
	} {
		got, err := clockIn(t, test.zone).Parse(test.text)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s in %s: %v, %v, want %s", test.text, test.zone, got, err, test.want)
		}
	}
}

// FuzzParseMoment: what is read is shown so that it is read again as the same.
func FuzzParseMoment(f *testing.F) {
	for _, text := range []string{
		"2026-03-02T09:00:00+01:00", "2026-03-29 02:30", "2026-10-25 02:30:01", "09:00", "2h30m", "zn=7", "0000-01-01", "9999-12-31 23:59",
	} {
		f.Add(text, true)
	}
	utc, berlin := clockIn(f, "UTC"), clockIn(f, "Europe/Berlin")
	f.Fuzz(func(t *testing.T, text string, abroad bool) {
		c := utc
		if abroad {
			c = berlin
		}
		m, err := c.Parse(text)
		if err != nil {
			return
		}
		shown := c.ShowMoment(m)
		if m.ZN == 0 {
			there := m.Time.In(c.In)
			if _, offset := there.Zone(); there.Year() < 0 || there.Year() > 9999 || offset%60 != 0 {
				return // RFC 3339 cannot write it
			}
			shown = there.Format(time.RFC3339Nano)
		}
		again, err := c.Parse(shown)
		if err != nil || again.ZN != m.ZN || !again.Time.Equal(m.Time) {
			t.Fatalf("%q is %+v, shown as %s, which is %+v: %v", text, m, shown, again, err)
		}
	})
}
