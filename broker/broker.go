// Package broker puts the parts together into one running broker: the NATS
// server or the connection to one, the zones, the services, the projections.
//
// Main boots a Broker and so do the tests. [Start] returns when the broker is
// ready to lead and to answer, or says what is wrong; nothing runs after an
// error. [Broker.Run] runs it until the context ends and then stops it in
// order: what is committed is published before the server goes down.
package broker

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/oklog/run"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/deskbus/deskbus/config"
	"github.com/deskbus/deskbus/embedded"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/internal/service"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/logon"
	"github.com/deskbus/deskbus/projections/report"
	"github.com/deskbus/deskbus/projections/status"
	"github.com/deskbus/deskbus/zone"
)

// startTimeout is how long the bus may take to get the streams ready.
const startTimeout = time.Minute

// Options say where a broker runs.
type Options struct {
	Config *config.Config
	// Name is unique among the brokers that run on one bus.
	Name string
	// NATS are the URLs of a NATS cluster, separated by commas. Empty runs a
	// server inside the broker, which listens on Listen.
	NATS   string
	Listen string
	// WebSocket is where the server inside the broker takes WebSocket clients, and
	// Origins are the web pages that may be some; see [embedded.Options].
	WebSocket string
	Origins   []string
	// User and Password are those of the broker on the cluster; empty when it
	// asks nobody who they are.
	User, Password string
	// HTTP is where the wallboard, health, metrics and reports are served,
	// "host:port"; empty serves none.
	HTTP string
	// Data is the directory for what the broker keeps.
	Data string
	// Reports is the URL of a PostgreSQL database for the reports. Empty keeps them
	// in a file in Data, NoReports keeps none.
	Reports string
	Logger  *slog.Logger
	// Tracing gets the spans of what the broker does for a trace; nil is nowhere.
	Tracing trace.TracerProvider
}

// Broker is a broker that has started.
type Broker struct {
	options Options
	log     *slog.Logger
	url     string
	// webSocket is "" without such a port.
	webSocket string
	// user and password are those of the broker on the bus.
	user, password string
	nc             *nats.Conn
	js             jetstream.JetStream
	// configuration is the hash of what brokers must agree on.
	configuration string
	leases        *journal.Leases
	members       *journal.Members
	logon         *logon.Service
	zones         []*zone.Zone
	reports       *report.Service
	site          *site
	registry      *prometheus.Registry
	bus           *busMetrics
	services      *service.Host
	// feeds are the zones as all projections see them.
	feeds map[string]*feed.Zone
	// checkpoints is where the projections keep what they have folded.
	checkpoints feed.Store
	// closers are what Start has opened, to be closed in reverse order.
	closers []func()
}

// Start starts a broker.
func Start(ctx context.Context, o Options) (*Broker, error) {
	if o.Tracing == nil {
		o.Tracing = noop.NewTracerProvider()
	}
	b := &Broker{options: o, log: o.Logger, registry: newRegistry(o.Name)}
	b.bus = newBusMetrics(b.registry)
	b.services = service.NewHost(b.registry, o.Name, o.Config.ZoneNames())
	if err := b.start(ctx); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *Broker) start(ctx context.Context) error {
	o := b.options
	if err := checkReports(o.Reports); err != nil {
		return err
	}
	contacts, err := b.loadContacts()
	if err != nil {
		return err
	}
	if b.configuration, err = configurationHash(o.Config, contacts); err != nil {
		return err
	}
	if err := b.lockData(); err != nil {
		return err
	}
	key, err := logon.LoadOrCreateKey(b.keyFile())
	if err != nil {
		return err
	}
	directory, err := logon.NewDirectory(o.Config.Agents, o.Config.Services)
	if err != nil {
		return err
	}
	if err := b.startServer(); err != nil {
		return err
	}
	// The server has taken the time it needed to recover its streams.
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := b.connectServices(ctx); err != nil {
		return err
	}
	if err := b.addZones(ctx, key, contacts); err != nil {
		return err
	}
	if b.logon, err = logon.Start(b.nc, b.services, directory, key); err != nil {
		return err
	}
	b.closers = append(b.closers, b.logon.Stop)
	if b.reports, err = b.newReports(); err != nil {
		return err
	}
	if o.HTTP == "" {
		return nil
	}
	if b.site, err = listen(b, o.HTTP); err != nil {
		return err
	}
	b.closers = append(b.closers, b.site.close)
	return nil
}

