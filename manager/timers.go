package manager

import (
	"container/heap"
	"strings"
)

// Timer names a timer: "<kind>.<key>". There is one at most of each name.
type Timer string

func timerOf(kind, key string) Timer { return Timer(kind + "." + key) }

func (t Timer) split() (kind, key string) {
	kind, key, _ = strings.Cut(string(t), ".")
	return kind, key
}

// The kinds of timers.
const (
	// timerNailup (agent): the next step of nailing is overdue or may be tried.
	timerNailup = "nailup"
	// timerDetach (agent): the job is over, or the switch is not used any more:
	// drop the nailing.
	timerDetach = "detach"
	// timerRing (session): the switch owes the end of a dial attempt.
	timerRing = "ring"
	// timerConsult (session): the switch owes the end of a call to an external
	// party.
	timerConsult = "consult"
	// timerQueue (session): an answered call has waited too long for an agent.
	timerQueue = "queue"
	// timerWrapup (session): the desktop owes the disposition.
	timerWrapup = "wrapup"
	// timerPreview (session): the desktop owes the decision on a preview.
	timerPreview = "preview"
	// timerCallback (callback): its agent is to be found, or has time for it.
	timerCallback = "callback"
	// timerExpiry (callback): nobody had time for it. At the same moment
	// timerCallback comes first, by its name.
	timerExpiry = "expiry"
	// timerLegLost (leg): the switch has forgotten the leg.
	timerLegLost = "legLost"
	// timerGrace (agent): the desktop has been gone for too long.
	timerGrace = "grace"
	// timerStatus (agent): the desktop has been silent for too long, or owes the
	// answer to GetAgentStatus.
	timerStatus = "status"
	// timerLogon (agent): a logon has waited for the desktop that has the agent.
	timerLogon = "logon"
	// timerZoneDown (agent): the agent is to be told that the zone goes down, or
	// the time to finish is over.
	timerZoneDown = "zoneDown"
	// timerRetry (contact): the contact is to be dialled again.
	timerRetry = "retry"
	// timerPace (job): there is more to dial than fits into one turn, or a
	// calling window opens. It is derived and not in Timers: the next leader
	// paces every campaign once.
	timerPace = "pace"
)

const second = int64(1_000_000)

// NextTimer returns the timer that is due first, and when, in microseconds since
// 1970, UTC; false when none is set.
func (s *State) NextTimer() (Timer, int64, bool) {
	pace, paceAt, unpaced := s.unpaced.next()
	for len(s.due) > 0 {
		first := &s.due[0]
		switch at, set := s.deadline(first.timer); {
		case set && first.at == at:
			if unpaced && paceAt <= at {
				return pace, paceAt, true
			}
			return first.timer, at, true
		case set && s.Timers[first.timer] <= first.at && first.at < at:
			first.at = at
			heap.Fix(&s.due, 0)
		default: // it was set again or cleared since
			heap.Pop(&s.due)
		}
	}
	return pace, paceAt, unpaced
}

// deadline returns when a timer is due, and false when it is not set. The
// silence of a desktop counts from its newest command: the timer is moved when
// it comes to the front, so that a command does not have to.
func (s *State) deadline(t Timer) (int64, bool) {
	at, set := s.Timers[t]
	if kind, key := t.split(); set && kind == timerStatus {
		if a := s.Agents[key]; !a.StatusAsked {
			at = max(at, a.Heard+int64(s.Settings.StatusAfter)*second)
		}
	}
	return at, set
}

func (s *State) setTimer(kind, key string, at int64) {
	t := timerOf(kind, key)
	s.Timers[t] = at
	heap.Push(&s.due, timerEntry{at, t})
	if len(s.due) > 2*len(s.Timers)+64 {
		s.dropStale()
	}
}

// dropStale forgets the entries of timers that were set again or cleared. A
// standby folds a log and never asks for the next timer, so nobody else would.
func (s *State) dropStale() {
	s.due = s.due[:0]
	for timer, at := range s.Timers {
		s.due = append(s.due, timerEntry{at, timer})
	}
	heap.Init(&s.due)
}

func (s *State) clearTimer(kind, key string) { delete(s.Timers, timerOf(kind, key)) }

func (s *State) hasTimer(kind, key string) bool {
	_, set := s.Timers[timerOf(kind, key)]
	return set
}

type timerEntry struct {
	at    int64
	timer Timer
}

// timerHeap orders by time, then by name, so that every replay fires timers in
// the same order.
type timerHeap []timerEntry

func (h timerHeap) Len() int { return len(h) }
func (h timerHeap) Less(i, k int) bool {
	a, b := h[i], h[k]
	if a.at != b.at {
		return a.at < b.at
	}
	return a.timer < b.timer
}
func (h timerHeap) Swap(i, k int) { h[i], h[k] = h[k], h[i] }
func (h *timerHeap) Push(x any)   { *h = append(*h, x.(timerEntry)) }
func (h *timerHeap) Pop() any {
	old := *h
	last := old[len(old)-1]
	*h = old[:len(old)-1]
	return last
}

// agentQueue is agents of a job, who joined first first. Agents join in the
// order of their QueuedAt, so the queue is sorted by it and an agent is found by
// bisection; those of a job that gets another switch join together. Those who left keep their place as nil until they reach the front
// or are too many.
type agentQueue struct {
	agents []queuedAgent
	live   int
}

type queuedAgent struct {
	at    uint64
	agent *Agent
}

func (q *agentQueue) push(a *Agent) {
	q.agents = append(q.agents, queuedAgent{a.QueuedAt, a})
	q.live++
}

func (q *agentQueue) remove(a *Agent) {
	lo, hi := 0, len(q.agents)
	for lo < hi {
		if mid := (lo + hi) / 2; q.agents[mid].at < a.QueuedAt {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	for q.agents[lo].agent != a {
		lo++
	}
	q.agents[lo].agent = nil
	q.live--
	q.trim()
}

func (q *agentQueue) trim() {
	head := 0
	for head < len(q.agents) && q.agents[head].agent == nil {
		head++
	}
	q.agents = q.agents[head:]
	if len(q.agents) > 2*q.live+16 {
		kept := make([]queuedAgent, 0, q.live)
		for _, e := range q.agents {
			if e.agent != nil {
				kept = append(kept, e)
			}
		}
		q.agents = kept
	}
}

// longest returns the agent that has been in the queue longest, nil when none
// is.
func (q *agentQueue) longest() *Agent {
	if q.live == 0 {
		return nil
	}
	return q.agents[0].agent
}
