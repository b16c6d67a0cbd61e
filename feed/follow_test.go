package feed_test

import (
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
)

// follow starts a follower of an agent and returns the numbers it delivers.
func follow(t *testing.T, z *feed.Zone, agent string, from uint64) <-chan uint64 {
	t.Helper()
	numbers := make(chan uint64, 1000)
	f, err := z.Follow(feed.FollowConfig{
		Agent: agent, From: from,
		OnEvent: func(ev events.Event) { numbers <- ev.N },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return numbers
}

func want(t *testing.T, got <-chan uint64, numbers ...uint64) {
	t.Helper()
	var seen []uint64
	deadline := time.After(time.Minute)
	for range numbers {
		select {
		case n := <-got:
			seen = append(seen, n)
		case <-deadline:
			t.Fatalf("got %v, want %v", seen, numbers)
		}
	}
	if !slices.Equal(seen, numbers) {
		t.Fatalf("got %v, want %v", seen, numbers)
	}
}

func TestFollowLive(t *testing.T) {
	b := startBus(t)
	got := follow(t, b.join(nil), "a", 0)
	b.flush()
	b.publish("a", "b", "a", "a")
	want(t, got, 1, 2, 3)
}

func TestFollowHistoryThenLive(t *testing.T) {
	b := startBus(t)
	b.publish("a", "b", "a", "a")
	got := follow(t, b.join(nil), "a", 3)
	b.publish("a")
	want(t, got, 2, 3, 4)
}

func TestFollowDropsDuplicates(t *testing.T) {
	b := startBus(t)
	got := follow(t, b.join(nil), "a", 0)
	b.flush()
	b.publish("a", "a")
	b.publishAgain()
	b.publish("a")
	want(t, got, 1, 2, 3)
}

func TestFollowRepairsGap(t *testing.T) {
	b := startBus(t)
	got := follow(t, b.join(nil), "a", 0)
	b.flush()
	b.publish("a")
	b.lose("a", "b", "a")
	b.publish("a")
	want(t, got, 1, 2, 3, 4)
}

func TestFollowHeartbeatShowsLostTail(t *testing.T) {
	b := startBus(t)
	got := follow(t, b.join(nil), "a", 0)
	b.flush()
	b.publish("a")
	b.lose("a", "a")
	b.heartbeat()
	want(t, got, 1, 2, 3)
}

// The very first event is lost: only the zone number that was known when the
// follower began tells where to look.
func TestFollowLostFirstEvent(t *testing.T) {
	b := startBus(t)
	b.publish("a", "b")
	beats := make(chan events.Heartbeat, 10)
	z := b.join(beats)
	b.flush()
	b.heartbeat()
	<-beats
	got := follow(t, z, "a", 0)
	b.flush()
	b.lose("a")
	b.heartbeat()
	want(t, got, 2)
}

// A follower that missed so many heartbeats that they cannot tell what it
// missed must look, and so must one that meets a new leader.
func TestFollowMissedHeartbeats(t *testing.T) {
	for name, lapse := range map[string]func(*bus){
		"numbers skipped": func(b *bus) { b.beat.Number += events.HeartbeatSpan },
		"new leader":      func(b *bus) { b.beat.Epoch++; b.beat.Number = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			b := startBus(t)
			got := follow(t, b.join(nil), "a", 0)
			b.flush()
			b.heartbeat()
			b.publish("a")
			b.lose("a")
			b.forgetRecent()
			lapse(b)
			b.heartbeat()
			want(t, got, 1, 2)
		})
	}
}

func TestFollowIgnoresDeposedLeader(t *testing.T) {
	b := startBus(t)
	beats := make(chan events.Heartbeat, 10)
	b.join(beats)
	b.flush()
	b.beat.Epoch = 2
	b.heartbeat()
	b.beat.Epoch = 1
	b.heartbeat()
	b.beat.Epoch = 3
	b.heartbeat()
	if first, second := <-beats, <-beats; first.Epoch != 2 || second.Epoch != 3 {
		t.Fatalf("heartbeats of epoch %d and %d, want 2 and 3", first.Epoch, second.Epoch)
	}
}

func TestFollowSurvivesServerRestart(t *testing.T) {
	b := startBus(t)
	got := follow(t, b.join(nil), "a", 0)
	b.flush()
	b.publish("a")
	b.heartbeat()
	want(t, got, 1)
	b.restart()
	b.lose("a", "a")
	b.heartbeat()
	want(t, got, 2, 3)
}

func TestFollowSlowHandlerHoldsUpNobody(t *testing.T) {
	b := startBus(t)
	z := b.join(nil)
	release := make(chan struct{})
	slow := make(chan uint64, 1000)
	f, err := z.Follow(feed.FollowConfig{
		Agent:   "slow",
		OnEvent: func(ev events.Event) { <-release; slow <- ev.N },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got := follow(t, z, "a", 0)
	b.flush()
	b.publish("slow", "slow", "a", "slow", "a")
	want(t, got, 1, 2)
	if len(slow) != 0 {
		t.Fatal("the slow handler has not been released yet")
	}
	close(release)
	want(t, slow, 1, 2, 3)
}

func TestFollowLeavesOutUnreadable(t *testing.T) {
	b := startBus(t)
	z := b.join(nil)
	got := follow(t, z, "a", 0)
	b.flush()
	b.publish("a")
	b.publishGarbage("a")
	b.publish("a")
	want(t, got, 1, 3)
	if z.Unreadable() == 0 {
		t.Error("the unreadable message was not counted")
	}
}

func TestFollowSwitch(t *testing.T) {
	b := startBus(t)
	z := b.join(nil)
	got := make(chan uint64, 10)
	f, err := z.Follow(feed.FollowConfig{
		Switch:  "sip",
		OnEvent: func(ev events.Event) { got <- ev.N },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b.flush()
	b.publish("switch:sip")
	b.lose("switch:sip")
	b.heartbeat()
	want(t, got, 1, 2)
}

func TestFollowIdleCostsNoGoroutine(t *testing.T) {
	b := startBus(t)
	z := b.join(nil)
	b.flush()
	before := runtime.NumGoroutine()
	var last <-chan uint64
	for i := range 500 {
		last = follow(t, z, "agent"+strconv.Itoa(i), 0)
	}
	b.flush()
	if grown := runtime.NumGoroutine() - before; grown > 50 {
		t.Errorf("500 idle followers have %d goroutines", grown)
	}
	b.publish("agent499")
	want(t, last, 1)
}

// TestFollowTheZone: history, live events of several addressees, a gap and a
// lost tail, in the order of the zone.
func TestFollowTheZone(t *testing.T) {
	b := startBus(t)
	z := b.join(nil)
	b.publish("a", "b", "switch:sim")
	got := make(chan uint64, 100)
	f, err := z.Follow(feed.FollowConfig{From: 1, OnEvent: func(ev events.Event) { got <- ev.ZN }})
	b.must(err)
	defer f.Close()
	b.flush()
	b.publish("b", "a")
	b.lose("a", "b")
	b.publish("switch:sim")
	b.lose("a")
	b.heartbeat()
	for want := uint64(1); want <= 9; want++ {
		select {
		case zn := <-got:
			if zn != want {
				t.Fatalf("event %d, want %d", zn, want)
			}
		case <-time.After(time.Minute):
			t.Fatalf("event %d does not come", want)
		}
	}
}

// TestFollowersShareASubscription: two who follow the zone hear the same, the server
// sends each event once, and the end of one is not the end of the other.
func TestFollowersShareASubscription(t *testing.T) {
	b := startBus(t)
	z := b.join(nil)
	zone := func(from uint64) (*feed.Follower, <-chan uint64) {
		got := make(chan uint64, 100)
		f, err := z.Follow(feed.FollowConfig{From: from, OnEvent: func(ev events.Event) { got <- ev.ZN }})
		b.must(err)
		t.Cleanup(f.Close)
		return f, got
	}
	first, one := zone(1)
	b.publish("a", "b")
	want(t, one, 1, 2)
	_, two := zone(2)
	want(t, two, 2)
	before := b.nc.Stats().InMsgs
	const more = 20
	for i := range uint64(more) {
		b.publish("a")
		want(t, one, 3+i)
		want(t, two, 3+i)
	}
	// An event, its acknowledgement, and whatever ends the reading of the stream.
	if n := b.nc.Stats().InMsgs - before; n > 2*more+more/2 {
		t.Errorf("%d messages from the server for %d events and their acknowledgements", n, more)
	}
	first.Close()
	b.publish("b", "a")
	want(t, two, 3+more, 4+more)
	if len(one) != 0 {
		t.Error("the follower that was closed hears on")
	}
}

func TestFollowRefusesWrongConfig(t *testing.T) {
	b := startBus(t)
	z := b.join(nil)
	nothing := func(events.Event) {}
	for name, c := range map[string]feed.FollowConfig{
		"agent and switch": {Agent: "a", Switch: "s", OnEvent: nothing},
		"no handler":       {Agent: "a"},
	} {
		if _, err := z.Follow(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	z.Leave()
	if _, err := z.Follow(feed.FollowConfig{Agent: "a", OnEvent: nothing}); err == nil {
		t.Error("after Leave: no error")
	}
	if _, err := feed.Join(b.nc, b.js, "no zone", nil); err == nil {
		t.Error("wrong zone name: no error")
	}
}
