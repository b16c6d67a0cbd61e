// Package window knows when a calling window is open on the clock of a time
// zone, and when it opens next.
//
// Contract: the answers follow from the arguments and the IANA time zones, which
// are linked in for a machine that has none. The clock of a place counts, whatever
// daylight saving does to it: a minute that is skipped is never in the window, one
// that comes twice is in it twice. The package reads no clock and cannot fail: a
// time zone nobody knows is passed over, the last resort is UTC. A [Clocks] belongs
// to one goroutine; a crash leaves nothing behind.
package window

import (
	"slices"
	"time"
	_ "time/tzdata" // the same time zones wherever the broker runs

	"github.com/deskbus/deskbus/events"
)

// Clocks remembers the time zones it was asked for. The zero value is ready.
type Clocks struct {
	known map[string]*time.Location // nil for a name nobody knows
}

// Open tells whether a window is open at a time, in microseconds since 1970, UTC,
// in the first of the time zones that is known.
func (c *Clocks) Open(w events.CallingWindow, at int64, timeZones ...string) bool {
	return open(w, time.UnixMicro(at).In(c.first(timeZones)))
}

// Opening returns the first time from at on at which the window is open; false
// when it never is.
func (c *Clocks) Opening(w events.CallingWindow, at int64, timeZones ...string) (int64, bool) {
	t := time.UnixMicro(at).In(c.first(timeZones))
	for range 2 * weekDays {
		// The clock runs evenly up to the next change of its offset.
		_, change := t.ZoneBounds()
		for day := range weekDays + 1 {
			next := opening(w, t, day)
			if !change.IsZero() && !next.Before(change) {
				break
			}
			if open(w, next) {
				return next.UnixMicro(), true
			}
		}
		if change.IsZero() || w.From >= w.To {
			break
		}
		t = change
	}
	return 0, false
}

const weekDays = 7

func open(w events.CallingWindow, t time.Time) bool {
	minute := t.Hour()*60 + t.Minute()
	return minute >= w.From && minute < w.To &&
		(len(w.Days) == 0 || slices.Contains(w.Days, int(t.Weekday())))
}

// opening returns when the window would open so many days after t, were it not
// for the days of the week, or t itself when that has passed. The offset is that
// of t: it holds up to the next change, and beyond nobody looks.
func opening(w events.CallingWindow, t time.Time, days int) time.Time {
	_, offset := t.Zone()
	year, month, day := t.Date()
	from := time.Date(year, month, day+days, 0, w.From, 0, 0, time.FixedZone("", offset)).In(t.Location())
	if from.Before(t) {
		return t
	}
	return from
}

// first returns the first time zone that is known.
func (c *Clocks) first(names []string) *time.Location {
	for _, name := range names {
		if location := c.location(name); location != nil {
			return location
		}
	}
	return time.UTC
}

func (c *Clocks) location(name string) *time.Location {
	// LoadLocation takes "Local" for the machine's own zone, which is nobody's.
	if name == "" || name == "Local" {
		return nil
	}
	location, asked := c.known[name]
	if !asked {
		location, _ = time.LoadLocation(name)
		if c.known == nil {
			c.known = map[string]*time.Location{}
		}
		c.known[name] = location
	}
	return location
}
