package connector

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/subject"
)

const (
	// defaultCommandTimeout stands in for a CommandTimeout of 0.
	defaultCommandTimeout = 10 * time.Second
	// reconnectWait is the pause before a lost connection is tried again.
	reconnectWait = 250 * time.Millisecond
	// pingEvery is how often a server is asked whether it lives. One that does not
	// answer twice is left for another: a machine that is frozen or cut off closes no
	// connection. The library's default takes minutes.
	pingEvery = 5 * time.Second
)

// patience is how long the connector waits for others. Tests have less.
type patience struct {
	// silence is how long a zone may send no heartbeat and still count as served.
	silence time.Duration
	// grace is how much longer than its deadline a command that the bus has
	// acknowledged waits for its response.
	grace time.Duration
	// ack is how long one attempt to publish waits for the acknowledgement, retry
	// the pause before the next one.
	ack   time.Duration
	retry time.Duration
	// history is how long what was missed may take to read; what is so now waits
	// for it.
	history time.Duration
}

var ordinaryPatience = patience{
	silence: 3 * time.Second, grace: 2 * time.Second, ack: time.Second, retry: 100 * time.Millisecond,
	history: 5 * time.Second,
}

// Config says how to reach the bus.
type Config struct {
	// Addresses are NATS URLs, for example "nats://127.0.0.1:4222"; at least
	// one. A user in the first, as in "nats://user:password@127.0.0.1:4222", has
	// an inbox of its own, "_INBOX_<user>".
	Addresses []string
	// NATS are further options of the connection: credentials, TLS, the prefix
	// of the inbox. Those of reconnecting are the connector's own.
	NATS []nats.Option
	// CommandTimeout is how long a command may wait to be decided; 0 is 10
	// seconds. After it the command is not executed any more. Below three seconds a
	// saved session cannot be resumed: such a logon waits for two.
	CommandTimeout time.Duration
	// Service is set by a program that acts for agents: it logs them on with
	// AGTLogonAACC, without their passwords, and may have an [Actor].
	Service Service
	// Manual names the duties of a desktop that it does by itself.
	Manual Manual
	// Trace returns the context whose span the next command of an agent belongs
	// to, for example that of the click that led to it; nil begins a trace with
	// each command. The goroutine that calls the command calls it. An [Actor] has
	// a context anyway.
	Trace func(agentID string) context.Context
	// Logger gets what is not the desktop's business; nil is slog.Default.
	Logger *slog.Logger

	patience patience
}

// Factory holds the connection to the bus and the agents of this process; it is
// the POMAgentFactory of the specification. All methods may be called from any
// goroutine, also from a [Handler].
type Factory struct {
	nc       *nats.Conn
	js       jetstream.JetStream
	timeout  time.Duration
	service  Service
	manual   Manual
	trace    func(agentID string) context.Context
	log      *slog.Logger
	patience patience
	states   chan nats.Status
	unknown  atomic.Uint64

	mu     sync.Mutex
	agents map[string]*Agent
	// zones are joined at the first logon and left by Deinit.
	zones  map[string]*zone
	closed bool
}

// ErrUnreachable is what [Init] fails with when nobody listens at the addresses.
// It is code 9001 of the catalogue.
var ErrUnreachable = errors.New("9001 Initialization failed as server is not reachable")

// Init connects to the bus (L905). It fails when none of the addresses can be
// reached, or refuses the credentials, and may then be called again: unlike the
// specification's, it does not ask for a restart of the desktop (L917). Once it
// has succeeded a lost connection is tried again for ever, and that nobody
// serves a zone is told by its AGTLogonRESP.
func Init(c Config) (*Factory, error) {
	if len(c.Addresses) == 0 {
		return nil, errors.New("connector: no address of the bus")
	}
	if c.CommandTimeout < 0 {
		return nil, fmt.Errorf("connector: command timeout %v: want 0 or more", c.CommandTimeout)
	}
	f := &Factory{
		timeout: c.CommandTimeout, service: c.Service, manual: c.Manual, trace: c.Trace, log: c.Logger,
		patience: c.patience,
		agents:   make(map[string]*Agent), zones: make(map[string]*zone),
	}
	if f.timeout == 0 {
		f.timeout = defaultCommandTimeout
	}
	if f.trace == nil {
		f.trace = func(string) context.Context { return context.Background() }
	}
	if f.log == nil {
		f.log = slog.Default()
	}
	if f.patience == (patience{}) {
		f.patience = ordinaryPatience
	}
	var err error
	f.nc, err = nats.Connect(strings.Join(c.Addresses, ","), f.options(c)...)
	if errors.Is(err, nats.ErrNoServers) {
		err = ErrUnreachable
	}
	if err != nil {
		// Not the addresses: there may be passwords in them.
		return nil, fmt.Errorf("connector: connect to the bus: %w", err)
	}
	if f.js, err = jetstream.New(f.nc); err != nil {
		f.nc.Close()
		return nil, fmt.Errorf("connector: %w", err)
	}
	f.states = f.nc.StatusChanged(nats.RECONNECTING, nats.CLOSED)
	go f.watchConnection()
	return f, nil
}

