package audit_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/deskbus/deskbus/audit"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/logtest"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/internal/script"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/manager"
	"github.com/deskbus/deskbus/subject"
)

const zone = script.Zone

// day is a bus with the log of [logtest.Day].
func day(t *testing.T) (*natstest.Bus, *logtest.Log, script.Names) {
	t.Helper()
	bus := natstest.Start(t)
	written := logtest.Start(bus.Ctx, t, bus, zone)
	names := written.Play(logtest.Day)
	return bus, written, names
}

func verify(bus *natstest.Bus, o audit.VerifyOptions) (audit.Verified, error) {
	l := audit.Log{JS: bus.JS, Zone: zone}
	return l.Verify(bus.Ctx, o)
}

// expectFault checks that a verification fails where it should.
func expectFault(t *testing.T, err error, stream string, sequence uint64, want string) {
	t.Helper()
	var fault *audit.Fault
	if !errors.As(err, &fault) || fault.Stream != stream || fault.Sequence != sequence || !strings.Contains(fault.Error(), want) {
		t.Errorf("got %v, want a fault in %s, sequence %d: %s", err, stream, sequence, want)
	}
}

var (
	theJournal = subject.JournalStream(zone)
	theFeed    = subject.EventsStream(zone)
)

func TestAWholeLogIsVerified(t *testing.T) {
	bus, written, _ := day(t)
	written.Snapshot()
	v, err := verify(bus, audit.VerifyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	n := uint64(written.Events)
	if v.Commits != written.Last() || v.Events != n || v.Compared != n || v.Snapshots != 1 || v.Agents != 3 || v.Switches != 1 ||
		v.Commands == 0 || v.Turns != written.State.Turn || v.Capabilities < v.Commands || v.Missing+v.Aged+v.Foreign+v.Linked != 0 {
		t.Errorf("%+v", v)
	}
	// The hash that was noted down is found again, also when the log has grown.
	turn := written.Decide(written.State.At, manager.Claim{Broker: "broker-2"})
	written.Commit()
	again, err := verify(bus, audit.VerifyOptions{Known: &v.Head})
	if err != nil || again.Events != n+uint64(len(turn)) {
		t.Errorf("%d events, %v", again.Events, err)
	}
}

// TestAJournalThatWasWrittenAnew: whoever makes all hashes anew still has not the
// one that was noted down.
func TestAJournalThatWasWrittenAnew(t *testing.T) {
	bus, _, _ := day(t)
	v, err := verify(bus, audit.VerifyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	other := natstest.Start(t)
	anew := logtest.Start(other.Ctx, t, other, zone)
	anew.Play(strings.Replace(logtest.Day, "value: merry", "value: angry", 1))
	if _, err := verify(other, audit.VerifyOptions{}); err != nil {
		t.Fatal(err)
	}
	_, err = verify(other, audit.VerifyOptions{Known: &v.Head})
	expectFault(t, err, theJournal, v.Head.Sequence, "written anew")
	v.Head.Sequence++
	_, err = verify(bus, audit.VerifyOptions{Known: &v.Head})
	expectFault(t, err, theJournal, v.Head.Sequence-1, "before the known commit")
}

// TestTheFeedLacksItsEnd: a leader that died between commit and feed has broken
// nothing, and it is said.
func TestTheFeedLacksItsEnd(t *testing.T) {
	bus, written, _ := day(t)
	n := len(written.Decide(written.State.At, manager.Claim{Broker: "broker-2"}))
	written.CommitOnly()
	v, err := verify(bus, audit.VerifyOptions{})
	if err != nil || v.Missing != uint64(n) {
		t.Errorf("%d missing, %v", v.Missing, err)
	}
}

func TestATrimmedJournal(t *testing.T) {
	bus := natstest.Start(t)
	written := logtest.Start(bus.Ctx, t, bus, zone)
	half := strings.Index(logtest.Day, "at 09:03")
	written.Play(logtest.Day[:half])
	first := written.Last()
	written.Snapshot()
	turns := func(n int) {
		for range n {
			written.Decide(written.State.At, manager.Claim{Broker: "broker"})
			written.Commit()
		}
	}
	turns(5)
	written.Snapshot()
	turns(5)
	for _, test := range []struct{ before, linked, snapshots uint64 }{
		{first - 3, 4, 2}, {first, 1, 2}, {first + 1, 0, 2},
	} {
		written.Trim(test.before)
		v, err := verify(bus, audit.VerifyOptions{})
		if err != nil || v.Linked != test.linked || uint64(v.Snapshots) != test.snapshots || v.First != test.before ||
			v.State.ZN != written.State.ZN || v.Missing != 0 {
			t.Errorf("trimmed before %d: %+v, %v", test.before, v, err)
		}
	}
	// One too many is gone.
	written.Trim(first + 2)
	_, err := verify(bus, audit.VerifyOptions{})
	expectFault(t, err, theJournal, first+2, "those between are missing")
}

func TestATrimmedJournalWithoutASnapshot(t *testing.T) {
	bus, written, _ := day(t)
	written.Trim(10)
	_, err := verify(bus, audit.VerifyOptions{})
	expectFault(t, err, theJournal, 10, "no snapshot")
}

// TestASnapshotIsTheStateAtItsPlace: one that says something else is found.
func TestASnapshotIsTheStateAtItsPlace(t *testing.T) {
	bus, written, _ := day(t)
	store, err := journal.OpenSnapshots(bus.Ctx, bus.JS, zone, 1)
	if err != nil {
		t.Fatal(err)
	}
	v, err := verify(bus, audit.VerifyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	state, err := v.State.Encode()
	if err != nil {
		t.Fatal(err)
	}
	good := journal.Snapshot{Sequence: v.Head.Sequence, Head: v.Head.Hash, State: state}
	forged := good
	forged.State = bytes.Replace(state, []byte("merry"), []byte("angry"), 1)
	otherHash := good
	otherHash.Head[0] ^= 1
	ahead := good
	ahead.Sequence++
	for _, test := range []struct {
		snapshot journal.Snapshot
		want     string
	}{{forged, "attributes"}, {otherHash, "another hash"}} {
		if err := store.Save(bus.Ctx, test.snapshot); err != nil {
			t.Fatal(err)
		}
		_, err := verify(bus, audit.VerifyOptions{})
		expectFault(t, err, "snapshots of zone main", written.Last(), test.want)
	}
	if err := store.Save(bus.Ctx, good); err != nil {
		t.Fatal(err)
	}
	if v, err := verify(bus, audit.VerifyOptions{}); err != nil || v.Snapshots != 1 {
		t.Errorf("%d snapshots, %v", v.Snapshots, err)
	}
	if err := store.Save(bus.Ctx, ahead); err != nil {
		t.Fatal(err)
	}
	_, err = verify(bus, audit.VerifyOptions{})
	expectFault(t, err, theJournal, written.Last(), "before snapshot")
}

// TestOutcomes: what the fold would take and a command may not have.
func TestOutcomes(t *testing.T) {
	for name, test := range map[string]struct {
		forge func([]events.Event) []events.Event
		want  string
	}{
		"not answered":          {func(turn []events.Event) []events.Event { return turn[:1] }, "not answered"},
		"capabilities not told": {func(turn []events.Event) []events.Event { return turn[:len(turn)-1] }, "the matrix says"},
		"another cause": {func(turn []events.Event) []events.Event {
			turn[1].Cause = "desk-1001.900"
			return turn
		}, "names the cause"},
	} {
		t.Run(name, func(t *testing.T) {
			bus := natstest.Start(t)
			written := logtest.Start(bus.Ctx, t, bus, zone)
			names := written.Play("given zone\ncontacts 1\ngiven talking 1001")
			turn := written.Decide(written.State.At, manager.Command{
				Agent: "1001", Name: events.AGTHoldCall, ID: events.ID{Conn: "desk-1001", N: 5},
				Data: events.SessionParams{SessionID: names["call.1001"]},
			})
			if last := turn[len(turn)-1]; last.Name != events.AGTCapabilitiesChanged {
				t.Fatalf("the turn ends with %s", last.Name)
			}
			appendTurn(t, bus, written, test.forge(turn))
			_, err := verify(bus, audit.VerifyOptions{})
			expectFault(t, err, theJournal, written.Last()+1, test.want)
		})
	}
}

// TestACommandIsDecidedOnce: the same command in two turns.
func TestACommandIsDecidedOnce(t *testing.T) {
	bus := natstest.Start(t)
	written := logtest.Start(bus.Ctx, t, bus, zone)
	written.Play("given zone\nagent 1001 AGTLogon\nagent 1001 AGTSaveAgentForHA")
	s := written.State
	again := func(kind events.Kind, index int, name string, data any) events.Event {
		return events.Event{
			Zone: zone, Turn: s.Turn + 1, Index: index, ZN: s.ZN + 1 + uint64(index), At: s.At, Kind: kind, Name: name,
			Agent: "1001", N: s.Agents["1001"].N + 1 + uint64(index), Cause: "desk-1001.2", Data: data,
		}
	}
	for want, turn := range map[string][]events.Event{
		"decided twice": {
			again(events.KindCommand, 0, events.AGTSaveAgentForHA, events.NoParams{}),
			again(events.KindResponse, 1, events.RESP(events.AGTSaveAgentForHA), events.ResultData{}),
		},
		"which differ": {again(events.KindResponse, 0, events.RESP(events.AGTSaveAgentForHA), events.ResultData{Result: 1})},
	} {
		forged := copied(t, bus, func(_ string, _ uint64, m *nats.Msg) *nats.Msg { return m })
		appendTurn(t, forged, written, turn)
		_, err := verify(forged, audit.VerifyOptions{})
		expectFault(t, err, theJournal, written.Last()+1, want)
	}
}
