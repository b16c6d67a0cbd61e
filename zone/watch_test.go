package zone

import (
	"testing"

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
	for range 100 {
		if _, err := r.JS.Publish(r.Ctx, "pom.main.in.nobody", make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
	}
	for {
		z.look(r.Ctx, 0)
		first, last := inbox()
		if first == last { // by the last one the next leader sees that nothing was lost
			break
		}
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

func responsesTo(all []events.Event, command string) (n int) {
	for i := range all {
		if all[i].Name == events.RESP(command) {
			n++
		}
	}
	return n
}
