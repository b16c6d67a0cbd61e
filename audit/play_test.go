package audit_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/deskbus/deskbus/audit"
	"github.com/deskbus/deskbus/events"
)

// TestPlay: who subscribes under the prefix gets the period in order, the bodies
// as they are, marked; and nothing gets into the log.
func TestPlay(t *testing.T) {
	bus, written, _ := day(t)
	all := everything(t, bus)
	sub, err := bus.NC.SubscribeSync("training.>")
	if err != nil {
		t.Fatal(err)
	}
	live, err := bus.NC.SubscribeSync("pom.>")
	if err != nil {
		t.Fatal(err)
	}
	l := audit.Log{JS: bus.JS, Zone: zone}
	played, err := l.Play(bus.Ctx, bus.NC, audit.PlayOptions{
		From: audit.Moment{ZN: 10}, To: audit.Moment{ZN: 120}, Prefix: "training", Speed: 100_000,
	})
	if err != nil || played.Events != 111 || !played.Last.Equal(all[119].Time()) {
		t.Errorf("%+v, %v", played, err)
	}
	for zn := uint64(10); zn <= 120; zn++ {
		m, err := sub.NextMsg(time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		e, err := events.DecodeLoose(m.Data)
		if err != nil || e.ZN != zn || m.Header.Get(audit.ReplayHeader) == "" {
			t.Fatalf("%+v with header %v, %v, want event %d", e, m.Header, err, zn)
		}
		original, err := bus.JS.Stream(bus.Ctx, theFeed)
		if err != nil {
			t.Fatal(err)
		}
		stored, err := original.GetMsg(bus.Ctx, zn)
		if err != nil || !bytes.Equal(stored.Data, m.Data) || "training"+strings.TrimPrefix(stored.Subject, "pom") != m.Subject {
			t.Errorf("event %d is played on %s, it is on %s: %v", zn, m.Subject, stored.Subject, err)
		}
	}
	if m, err := live.NextMsg(0); err != nats.ErrTimeout {
		t.Errorf("played on %v, %v", m, err)
	}
	if n := len(everything(t, bus)); n != written.Events {
		t.Errorf("the feed has %d events, had %d", n, written.Events)
	}
	if _, err := l.Play(bus.Ctx, bus.NC, audit.PlayOptions{Prefix: "pom", Speed: 1}); err == nil {
		t.Error("played into the log")
	}
}

// TestPlayIsStopped: in the middle of a day in real time.
func TestPlayIsStopped(t *testing.T) {
	bus, _, _ := day(t)
	ctx, cancel := context.WithCancel(bus.Ctx)
	sub, err := bus.NC.Subscribe("pom-replay.>", func(*nats.Msg) { cancel() })
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Unsubscribe()
	l := audit.Log{JS: bus.JS, Zone: zone}
	played, err := l.Play(ctx, bus.NC, audit.PlayOptions{Prefix: "pom-replay", Speed: 1})
	if err != nil || played.Events == 0 || played.Events > 8 { // those before the first pause
		t.Errorf("%+v, %v", played, err)
	}
}
