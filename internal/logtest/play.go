package logtest

import (
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/script"
	"github.com/deskbus/deskbus/manager"
)

// player carries out the lines of a script; manager/testdata/README.md explains
// them. It knows those that tests of readers need.
type player struct {
	log      *Log
	t        testing.TB
	now      int64
	settings events.ZoneSettings
	campaign events.Campaign
	contacts int
	numbers  script.Numbers
	names    script.Names
}

// Play adds what a script describes, a commit for each line, and returns what its
// names stand for. The zone must be script.Zone.
func (l *Log) Play(text string) script.Names {
	l.t.Helper()
	p := &player{
		log: l, t: l.t, settings: script.Settings(), campaign: script.Campaign(),
		numbers: script.Numbers{}, names: script.Names{},
	}
	p.clock("09:00:00.000")
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			p.line(line)
			l.Commit()
		}
	}
	return maps.Clone(p.names)
}

func (p *player) line(line string) {
	p.t.Helper()
	line, err := p.names.Expand(line)
	p.must(err)
	in, err := script.Parse(line)
	p.must(err)
	switch {
	case in.Verb == "at":
		p.clock(in.Word(0))
	case in.Verb[0] == '+':
		d, err := time.ParseDuration(in.Verb[1:])
		p.must(err)
		p.now += d.Microseconds()
	case in.Verb == "zone":
		p.campaign, err = script.Changed(p.campaign, in.Params)
		p.must(err)
		p.decide(manager.Claim{Broker: "broker-1"})
		p.configure()
	case in.Verb == "settings":
		p.settings, err = script.Changed(p.settings, in.Params)
		p.must(err)
		p.configure()
	case in.Verb == "contacts":
		p.addContacts(in)
	case in.Verb == "agent":
		p.command(in)
	case in.Verb == "switch":
		p.switchEvent(in)
	case in.Verb == "timer":
		p.fireTimers()
	case in.Verb == "given":
		p.given(in)
	default:
		p.t.Fatalf("unknown input %q", line)
	}
}

func (p *player) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *player) clock(text string) {
	at, err := script.Clock(text)
	p.must(err)
	p.now = at
}

func (p *player) configure() {
	p.decide(manager.Configure{Settings: p.settings, Campaigns: []events.Campaign{p.campaign}})
}

func (p *player) addContacts(in script.Input) {
	if in.Params != nil {
		contact, err := script.ContactOf(in.Params)
		p.must(err)
		p.decide(manager.AddContacts{Campaign: p.campaign.Name, Contacts: []events.POMCustomerDetails{contact}})
		return
	}
	n, err := strconv.Atoi(in.Word(0))
	p.must(err)
	var list []events.POMCustomerDetails
	for range n {
		p.contacts++
		list = append(list, script.Contact(p.contacts))
	}
	p.decide(manager.AddContacts{Campaign: p.campaign.Name, Contacts: list})
}

func (p *player) command(in script.Input) {
	agent, name := in.Word(0), in.Word(1)
	body, err := p.numbers.Encode(in, "desk-"+agent, script.Params(name, agent, in.Params))
	p.must(err)
	m, err := events.DecodeCommand(name, body)
	p.decide(manager.Command{
		Agent: agent, Name: name, ID: m.ID, Deadline: m.Deadline, Data: m.Data, Fault: events.CodeOf(err),
	})
}

func (p *player) switchEvent(in script.Input) {
	body, err := p.numbers.Encode(in, "tel-1", in.Params)
	p.must(err)
	m, err := events.DecodeSwitchEvent(in.Word(0), body)
	p.must(err)
	p.decide(manager.SwitchEvent{Switch: script.Switch, Name: in.Word(0), ID: m.ID, Data: m.Data})
}

func (p *player) fireTimers() {
	for {
		timer, at, set := p.log.State.NextTimer()
		if !set || at > p.now {
			return
		}
		p.decide(manager.TimerFired{Timer: timer})
	}
}

func (p *player) given(in script.Input) {
	var err error
	if in.Word(0) == "zone" {
		p.campaign, err = script.Changed(p.campaign, in.Params)
		p.must(err)
	}
	for _, line := range script.Given(in.Word(0), in.Word(1), in.Word(2)) {
		p.line(line)
	}
}

func (p *player) decide(in manager.Input) {
	p.t.Helper()
	turn := p.log.Decide(p.now, in)
	for i := range turn {
		p.names.Remember(&turn[i])
	}
}
