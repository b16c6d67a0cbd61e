package zone

import (
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/audit"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/subject"
)

// TestAnEmptyFeedWithStrangers: of a feed that has nothing left the sequences say how
// far it came, and strangers count there. A claim of several events is published whole.
func TestAnEmptyFeedWithStrangers(t *testing.T) {
	r := newRig(t)
	stop := r.start()
	r.say(1, events.SwitchState, events.SwitchStateData{State: events.SwitchUp, Epoch: "one"})
	r.await(events.SwitchState)
	r.logons(0, 1)
	for range 3 {
		if _, err := r.JS.Publish(r.Ctx, "pom.main.agent.1001.ntf.X", nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	stop = r.start()
	r.logons(1, 1)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	before := r.check().State.ZN
	stream, err := r.JS.Stream(r.Ctx, subject.EventsStream(name))
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Purge(r.Ctx); err != nil {
		t.Fatal(err)
	}
	stop = r.start()
	r.logons(2, 1)
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	verified, err := (&audit.Log{JS: r.JS, Zone: name}).Verify(r.Ctx, audit.VerifyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var heard []uint64
	err = feed.Read(r.Ctx, r.JS, name, feed.Query{}, func(m jetstream.Msg) error {
		e, err := events.Decode(m.Data())
		heard = append(heard, e.ZN)
		return err
	})
	if err != nil || uint64(len(heard)) != verified.State.ZN-before || heard[0] != before+1 {
		t.Errorf("the feed has %d, want %d to %d, %v", heard, before+1, verified.State.ZN, err)
	}
}
