// Package natstest gives a test a NATS server of its own: a real one, on a free
// port, that ends with the test.
package natstest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/embedded"
)

// Bus is a server and a connection to it.
type Bus struct {
	// Ctx ends with the test, or when it hangs: no test takes so long.
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
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(cancel)
	b.Ctx = ctx
	return b
}

// blockSize is how many ports a process takes at once.
const blockSize = 100

var (
	onlyOne sync.Mutex
	// blocks are the listeners on the first port of each block that this process has
	// taken. Of the last one so many ports are given out.
	blocks []net.Listener
	given  = blockSize
)

// Address returns an address for a server that is stopped and started again. The
// system gives out ports from 32768 on (Linux) by itself: one of those could be
// another connection's by then. Tests of other packages run at the same time, and a
// process that listens on the first port of a block has all of it.
func Address(t testing.TB) string {
	t.Helper()
	onlyOne.Lock()
	defer onlyOne.Unlock()
	for range 1000 {
		if given == blockSize {
			block, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", 10_000+blockSize*rand.IntN(200)))
			if err == nil {
				blocks, given = append(blocks, block), 1
			}
			continue
		}
		first := blocks[len(blocks)-1].Addr().(*net.TCPAddr).Port
		address := fmt.Sprint("127.0.0.1:", first+given)
		given++
		if l, err := net.Listen("tcp", address); err == nil {
			_ = l.Close()
			return address
		}
	}
	t.Fatal("no port is free")
	return ""
}
