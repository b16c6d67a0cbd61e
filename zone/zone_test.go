package zone

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/logcheck"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/logon"
	"github.com/deskbus/deskbus/manager"
	"github.com/deskbus/deskbus/subject"
)

const name = "main"

var quiet = slog.New(slog.DiscardHandler)

// rig is a bus with the streams of one zone.
type rig struct {
	*natstest.Bus
	t      *testing.T
	leases *journal.Leases
	stored *journal.Snapshots
	key    logon.Key
	events *nats.Subscription
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{Bus: natstest.Start(t), t: t, key: logon.NewKey()}
	err := journal.EnsureStreams(r.Ctx, r.JS, name, 1)
	if err != nil {
		t.Fatal(err)
	}
	if r.leases, err = journal.OpenLeases(r.Ctx, r.JS, 1); err != nil {
		t.Fatal(err)
	}
	if r.stored, err = journal.OpenSnapshots(r.Ctx, r.JS, name, 1); err != nil {
		t.Fatal(err)
	}
	if r.events, err = r.NC.SubscribeSync("pom.main.*.>"); err != nil {
		t.Fatal(err)
	}
	return r
}

// config is that of a zone on a broker of this name.
func (r *rig) config(broker string) Config {
	return Config{
		Name: name, Broker: broker, NC: r.NC, JS: r.JS, Leases: r.leases, Key: r.key,
		Members: journal.NewMembers(r.leases, broker, "", []string{name}), Snapshots: r.stored,
		Settings: events.ZoneSettings{Zones: []string{name}, Switch: "sim"}, Logger: quiet, Metrics: NewMetrics(nil),
	}
}

// lostLeases is how many leases were lost: on a slow machine that is no mistake.
func lostLeases(c Config) uint64 {
	return uint64(testutil.ToFloat64(c.Metrics.leaderships.WithLabelValues(name, endedLeaseLost)))
}

// start runs the zone until the test ends or stop is called.
func (r *rig) start() (stop func() error) {
	r.t.Helper()
	return r.run(r.config("one"))
}

func (r *rig) run(c Config) (stop func() error) {
	ctx, cancel := context.WithCancel(r.Ctx)
	z := New(c)
	done := make(chan error, 1)
	go func() { done <- z.Run(ctx) }()
	stop = func() error { cancel(); return <-done }
	r.t.Cleanup(cancel)
	return stop
}

// await returns the next event of this name.
func (r *rig) await(name string) events.Event {
	r.t.Helper()
	for {
		msg, err := r.events.NextMsg(time.Minute)
		if err != nil {
			r.t.Fatalf("waiting for %s: %v", name, err)
		}
		if e, err := events.Decode(msg.Data); err == nil && e.Name == name {
			return e
		}
	}
}

func (r *rig) logon(agent string, id events.ID) []byte {
	r.t.Helper()
	ticket, err := logon.Sign(r.key, logon.Claims{AgentID: agent, Zone: name, Conn: id.Public().Conn}, time.Now())
	if err != nil {
		r.t.Fatal(err)
	}
	locale, timeZone := "en", "UTC"
	body, err := events.EncodeInbound(events.Inbound{ID: id, Data: events.LogonParams{
		AgentExt: "1", Locale: &locale, TimeZone: &timeZone, ZoneName: name, Ticket: ticket,
	}})
	if err != nil {
		r.t.Fatal(err)
	}
	return body
}

// check reads the whole log and returns its last epoch.
func (r *rig) check() *logcheck.Log {
	r.t.Helper()
	log, err := logcheck.Read(r.Ctx, r.JS, name)
	if err != nil {
		r.t.Fatal(err)
	}
	return log
}

// TestTheFeedIsRepaired: a leader that died between the commit and the feed.
func TestTheFeedIsRepaired(t *testing.T) {
	r := newRig(t)
	j := journal.Open(r.JS, name)
	state := manager.New(name)
	for range 3 {
		turn, _ := state.Decide(1, manager.Claim{Broker: "dead"}, nil)
		body, err := events.Encode(&turn[0])
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Append(r.Ctx, journal.Commit{Epoch: state.Epoch, Events: [][]byte{body}}); err != nil {
			t.Fatal(err)
		}
	}
	c := r.config("one")
	stop := r.run(c)
	r.await(events.ZoneConfigured)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if log := r.check(); log.State.Epoch != 4+lostLeases(c) || log.Events[0].Data.(events.LeaderData).Broker != "dead" {
		t.Errorf("epoch %d, first event %+v", log.State.Epoch, log.Events[0])
	}
}

