package natstest

import (
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// Proxy is a way to a server that can be slow, or freeze.
type Proxy struct {
	// URL is where clients connect.
	URL string

	listener net.Listener
	mu       sync.Mutex
	frozen   chan struct{}
	delay    time.Duration
}

// Proxy opens a way to the server that ends with the test.
func (b *Bus) Proxy(t testing.TB) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	p := &Proxy{URL: "nats://" + l.Addr().String(), listener: l, frozen: make(chan struct{})}
	go p.accept(strings.TrimPrefix(b.URL, "nats://"))
	return p
}

func (p *Proxy) accept(to string) {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", to)
		if err != nil {
			_ = client.Close()
			continue
		}
		p.mu.Lock()
		frozen := p.frozen
		p.mu.Unlock()
		go pass(server, client, frozen, func() time.Duration { return 0 })
		go pass(client, server, frozen, p.lateness)
	}
}

// Freeze has the connections there are pass on nothing any more. They stay open;
// those that come later work.
func (p *Proxy) Freeze() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.frozen)
	p.frozen = make(chan struct{})
}

// Cut is Freeze for ever: no further connection is made.
func (p *Proxy) Cut() {
	_ = p.listener.Close()
	p.Freeze()
}

// Delay has all that the server says from now on arrive so much later.
func (p *Proxy) Delay(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.delay = d
}

func (p *Proxy) lateness() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.delay
}

// part is what was read at once, and when it is to arrive.
type part struct {
	bytes []byte
	at    time.Time
}

// pass ends with its connections. While they are frozen it takes all and gives
// nothing: the sender goes on as if it were heard.
func pass(to, from net.Conn, frozen <-chan struct{}, lateness func() time.Duration) {
	parts := make(chan part, 1<<16)
	go func() {
		defer close(parts)
		for {
			buffer := make([]byte, 32<<10)
			n, err := from.Read(buffer)
			if err != nil {
				return
			}
			parts <- part{buffer[:n], time.Now().Add(lateness())}
		}
	}()
	defer to.Close()
	for next := range parts {
		time.Sleep(time.Until(next.at))
		select {
		case <-frozen:
			continue
		default:
		}
		if _, err := to.Write(next.bytes); err != nil {
			_ = from.Close() // ends the reading
		}
	}
}
