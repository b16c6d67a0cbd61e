package broker

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/embedded"
)

const (
	// busPause is between two attempts to reach the bus at the start.
	busPause = 250 * time.Millisecond
	// pingEvery is how often a server is asked whether it lives. One that does not
	// answer twice is left for another: a machine that is frozen or cut off closes no
	// connection. The library's default takes minutes.
	pingEvery = 2 * time.Second
)

// awaitBus waits until the bus can be reached: the servers of a cluster and the
// brokers start in any order, and together after a power failure.
func (b *Broker) awaitBus(ctx context.Context) error {
	waiting := false
	for {
		nc, _, err := b.dial("start")
		if err == nil {
			nc.Close()
			return nil
		}
		if !waiting {
			b.log.Warn("waiting for the bus", "timeout", startTimeout, "error", err)
			waiting = true
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(busPause):
		}
	}
}

// connect opens a connection that lives as long as the broker.
func (b *Broker) connect(part string) (*nats.Conn, jetstream.JetStream, error) {
	nc, js, err := b.dial(part)
	if err == nil {
		b.closers = append(b.closers, nc.Close)
		b.bus.add(part, nc)
	}
	return nc, js, err
}

// dial opens a connection of its own for a part of the broker. While the bus is
// away a publish fails at once: nothing is buffered and sent when it is no
// longer true.
func (b *Broker) dial(part string) (*nats.Conn, jetstream.JetStream, error) {
	options := []nats.Option{
		nats.Name("deskbus " + b.options.Name + " " + part),
		nats.MaxReconnects(-1), nats.ReconnectWait(250 * time.Millisecond), nats.ReconnectBufSize(-1),
		nats.PingInterval(pingEvery),
		// Without handlers the library writes to standard error by itself.
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			b.log.Warn("error of a connection", "connection", part, "error", err)
		}),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil { // nil: we have closed it
				b.log.Warn("connection lost, trying again", "connection", part, "error", err)
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) { b.log.Info("connected again", "connection", part) }),
	}
	if b.password != "" {
		options = append(options, nats.UserInfo(b.user, b.password),
			nats.CustomInboxPrefix(embedded.InboxPrefix+"."+rand.Text()))
	}
	nc, err := nats.Connect(b.url, options...)
	if err != nil {
		return nil, nil, fmt.Errorf("cannot reach NATS at %s: %w", Redacted(b.url), err)
	}
	js, err := jetstream.New(nc)
	return nc, js, err
}

// Redacted returns NATS URLs, separated by commas, without the passwords in them.
func Redacted(urls string) string {
	all := strings.Split(urls, ",")
	for i, text := range all {
		u, err := url.Parse(strings.TrimSpace(text))
		switch {
		case err != nil:
			all[i] = "an address that is no URL"
		case u.User != nil:
			// The name too: without a password it is a token.
			u.User = url.User("xxxxx")
			all[i] = u.String()
		}
	}
	return strings.Join(all, ",")
}