// TestADeposedLeaderFoldsAgain: somebody else writes to the journal.
func TestADeposedLeaderFoldsAgain(t *testing.T) {
	for tries := 1; !foldsAgain(t); tries++ {
		if tries == 5 {
			t.Fatal("the lease is lost again and again")
		}
	}
}

// foldsAgain deposes a leader. It tells whether that one led until then: on a slow
// machine it may lose its lease before.
func foldsAgain(t *testing.T) bool {
	r := newRig(t)
	c := r.config("one")
	stop := r.run(c)
	r.await(events.ZoneConfigured)
	other := journal.Open(r.JS, name)
	state := manager.New(name)
	err := other.Fold(r.Ctx, func(c journal.Commit) error {
		for _, body := range c.Events {
			e, err := events.Decode(body)
			if err != nil {
				return err
			}
			if err := state.Evolve(&e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	turn, _ := state.Decide(time.Now().UnixMicro(), manager.Claim{Broker: "rival"}, nil)
	body, err := events.Encode(&turn[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Append(r.Ctx, journal.Commit{Epoch: state.Epoch, Events: [][]byte{body}}); err != nil {
		if lostLeases(c) > 0 {
			return false
		}
		t.Fatal(err)
	}
	// The command meets a leader that does not know yet that it was deposed.
	id := events.ID{Conn: "c", N: 1}
	if _, err := r.JS.Publish(r.Ctx, subject.Command(name, "1001", events.AGTLogon), r.logon("1001", id)); err != nil {
		t.Fatal(err)
	}
	if e := r.await("AGTLogonRESP"); e.Data.(events.LogonResult).Result != events.Success {
		t.Errorf("the logon was answered with %+v", e.Data)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if lostLeases(c) > 0 {
		return false
	}
	if n := testutil.ToFloat64(c.Metrics.leaderships.WithLabelValues(name, endedDeposed)); n != 1 {
		t.Errorf("deposed %v times", n)
	}
	if log := r.check(); log.State.Epoch != 3 {
		t.Errorf("epoch %d, want 3: the first, the rival's, the first again", log.State.Epoch)
	}
	return true
}

// TestOnceAndInGroups: what arrives together is committed together, and what
// arrives twice is done once.
func TestOnceAndInGroups(t *testing.T) {
	r := newRig(t)
	const agents = 200
	for range 2 {
		for i := range agents {
			agent := fmt.Sprint(i)
			body := r.logon(agent, events.ID{Conn: "c" + agent, N: 1})
			if _, err := r.JS.Publish(r.Ctx, subject.Command(name, agent, events.AGTLogon), body); err != nil {
				t.Fatal(err)
			}
		}
	}
	stop := r.start()
	for range 2 * agents { // the second answer repeats the first
		if e := r.await("AGTLogonRESP"); e.Data.(events.LogonResult).Result != events.Success {
			t.Fatalf("%s: %+v", e.Cause, e.Data)
		}
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	log := r.check()
	logons := 0
	for _, e := range log.Events {
		if e.Kind == events.KindCommand {
			logons++
		}
	}
	if logons != agents || log.Commits > agents/2 {
		t.Errorf("%d logons in %d commits", logons, log.Commits)
	}
}

// TestADamagedJournalStopsTheZone, and says where.
func TestADamagedJournalStopsTheZone(t *testing.T) {
	r := newRig(t)
	damaged := &nats.Msg{
		Subject: subject.Journal(name), Data: []byte{0x80}, Header: nats.Header{"Deskbus-Commit": []string{"1"}},
	}
	if _, err := r.JS.PublishMsg(r.Ctx, damaged); err != nil {
		t.Fatal(err)
	}
	z := New(r.config("one"))
	if err := z.Run(r.Ctx); !errors.Is(err, journal.ErrCorrupt) || !errors.Is(z.Trouble(), journal.ErrCorrupt) {
		t.Fatal(err)
	}
}

// TestForeignMessages: the bus delivers an acknowledgement to whatever subject
// the publisher names, and nobody can forbid it. The zone goes on behind it.
func TestForeignMessages(t *testing.T) {
	r := newRig(t)
	stop := r.start()
	r.await(events.ZoneConfigured)
	for i, to := range []string{subject.Journal(name), "pom.main.agent.1001.ntf.AGTAgentLoggedOut", ""} {
		if to == "" {
			if err := stop(); err != nil {
				t.Fatal(err)
			}
			stop = r.start()
		} else if err := r.NC.PublishRequest(subject.Command(name, "nobody", events.AGTLogoff), to, []byte("x")); err != nil {
			t.Fatal(err)
		}
		agent := fmt.Sprint(i)
		body := r.logon(agent, events.ID{Conn: "c" + agent, N: 1})
		if _, err := r.JS.Publish(r.Ctx, subject.Command(name, agent, events.AGTLogon), body); err != nil {
			t.Fatal(err)
		}
		for e := r.await("AGTLogonRESP"); e.Agent != agent; e = r.await("AGTLogonRESP") {
			if e.Data.(events.LogonResult).Result != events.Success {
				t.Errorf("%+v", e)
			}
		}
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	r.check()
}

// TestPoison: an input that makes the manager panic is passed over the next
// time. There is no such input that we know of, so a nil one stands for it.
func TestPoison(t *testing.T) {
	z := New(Config{Name: name, Logger: quiet})
	l := &leader{zone: z, clock: newClock(0), replica: &replica{state: manager.New(name)}}
	var poison errPoison
	place := journal.Position{Sequence: 7, Stored: 1}
	if err := l.decide(nil, place); !errors.As(err, &poison) || poison.sequence != 7 {
		t.Fatalf("%v", err)
	}
	// Deciding it again would panic again.
	in := z.decode(journal.Received{Subject: "pom.main.in.agent.1.AGTLogoff", Position: place})
	if err := l.take(in); err != nil {
		t.Fatal(err)
	}
	if n := droppedAs(z, droppedPoison); n != 2 {
		t.Errorf("counted %v times", n)
	}
}

// TestBadSwitchInput: what no switch connector sends is counted and changes
// nothing.
func TestBadSwitchInput(t *testing.T) {
	z := New(Config{Name: name, Logger: quiet})
	l := &leader{zone: z, clock: newClock(0), replica: &replica{state: manager.New(name)}}
	if err := l.decide(manager.Configure{Settings: events.ZoneSettings{Switch: "sim"}}, journal.Position{}); err != nil {
		t.Fatal(err)
	}
	before := l.state.ZN
	leg, err := events.EncodeInbound(events.Inbound{ID: events.ID{Conn: "x", N: 1}, Data: events.LegData{LegID: "no such leg"}})
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		to   string
		body []byte
		why  string
	}{
		{subject.SwitchEvent(name, "sim", events.Established), leg, "unknown_leg"},
		{subject.SwitchEvent(name, "nowhere", events.Established), leg, "unknown_sender"},
		{subject.SwitchEvent(name, "sim", "Explode"), leg, "unreadable_switch_event"},
		{subject.SwitchEvent(name, "sim", events.Established), []byte("x"), "unreadable_switch_event"},
	} {
		was := droppedAs(z, c.why)
		in := z.decode(journal.Received{Subject: c.to, Body: c.body, Position: journal.Position{Sequence: uint64(i + 1)}})
		if err := l.take(in); err != nil {
			t.Fatal(err)
		}
		if droppedAs(z, c.why) != was+1 {
			t.Errorf("%s: not counted as %s", c.to, c.why)
		}
	}
	if l.state.ZN != before {
		t.Error("the state has changed")
	}
}

// droppedAs is how many inputs the zone has dropped for a reason.
func droppedAs(z *Zone, why string) float64 {
	return testutil.ToFloat64(z.config.Metrics.dropped.WithLabelValues(name, why))
}
