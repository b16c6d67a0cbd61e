package zone

import (
	"sync"
	"sync/atomic"
)

// counters count what the zone has done since the process started.
type counters struct {
	commits atomic.Uint64
	events  atomic.Uint64

	mu    sync.Mutex
	drops map[string]uint64
}

func (c *counters) committed(events int) {
	c.commits.Add(1)
	c.events.Add(uint64(events))
}

func (c *counters) dropped(why string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.drops == nil {
		c.drops = map[string]uint64{}
	}
	c.drops[why]++
}

// Counts is what a zone has done since the process started.
type Counts struct {
	Commits uint64 `json:"commits"`
	Events  uint64 `json:"events"`
	// Dropped counts inputs that caused no event, by reason.
	Dropped map[string]uint64 `json:"dropped"`
}

// Counts may be called from any goroutine.
func (z *Zone) Counts() Counts {
	c := &z.counters
	c.mu.Lock()
	defer c.mu.Unlock()
	drops := make(map[string]uint64, len(c.drops))
	for why, n := range c.drops {
		drops[why] = n
	}
	return Counts{Commits: c.commits.Load(), Events: c.events.Load(), Dropped: drops}
}
