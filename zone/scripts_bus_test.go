package zone_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/logcheck"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/internal/scrape"
	"github.com/deskbus/deskbus/internal/script"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/logon"
	"github.com/deskbus/deskbus/subject"
	"github.com/deskbus/deskbus/zone"
)

// patience is how long anything may take.
const patience = 2 * time.Minute

// busPlayer carries out the lines of a script against a zone that runs on a bus.
// Desktops and switch do what the script says and nothing by themselves. Time is
// real, so a timer is something to wait for.
type busPlayer struct {
	t      *testing.T
	bus    *natstest.Bus
	config zone.Config
	// metrics are those of the zone.
	metrics *prometheus.Registry
	stop    func()

	// feed wakes the player up; the journal, of which so many commits are read,
	// has whole turns.
	feed    *nats.Subscription
	beats   *nats.Subscription
	journal jetstream.Stream
	read    uint64
	drops   map[string]float64
	// log is all events, steps what no line has accounted for yet.
	log   []events.Event
	steps []step

	names   script.Names
	numbers script.Numbers
	// factory has the desktops of all agents; a second one of an agent has a
	// factory of its own.
	factory *connector.Factory
	desks   map[string]*desktop

	// want is the trace of the block, got what its lines have caused so far.
	want, got []string
	// given: the lines have no trace of their own.
	given bool
	// waiting are the logons that a timer decides, by cause, with the line for it.
	waiting map[string]string
}

// step is one turn, or an input that was dropped.
type step struct {
	turn    []events.Event
	dropped string
}

// isFired tells whether a timer caused the step.
func (s step) isFired() bool { return len(s.turn) > 0 && strings.HasPrefix(s.turn[0].Cause, "timer.") }

func (p *busPlayer) lines(s step) []string {
	if s.dropped != "" {
		return []string{"dropped: " + s.dropped}
	}
	var lines []string
	switch first := &s.turn[0]; {
	case s.isFired():
		lines = append(lines, strings.Replace(first.Cause, "timer.", "timer ", 1))
	case first.Name == events.LogonWaits:
		p.waiting[first.Cause] = "timer logon." + first.Data.(events.LogonWaitsData).AgentID
	case first.Name == events.AGTLogon && p.waiting[first.Cause] != "":
		lines = append(lines, p.waiting[first.Cause])
	}
	for i := range s.turn {
		lines = append(lines, strings.TrimSuffix(script.Trace(&s.turn[i]), "\n"))
	}
	return lines
}

func newBusPlayer(t *testing.T, blocks []script.Block) *busPlayer {
	p := &busPlayer{
		t: t, bus: natstest.Start(t), stop: func() {},
		names: script.Names{}, numbers: script.Numbers{}, desks: map[string]*desktop{}, waiting: map[string]string{},
	}
	p.must(journal.EnsureStreams(p.bus.Ctx, p.bus.JS, script.Zone, 1))
	var err error
	p.journal, err = p.bus.JS.Stream(p.bus.Ctx, subject.JournalStream(script.Zone))
	p.must(err)
	leases, err := journal.OpenLeases(p.bus.Ctx, p.bus.JS, 1)
	p.must(err)
	p.feed, err = p.bus.NC.SubscribeSync("pom." + script.Zone + ".*.>")
	p.must(err)
	p.beats, err = p.bus.NC.SubscribeSync(subject.Heartbeat(script.Zone))
	p.must(err)
	snapshots, err := journal.OpenSnapshots(p.bus.Ctx, p.bus.JS, script.Zone, 1)
	p.must(err)
	p.config = zone.Config{
		Name: script.Zone, NC: p.bus.NC, JS: p.bus.JS, Leases: leases, Snapshots: snapshots, Key: logon.NewKey(),
		Settings: script.Settings(), Campaigns: []events.Campaign{script.Campaign()}, Contacts: map[string][]events.POMCustomerDetails{},
		Logger: slog.New(slog.DiscardHandler),
	}
	p.factory = newFactory(t, p.bus.URL)
	p.prepare(blocks)
	startLogonService(t, p.bus, p.config.Key)
	return p
}

