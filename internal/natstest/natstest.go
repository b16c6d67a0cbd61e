// Package natstest gives a test a NATS server of its own: a real one, on a free
// port, that ends with the test.
package natstest

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/embedded"
)

// Bus is a server and a connection to it.
type Bus struct {
	// Ctx ends after a minute, or with the test.
	Ctx context.Context
	URL string
	NC  *nats.Conn
	JS  jetstream.JetStream
	// Stop ends the server before the test ends.
	Stop func()
}

// Start starts a server.
func Start(t testing.TB) *Bus {
	t.Helper()
	server, err := embedded.Start(embedded.Options{Listen: "127.0.0.1:0", Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Stop)
	b := &Bus{URL: server.URL(), Stop: server.Stop}
	if b.NC, err = nats.Connect(b.URL); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.NC.Close)
	if b.JS, err = jetstream.New(b.NC); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	b.Ctx = ctx
	return b
}
