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
	"net/url"
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
	// WebSocket is where clients connect that speak WebSocket, "host:port"; empty
	// is nowhere. They have the same rights.
	WebSocket string
	// Origins are the web pages, by scheme, host and port, that may connect there.
	// A browser connects wherever a page of anybody asks it to, so none may that is
	// not named. What is no page has no origin and may connect.
	Origins []string
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
type Server struct {
	ns        *server.Server
	webSocket bool
}

// Start starts a server and waits until it takes connections. It fails when the
// address is taken or the directory cannot be written.
func Start(o Options) (*Server, error) {
	host, port, err := address("listen", o.Listen)
	if err != nil {
		return nil, err
	}
	options := &server.Options{
		ServerName: "deskbus",
		Host:       host,
		Port:       port,
		JetStream:  true,
		StoreDir:   o.Dir,
		SyncAlways: true,
		NoSigs:     true,
		NoLog:      true,
		// The server's own limit; the leader keeps its commits well below it.
		MaxPayload: server.MAX_PAYLOAD_SIZE,
	}
	if o.WebSocket != "" {
		if options.Websocket, err = webSocket(o); err != nil {
			return nil, err
		}
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
	return &Server{ns: ns, webSocket: o.WebSocket != ""}, nil
}

// webSocket returns the settings of the WebSocket port. It has no TLS, as the other
// one has none.
func webSocket(o Options) (server.WebsocketOpts, error) {
	for _, origin := range o.Origins {
		// The server would pass over one it cannot read.
		u, err := url.Parse(origin)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" {
			return server.WebsocketOpts{}, fmt.Errorf("websocket origin %q: want scheme, host and port, for example https://wall.example.com", origin)
		}
	}
	host, port, err := address("websocket", o.WebSocket)
	return server.WebsocketOpts{
		Host: host, Port: port, NoTLS: true, SameOrigin: len(o.Origins) == 0, AllowedOrigins: o.Origins,
	}, err
}

// address reads the value of a flag and tries it, because the server would try it
// again and again until the start times out. A port of 0 becomes a free one.
func address(flag, text string) (host string, port int, err error) {
	host, portText, err := net.SplitHostPort(text)
	if err != nil {
		return "", 0, fmt.Errorf("%s address %q: want host:port, for example 127.0.0.1:4222", flag, text)
	}
	number, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return "", 0, fmt.Errorf("%s address %q: want a port from 0 to 65535", flag, text)
	}
	if host == "" {
		host = "127.0.0.1"
	}
	l, err := net.Listen("tcp", net.JoinHostPort(host, portText))
	if err != nil {
		return "", 0, fmt.Errorf("nats server: %w: choose another address with --%s", err, flag)
	}
	if number == 0 {
		return host, server.RANDOM_PORT, l.Close()
	}
	return host, int(number), l.Close()
}

// URL is where clients connect.
func (s *Server) URL() string { return s.ns.ClientURL() }

// WebSocketURL is where clients connect that speak WebSocket; "" is nowhere.
func (s *Server) WebSocketURL() string {
	if s.webSocket {
		return s.ns.WebsocketURL()
	}
	return ""
}

// Stop shuts the server down and waits until its files are closed.
func (s *Server) Stop() {
	s.ns.Shutdown()
	s.ns.WaitForShutdown()
}
