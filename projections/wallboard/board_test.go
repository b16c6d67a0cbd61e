package wallboard

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
)

// boardOf returns a board of one zone whose feed was empty when reading began.
func boardOf() (*Board, *zone) {
	b := New(Config{Zones: []string{"main"}, Names: map[string]string{"1001": "Ada Osei"}, Logger: quiet})
	z := b.zones[0]
	z.begin(0)
	z.heard, z.upToDate = morning, morning
	return b, z
}

func subscribe(t *testing.T, b *Board, last string) *Subscription {
	t.Helper()
	s, err := b.Subscribe(last)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func take(t *testing.T, s *Subscription) Message {
	t.Helper()
	select {
	case m, open := <-s.Messages:
		if !open {
			t.Fatal("the subscription was ended")
		}
		return m
	default:
		t.Fatal("no message")
		return Message{}
	}
}

func nothing(t *testing.T, s *Subscription) {
	t.Helper()
	select {
	case m, open := <-s.Messages:
		t.Fatalf("a message too many (open %v): %s %s", open, m.Event, m.Data)
	default:
	}
}

// keys returns the keys of rows.
func keys(t *testing.T, rows []json.RawMessage) string {
	t.Helper()
	var all []string
	for _, text := range rows {
		var row struct{ Key string }
		if err := json.Unmarshal(text, &row); err != nil {
			t.Fatal(err)
		}
		all = append(all, row.Key)
	}
	return strings.Join(all, " ")
}

func decode(t *testing.T, m Message) body {
	t.Helper()
	var b body
	if err := json.Unmarshal(m.Data, &b); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSnapshotThenChanges(t *testing.T) {
	b, z := boardOf()
	s := newScript(t, func(e *events.Event) { z.apply(e) })
	s.campaign(spring).available("1001", spring).available("1002", spring)
	reader := subscribe(t, b, "")
	b.tick(morning)
	m := take(t, reader)
	all := decode(t, m)
	if m.Event != "snapshot" || keys(t, all.Agents) != "main/1001 main/1002" || keys(t, all.Campaigns) != "main/"+spring {
		t.Errorf("%s %s", m.Event, m.Data)
	}
	if !strings.HasSuffix(m.ID, fmt.Sprintf("/main:%d", s.zn)) {
		t.Errorf("the id %q does not say event %d", m.ID, s.zn)
	}
	nothing(t, reader)

	s.talk("1001", spring, "s1").notify("1002", events.AGTAgentLoggedOut, events.NoData{})
	b.tick(morning.Add(every))
	m = take(t, reader)
	changed := decode(t, m)
	if m.Event != "delta" || keys(t, changed.Agents) != "main/1001" || strings.Join(changed.GoneAgents, " ") != "main/1002" {
		t.Errorf("%s %s", m.Event, m.Data)
	}
	if len(changed.Minutes) != 1 || len(changed.News) != 1 || changed.News[0].Text != "logged off" {
		t.Errorf("minutes and news: %s", m.Data)
	}
	nothing(t, reader)
}

// TestOneMessageForAll: however many read, each message is made once.
func TestOneMessageForAll(t *testing.T) {
	b, z := boardOf()
	newScript(t, func(e *events.Event) { z.apply(e) }).available("1001", spring)
	first, second := subscribe(t, b, ""), subscribe(t, b, "")
	b.tick(morning)
	if x, y := take(t, first), take(t, second); &x.Data[0] != &y.Data[0] {
		t.Error("each reader has a snapshot of its own")
	}
}

func TestBeatWhenNothingChanges(t *testing.T) {
	b, _ := boardOf()
	b.zones[0].heard = morning.Add(time.Hour)
	reader := subscribe(t, b, "")
	b.tick(morning)
	take(t, reader)
	b.tick(morning.Add(beatEvery - 1))
	nothing(t, reader)
	b.tick(morning.Add(beatEvery))
	if m := take(t, reader); m.Event != "beat" || m.ID != "" || decode(t, m).Now != morning.Add(beatEvery).UnixMilli() {
		t.Errorf("%+v", m)
	}
}

func TestComeBack(t *testing.T) {
	b, z := boardOf()
	s := newScript(t, func(e *events.Event) { z.apply(e) })
	s.available("1001", spring)
	reader := subscribe(t, b, "")
	b.tick(morning)
	last := take(t, reader).ID
	reader.Close()
	other := subscribe(t, b, "")
	for i := range 3 {
		s.talk("1001", spring, fmt.Sprint("s", i)).callState("1001", events.Idle)
		b.tick(morning.Add(time.Duration(i+1) * every))
	}
	back := subscribe(t, b, last)
	for range 3 {
		if m := take(t, back); m.Event != "delta" {
			t.Fatalf("missed %s", m.Event)
		}
	}
	// What was missed may be old, and tells no time.
	if m := take(t, back); m.Event != "beat" || decode(t, m).Now <= morning.UnixMilli() {
		t.Errorf("after what was missed: %+v", m)
	}
	nothing(t, back)
	other.Close()

	// Too long ago, or of another broker: all of it again.
	for i := range backlog + 1 {
		s.available(fmt.Sprint("a", i), spring)
		b.tick(morning.Add(time.Duration(i+10) * every))
		take(t, back)
	}
	for _, id := range []string{last, "another.1/main:7", ""} {
		late := subscribe(t, b, id)
		b.tick(morning.Add(time.Minute))
		if m := take(t, late); m.Event != "snapshot" {
			t.Errorf("after %q: %s", id, m.Event)
		}
	}
}

// TestSlowReader is dropped and holds up nobody; what it has not missed by then
// it gets when it comes back.
func TestSlowReader(t *testing.T) {
	b, z := boardOf()
	s := newScript(t, func(e *events.Event) { z.apply(e) })
	slow, quick := subscribe(t, b, ""), subscribe(t, b, "")
	for i := range backlog + 2 {
		s.available(fmt.Sprint("a", i), spring)
		b.tick(morning.Add(time.Duration(i) * every))
		take(t, quick)
	}
	var last Message
	got := 0
	for m := range slow.Messages {
		last, got = m, got+1
	}
	if got != backlog {
		t.Errorf("%d messages before the end, want %d", got, backlog)
	}
	slow.Close()
	back := subscribe(t, b, last.ID)
	if m := take(t, back); m.Event != "delta" || !strings.Contains(string(m.Data), fmt.Sprint("main/a", backlog)) {
		t.Errorf("%s %s", m.Event, m.Data)
	}
}

func TestNobodyThere(t *testing.T) {
	b, z := boardOf()
	s := newScript(t, func(e *events.Event) { z.apply(e) })
	for i := range 5 {
		s.available(fmt.Sprint("a", i), spring)
		b.tick(morning.Add(time.Duration(i) * every))
	}
	if b.number != 0 || len(b.recent) != 0 {
		t.Errorf("%d messages were made for nobody", b.number)
	}
}

func TestFull(t *testing.T) {
	b, _ := boardOf()
	for range maxSubscribers {
		subscribe(t, b, "")
	}
	if _, err := b.Subscribe(""); err != ErrFull {
		t.Errorf("one too many: %v", err)
	}
	b.close()
	if _, err := b.Subscribe(""); err != ErrFull {
		t.Errorf("after the end: %v", err)
	}
}

func TestWithdrawnCampaignGoes(t *testing.T) {
	b, z := boardOf()
	s := newScript(t, func(e *events.Event) { z.apply(e) })
	s.campaign(spring).available("1001", spring)
	reader := subscribe(t, b, "")
	b.tick(morning)
	take(t, reader)
	s.fact(events.CampaignWithdrawn, spring, "", events.NoData{}).fact(events.CampaignFinished, spring, "", events.NoData{})
	b.tick(morning.Add(every))
	if m := take(t, reader); len(decode(t, m).GoneCampaigns) != 0 {
		t.Errorf("gone while an agent works in it: %s", m.Data)
	}
	s.nailing("1001", events.NotNailedUp)
	b.tick(morning.Add(2 * every))
	if gone := decode(t, take(t, reader)).GoneCampaigns; len(gone) != 1 || gone[0] != "main/"+spring {
		t.Errorf("gone: %v", gone)
	}
}

func TestHealth(t *testing.T) {
	b := New(Config{Zones: []string{"main"}, Logger: quiet})
	z := b.zones[0]
	z.heard, z.upToDate = morning, morning
	now := morning
	expect := func(want health) {
		t.Helper()
		if got := z.health(now); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	beat := func(zn uint64) { z.beat(events.Heartbeat{ZN: zn}, now) }
	expect(health{State: starting})
	s := newScript(t, func(e *events.Event) { z.apply(e) })
	z.begin(7)
	s.campaign(spring)
	expect(health{State: starting, Missing: 5})
	s.available("1001", spring)
	expect(health{State: live})

	beat(s.zn + 3)
	expect(health{State: live, Missing: 0})
	now = now.Add(behindAfter + time.Millisecond)
	beat(s.zn + 3)
	expect(health{State: behind, Since: morning.UnixMilli(), Missing: 3})
	s.talk("1001", spring, "s1")
	expect(health{State: live})

	heard := now
	now = now.Add(silentAfter + time.Millisecond)
	expect(health{State: silent, Since: heard.UnixMilli()})
	beat(s.zn)
	expect(health{State: live})

	s.zn += 5 // a gap that the stream cannot fill
	s.campaign("late")
	if got := z.health(now); got.State != broken {
		t.Errorf("after a gap: %+v", got)
	}
}

// TestStartingTellsNoFigures: those of the past would look like those of now.
func TestStartingTellsNoFigures(t *testing.T) {
	b, z := boardOf()
	z.begin(1000)
	newScript(t, func(e *events.Event) { z.apply(e) }).campaign(spring).available("1001", spring)
	reader := subscribe(t, b, "")
	b.tick(morning)
	m := take(t, reader)
	all := decode(t, m)
	if len(all.Agents)+len(all.Campaigns)+len(all.News) != 0 || strings.Contains(string(m.Data), "figures") {
		t.Errorf("%s", m.Data)
	}
}
