package natstest

import (
	"bytes"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Lossy is a connection on which a request gets no answer, as when a server dies
// with it.
type Lossy struct {
	NC *nats.Conn
	JS jetstream.JetStream

	mu sync.Mutex
	// left is how many requests it takes until one is lost, 0 for none; unheard: the
	// request itself is lost, and not only its answer.
	left    int
	unheard bool
	lost    string
}

// Lossy connects once more.
func (b *Bus) Lossy(t testing.TB) *Lossy {
	t.Helper()
	l := &Lossy{}
	var err error
	if l.NC, err = nats.Connect(b.URL, nats.SetCustomDialer(l)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.NC.Close)
	if l.JS, err = jetstream.New(l.NC); err != nil {
		t.Fatal(err)
	}
	return l
}

// Lose loses the n-th request from now on (unheard), or its answer.
func (l *Lossy) Lose(n int, unheard bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left, l.unheard, l.lost = n, unheard, ""
}

// Lost returns the subject of the request that was lost, "" for none.
func (l *Lossy) Lost() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lost
}

// Dial is for the client.
func (l *Lossy) Dial(network, address string) (net.Conn, error) {
	conn, err := net.Dial(network, address)
	return &lossyConn{Conn: conn, lossy: l}, err
}

// lossyConn reads what the client writes.
type lossyConn struct {
	net.Conn
	lossy *Lossy
	// unsent is the beginning of an operation.
	unsent []byte
}

func (c *lossyConn) Write(p []byte) (int, error) {
	c.unsent = append(c.unsent, p...)
	var out []byte
	for {
		line, payload, rest := cutOperation(c.unsent)
		if line == nil {
			break
		}
		out = append(out, c.lossy.pass(line, payload)...)
		c.unsent = rest
	}
	if _, err := c.Conn.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// cutOperation cuts the first operation of the NATS protocol off: its line, and the
// payload of a publish. The line is nil while it is not whole.
func cutOperation(b []byte) (line, payload, rest []byte) {
	line, rest, whole := bytes.Cut(b, []byte("\r\n"))
	if !whole {
		return nil, nil, b
	}
	fields := strings.Fields(string(line))
	if len(fields) == 0 || fields[0] != "PUB" && fields[0] != "HPUB" {
		return line, nil, rest
	}
	size, err := strconv.Atoi(fields[len(fields)-1])
	if err != nil {
		panic(fmt.Sprintf("natstest: %q: %v", line, err))
	}
	if size += len("\r\n"); len(rest) < size {
		return nil, nil, b
	}
	return line, rest[:size], rest[size:]
}

// pass returns what the server gets of an operation.
func (l *Lossy) pass(line, payload []byte) []byte {
	fields := strings.Fields(string(line))
	isRequest := len(fields) == 4 && fields[0] == "PUB" || len(fields) == 5 && fields[0] == "HPUB"
	if isRequest && l.isNext(fields[1]) {
		if l.unheard {
			return nil
		}
		line = []byte(strings.Join(append(fields[:2:2], fields[3:]...), " "))
	}
	return append(append(bytes.Clone(line), "\r\n"...), payload...)
}

func (l *Lossy) isNext(subject string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.left == 0 {
		return false
	}
	l.left--
	if l.left > 0 {
		return false
	}
	l.lost = subject
	return true
}
