package wallboard

import (
	"maps"
	"time"

	"github.com/deskbus/deskbus/events"
)

const (
	second = int64(time.Second / time.Microsecond)
	minute = 60 * second
	// hour is how many minutes are kept of a campaign.
	hour = 60
	// overdueAfter is how late a callback may be before it is called overdue.
	overdueAfter = minute
)

// campaign is what is counted of one campaign.
type campaign struct {
	Mode         events.POMContactType
	AbandonLimit int
	// Configured: the feed has its settings. Withdrawn: it has none any more.
	Configured, Withdrawn, Running bool

	// Dials are the times of the last minute's Dials.
	Dials []int64
	// Minutes has the counts of the last hour by the minute since 1970; changed
	// are those that were touched since somebody looked.
	Minutes map[int64]counts
	changed map[int64]bool
	// Today counts since midnight of day.
	Today counts
	Day   int
	// Callbacks are those that are not over, by their id.
	Callbacks map[string]callback
}

// callback is one that somebody was promised. Offered: an agent sees it, or has
// called back.
type callback struct {
	Due     int64
	Offered bool
}

// counts are of calls, as the reports count them, and in the minute of the answer
// what turns out about it. Answered are live answers, Abandoned those of them that
// found no agent in time, Handled conversations an agent has disposed of or handed
// to another agent.
type counts struct {
	Answered  int `json:"answered"`
	Abandoned int `json:"abandoned"`
	Handled   int `json:"handled"`
}

func (c counts) plus(d counts) counts {
	return counts{c.Answered + d.Answered, c.Abandoned + d.Abandoned, c.Handled + d.Handled}
}

func (c *campaign) dialed(at int64) {
	c.Dials = append(c.dialsAt(at), at)
}

// dialsAt returns the dials of the minute before a time.
func (c *campaign) dialsAt(now int64) []int64 {
	for len(c.Dials) > 0 && c.Dials[0] <= now-minute {
		c.Dials = c.Dials[1:]
	}
	return c.Dials
}

func (c *campaign) offered(session string) {
	if b, is := c.Callbacks[session]; is {
		b.Offered = true
		c.Callbacks[session] = b
	}
}

// count adds to the minute and to the day of a time.
func (c *campaign) count(at int64, l *time.Location, d counts) {
	m := at / minute
	c.Minutes[m] = c.Minutes[m].plus(d)
	c.changed[m] = true
	if len(c.Minutes) > hour {
		maps.DeleteFunc(c.Minutes, func(k int64, _ counts) bool { return k <= m-hour })
		maps.DeleteFunc(c.changed, func(k int64, _ bool) bool { return k <= m-hour })
	}
	if day := dayOf(at, l); day >= c.Day {
		c.Today, c.Day = c.todayAt(at, l).plus(d), day
	}
}

func (c *campaign) todayAt(now int64, l *time.Location) counts {
	if dayOf(now, l) > c.Day {
		return counts{}
	}
	return c.Today
}

// dayOf numbers days so that a later one is greater.
func dayOf(at int64, l *time.Location) int {
	t := time.UnixMicro(at).In(l)
	return t.Year()*1000 + t.YearDay()
}

// lastHour adds up the minutes of the hour before a time.
func (c *campaign) lastHour(now int64) counts {
	var sum counts
	for m, n := range c.Minutes {
		if m > now/minute-hour {
			sum = sum.plus(n)
		}
	}
	return sum
}

// waiting counts the callbacks that nobody has made yet: all of them, those whose
// time has come, and those that are late.
func (c *campaign) waiting(now int64) (planned, due, overdue int) {
	for _, b := range c.Callbacks {
		switch {
		case b.Offered:
		case now > b.Due+overdueAfter:
			overdue++
		case now >= b.Due:
			due++
		default:
			planned++
		}
	}
	return planned, due, overdue
}