// options puts the caller's between our defaults and our rules.
func (f *Factory) options(c Config) []nats.Option {
	options := []nats.Option{
		nats.Name("deskbus connector"),
		nats.CustomInboxPrefix(subject.Inbox(c.Addresses[0])),
		nats.PingInterval(pingEvery),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			// The NATS library deletes a consumer that has been read. A desktop needs no
			// right to do so: the server forgets the consumer by itself.
			if errors.Is(err, nats.ErrPermissionViolation) && strings.Contains(err.Error(), ".CONSUMER.DELETE.") {
				return
			}
			f.log.Warn("connector: error of the connection", "error", err)
		}),
	}
	options = append(options, c.NATS...)
	return append(options,
		nats.RetryOnFailedConnect(false),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(reconnectWait),
		nats.IgnoreAuthErrorAbort(),
		// Without a buffer nothing is sent late: a command either leaves before
		// its deadline or not at all.
		nats.ReconnectBufSize(-1),
	)
}

// watchConnection ends with Deinit. What is sent again waits for the connection
// to come back.
func (f *Factory) watchConnection() {
	for range f.states {
		f.mu.Lock()
		for _, z := range f.zones {
			z.lost()
		}
		for _, a := range f.agents {
			a.sendAgain()
		}
		f.mu.Unlock()
	}
}

// GetPOMAgent returns a new agent object, to be used from before a logon until
// after the logoff (L941, L952). An object this factory has for the agent is
// removed first. It fails when the id is empty, h is nil, or after Deinit.
func (f *Factory) GetPOMAgent(id string, h Handler) (*Agent, error) {
	if id == "" || h == nil {
		return nil, errors.New("connector: want the id of an agent and a handler")
	}
	session, err := uuid.NewV7()
	if err != nil {
		return nil, fmt.Errorf("connector: new session: %w", err)
	}
	f.RemovePOMAgent(id)
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil, errors.New("connector: the factory was closed")
	}
	a := newAgent(f, id, session.String(), h)
	f.agents[id] = a
	return a, nil
}

// RemovePOMAgent ends an agent object and returns whether there was one (L958).
// No method of its handler is called any more, except that a call under way
// runs to its end. The agent stays logged on when it was not logged off before.
func (f *Factory) RemovePOMAgent(id string) bool {
	f.mu.Lock()
	a, found := f.agents[id]
	delete(f.agents, id)
	f.mu.Unlock()
	if found {
		a.close()
	}
	return found
}

// Deinit removes all agents and closes the connection (L923).
func (f *Factory) Deinit() {
	f.mu.Lock()
	if f.closed {
		f.mu.Unlock()
		return
	}
	f.closed = true
	agents, zones := f.agents, f.zones
	f.agents, f.zones = nil, nil
	f.mu.Unlock()
	for _, a := range agents {
		a.close()
	}
	for _, z := range zones {
		z.leave()
	}
	f.nc.RemoveStatusListener(f.states)
	f.nc.Close()
}

// Unreadable counts the messages and names this build does not understand. They
// are logged and left out.
func (f *Factory) Unreadable() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.unknown.Load()
	for _, z := range f.zones {
		n += z.feed.Unreadable()
	}
	return n
}

// zone returns the zone with this name, joined once and shared by its agents.
func (f *Factory) zone(name string) (*zone, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil, errors.New("connector: the factory was closed")
	}
	if z := f.zones[name]; z != nil {
		return z, nil
	}
	z, err := joinZone(f.nc, f.js, name, f.patience.silence)
	if err != nil {
		return nil, err
	}
	f.zones[name] = z
	return z, nil
}
