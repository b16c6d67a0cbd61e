package deploytest

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/config"
	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/embedded"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

// The deployment starts, agents log on, and they go on working whatever dies.
func TestDeployment(t *testing.T) {
	d := newDeployment(t)
	d.startAll()
	bus := d.connect()
	d.checkReplicas(bus)
	desktops := d.logOnAll()
	d.checkRoles()

	// An upgrade replaces the brokers one by one.
	for _, broker := range d.brokers() {
		d.stop(broker)
		d.work(desktops, "without "+broker)
		d.start(broker)
		d.healthy(broker)
	}

	leader := d.leader(bus, subject.JournalStream("main"))
	d.kill(leader)
	d.work(desktops, "without "+leader)

	for name := range d.Services {
		if name != leader {
			d.kill(name)
		}
	}
	d.startAll()
	d.work(desktops, "after everything was dead")
	for _, broker := range d.brokers() {
		d.stop(broker)
	}
}

// startAll starts all services in the order that docker-compose.yml asks for.
func (d *deployment) startAll() {
	d.t.Helper()
	for _, tier := range [][]string{d.nodes(), d.brokers()} {
		for _, name := range tier {
			d.start(name)
		}
		for _, name := range tier {
			d.healthy(name)
		}
	}
}

// addresses are those that a user of the cluster is given.
func (d *deployment) addresses(user string) []string {
	password := passwords["DESKBUS_"+strings.ToUpper(user)+"_PASSWORD"]
	var all []string
	for _, node := range d.nodes() {
		all = append(all, "nats://"+user+":"+password+"@"+d.loopback[node+":4222"])
	}
	return all
}

func (d *deployment) connect() jetstream.JetStream {
	d.t.Helper()
	nc, err := nats.Connect(strings.Join(d.addresses("broker"), ","), nats.MaxReconnects(-1),
		nats.CustomInboxPrefix(embedded.InboxPrefix+".test"))
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		d.t.Fatal(err)
	}
	return js
}

// checkReplicas expects that each node has a copy of every stream.
func (d *deployment) checkReplicas(js jetstream.JetStream) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), patience)
	defer cancel()
	seen := map[string]bool{}
	streams := js.ListStreams(ctx)
	for info := range streams.Info() {
		seen[info.Config.Name] = true
		if info.Config.Replicas != len(d.nodes()) {
			d.t.Errorf("stream %s has %d replicas", info.Config.Name, info.Config.Replicas)
		}
	}
	if err := streams.Err(); err != nil {
		d.t.Fatal(err)
	}
	for _, name := range []string{subject.InboxStream("main"), subject.JournalStream("main"), subject.EventsStream("main")} {
		if !seen[name] {
			d.t.Errorf("there is no stream %s", name)
		}
	}
}

// leader returns the node that leads a stream.
func (d *deployment) leader(js jetstream.JetStream, stream string) (node string) {
	d.t.Helper()
	d.eventually("stream "+stream+" has a leader", func() bool { // on a busy machine they may elect one just now
		ctx, cancel := context.WithTimeout(d.t.Context(), 2*time.Second)
		defer cancel()
		s, err := js.Stream(ctx, stream)
		if err == nil && s.CachedInfo().Cluster != nil {
			node = s.CachedInfo().Cluster.Leader
		}
		return node != ""
	})
	return node
}

// desktop asks and waits for the answer.
type desktop struct {
	connector.BaseHandler
	agent   *connector.Agent
	results chan events.Code
	// reason is the number of the last reason given, each another one.
	reason int
}

func (d *desktop) AGTLogonRESP(result events.Code) { d.results <- result }

func (d *desktop) AGTStateChangeRESP(_ events.POMAgentState, result events.Code) { d.results <- result }

// ask sends a command and returns its result.
func (d *desktop) ask(code events.Code) events.Code {
	if code != events.Success {
		return code
	}
	return <-d.results
}

// logOnAll logs on every agent there is. Their tickets come from either broker.
func (d *deployment) logOnAll() []*desktop {
	d.t.Helper()
	broker := d.Services[d.brokers()[0]]
	loaded, err := config.Load(filepath.Join(d.roots[d.brokers()[0]], broker.flag(d.t, "config")))
	if err != nil {
		d.t.Fatal(err)
	}
	factory, err := connector.Init(connector.Config{Addresses: d.addresses("desktop")})
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(factory.Deinit)
	var all []*desktop
	for _, agent := range loaded.Agents {
		desk := &desktop{results: make(chan events.Code, 1)}
		if desk.agent, err = factory.GetPOMAgent(agent.ID, desk); err != nil {
			d.t.Fatal(err)
		}
		d.eventually("agent "+agent.ID+" logs on", func() bool {
			return desk.ask(desk.agent.AGTLogon(agent.ID, "demo", false, "en", "UTC", "main")) == events.Success
		})
		all = append(all, desk)
	}
	return all
}

// work expects that every agent can do something.
func (d *deployment) work(desktops []*desktop, when string) {
	d.t.Helper()
	for _, desk := range desktops {
		d.eventually("an agent works "+when, func() bool {
			desk.reason++
			code := desk.ask(desk.agent.AGTStateChange(events.NotReady, strconv.Itoa(desk.reason), "Break", false))
			if code != events.Success {
				d.t.Logf("%s: an agent %s has result %d", time.Now().UTC().Format(time.TimeOnly), when, code)
			}
			return code == events.Success
		})
	}
}