// prepare gives the zone the contacts of the script: a leader adds them when it
// begins, so they must not come after the first agent.
func (p *busPlayer) prepare(blocks []script.Block) {
	campaign := script.Campaign().Name
	agents := false
	for _, b := range blocks {
		for _, line := range b.Inputs() {
			in, err := script.Parse(line)
			p.must(err)
			if in.Verb == "given" && in.Word(0) == "contacts" {
				in.Verb, in.Words = "contacts", in.Words[1:]
			}
			switch {
			case in.Verb != "contacts":
				agents = agents || in.Verb == "agent" || in.Verb == "given" && in.Word(0) != "zone"
			case agents:
				p.t.Fatalf("%q comes after an agent: say in leftOut that the script is left out", line)
			default:
				p.config.Contacts[campaign] = append(p.config.Contacts[campaign], p.contacts(in)...)
			}
		}
	}
}

func (p *busPlayer) contacts(in script.Input) []events.POMCustomerDetails {
	if in.Params != nil {
		described, err := script.ContactOf(in.Params)
		p.must(err)
		return []events.POMCustomerDetails{described}
	}
	n, err := strconv.Atoi(in.Word(0))
	p.must(err)
	var list []events.POMCustomerDetails
	for range n {
		list = append(list, script.Contact(len(list)+1))
	}
	return list
}

func (p *busPlayer) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// block carries out one block and compares its trace.
func (p *busPlayer) block(b script.Block) {
	p.want, p.got = eventsOf(b.Trace), nil
	for _, line := range b.Inputs() {
		p.line(line)
	}
	if !slices.Equal(p.want, p.got) {
		p.t.Fatalf("%s\n--- want\n%s\n--- got\n%s", strings.Join(b.Head, "\n"),
			strings.Join(p.want, "\n"), strings.Join(p.got, "\n"))
	}
}

func (p *busPlayer) line(line string) {
	expanded, err := p.names.Expand(line)
	p.must(err)
	in, err := script.Parse(expanded)
	p.must(err)
	switch {
	case in.Verb == "zone":
		p.changeCampaign(in)
		p.lead("broker-1")
	case in.Verb == "leader":
		p.stop()
		p.lead(in.Word(0))
	case in.Verb == "agent":
		p.agent(in)
	case in.Verb == "switch":
		p.switchEvent(in)
	case in.Verb == "timer":
		p.timers()
	case in.Verb == "given":
		p.given = true
		if in.Word(0) == "zone" {
			p.changeCampaign(in)
		}
		for _, line := range script.Given(in.Word(0), in.Word(1), in.Word(2)) {
			p.line(line)
		}
		p.given = false
	case slices.Contains([]string{"contacts", "timers", "status", "at"}, in.Verb), in.Verb[0] == '+':
		// Prepared, not to be seen from outside, or left to the clock.
	default:
		p.t.Fatalf("there is no way to do %q over the bus: say in leftOut why the script is left out", line)
	}
}

// changeCampaign changes the configuration that the first leader will give the
// zone.
func (p *busPlayer) changeCampaign(in script.Input) {
	changed, err := script.Changed(p.config.Campaigns[0], in.Params)
	p.must(err)
	p.config.Campaigns[0] = changed
}

// lead runs the zone at a broker and waits until it leads. The first leader
// configures the zone; for the next ones there is nothing to do.
func (p *busPlayer) lead(broker string) {
	p.config.Broker = broker
	p.config.Members = journal.NewMembers(p.config.Leases, broker, "", []string{script.Zone})
	p.metrics, p.drops = prometheus.NewRegistry(), map[string]float64{}
	p.config.Metrics = zone.NewMetrics(p.metrics)
	ctx, cancel := context.WithCancel(p.bus.Ctx)
	done := make(chan error, 1)
	go func(z *zone.Zone) { done <- z.Run(ctx) }(zone.New(p.config))
	p.stop = func() {
		p.stop = func() {}
		cancel()
		if err := <-done; err != nil {
			p.t.Error(err)
		}
	}
	p.t.Cleanup(func() { p.stop() })
	newest := p.claim("the leader "+broker, func(s step) bool { return s.turn[0].Name == events.LeaderClaimed })
	epoch := newest.turn[0].Data.(events.LeaderData).Epoch
	// The first heartbeat comes when all is configured.
	var beat events.Heartbeat
	for beat.Epoch != epoch {
		m, err := p.beats.NextMsg(patience)
		p.must(err)
		beat, err = events.Unmarshal[events.Heartbeat](m.Data)
		p.must(err)
	}
	for newest.turn[len(newest.turn)-1].ZN < beat.ZN {
		newest = p.claim("the configuration", func(step) bool { return true })
	}
}

