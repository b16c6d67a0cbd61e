package manager

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
)

// TestScale: what a decision costs does not grow with the zone. Among 10,000 agents
// and 50 campaigns it is to cost no more than twice what it costs among ten and
// one, which is what the caches of the processor make of it on a machine that does
// nothing else. This test also runs beside others: it fails at three times. A
// search through the agents would cost hundreds of times.
func TestScale(t *testing.T) {
	small, large := crowd(t, 10, 1), crowd(t, 10_000, 50)
	for name, work := range works {
		const most, tries = 3.0, 5
		var ratio float64
		for range tries {
			least := [2]time.Duration{time.Hour, time.Hour}
			for round := range 30 {
				least[0] = min(least[0], took(small, work, round, 10))
				least[1] = min(least[1], took(large, work, round, 10_000))
			}
			ratio = float64(least[1]) / float64(least[0])
			t.Logf("%s: %v among 10 agents, %v among 10,000: %.2f times as much", name, least[0]/operations, least[1]/operations, ratio)
			if ratio <= most {
				break
			}
		}
		if ratio > most {
			t.Errorf("%s: %.2f times as much", name, ratio)
		}
	}
}

// operations is how many pieces of work make one measurement.
const operations = 200

// took measures how long some agents take for a piece of work each, the garbage
// collector aside.
func took(z *benchZone, work func(*benchZone, int), round, agents int) time.Duration {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	start := time.Now()
	for i := range operations {
		work(z, (round*operations+i)*7919%agents)
	}
	return time.Since(start)
}

// TestMemoryPerAgent: a leader that has folded the log holds less than 8 KB for
// each agent who is logged on, nailed and in a call.
func TestMemoryPerAgent(t *testing.T) {
	const agents, most = 10_000, 8 << 10
	before := heapInUse()
	empty := standbyOf(t, 50, agents, 0)
	between := heapInUse()
	full := standbyOf(t, 50, agents, agents)
	after := heapInUse()
	each := (after - between - (between - before)) / agents
	t.Logf("%d bytes for each agent; without agents the zone has %d", each, between-before)
	if empty.LoggedOn() != 0 || full.LoggedOn() != agents || len(full.Calls) != agents {
		t.Fatalf("%d and %d agents, %d calls", empty.LoggedOn(), full.LoggedOn(), len(full.Calls))
	}
	if each <= 0 || each >= most {
		t.Errorf("%d bytes for each agent, want less than %d", each, most)
	}
}

// standbyOf returns a state that was folded from encoded events: with so many
// campaigns and contacts, and so many agents who talk to them.
func standbyOf(t *testing.T, campaigns, contacts, agents int) *State {
	z := emptyZone(t, contacts, campaigns)
	for i := range agents {
		z.answer(z.nail(fmt.Sprint(i)))
	}
	return z.standby
}

// heapInUse returns how much memory is in use. What a pool holds is given back by the
// second collection.
func heapInUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
