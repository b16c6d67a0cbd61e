package manager

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbus/deskbus/events"
)

func TestSample(t *testing.T) {
	z := emptyZone(t, 5, 1)
	for i := range 3 {
		z.answer(z.nail(fmt.Sprint(i)))
	}
	holds := z.s.Agents["0"]
	z.send(holds, events.AGTHoldCall, events.SessionParams{SessionID: holds.Session})
	for _, id := range []string{"new", "gone"} {
		z.decide(Command{Agent: id, Name: events.AGTLogon, ID: events.ID{Conn: id, N: 1}, Data: logonData(false)})
	}
	z.send(z.s.Agents["gone"], events.AGTLogoff, events.NoParams{})
	want := Sample{
		Epoch: 1, ZN: z.s.ZN, LoggedOn: 4, Timers: len(z.s.Timers),
		AgentStates:  map[events.POMAgentState]int{events.Ready: 3, events.NotReady: 1},
		NailupStates: map[events.POMNailupStatus]int{events.NailedUp: 3, events.NotNailedUp: 1},
		CallStates:   map[events.POMCallState]int{events.Talking: 2, events.Held: 1, events.NoState: 1},
		Jobs:         []JobSample{{Name: "campaign-00", Running: true, Queued: 2, Open: 3, AbandonLimit: 30, Allowance: 3 * 27}},
	}
	if diff := cmp.Diff(want, z.s.Sample()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestSampleIsQuick: the leader samples once a second, and a command may have to
// wait for that.
func TestSampleIsQuick(t *testing.T) {
	z := crowd(t, 10_000, 50)
	const most = 20 * time.Millisecond
	least := time.Hour
	for range 20 {
		start := time.Now()
		if n := z.s.Sample().LoggedOn; n != 10_000 {
			t.Fatalf("%d agents", n)
		}
		least = min(least, time.Since(start))
	}
	t.Logf("%v for 10,000 agents in 50 campaigns", least)
	if least > most {
		t.Errorf("%v for 10,000 agents, want less than %v", least, most)
	}
}
