package zone

import (
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

// TestTheInboxIsTrimmed: what is decided goes when there is much of it, and what says
// nothing to the zone too. Who sends for ever does not fill the inbox for all.
func TestTheInboxIsTrimmed(t *testing.T) {
	r := newRig(t)
	z := New(r.config("one"))
	z.trimInboxAbove = 50_000
	stop := r.runZone(z)
	r.logons(0, 1)
	inbox := func() (first, last uint64) {
		t.Helper()
		stream, err := r.JS.Stream(r.Ctx, subject.InboxStream(name))
		if err != nil {
			t.Fatal(err)
		}
		state := stream.CachedInfo().State
		return state.FirstSeq, state.LastSeq
	}
	z.look(r.Ctx, 0)
	if first, _ := inbox(); first != 1 {
		t.Errorf("a small inbox begins with %d", first)
	}
	for trimmed := false; !trimmed; {
		for range 100 {
			if _, err := r.JS.Publish(r.Ctx, "pom.main.in.nobody", make([]byte, 1000)); err != nil {
				t.Fatal(err)
			}
		}
		// A look before that would trim a part, and leave an inbox that is not large.
		for _, last := inbox(); z.decided.Load() < last; time.Sleep(time.Millisecond) {
			if r.Ctx.Err() != nil {
				t.Fatalf("%d of %d are decided", z.decided.Load(), last)
			}
		}
		z.look(r.Ctx, 0)
		first, last := inbox()
		trimmed = first == last // by the last one the next leader sees that nothing was lost
		if r.Ctx.Err() != nil {
			t.Fatalf("the inbox still has %d to %d", first, last)
		}
	}
	r.logons(1, 1)
	stop()
	r.runZone(New(r.config("two")))
	r.logons(2, 1)
	if log := r.check(); len(log.State.Agents) != 3 || responsesTo(log.Events, events.AGTLogon) != 3 {
		t.Errorf("%d agents, %d logons", len(log.State.Agents), responsesTo(log.Events, events.AGTLogon))
	}
}

// TestWhatIsNotDecidedIsNotTrimmed: when the end of the inbox was lost its sequences
// are given out again, and what was decided before says nothing of those.
func TestWhatIsNotDecidedIsNotTrimmed(t *testing.T) {
	r := newRig(t)
	z := New(r.config("one"))
	z.trimInboxAbove = 0
	stop := r.runZone(z)
	r.logons(0, 5)
	stop()
	stream, err := r.JS.Stream(r.Ctx, subject.InboxStream(name))
	if err != nil {
		t.Fatal(err)
	}
	if err := r.JS.DeleteStream(r.Ctx, subject.InboxStream(name)); err != nil {
		t.Fatal(err)
	}
	if stream, err = r.JS.CreateStream(r.Ctx, stream.CachedInfo().Config); err != nil {
		t.Fatal(err)
	}
	if _, err := r.JS.Publish(r.Ctx, subject.Command(name, "agent9", events.AGTLogon), r.logon("agent9", events.ID{Conn: "c", N: 1})); err != nil {
		t.Fatal(err)
	}
	replica, err := z.newReplica(r.Ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := replica.journal.Fold(r.Ctx, replica.fold); err != nil || replica.inbox.Sequence < 5 {
		t.Fatalf("the journal has decided up to %d, %v", replica.inbox.Sequence, err)
	}
	l := &leader{replica: replica, zone: z, clock: newClock(replica.state.At)}
	if err := l.work(r.Ctx, nil, nil); err != nil { // a timer, before the first input
		t.Fatal(err)
	}
	z.look(r.Ctx, 0)
	info, err := stream.Info(r.Ctx)
	if err != nil || info.State.Msgs != 1 {
		t.Errorf("what waits was removed: %+v, %v", info.State, err)
	}
}

func responsesTo(all []events.Event, command string) (n int) {
	for i := range all {
		if all[i].Name == events.RESP(command) {
			n++
		}
	}
	return n
}
