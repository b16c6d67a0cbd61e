package zone

import "time"

// clock is the time of a zone, in microseconds since 1970, UTC. It is the
// broker's. While that is behind what the clock has said or the log says, because
// it was set back or another leader's was ahead, the clock goes on half as fast:
// to stand still would stop every timer of the zone.
type clock struct {
	newest int64
	// asked is when newest was said; it has the monotonic clock in it.
	asked time.Time
}

func newClock(newest int64) *clock { return &clock{newest: newest, asked: time.Now()} }

func (c *clock) now() int64 {
	now := time.Now()
	passed := now.Sub(c.asked)
	c.asked = now
	return c.step(now.UnixMicro(), passed)
}

// step takes the broker's time and how much has really passed since the last one.
func (c *clock) step(wall int64, passed time.Duration) int64 {
	c.newest = max(wall, c.newest+passed.Microseconds()/2)
	return c.newest
}
