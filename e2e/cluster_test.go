package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/internal/natstest"
)

// clusterSize is how many NATS servers and how many brokers a cluster has.
const clusterSize = 3

// cluster is three NATS servers and three brokers, each a process of its own, on
// loopback.
type cluster struct {
	t       *testing.T
	dir     string
	nodes   []*member
	brokers []*member
	nc      *nats.Conn
	js      jetstream.JetStream
}

// member is one process of the cluster. Its command line stays the same when it
// is started again.
type member struct {
	t       *testing.T
	name    string
	command []string
	// address is where clients or health checks come.
	address string
	out     *output
	cmd     *exec.Cmd
	exited  chan struct{}
}

// output keeps what a process says; it is read while the process lives.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

func startCluster(t *testing.T, configuration string) *cluster {
	t.Helper()
	c := &cluster{t: t, dir: t.TempDir()}
	file := filepath.Join(c.dir, "deskbus.yaml")
	if err := os.WriteFile(file, []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	c.addNodes()
	for i := range clusterSize {
		name := fmt.Sprint("broker-", i+1)
		health := natstest.Address(t)
		c.brokers = append(c.brokers, c.member(name, health, filepath.Join(binaries, "broker"),
			"--config", file, "--nats", c.urls(), "--http", health, "--data", filepath.Join(c.dir, name)))
	}
	for _, m := range c.nodes {
		m.start()
	}
	for _, m := range c.brokers {
		m.start()
	}
	for _, m := range c.brokers {
		c.eventually(m.name+" is ready", m.ready)
	}
	var err error
	if c.nc, err = nats.Connect(c.urls(), nats.MaxReconnects(-1)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.nc.Close)
	if c.js, err = jetstream.New(c.nc); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *cluster) addNodes() {
	var clients, routes []string
	for range clusterSize {
		clients, routes = append(clients, natstest.Address(c.t)), append(routes, natstest.Address(c.t))
	}
	for i := range clusterSize {
		name := fmt.Sprint("node-", i+1)
		text := fmt.Sprintf(`server_name: %s
listen: %q
jetstream { store_dir: %q, sync_interval: always }
cluster { name: test, listen: %q, no_advertise: true, routes: ["nats://%s"] }
`, name, clients[i], filepath.Join(c.dir, name), routes[i], strings.Join(routes, `", "nats://`))
		file := filepath.Join(c.dir, name+".conf")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			c.t.Fatal(err)
		}
		c.nodes = append(c.nodes, c.member(name, clients[i], filepath.Join(binaries, "nats-server"), "--config", file))
	}
}

func (c *cluster) member(name, address string, command ...string) *member {
	m := &member{t: c.t, name: name, command: command, address: address, out: &output{}}
	c.t.Cleanup(func() {
		m.kill()
		if c.t.Failed() {
			c.t.Logf("%s said:\n%s", name, m.out)
		}
	})
	return m
}

// urls is where clients connect.
func (c *cluster) urls() string {
	var all []string
	for _, m := range c.nodes {
		all = append(all, "nats://"+m.address)
	}
	return strings.Join(all, ",")
}

func (m *member) start() {
	m.t.Helper()
	m.cmd = exec.Command(m.command[0], m.command[1:]...)
	m.cmd.Stdout, m.cmd.Stderr = m.out, m.out
	if err := m.cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	m.exited = make(chan struct{})
	go func(cmd *exec.Cmd, exited chan struct{}) { _ = cmd.Wait(); close(exited) }(m.cmd, m.exited)
}

// kill ends a process without a word to it. One that is dead stays dead.
func (m *member) kill() {
	if m.cmd == nil {
		return
	}
	_ = m.cmd.Process.Kill()
	<-m.exited
	m.cmd = nil
}

// stop ends a process the polite way.
func (m *member) stop() {
	m.t.Helper()
	m.signal(syscall.SIGTERM)
	select {
	case <-m.exited:
		m.cmd = nil
	case <-time.After(patience):
		m.signal(syscall.SIGQUIT) // it says where it hangs
		<-m.exited
		m.cmd = nil
		m.t.Fatalf("%s does not stop", m.name)
	}
}

func (m *member) signal(s syscall.Signal) {
	m.t.Helper()
	if err := m.cmd.Process.Signal(s); err != nil {
		m.t.Fatal(err)
	}
}

func (m *member) ready() bool { return ready(m.t, m.address) }

// eventually waits until something is true.
func (c *cluster) eventually(what string, is func() bool) {
	c.t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-deadline:
			c.t.Fatalf("not in %v: %s", patience, what)
		case <-tick.C:
		}
	}
}

// leaderBroker returns the broker that holds the lease on a zone.
func (c *cluster) leaderBroker(zone string) *member {
	c.t.Helper()
	var leader *member
	c.eventually("zone "+zone+" has a leader", func() bool {
		ctx, cancel := context.WithTimeout(c.t.Context(), 2*time.Second)
		defer cancel()
		leases, err := c.js.KeyValue(ctx, "DESKBUS_LEASE")
		if err != nil {
			return false
		}
		entry, err := leases.Get(ctx, zone)
		if err != nil {
			return false
		}
		for _, m := range c.brokers {
			if m.cmd != nil && strings.HasSuffix(string(entry.Value()), fmt.Sprint("-", m.cmd.Process.Pid)) {
				leader = m
			}
		}
		return leader != nil
	})
	return leader
}

// leaderNode returns the NATS server that leads a stream.
func (c *cluster) leaderNode(stream string) *member {
	c.t.Helper()
	var leader *member
	c.eventually("stream "+stream+" has a leader", func() bool {
		ctx, cancel := context.WithTimeout(c.t.Context(), 2*time.Second)
		defer cancel()
		s, err := c.js.Stream(ctx, stream)
		if err != nil || s.CachedInfo().Cluster == nil {
			return false
		}
		for _, m := range c.nodes {
			if m.cmd != nil && m.name == s.CachedInfo().Cluster.Leader {
				leader = m
			}
		}
		return leader != nil
	})
	return leader
}
