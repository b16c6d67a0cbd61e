package manager

import "container/heap"

// unpaced is when each campaign is to be paced: at once when something changed
// in it, later when a calling window opens or the next round begins. It is not
// part of what is folded: a new leader paces every campaign once and knows
// again.
type unpaced struct {
	at map[Timer]int64
	// entries has them in order, and those that were set again or cleared since.
	entries timerHeap
}

// unpace has a campaign paced, in this turn or in one of its own.
func (s *State) unpace(job string) { s.paceAt(job, s.At) }

// paceAt has a campaign paced at a time at the latest.
func (s *State) paceAt(job string, at int64) {
	timer := timerOf(timerPace, job)
	if earlier, set := s.unpaced.at[timer]; !set || at < earlier {
		s.unpaced.set(timer, at)
	}
}

func (u *unpaced) set(t Timer, at int64) {
	u.at[t] = at
	heap.Push(&u.entries, timerEntry{at, t})
	if len(u.entries) <= 2*len(u.at)+64 {
		return
	}
	u.entries = u.entries[:0]
	for timer, at := range u.at {
		u.entries = append(u.entries, timerEntry{at, timer})
	}
	heap.Init(&u.entries)
}

func (u *unpaced) clear(t Timer) { delete(u.at, t) }

// next returns the campaign to be paced first, and when; false for none.
func (u *unpaced) next() (Timer, int64, bool) {
	for len(u.entries) > 0 {
		if first := u.entries[0]; u.at[first.timer] == first.at {
			return first.timer, first.at, true
		}
		heap.Pop(&u.entries)
	}
	return "", 0, false
}
