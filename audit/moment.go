package audit

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/deskbus/deskbus/events"
)

// Moment is a place in a log: a time, or the number of an event. The zero value
// is no place at all, and bounds nothing.
type Moment struct {
	Time time.Time
	ZN   uint64
}

// IsZero tells whether it is no place at all.
func (m Moment) IsZero() bool { return m.ZN == 0 && m.Time.IsZero() }

// before tells whether an event comes before the moment, and after whether it
// comes after it. The times of events never go back.
func (m Moment) before(e *events.Event) bool {
	if m.ZN != 0 {
		return e.ZN < m.ZN
	}
	return !m.Time.IsZero() && e.Time().Before(m.Time)
}

func (m Moment) after(e *events.Event) bool {
	if m.ZN != 0 {
		return e.ZN > m.ZN
	}
	return !m.Time.IsZero() && e.Time().After(m.Time)
}

// Clock reads and shows the times of people: where they are, and now.
type Clock struct {
	In  *time.Location
	Now time.Time
}

// Show shows a time to the millisecond, with its offset, or Z for UTC.
func (c Clock) Show(t time.Time) string { return t.In(c.In).Format("2006-01-02 15:04:05.000Z07:00") }

// ShowMoment shows a moment as Parse reads it.
func (c Clock) ShowMoment(m Moment) string {
	if m.ZN != 0 {
		return "zn=" + strconv.FormatUint(m.ZN, 10)
	}
	return c.Show(m.Time)
}

// Accepted says what Parse reads.
const Accepted = `2026-03-02T09:00:00+01:00, "2026-03-02 09:00", 2026-03-02, 09:00 (today), 2h30m (ago) or zn=1200 (an event)`

// dated and daily are the forms without an offset.
var (
	dated = []string{"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"}
	daily = []string{"15:04:05", "15:04"}
)

// Parse reads a moment in one of the forms that [Accepted] lists. A time that a
// change of the clocks has left out or has twice is refused: an audit does not
// guess.
func (c Clock) Parse(text string) (Moment, error) {
	if number, found := strings.CutPrefix(text, "zn="); found {
		zn, err := strconv.ParseUint(number, 10, 64)
		if err != nil || zn == 0 {
			return Moment{}, fmt.Errorf("%q is no number of an event: they begin at zn=1", text)
		}
		return Moment{ZN: zn}, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return Moment{Time: t.UTC()}, nil
	}
	for _, layout := range dated {
		if wall, err := time.Parse(layout, text); err == nil {
			return c.at(text, wall)
		}
	}
	for _, layout := range daily {
		if clock, err := time.Parse(layout, text); err == nil {
			y, m, d := c.Now.In(c.In).Date()
			return c.at(text, time.Date(y, m, d, clock.Hour(), clock.Minute(), clock.Second(), clock.Nanosecond(), time.UTC))
		}
	}
	if ago, err := time.ParseDuration(text); err == nil && ago >= 0 {
		return Moment{Time: c.Now.UTC().Add(-ago)}, nil
	}
	return Moment{}, fmt.Errorf("%q is no time: use %s", text, Accepted)
}

// at is when the clocks show this, written as if they did in UTC.
func (c Clock) at(text string, wall time.Time) (Moment, error) {
	var found []time.Time
	for _, probe := range []time.Time{wall.Add(-24 * time.Hour), wall.Add(24 * time.Hour)} {
		_, offset := probe.In(c.In).Zone()
		t := wall.Add(-time.Duration(offset) * time.Second)
		_, is := t.In(c.In).Zone()
		if is == offset && (len(found) == 0 || !found[0].Equal(t)) {
			found = append(found, t)
		}
	}
	switch len(found) {
	case 0:
		return Moment{}, fmt.Errorf("%q never was: the clocks in %s went forward over it", text, c.In)
	case 2:
		return Moment{}, fmt.Errorf("%q was twice: the clocks in %s went back; use %s or %s", text, c.In,
			found[0].In(c.In).Format(time.RFC3339), found[1].In(c.In).Format(time.RFC3339))
	}
	return Moment{Time: found[0]}, nil
}