func (p *busPlayer) switchEvent(in script.Input) {
	body, err := p.numbers.Encode(in, "tel-1", in.Params)
	p.must(err)
	m, err := events.DecodeSwitchEvent(in.Word(0), body)
	p.must(err)
	sw := in.Options["switch"]
	if sw == "" {
		sw = script.Switch
	}
	_, err = p.bus.JS.Publish(p.bus.Ctx, subject.SwitchEvent(script.Zone, sw, in.Word(0)), body)
	p.must(err)
	p.claim("switch "+in.Word(0), func(s step) bool { return s.dropped != "" || s.turn[0].Cause == m.ID.String() })
}

// timers waits for what is due: the turns that the trace has next, or the one
// that brings a given further.
func (p *busPlayer) timers() {
	if p.given {
		p.claim("a timer", step.isFired)
		return
	}
	for len(p.got) < len(p.want) && strings.HasPrefix(p.want[len(p.got)], "timer ") {
		p.claim(p.want[len(p.got)], func(step) bool { return true })
	}
}

// claim takes what has happened, as the effect of a line, up to a certain step,
// and returns that.
func (p *busPlayer) claim(what string, last func(step) bool) step {
	p.t.Helper()
	for end := time.Now().Add(patience); ; {
		for len(p.steps) > 0 {
			s := p.steps[0]
			p.steps = p.steps[1:]
			for i := range s.turn {
				p.names.Remember(&s.turn[i])
			}
			if !p.given {
				p.got = append(p.got, eventsOf(p.lines(s))...)
			}
			if last(s) {
				return s
			}
		}
		if time.Now().After(end) {
			p.t.Fatalf("waiting for %s; so far\n%s", what, strings.Join(p.got, "\n"))
		}
		// Woken up by an event, or in a moment: a dropped input has none.
		_, _ = p.feed.NextMsg(10 * time.Millisecond)
		p.pull()
	}
}

// pull reads what has happened.
func (p *busPlayer) pull() {
	for {
		m, err := p.journal.GetMsg(p.bus.Ctx, p.read+1)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			break
		}
		p.must(err)
		p.read++
		c, err := journal.DecodeCommit(m.Data)
		p.must(err)
		for _, body := range c.Events {
			e, err := events.Decode(body)
			p.must(err)
			if e.Index == 0 {
				p.steps = append(p.steps, step{})
			}
			newest := &p.steps[len(p.steps)-1]
			newest.turn = append(newest.turn, e)
			p.log = append(p.log, e)
		}
	}
	for why, n := range scrape.Gather(p.t, p.metrics).By("deskbus_zone_inputs_dropped_total", "reason") {
		for ; p.drops[why] < n; p.drops[why]++ {
			p.steps = append(p.steps, step{dropped: why})
		}
	}
}

// finish ends the day: the log keeps its promises, and each desktop has heard
// its part of it.
func (p *busPlayer) finish() {
	p.stop()
	if _, err := logcheck.Read(p.bus.Ctx, p.bus.JS, script.Zone); err != nil {
		p.t.Error(err)
	}
	for _, d := range p.desks {
		d.end(p.t, p.log)
	}
}

func (p *busPlayer) agent(in script.Input) {
	id, name := in.Word(0), in.Word(1)
	for option := range in.Options {
		if option != "conn" {
			p.t.Fatalf("a desktop has no %s=", option)
		}
	}
	conn := in.Options["conn"]
	if conn == "" {
		conn = "desk-" + id
	}
	d := p.desks[conn]
	if d == nil {
		factory := p.factory
		if in.Options["conn"] != "" {
			factory = newFactory(p.t, p.bus.URL)
		}
		d = newDesktop(p.t, factory, id)
		p.desks[conn] = d
	}
	body, err := script.Numbers{}.Encode(in, conn, script.Params(name, id, in.Params))
	p.must(err)
	m, err := events.DecodeCommand(name, body)
	p.must(err)
	d.catchUp(p.t, p.log)
	if code := d.send(p.t, name, m.Data); code != events.Success {
		p.t.Fatalf("%s: the connector refuses it with %d", name, code)
	}
	d.session = connOf(p.claim(name, func(s step) bool { return answers(s, id, name) }).turn[0].Cause)
}

// answers tells whether a step answers this command of the agent, or has it wait.
func answers(s step, id, name string) bool {
	return slices.ContainsFunc(s.turn, func(e events.Event) bool {
		if d, waits := e.Data.(events.LogonWaitsData); waits {
			return name == events.AGTLogon && d.AgentID == id
		}
		return e.Kind == events.KindResponse && e.Agent == id && e.Name == events.RESP(name)
	})
}

// connOf returns the connector session of the command that was a cause.
func connOf(cause string) string {
	conn, _, _ := strings.Cut(cause, ".")
	return conn
}
