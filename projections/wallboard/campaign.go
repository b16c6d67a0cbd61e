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
	mode         events.POMContactType
	abandonLimit int
	// configured: the feed has its settings. Withdrawn: it has none any more.
	configured, withdrawn, running bool

	// dials are the times of the last minute's dials.
	dials []int64
	// minutes has the counts of the last hour by the minute since 1970; changed
	// are those that were touched since somebody looked.
	minutes map[int64]counts
	changed map[int64]bool
	// today counts since midnight of day.
	today counts
	day   int
	// callbacks are those that are not over, by their id.
	callbacks map[string]callback
}

// callback is one that somebody was promised. Offered: an agent sees it, or has
// called back.
type callback struct {
	due     int64
	offered bool
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
	c.dials = append(c.dialsAt(at), at)
}

// dialsAt returns the dials of the minute before a time.
func (c *campaign) dialsAt(now int64) []int64 {
	for len(c.dials) > 0 && c.dials[0] <= now-minute {
		c.dials = c.dials[1:]
	}
	return c.dials
}

func (c *campaign) offered(session string) {
	if b, is := c.callbacks[session]; is {
		b.offered = true
		c.callbacks[session] = b
	}
}

// count adds to the minute and to the day of a time.
func (c *campaign) count(at int64, l *time.Location, d counts) {
	m := at / minute
	c.minutes[m] = c.minutes[m].plus(d)
	c.changed[m] = true
	if len(c.minutes) > hour {
		maps.DeleteFunc(c.minutes, func(k int64, _ counts) bool { return k <= m-hour })
		maps.DeleteFunc(c.changed, func(k int64, _ bool) bool { return k <= m-hour })
	}
	if day := dayOf(at, l); day >= c.day {
		c.today, c.day = c.todayAt(at, l).plus(d), day
	}
}

func (c *campaign) todayAt(now int64, l *time.Location) counts {
	if dayOf(now, l) > c.day {
		return counts{}
	}
	return c.today
}

// dayOf numbers days so that a later one is greater.
func dayOf(at int64, l *time.Location) int {
	t := time.UnixMicro(at).In(l)
	return t.Year()*1000 + t.YearDay()
}

// lastHour adds up the minutes of the hour before a time.
func (c *campaign) lastHour(now int64) counts {
	var sum counts
	for m, n := range c.minutes {
		if m > now/minute-hour {
			sum = sum.plus(n)
		}
	}
	return sum
}

// waiting counts the callbacks that nobody has made yet: all of them, those whose
// time has come, and those that are late.
func (c *campaign) waiting(now int64) (planned, due, overdue int) {
	for _, b := range c.callbacks {
		switch {
		case b.offered:
		case now > b.due+overdueAfter:
			overdue++
		case now >= b.due:
			due++
		default:
			planned++
		}
	}
	return planned, due, overdue
}
