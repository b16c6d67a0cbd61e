package zone

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/logcheck"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/subject"
)

// fault is what happens to an append.
type fault string

const (
	// lost: it never reaches the bus.
	lost fault = "lost"
	// unacknowledged: the bus has it, and the leader never hears of it.
	unacknowledged fault = "stored, not acknowledged"
	// refused: the bus says no, for another reason than the fence.
	refused fault = "refused"
	// deposed: the bus says that another leader has written.
	deposed fault = "deposed"
)

// faultyBus breaks the n-th append to the journal from now on, and every further
// n-th until it was told often enough.
type faultyBus struct {
	jetstream.JetStream
	mu      sync.Mutex
	fault   fault
	appends int
	at      int
	broken  int
}

func (b *faultyBus) PublishMsg(ctx context.Context, msg *nats.Msg, opts ...jetstream.PublishOpt) (*jetstream.PubAck, error) {
	if msg.Subject != subject.Journal(name) || !b.hit() {
		return b.JetStream.PublishMsg(ctx, msg, opts...)
	}
	switch b.fault {
	case unacknowledged:
		if _, err := b.JetStream.PublishMsg(ctx, msg, opts...); err != nil {
			return nil, err
		}
		return nil, context.DeadlineExceeded
	case refused:
		return nil, &jetstream.APIError{Code: 503, ErrorCode: 10077, Description: "maximum bytes exceeded"}
	case deposed:
		return nil, &jetstream.APIError{Code: 400, ErrorCode: jetstream.JSErrCodeStreamWrongLastSequence}
	}
	return nil, context.DeadlineExceeded
}

func (b *faultyBus) hit() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.appends++
	if b.appends != b.at {
		return false
	}
	b.broken++
	return true
}

// TestFaults breaks each of the first appends of a zone in each way: the claim,
// the configuration, the contacts, logons and what timers do. Each command is
// answered once, and the log is whole.
func TestFaults(t *testing.T) {
	for _, how := range []fault{lost, unacknowledged, refused, deposed} {
		t.Run(string(how), func(t *testing.T) {
			t.Parallel() // it waits for leases
			for at := 1; ; at++ {
				if broken := breakAppend(t, how, at); !broken {
					if at < 8 {
						t.Errorf("only %d appends were broken", at-1)
					}
					return
				}
			}
		})
	}
}

// breakAppend plays a short day in which one append is broken, and tells whether
// there was such an append.
func breakAppend(t *testing.T, how fault, at int) bool {
	r := newRig(t)
	bus := &faultyBus{JetStream: r.JS, fault: how, at: at}
	config := r.config("one")
	config.JS = bus
	config.Campaigns = []events.Campaign{{Name: "A", Switch: "sim", Mode: events.ContactProgressive, RingTimeout: 20}}
	config.Contacts = map[string][]events.POMCustomerDetails{"A": {{
		ContactID: "C1", Numbers: []events.POMContactNumber{{Name: "home", Number: "5550001"}},
	}}}
	stop := r.runZone(New(config))
	r.await(events.ContactAdded)
	r.say(1, events.SwitchState, events.SwitchStateData{State: events.SwitchUp, Epoch: "one"})
	r.logons(0, 2)
	for n, c := range []struct {
		name   string
		params any
	}{
		{events.AGTStateChange, events.StateChangeParams{AgentState: events.Ready}},
		{events.AGTAvailableForNailup, events.NoParams{}},
		{events.AGTSaveAgentForHA, events.NoParams{}},
	} {
		r.command("agent0", n+2, c.name, c.params)
	}
	stop()
	if n := responses(r.check()); n != 5 {
		t.Errorf("append %d %s: %d responses to 5 commands", at, how, n)
	}
	return bus.broken > 0
}

func responses(log *logcheck.Log) (n int) {
	for i := range log.Events {
		if log.Events[i].Kind == events.KindResponse {
			n++
		}
	}
	return n
}

// say sends an event of the switch.
func (r *rig) say(n uint64, event string, data any) {
	r.t.Helper()
	body, err := events.EncodeInbound(events.Inbound{ID: events.ID{Conn: "tel", N: n}, Data: data})
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.JS.Publish(r.Ctx, subject.SwitchEvent(name, "sim", event), body); err != nil {
		r.t.Fatal(err)
	}
}

// command sends a command of an agent who is logged on, and waits for its answer.
func (r *rig) command(agent string, n int, command string, params any) {
	r.t.Helper()
	id := events.ID{Conn: "c" + agent, N: uint64(n)}
	body, err := events.EncodeInbound(events.Inbound{ID: id, Data: params})
	if err != nil {
		r.t.Fatal(err)
	}
	if _, err := r.JS.Publish(r.Ctx, subject.Command(name, agent, command), body); err != nil {
		r.t.Fatal(err)
	}
	for e := r.await(events.RESP(command)); e.Cause != id.Public().String(); e = r.await(events.RESP(command)) {
	}
}

// TestFullJournal: while the journal takes nothing more, nothing is answered and
// another broker may try; when there is room again, what waited is decided.
func TestFullJournal(t *testing.T) {
	r := newRig(t)
	stop := r.runZone(New(r.config("one")))
	r.logons(0, 1)
	stream, err := r.JS.Stream(r.Ctx, subject.JournalStream(name))
	if err != nil {
		t.Fatal(err)
	}
	full := stream.CachedInfo().Config
	room := full.MaxBytes
	full.MaxBytes = 1
	if _, err := r.JS.UpdateStream(r.Ctx, full); err != nil {
		t.Fatal(err)
	}
	body := r.logon("late", events.ID{Conn: "clate", N: 1})
	if _, err := r.JS.Publish(r.Ctx, subject.Command(name, "late", events.AGTLogon), body); err != nil {
		t.Fatal(err)
	}
	r.awaitFreeLease()
	full.MaxBytes = room
	if _, err := r.JS.UpdateStream(r.Ctx, full); err != nil {
		t.Fatal(err)
	}
	for e := r.await("AGTLogonRESP"); e.Agent != "late"; e = r.await("AGTLogonRESP") {
	}
	stop()
	if n := responses(r.check()); n != 2 {
		t.Errorf("%d responses to 2 commands", n)
	}
}

// awaitFreeLease waits until the leader has stepped down.
func (r *rig) awaitFreeLease() {
	r.t.Helper()
	errStop := errors.New("had it")
	err := r.leases.Hold(r.Ctx, name, "two", journal.Anybody, func(context.Context) error { return errStop })
	if !errors.Is(err, errStop) {
		r.t.Fatal(fmt.Errorf("the lease could not be had: %w", err))
	}
}
