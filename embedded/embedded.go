// Package embedded runs the NATS server inside the broker's process.
//
// The server keeps its streams under one directory, syncs every write to disk
// before it acknowledges it, and listens on loopback unless told otherwise.
//
// Who connects without a name is a guest: it may send commands, ask services and
// read the feed. It may not write what only a leader writes, nor listen to what
// others send: a password on its way to the logon service, a command.
package embedded

import (
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// startTimeout is how long a server may take to recover its streams and listen.
const startTimeout = 2 * time.Minute

// Options configure the server.
type Options struct {
	// Listen is "host:port"; port 0 takes a free one.
	Listen string
	// Dir is where the streams are kept. One server at a time may use it.
	Dir string
	// Password is that of the user [User], who may do everything. Without one
	// there are no users and everybody may.
	Password string
	// Zones are those whose feed guests may read.
	Zones []string
}

const (
	// User is the name under which the broker itself connects.
	User = "broker"
	// InboxPrefix is where answers to the broker go. Guests cannot listen there:
	// the deliveries of the inbox stream are among them.
	InboxPrefix = "_BROKER"
)

// Server is a running NATS server.
type Server struct{ ns *server.Server }

// Start starts a server and waits until it takes connections. It fails when the
// address is taken or the directory cannot be written.
func Start(o Options) (*Server, error) {
	host, portText, err := net.SplitHostPort(o.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen address %q: want host:port, for example 127.0.0.1:4222", o.Listen)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("listen address %q: want a port from 0 to 65535", o.Listen)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	if err := listenable(net.JoinHostPort(host, portText)); err != nil {
		return nil, err
	}
	options := &server.Options{
		ServerName: "deskbus",
		Host:       host,
		Port:       int(port),
		JetStream:  true,
		StoreDir:   o.Dir,
		SyncAlways: true,
		NoSigs:     true,
		NoLog:      true,
		// The server's own limit; the leader keeps its commits well below it.
		MaxPayload: server.MAX_PAYLOAD_SIZE,
	}
	if port == 0 {
		options.Port = server.RANDOM_PORT
	}
	if o.Password != "" {
		options.Users = []*server.User{
			{Username: User, Password: o.Password},
			{Username: guest, Permissions: guestRights(o.Zones)},
		}
		options.NoAuthUser = guest
	}
	ns, err := server.NewServer(options)
	if err != nil {
		return nil, fmt.Errorf("nats server in %s: %w", o.Dir, err)
	}
	go ns.Start()
	if !ns.ReadyForConnections(startTimeout) || !ns.JetStreamEnabled() {
		ns.Shutdown()
		ns.WaitForShutdown()
		return nil, fmt.Errorf("nats server: cannot listen on %s or use %s", o.Listen, o.Dir)
	}
	return &Server{ns: ns}, nil
}

// listenable tries the address, because the server would try it again and again
// until the start times out.
func listenable(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("nats server: %w: choose another address with --listen", err)
	}
	return l.Close()
}

// URL is where clients connect.
func (s *Server) URL() string { return s.ns.ClientURL() }

// Stop shuts the server down and waits until its files are closed.
func (s *Server) Stop() {
	s.ns.Shutdown()
	s.ns.WaitForShutdown()
}
