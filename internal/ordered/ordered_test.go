package ordered_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/internal/ordered"
)

// TestASlowBusIsNotSilent: a reader to whom the server is slow hears all, and does
// not take it for dead while there is nothing new.
func TestASlowBusIsNotSilent(t *testing.T) {
	t.Parallel() // it waits most of the time
	bus := natstest.Start(t)
	if _, err := bus.JS.CreateStream(bus.Ctx, jetstream.StreamConfig{Name: "S", Subjects: []string{"s"}}); err != nil {
		t.Fatal(err)
	}
	asked, err := bus.NC.SubscribeSync("$JS.API.CONSUMER.CREATE.>")
	if err != nil {
		t.Fatal(err)
	}
	way := bus.Proxy(t)
	way.Delay(700 * time.Millisecond)
	nc, err := nats.Connect(way.URL, nats.Timeout(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(bus.Ctx)
	heard, ended := make(chan string), make(chan error, 1)
	go func() {
		ended <- ordered.Read(ctx, js, "S", jetstream.OrderedConsumerConfig{}, true, func(msg jetstream.Msg) error {
			heard <- string(msg.Data())
			return nil
		})
	}()
	for _, text := range []string{"first", "second"} {
		if _, err := bus.JS.Publish(bus.Ctx, "s", []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got := <-heard; got != text {
			t.Errorf("heard %q, want %q", got, text)
		}
		time.Sleep(4 * time.Second) // the server says only that there is nothing new
	}
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	// Three questions until the first answer; a machine that is slow itself asks again.
	if n, _, err := asked.Pending(); err != nil || n > 6 {
		t.Errorf("%d questions for a consumer, %v", n, err)
	}
}
