package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/crypto/bcrypt"

	"github.com/deskbus/deskbus/broker"
	"github.com/deskbus/deskbus/config"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/logon"
)

const (
	// clusterSize is how many NATS servers and how many brokers there are.
	clusterSize = 3
	// crowdSize is how many agents are logged on, contactCount how many contacts
	// their campaign has.
	crowdSize    = 10_000
	contactCount = 50_000
	// readyTimeout is how long the cluster may take to be whole again.
	readyTimeout = 2 * time.Minute

	// node is the child that is one NATS server of the cluster, member the one
	// that is one of its brokers.
	node   = "node"
	member = "member"
)

// cluster is three NATS servers and three brokers, each a process of its own.
type cluster struct {
	dir     string
	urls    []string
	nodes   []*side
	brokers []*side
	key     logon.Key
	nc      *nats.Conn
	js      jetstream.JetStream
}

func startCluster(ctx context.Context, dir string) (c *cluster, err error) {
	c = &cluster{dir: dir, nodes: make([]*side, clusterSize), brokers: make([]*side, clusterSize)}
	defer func() {
		if err != nil {
			c.close()
		}
	}()
	if err := c.writeConfigurations(); err != nil {
		return c, err
	}
	for i := range c.nodes {
		if err := c.startNode(i); err != nil {
			return c, err
		}
	}
	for i := range c.brokers {
		if err := c.startBroker(i); err != nil {
			return c, err
		}
	}
	if c.nc, err = nats.Connect(strings.Join(c.urls, ","), nats.MaxReconnects(-1),
		nats.ReconnectWait(100*time.Millisecond)); err != nil {
		return c, err
	}
	if c.js, err = jetstream.New(c.nc); err != nil {
		return c, err
	}
	return c, c.awaitWhole(ctx)
}

func (c *cluster) path(kind string, i int) string { return filepath.Join(c.dir, fmt.Sprint(kind, i)) }

// writeConfigurations gives each server its file and the brokers their key.
func (c *cluster) writeConfigurations() error {
	var clients, routes []string
	for range clusterSize {
		client, route, err := freeAddresses()
		if err != nil {
			return err
		}
		clients, routes = append(clients, client), append(routes, "nats://"+route)
		c.urls = append(c.urls, "nats://"+client)
	}
	for i := range clusterSize {
		text := fmt.Sprintf(`server_name: %s%d
listen: %q
jetstream { store_dir: %q, sync_interval: always }
cluster { name: bench, listen: %q, no_advertise: true, routes: ["%s"] }
`, node, i, clients[i], c.path(node, i), strings.TrimPrefix(routes[i], "nats://"), strings.Join(routes, `", "`))
		if err := os.MkdirAll(c.path(node, i), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(c.path(node, i), "nats.conf"), []byte(text), 0o600); err != nil {
			return err
		}
	}
	key, err := logon.LoadOrCreateKey(filepath.Join(c.dir, "ticket.key"))
	c.key = key
	return err
}

// freeAddresses returns two addresses nobody listens on.
func freeAddresses() (one, other string, err error) {
	a, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	defer a.Close()
	b, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	defer b.Close()
	return a.Addr().String(), b.Addr().String(), nil
}

func (c *cluster) startNode(i int) (err error) {
	c.nodes[i], err = startChild("-serve", node, "-dir", c.path(node, i))
	return err
}

func (c *cluster) startBroker(i int) (err error) {
	c.brokers[i], err = startChild("-serve", member, "-dir", c.path(member, i), "-nats", strings.Join(c.urls, ","))
	return err
}

// close ends all processes: brokers first, which would look for their servers.
func (c *cluster) close() {
	if c.nc != nil {
		c.nc.Close()
	}
	for _, s := range slices.Concat(c.brokers, c.nodes) {
		if s != nil {
			_ = s.close() // a process that was killed says so
		}
	}
}

// serveNode is the child that is a NATS server.
func serveNode(ctx context.Context, dir string) error {
	o, err := server.ProcessConfigFile(filepath.Join(dir, "nats.conf"))
	if err != nil {
		return err
	}
	o.NoSigs, o.NoLog = true, true
	ns, err := server.NewServer(o)
	if err != nil {
		return err
	}
	ns.Start()
	if !ns.ReadyForConnections(readyTimeout) {
		return errors.New("the NATS server does not get ready")
	}
	fmt.Println(ns.ClientURL())
	<-ctx.Done()
	ns.Shutdown()
	ns.WaitForShutdown()
	return nil
}

// serveMember is the child that is a broker of the cluster.
func (o options) serveMember(ctx context.Context) error {
	c, err := crowdConfiguration(o.dir)
	if err != nil {
		return err
	}
	b, err := broker.Start(ctx, broker.Options{
		Config: c, Name: broker.DefaultName(o.nats), NATS: o.nats, HTTP: "127.0.0.1:0", Data: o.dir,
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
	})
	if err != nil {
		return err
	}
	fmt.Println(b.URL(), b.HTTPAddress())
	return b.Run(ctx)
}

// crowdConfiguration has many agents and one campaign with many contacts. Its
// switch is away, so the agents take no calls.
func crowdConfiguration(dir string) (*config.Config, error) {
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	contacts := filepath.Join(dir, "contacts.csv")
	var list strings.Builder
	fmt.Fprintln(&list, "id,firstName,lastName,timeZone,phone1,balance:WRITE")
	for i := range contactCount {
		fmt.Fprintf(&list, "C%d,Ada,Example,Europe/Berlin,+49302312%05d,10.00\n", i, i)
	}
	if err := os.WriteFile(contacts, []byte(list.String()), 0o600); err != nil {
		return nil, err
	}
	const skill = "sales"
	c := &config.Config{
		TicketKeyFile: filepath.Join(filepath.Dir(dir), "ticket.key"),
		Zones:         []config.Zone{{Name: zoneName, Switch: switchName}},
		Campaigns: []config.Campaign{{
			Name: campaignName, Zone: zoneName, Skill: skill, Mode: events.ContactProgressive,
			RingTimeout: time.Minute, Contacts: contacts,
			Wrapup:          config.Wrapup{DefaultCode: "Done"},
			CompletionCodes: []config.CompletionCode{{Code: "Done"}},
		}},
	}
	for i := range crowdSize {
		c.Agents = append(c.Agents, config.Agent{
			ID: agentID(i), Name: agentID(i), PasswordHash: string(hash), Skills: []config.Skill{{Name: skill, Level: 1}},
		})
	}
	return c, nil
}

// kill ends a process without a word to it.
func (s *side) kill() {
	_ = s.process.Process.Kill()
	_ = s.close()
}

// terminate asks a process to end.
func (s *side) terminate() error {
	s.leaving = true
	return s.process.Process.Signal(syscall.SIGTERM)
}
