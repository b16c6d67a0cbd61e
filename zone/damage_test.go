package zone

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/deskbus/deskbus/audit"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/subject"
)

// trimmed runs a zone until its journal was trimmed behind snapshots, and returns
// it stopped, with its configuration.
func (r *rig) trimmed() (*Zone, Config) {
	r.t.Helper()
	config := r.config("one")
	config.KeepCommits = 4
	z := New(config)
	z.snapshotEvery = 5
	stop := r.runZone(z)
	r.logons(0, 40)
	r.awaitSnapshot(20)
	stop()
	return z, config
}

// TestLeftBehind: commits that were trimmed while a broker was away are no damage;
// it goes on from a newer snapshot.
func TestLeftBehind(t *testing.T) {
	r := newRig(t)
	stop := r.start()
	r.logons(100, 1)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	away := New(r.config("two"))
	replica, err := away.newReplica(r.Ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := replica.journal.Fold(r.Ctx, replica.fold); err != nil {
		t.Fatal(err)
	}
	r.trimmed()
	err = replica.journal.Fold(r.Ctx, replica.fold)
	if !errors.Is(err, journal.ErrCorrupt) || !away.leftBehind(r.Ctx, err) {
		t.Errorf("after the trim: %v", err)
	}
	// A gap behind which there is no snapshot is one.
	if away.leftBehind(r.Ctx, &journal.GapError{After: r.newest(subject.JournalStream(name)), Sequence: 1_000_000}) {
		t.Error("missing commits are taken for trimmed ones")
	}
	r.runZone(away)
	r.logons(200, 1)
}

// TestASnapshotFindsDamage: a leader that has the state in memory does not go on
// to write behind commits that nobody can fold any more.
func TestASnapshotFindsDamage(t *testing.T) {
	r := newRig(t)
	z := New(r.config("one"))
	z.snapshotEvery = 10
	done := make(chan error, 1)
	go func() { done <- z.Run(r.Ctx) }()
	r.logons(0, 2)
	stream, err := r.JS.Stream(r.Ctx, subject.JournalStream(name))
	if err != nil {
		t.Fatal(err)
	}
	if err := journal.Open(r.JS, name).Trim(r.Ctx, stream.CachedInfo().State.LastSeq); err != nil {
		t.Fatal(err)
	}
	for i := 0; ; i++ {
		select {
		case err := <-done:
			if !errors.Is(err, journal.ErrCorrupt) || !errors.Is(z.Trouble(), journal.ErrCorrupt) {
				t.Errorf("%v", err)
			}
			return
		default:
		}
		body := r.logon("late", events.ID{Conn: "clate", N: uint64(i + 1)})
		if _, err := r.JS.Publish(r.Ctx, subject.Command(name, "late", events.AGTLogon), body); err != nil {
			t.Fatal(err)
		}
	}
}

// TestStrangersInTheFeed: the zone goes on behind what somebody wrote there who
// should not, says so, and who follows the feed hears each event once, also when the
// journal was trimmed and the feed is all that is left of its history.
func TestStrangersInTheFeed(t *testing.T) {
	r := newRig(t)
	_, config := r.trimmed()
	stream, err := r.JS.Stream(r.Ctx, subject.EventsStream(name))
	if err != nil {
		t.Fatal(err)
	}
	old, err := stream.GetMsg(r.Ctx, 3)
	if err != nil {
		t.Fatal(err)
	}
	for i, bodies := range [][][]byte{{[]byte("an acknowledgement")}, {nil, []byte("x")}, {old.Data}} {
		for _, body := range bodies {
			if _, err := r.JS.Publish(r.Ctx, "pom.main.agent.1001.ntf.X", body); err != nil {
				t.Fatal(err)
			}
		}
		stranger := r.newest(subject.EventsStream(name))
		log := &said{}
		config.Logger = slog.New(slog.NewTextHandler(log, nil))
		stop := r.runZone(New(config))
		r.logons(100+10*i, 2)
		// One that comes while the zone is led.
		if _, err := r.JS.Publish(r.Ctx, "pom.main.agent.1001.ntf.X", nil); err != nil {
			t.Fatal(err)
		}
		r.logons(105+10*i, 2)
		stop()
		if want := fmt.Sprint("sequence=", stranger); !strings.Contains(log.String(), want) {
			t.Errorf("the log does not say %s: %s", want, log)
		}
	}
	// What was refused at the end is published by the next leader.
	config.Logger = quiet
	stop := r.runZone(New(config))
	r.logons(200, 1)
	stop()
	verified, err := (&audit.Log{JS: r.JS, Zone: name}).Verify(r.Ctx, audit.VerifyOptions{})
	if err != nil || verified.Strangers < 7 || verified.Missing > 0 || verified.Stranger == 0 {
		t.Errorf("%+v, %v", verified, err)
	}
	r.hears(feed.FollowConfig{From: 1}, verified.State.ZN)
	r.hears(feed.FollowConfig{From: verified.State.ZN - 2}, 3)
	agent := verified.State.Agents["agent100"]
	r.hears(feed.FollowConfig{Agent: "agent100", From: 1}, agent.N)
}

// TestAStrangerInPlaceOfAnEvent: one that comes in the middle of a group is followed
// by the rest of it. The next leader publishes again from there.
func TestAStrangerInPlaceOfAnEvent(t *testing.T) {
	r := newRig(t)
	stop := r.start()
	r.logons(0, 3)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	stream, err := r.JS.Stream(r.Ctx, subject.EventsStream(name))
	if err != nil {
		t.Fatal(err)
	}
	var messages []*nats.Msg
	for sequence := uint64(1); sequence <= r.newest(subject.EventsStream(name)); sequence++ {
		m, err := stream.GetMsg(r.Ctx, sequence)
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, &nats.Msg{Subject: m.Subject, Data: m.Data})
	}
	messages[len(messages)-4].Data = []byte("an acknowledgement")
	if err := r.JS.DeleteStream(r.Ctx, subject.EventsStream(name)); err != nil {
		t.Fatal(err)
	}
	if _, err := r.JS.CreateStream(r.Ctx, stream.CachedInfo().Config); err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		if _, err := r.JS.PublishMsg(r.Ctx, m); err != nil {
			t.Fatal(err)
		}
	}
	stop = r.start()
	r.logons(10, 1)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	verified, err := (&audit.Log{JS: r.JS, Zone: name}).Verify(r.Ctx, audit.VerifyOptions{})
	if err != nil || verified.Missing > 0 || verified.Strangers != 4 {
		t.Errorf("the stranger and three events that were there: %+v, %v", verified, err)
	}
	r.hears(feed.FollowConfig{From: 1}, verified.State.ZN)
}