// lockData takes the data directory for this process alone: two servers on the
// same streams would destroy them. The lock goes with the process.
func (b *Broker) lockData() error {
	data := b.options.Data
	if err := os.MkdirAll(data, 0o700); err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	lock := flock.New(filepath.Join(data, "lock"))
	locked, err := lock.TryLock()
	if err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	if !locked {
		return fmt.Errorf("data directory %s is in use by another broker: stop that one, or give each its own with --data", data)
	}
	b.closers = append(b.closers, func() { _ = lock.Unlock() })
	return nil
}

func (b *Broker) keyFile() string {
	if file := b.options.Config.TicketKeyFile; file != "" {
		return file
	}
	return filepath.Join(b.options.Data, "ticket.key")
}

// loadContacts reads the list of every campaign. Bad rows are reported and left
// out.
func (b *Broker) loadContacts() (map[string][]events.POMCustomerDetails, error) {
	all := map[string][]events.POMCustomerDetails{}
	for _, c := range b.options.Config.Campaigns {
		contacts, bad, err := config.LoadContacts(c.Contacts)
		if err != nil {
			return nil, err
		}
		for _, row := range bad {
			b.log.Warn("contact left out", "campaign", c.Name, "error", row)
		}
		b.log.Info("contacts read", "campaign", c.Name, "contacts", len(contacts), "left_out", len(bad))
		all[c.Name] = contacts
	}
	return all, nil
}

func (b *Broker) startServer() error {
	if b.url = b.options.NATS; b.url != "" {
		b.user, b.password = b.options.User, b.options.Password
		return nil
	}
	const guests = "who reaches it may log on with a password of an agent, send commands, and read all events; " +
		"point the broker at a NATS cluster with users where that is too much"
	b.warnExposed(b.options.Listen, guests)
	b.warnExposed(b.options.WebSocket, guests)
	// The password lives as long as the process; nobody else needs it.
	b.user, b.password = embedded.User, rand.Text()
	server, err := embedded.Start(embedded.Options{
		Listen: b.options.Listen, WebSocket: b.options.WebSocket, Origins: b.options.Origins,
		Dir:      filepath.Join(b.options.Data, "nats"),
		Password: b.password, Zones: b.options.Config.ZoneNames(),
	})
	if err != nil {
		return err
	}
	b.url, b.webSocket = server.URL(), server.WebSocketURL()
	b.closers = append(b.closers, server.Stop)
	return nil
}

func (b *Broker) connectServices(ctx context.Context) (err error) {
	if err := b.awaitBus(ctx); err != nil {
		return err
	}
	if b.nc, b.js, err = b.connect("services"); err != nil {
		return err
	}
	if b.leases, err = journal.OpenLeases(ctx, b.js, b.replicas()); err != nil {
		return err
	}
	if b.checkpoints.ObjectStore, err = journal.OpenCheckpoints(ctx, b.js, b.replicas()); err != nil {
		return err
	}
	b.checkpoints.Alone = func(ctx context.Context, what string, fn func(context.Context) error) error {
		return b.leases.Hold(ctx, what, b.options.Name, journal.Anybody, fn)
	}
	if b.feeds, err = feed.JoinAll(b.nc, b.js, b.options.Config.ZoneNames()); err != nil {
		return err
	}
	b.closers = append(b.closers, func() { feed.LeaveAll(b.feeds) })
	b.members = journal.NewMembers(b.leases, b.options.Name, b.configuration, b.options.Config.ZoneNames())
	return nil
}

// replicas is how many copies of the streams a bus can keep: three when it is a
// cluster.
func (b *Broker) replicas() int {
	if b.nc.ConnectedClusterName() != "" {
		return 3
	}
	return 1
}

