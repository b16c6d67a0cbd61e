package switchsim

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/deskbus/deskbus/events"
)

// world is a model with a feed and an inbox around it, and a leader that passes
// over what it is told about legs that have ended.
type world struct {
	t     *rapid.T
	model *model
	now   time.Time
	feed  []events.Event
	inbox []emission
	// placed and over are the legs that the feed knows, and those that it knows
	// the end of; ends counts what this process has told of each leg.
	placed, over map[string]bool
	// epoch is the last one that was accepted.
	epoch string
	ends  map[string]int
	lives int
}

func propertyBehaviour(seed uint64) Behaviour {
	return Behaviour{
		Seed: seed, Answer: 0.5, Machine: 0.2, Busy: 0.1, Invalid: 0.1,
		RingMin: 100 * time.Millisecond, RingMax: time.Second,
		TalkMin: 300 * time.Millisecond, TalkMax: 4 * time.Second, AgentAnswer: 200 * time.Millisecond,
	}
}

func newWorld(t *rapid.T) *world {
	w := &world{t: t, now: time.UnixMicro(1_700_000_000_000_000).UTC(), placed: map[string]bool{}, over: map[string]bool{}}
	w.start()
	return w
}

// start begins a new life of the switch, from the feed.
func (w *world) start() {
	w.lives++
	w.ends = map[string]int{}
	w.model = w.replay()
	w.model.resume(fmt.Sprintf("epoch-%d", w.lives), w.now)
	w.collect()
}

func (w *world) replay() *model {
	m := newModel(propertyBehaviour(7))
	for _, ev := range w.feed {
		m.apply(&ev, ev.Time())
	}
	return m
}

// collect puts what the model tells into the inbox.
func (w *world) collect() {
	for _, e := range w.model.take() {
		if leg := ending(e.data); leg != "" {
			if w.ends[leg]++; w.ends[leg] > 1 {
				w.t.Fatalf("leg %s has ended twice", leg)
			}
		}
		w.inbox = append(w.inbox, e)
	}
}

func ending(data any) string {
	switch d := data.(type) {
	case events.FailedData:
		return d.LegID
	case events.ClearedData:
		return d.LegID
	}
	return ""
}

func (w *world) commit(name string, data any) {
	ev := events.Event{Kind: events.KindSwitch, Name: name, At: w.now.UnixMicro(), Data: data, ZN: uint64(len(w.feed)) + 1}
	w.feed = append(w.feed, ev)
	w.model.apply(&ev, w.now)
	w.collect()
}

func (w *world) accept() {
	e := w.inbox[0]
	w.inbox = w.inbox[1:]
	if leg := ending(e.data); leg != "" {
		if w.over[leg] {
			return
		}
		w.over[leg] = true
	}
	if d, ok := e.data.(events.SwitchStateData); ok && w.epoch != d.Epoch {
		if w.epoch != "" {
			maps.Copy(w.over, w.placed) // the leader takes them for lost
		}
		w.epoch = d.Epoch
	}
	w.commit(e.name, e.data)
}

func (w *world) tick(d time.Duration) {
	w.now = w.now.Add(d)
	w.model.due(w.now)
	w.collect()
}

// drain lets the leader accept everything.
func (w *world) drain() {
	for len(w.inbox) > 0 {
		w.accept()
	}
}

var (
	legs    = rapid.SampledFrom([]string{"l1", "l2", "l3", "l4", "l5"})
	bridges = rapid.SampledFrom([]string{"b1", "b2", "l1"})
	plays   = rapid.SampledFrom([]string{"p1", "p2", "p3"})
	roles   = rapid.SampledFrom([]events.LegRole{events.RoleAgent, events.RoleCustomer, events.RoleExternal})
)

