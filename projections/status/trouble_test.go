package status

import (
	"bytes"
	"context"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/deskbus/deskbus/events"
)

func TestWaitsForTheStreams(t *testing.T) {
	b := newBus(t)
	b.run(quiet, "z")
	if a := b.ask(events.StatusRequest{ZoneName: "z"}); a.Result != events.SystemNotAvailable {
		t.Errorf("without streams: %+v", a)
	}
	b.createStreams("z")
	b.publish(newScript("z").logon("a", false, 0).events)
	if a := b.askUntilSuccess("z", 2); len(a.Agents) != 1 {
		t.Errorf("with streams: %+v", a)
	}
}

func TestTrimmedFeed(t *testing.T) {
	b := newBus(t)
	b.createStreams("z")
	day := newScript("z").logon("a", false, 0).logon("b", false, 0).ready("b").events
	b.publish(day)
	stream, err := b.js.Stream(t.Context(), "EVENTS_z")
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.DeleteMsg(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if err := stream.DeleteMsg(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	b.run(quiet, "z")
	if a := b.askUntilSuccess("z", uint64(len(day))); len(a.Agents) != 1 || a.Agents[0].AgentID != "b" {
		t.Errorf("%+v", a)
	}
}

func TestGoesOnAfterServerRestart(t *testing.T) {
	b := newBus(t)
	b.createStreams("z")
	day := newScript("z").logon("a", false, 0).ready("a").talking("a", "s1").events
	b.publish(day[:2])
	b.run(quiet, "z")
	b.askUntilSuccess("z", 2)

	back := b.nc.StatusChanged(nats.CONNECTED)
	b.server.Stop()
	b.start()
	<-back // what is sent before is lost
	b.publish(day[2:])
	b.beat("z", uint64(len(day)))
	a := b.askUntilSuccess("z", uint64(len(day)))
	if want, _ := foldOf(t, day).Agent("a"); len(a.Agents) != 1 || !reflect.DeepEqual(a.Agents[0], want) {
		t.Errorf("%+v, want %+v", a, want)
	}
}

// TestOneBrokenZone: what a zone's feed must not hold stops that zone, aloud,
// and no other. What cannot be read shows as a missing number.
func TestOneBrokenZone(t *testing.T) {
	good := newScript("bad").logon("a", false, 0).ready("a").events
	skipped := good[3]
	unknown := good[2]
	unknown.Kind, unknown.Name = events.KindNotification, "AGTSung"
	for name, spoil := range map[string]func(*bus){
		"number missing": func(b *bus) { b.publishRaw(&skipped, nil) },
		"unknown name":   func(b *bus) { b.publishRaw(&unknown, nil); b.publishRaw(&good[3], nil) },
		"no msgpack":     func(b *bus) { b.publishRaw(&good[2], []byte("hello")); b.publishRaw(&good[3], nil) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBus(t)
			b.createStreams("bad")
			b.createStreams("good")
			b.publish(good[:2])
			b.publish(newScript("good").logon("a", false, 0).events)
			spoil(b)
			b.acknowledged()
			var log bytes.Buffer
			errorsOnly := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelError}))
			t.Cleanup(func() { // runs when the service has stopped
				if !strings.Contains(log.String(), "zone=bad") || strings.Contains(log.String(), "zone=good") {
					t.Errorf("the log says: %s", log.String())
				}
			})
			b.run(errorsOnly, "bad", "good")
			// What is missing is waited for. Once the fold is broken nobody waits any more.
			for begun, asked := time.Now(), time.Now(); ; asked = time.Now() {
				a := b.ask(events.StatusRequest{ZoneName: "bad", AtLeast: 100, WaitMs: maxWaitMs})
				if a.Result != events.SystemNotAvailable {
					t.Errorf("broken zone: %+v", a)
				}
				if time.Since(asked) < maxWaitMs*time.Millisecond/2 {
					break
				}
				if time.Since(begun) > patience {
					t.Fatal("the fold does not break")
				}
			}
			if a := b.askUntilSuccess("good", 2); len(a.Agents) != 1 {
				t.Errorf("good zone: %+v", a)
			}
		})
	}
}

// TestStopsWhileTheServerIsAway: a broker that shuts down must not wait for NATS.
func TestStopsWhileTheServerIsAway(t *testing.T) {
	b := newBus(t)
	b.createStreams("z")
	nc, js := b.connect()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	c := b.config(nc, js, "z")
	go func() { done <- Run(ctx, c) }()
	b.askUntilSuccess("z", 0)
	away := nc.StatusChanged(nats.RECONNECTING)
	b.server.Stop()
	<-away
	cancel()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience):
		t.Fatal("Run goes on without a server")
	}
}

func TestEndsWithTheConnection(t *testing.T) {
	b := newBus(t)
	nc, js := b.connect()
	done := make(chan error, 1)
	c := b.config(nc, js)
	go func() { done <- Run(context.Background(), c) }()
	b.ask(events.StatusRequest{ZoneName: "z"})
	nc.Close()
	select {
	case err := <-done:
		if err == nil || !strings.Contains(err.Error(), "closed") {
			t.Errorf("got %v", err)
		}
	case <-time.After(patience):
		t.Fatal("Run goes on without a connection")
	}
}