func (b *Broker) addZones(ctx context.Context, key logon.Key, contacts map[string][]events.POMCustomerDetails) error {
	metrics := zone.NewMetrics(b.registry)
	tracer := b.options.Tracing.Tracer("github.com/deskbus/deskbus/zone")
	for _, name := range b.options.Config.ZoneNames() {
		if err := journal.EnsureStreams(ctx, b.js, name, b.replicas()); err != nil {
			return err
		}
		nc, js, err := b.connect("zone " + name)
		if err != nil {
			return err
		}
		snapshots, err := journal.OpenSnapshots(ctx, js, name, b.replicas())
		if err != nil {
			return err
		}
		settings, _ := b.options.Config.ZoneSettings(name)
		b.zones = append(b.zones, zone.New(zone.Config{
			Name: name, Broker: b.options.Name, NC: nc, JS: js, Leases: b.leases, Key: key,
			Members: b.members, Snapshots: snapshots, KeepCommits: b.options.Config.KeepCommits(name),
			Settings: settings, Campaigns: b.options.Config.ZoneCampaigns(name), Contacts: contacts,
			Metrics: metrics, Tracer: tracer, Logger: b.log,
		}))
	}
	return nil
}

// URL is where desktops connect.
func (b *Broker) URL() string { return b.url }

// WebSocketURL is where desktops connect that speak WebSocket, "" is nowhere.
func (b *Broker) WebSocketURL() string { return b.webSocket }

// HTTPAddress is where the wallboard, health and metrics are served, "" when they
// are not.
func (b *Broker) HTTPAddress() string {
	if b.site == nil {
		return ""
	}
	return b.site.address()
}

// Run runs the broker until the context ends or a part fails that the others
// cannot do without.
func (b *Broker) Run(ctx context.Context) error {
	defer b.close()
	var g run.Group
	running, stop := context.WithCancel(ctx)
	defer stop()
	// The end of this actor ends the others: the broker stops being a member
	// first, so that its zones find the broker that should lead them next.
	g.Add(func() error { b.announce(running); return running.Err() }, func(error) { stop() })
	b.add(&g, b.watchMembers)
	b.add(&g, b.watchConfigurations)
	for _, z := range b.zones {
		b.add(&g, func(ctx context.Context) error { return b.runZone(ctx, z) })
	}
	for _, s := range b.simulators() {
		b.add(&g, s)
	}
	b.add(&g, func(ctx context.Context) error {
		return status.Run(ctx, status.Config{
			NC: b.nc, JS: b.js, Host: b.services, Feeds: b.feeds, Checkpoints: b.checkpoints, Logger: b.log,
		})
	})
	if b.reports != nil {
		b.add(&g, b.reports.Run)
	}
	b.add(&g, b.watchWrites)
	if b.site != nil {
		// First, so that the pages have gone when the server is closed.
		b.add(&g, b.runBoard)
		g.Add(b.site.serve, func(error) { b.site.close() })
	}
	err := g.Run()
	if ctx.Err() != nil || errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// add makes an actor of a function that runs until its context ends.
func (b *Broker) add(g *run.Group, fn func(context.Context) error) {
	ctx, stop := context.WithCancel(context.Background())
	g.Add(func() error { return fn(ctx) }, func(error) { stop() })
}

// runZone keeps the broker alive when one zone has to stop for good.
func (b *Broker) runZone(ctx context.Context, z *zone.Zone) error {
	if err := z.Run(ctx); err != nil && !errors.Is(err, journal.ErrCorrupt) {
		return err
	}
	<-ctx.Done()
	return nil
}

func (b *Broker) close() {
	for i := len(b.closers) - 1; i >= 0; i-- {
		b.closers[i]()
	}
	b.closers = nil
}

// DefaultName returns a name for a broker that was given none. Inside one data
// directory there is only ever one broker with a server of its own, and its name
// must survive a restart, so that it finds its own lease.
func DefaultName(natsURL string) string {
	if natsURL == "" {
		return "embedded"
	}
	host, err := os.Hostname()
	if err != nil {
		host = "broker"
	}
	safe := strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '-'
	}, host)
	return fmt.Sprintf("%s-%d", safe, os.Getpid())
}