func (w *world) actions() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"originate": func(t *rapid.T) {
			leg := legs.Draw(t, "leg")
			w.placed[leg] = true
			w.commit(events.Originate, events.OriginateData{
				LegID: leg, Role: roles.Draw(t, "role"), RingTimeoutMs: 800, AutoAnswer: rapid.Bool().Draw(t, "auto"),
			})
		},
		"hangup": func(t *rapid.T) { w.commit(events.Hangup, events.HangupData{LegID: legs.Draw(t, "leg")}) },
		"bridge": func(t *rapid.T) {
			w.commit(events.Bridge, events.BridgeData{
				BridgeID: bridges.Draw(t, "bridge"), Members: rapid.SliceOfN(legs, 0, 3).Draw(t, "members"),
			})
		},
		"hold": func(t *rapid.T) { w.commit(events.Hold, events.LegData{LegID: legs.Draw(t, "leg")}) },
		"play": func(t *rapid.T) {
			w.commit(events.Play, events.PlayData{PlayID: plays.Draw(t, "play"), LegIDs: []string{legs.Draw(t, "leg")}})
		},
		"snapshot": func(*rapid.T) { w.commit(events.Snapshot, events.NoData{}) },
		"accept": func(t *rapid.T) {
			if len(w.inbox) == 0 {
				t.Skip("the inbox is empty")
			}
			w.accept()
		},
		"drain": func(*rapid.T) { w.drain() },
		"tick": func(t *rapid.T) {
			w.tick(time.Duration(rapid.IntRange(1, 1500).Draw(t, "ms")) * time.Millisecond)
		},
		"crash": func(t *rapid.T) {
			if rapid.Bool().Draw(t, "inbox lost") {
				w.inbox = nil
			}
			w.start()
		},
		"": func(*rapid.T) { w.check() },
	}
}

// view is what of a leg the feed alone decides.
type view struct {
	recorded stage
	bridge   string
	held     bool
}

func viewOf(m *model) map[string]view {
	v := make(map[string]view)
	for id, l := range m.legs {
		v[id] = view{l.recorded, l.bridge, l.held}
	}
	return v
}

// alarmsOf returns when each leg and each play goes on.
func alarmsOf(m *model) map[string]time.Time {
	at := make(map[string]time.Time)
	for _, a := range m.alarms {
		at[a.id] = a.at.UTC()
	}
	return at
}

func (w *world) check() {
	m := w.model
	members := 0
	for id, set := range m.bridges {
		members += len(set)
		for leg, l := range set {
			if m.legs[leg] != l || l.bridge != id || l.held {
				w.t.Fatalf("bridge %s has a wrong member: %+v", id, l)
			}
		}
	}
	for id, l := range m.legs {
		if l.bridge != "" {
			members--
		}
		if w.over[id] || l.told < l.recorded {
			w.t.Fatalf("leg %s lives on: %+v", id, l)
		}
	}
	if members != 0 {
		w.t.Fatalf("%d members of bridges too many", members)
	}
	again := w.replay()
	if live, replayed := viewOf(m), viewOf(again); !maps.Equal(live, replayed) {
		w.t.Fatalf("the live legs are %v, a replay has %v", live, replayed)
	}
	if len(w.inbox) == 0 {
		w.checkNothingOwed(again)
	}
}

// checkNothingOwed: with an empty inbox a replay has the plans of the live
// switch, and owes nothing but to announce itself.
func (w *world) checkNothingOwed(again *model) {
	if live, replayed := alarmsOf(w.model), alarmsOf(again); !maps.Equal(live, replayed) {
		w.t.Fatalf("the live switch goes on at %v, a replay at %v", live, replayed)
	}
	again.resume("new", w.now)
	owed := again.take()
	if len(owed) != 1 || owed[0].name != events.SwitchState {
		w.t.Fatalf("a replay of all that happened owes %v", owed)
	}
}

func TestModelProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		t.Repeat(w.actions())
		w.drain()
		for _, leg := range slices.Sorted(maps.Keys(w.placed)) {
			w.commit(events.Hangup, events.HangupData{LegID: leg})
		}
		w.drain()
		w.tick(time.Hour)
		w.drain()
		for leg := range w.placed {
			if !w.over[leg] {
				t.Fatalf("leg %s has no end", leg)
			}
		}
		if n := len(w.model.legs) + len(w.model.bridges) + len(w.model.alarms) + len(w.model.plays); n != 0 {
			t.Fatalf("%d legs, bridges, alarms and plays are left", n)
		}
	})
}