// said is what was logged.
type said struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// hears checks that a follower hears so many events, each of them following the one
// before.
func (r *rig) hears(c feed.FollowConfig, want uint64) {
	r.t.Helper()
	joined, err := feed.Join(r.NC, r.JS, name, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	defer joined.Leave()
	heard := make(chan events.Event, want+1)
	c.OnEvent = func(e events.Event) { heard <- e }
	if _, err := joined.Follow(c); err != nil {
		r.t.Fatal(err)
	}
	first, number := uint64(0), func(e events.Event) uint64 { return e.ZN }
	if c.Agent != "" {
		number = func(e events.Event) uint64 { return e.N }
	}
	for i := range want {
		select {
		case e := <-heard:
			if i == 0 {
				first = number(e)
			}
			if number(e) != first+i || e.ZN < c.From {
				r.t.Fatalf("%+v: event %d after %d", c, number(e), first+i-1)
			}
		case <-time.After(time.Minute):
			r.t.Fatalf("%+v: heard %d of %d", c, i, want)
		}
	}
}

// newest is the last sequence of a stream.
func (r *rig) newest(name string) uint64 {
	r.t.Helper()
	stream, err := r.JS.Stream(r.Ctx, name)
	if err != nil {
		r.t.Fatal(err)
	}
	return stream.CachedInfo().State.LastSeq
}

// TestDataThatNobodyCanRead: a fold passes over the data of most commands. Where it
// is to be published it must be read, and the zone stops there, as it does at all
// other damage.
func TestDataThatNobodyCanRead(t *testing.T) {
	r := newRig(t)
	stop := r.start()
	r.logons(0, 1)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	replica, err := New(r.config("two")).newReplica(r.Ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := replica.journal.Fold(r.Ctx, replica.fold); err != nil {
		t.Fatal(err)
	}
	event := events.Event{
		Zone: name, ZN: replica.state.ZN + 1, Turn: replica.state.Turn + 1, At: replica.state.At, Kind: events.KindCommand,
		Name: events.AGTStateChange, Agent: "nobody", N: 1, Cause: "x:2",
		Data: events.StateChangeParams{AgentState: events.Ready},
	}
	body, err := events.Encode(&event)
	if err != nil {
		t.Fatal(err)
	}
	body = bytes.Replace(body, []byte("\xa5Ready"), []byte("\x95\x01\x02\x03\x04\x05"), 1) // no text
	if err := replica.journal.Append(r.Ctx, journal.Commit{Epoch: 1, Inbox: replica.inbox, Events: [][]byte{body}}); err != nil {
		t.Fatal(err)
	}
	z := New(r.config("three"))
	done := make(chan error, 1)
	go func() { done <- z.Run(r.Ctx) }()
	select {
	case err := <-done:
		if !errors.Is(err, journal.ErrCorrupt) || !strings.Contains(err.Error(), fmt.Sprint("event ", event.ZN)) {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Errorf("the zone claims again and again: %d commits", r.newest(subject.JournalStream(name)))
	}
}
