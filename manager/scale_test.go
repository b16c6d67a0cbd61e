package manager

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
)

// TestScale: what a decision costs does not grow with the zone. Among 10,000 agents
// and 50 campaigns it is to cost no more than twice what it costs among ten and
// one, which is what the caches of the processor make of it on a machine that does
// nothing else. This test also runs beside others: it fails at three times. A
// search through the agents would cost hundreds of times.
func TestScale(t *testing.T) {
	small, large := crowd(t, 10, 1), crowd(t, 10_000, 50)
	for name, work := range works {
		checkScale(t, name, work, small, large)
	}
}

// TestManyWait: nor does it grow with those who wait for campaigns that may call
// nobody now.
func TestManyWait(t *testing.T) {
	pause := func(z *benchZone, i int) {
		a := z.s.Agents[fmt.Sprint(i)]
		z.send(a, events.AGTStateChange, events.StateChangeParams{AgentState: events.NotReady})
		z.send(a, events.AGTStateChange, events.StateChangeParams{AgentState: events.Ready})
	}
	checkScale(t, "pause", pause, night(t, 10), night(t, 10_000))
}

// night returns a zone with so many agents, all of them waiting: no campaign may
// call anybody.
func night(t *testing.T, agents int) *benchZone {
	t.Helper()
	z := emptyZone(t, 2, 2)
	z.standby, z.agents = nil, agents
	configure := Configure{Settings: z.s.Settings}
	for _, name := range z.s.jobNames {
		campaign := z.s.Jobs[name].Campaign
		campaign.CallingWindow = &events.CallingWindow{From: 9 * 60, To: 10 * 60}
		configure.Campaigns = append(configure.Campaigns, campaign)
	}
	z.decide(configure)
	for i := range agents {
		z.nail(fmt.Sprint(i))
	}
	return z
}

// checkScale compares what a piece of work costs in two zones.
func checkScale(t *testing.T, name string, work func(*benchZone, int), small, large *benchZone) {
	t.Helper()
	const most, tries = 3.0, 5
	var ratio float64
	for range tries {
		least := [2]time.Duration{time.Hour, time.Hour}
		for round := range 30 {
			least[0] = min(least[0], took(small, work, round, small.agents))
			least[1] = min(least[1], took(large, work, round, large.agents))
		}
		ratio = float64(least[1]) / float64(least[0])
		t.Logf("%s: %v among %d agents, %v among %d: %.2f times as much", name,
			least[0]/operations, small.agents, least[1]/operations, large.agents, ratio)
		if ratio <= most {
			return
		}
	}
	t.Errorf("%s: %.2f times as much", name, ratio)
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
