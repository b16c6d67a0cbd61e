package switchsim

import (
	"container/heap"
	"time"
)

// alarm is when a leg or a play has something to do next.
type alarm struct {
	at time.Time
	// id is that of the play when play is set, of the leg otherwise.
	id   string
	play bool
	// place is the index within alarms plus one; 0 means that it is not set.
	place int
}

// alarms is a heap with the earliest alarm first. Alarms of the same time go by
// id, so that a replay finds the same order.
type alarms []*alarm

func (h alarms) Len() int { return len(h) }

func (h alarms) Less(i, j int) bool {
	if !h[i].at.Equal(h[j].at) {
		return h[i].at.Before(h[j].at)
	}
	return h[i].id < h[j].id
}

func (h alarms) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i+1, j+1
}

// Push is for package heap.
func (h *alarms) Push(x any) {
	a := x.(*alarm)
	*h = append(*h, a)
	a.place = len(*h)
}

// Pop is for package heap.
func (h *alarms) Pop() any {
	last := len(*h) - 1
	a := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	a.place = 0
	return a
}

// set sets an alarm, or moves one that is set.
func (h *alarms) set(a *alarm, at time.Time) {
	a.at = at
	if a.place == 0 {
		heap.Push(h, a)
	} else {
		heap.Fix(h, a.place-1)
	}
}

// clear is idempotent.
func (h *alarms) clear(a *alarm) {
	if a.place != 0 {
		heap.Remove(h, a.place-1)
	}
}

// next returns the earliest alarm, nil when none is set.
func (h alarms) next() *alarm {
	if len(h) == 0 {
		return nil
	}
	return h[0]
}
