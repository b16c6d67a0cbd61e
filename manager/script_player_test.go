package manager

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/script"
)

// player carries out the input lines of a script. Commands and switch events go
// through the encoding and the decoder of the inbox.
type player struct {
	t      *testing.T
	s      *State
	now    int64
	log    []events.Event
	bodies [][]byte // of the log, as each event was when it was decided
	out    strings.Builder
	reader *reader

	settings events.ZoneSettings
	campaign events.Campaign
	others   []events.Campaign
	contacts int
	numbers  script.Numbers
	names    script.Names
	inbox    uint64
	// newest is the command that came last, for "retry".
	newest Input
}

func newPlayer(t *testing.T) *player {
	p := &player{
		t: t, s: New(script.Zone), reader: newReader(), numbers: script.Numbers{}, names: script.Names{},
		settings: script.Settings(), campaign: script.Campaign(),
	}
	p.setClock("09:00:00.000")
	return p
}

// run carries out lines and returns the trace.
func (p *player) run(lines []string) string {
	p.out.Reset()
	for _, line := range lines {
		p.line(line)
	}
	return p.out.String()
}

// quietly carries out lines without a trace.
func (p *player) quietly(lines ...string) {
	kept := p.out.String()
	for _, line := range lines {
		p.line(line)
	}
	p.out.Reset()
	p.out.WriteString(kept)
}

func (p *player) line(line string) {
	expanded, err := p.names.Expand(line)
	p.must(err)
	in, err := script.Parse(expanded)
	p.must(err)
	switch {
	case in.Verb == "at":
		p.setClock(in.Word(0))
	case in.Verb[0] == '+':
		p.advance(in.Verb[1:])
	case in.Verb == "zone":
		p.zone(in)
	case in.Verb == "withdraw":
		p.withdraw(strings.Join(in.Words, " "))
	case in.Verb == "campaign":
		p.campaign = changed(p, p.campaign, in.Params)
		p.configure()
	case in.Verb == "also":
		p.others = append(p.others, changed(p, p.campaign, in.Params))
		p.configure()
	case in.Verb == "settings":
		p.settings = changed(p, p.settings, in.Params)
		p.configure()
	case in.Verb == "leader":
		p.replaceLeader(in.Word(0))
	case in.Verb == "contacts":
		p.addContacts(in)
	case in.Verb == "agent":
		p.agent(in)
	case in.Verb == "switch":
		p.switchEvent(in)
	case in.Verb == "retry":
		p.decide(p.newest)
	case in.Verb == "timer":
		p.fireTimers()
	case in.Verb == "pacing":
		p.showPacing()
	case in.Verb == "timers":
		p.showTimers()
	case in.Verb == "status":
		p.showStatus(in.Word(0))
	case in.Verb == "callbacks":
		p.showCallbacks()
	case in.Verb == "given":
		p.given(in)
	default:
		p.t.Fatalf("unknown input %q", line)
	}
}

// must ends the test with what is wrong in the script.
func (p *player) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *player) setClock(text string) {
	at, err := script.Clock(text)
	p.must(err)
	p.now = at
}

func (p *player) advance(text string) {
	d, err := time.ParseDuration(text)
	p.must(err)
	p.now += d.Microseconds()
}

func (p *player) zone(in script.Input) {
	p.campaign = changed(p, p.campaign, in.Params)
	p.decide(Claim{Broker: "broker-1"})
	p.configure()
}

func (p *player) configure() {
	campaigns := append([]events.Campaign{p.campaign}, p.others...)
	p.decide(Configure{Settings: p.settings, Campaigns: campaigns})
}

// withdraw leaves a campaign out of the configuration, all of them without a
// name.
func (p *player) withdraw(name string) {
	var kept []events.Campaign
	for _, c := range append([]events.Campaign{p.campaign}, p.others...) {
		if name != "" && c.Name != name {
			kept = append(kept, c)
		}
	}
	p.decide(Configure{Settings: p.settings, Campaigns: kept})
}

// changed returns what the zone is configured with, with the fields a script
// gives.
func changed[T any](p *player, v T, params map[string]any) T {
	p.t.Helper()
	v, err := script.Changed(v, params)
	p.must(err)
	return v
}

// replaceLeader goes on with a state that was folded from the log.
func (p *player) replaceLeader(broker string) {
	p.s = replay(p.t, p.log)
	p.decide(Claim{Broker: broker})
}

// addContacts adds so many contacts with the numbers 5550001, 5550002, …, or
// the one that is described.
func (p *player) addContacts(in script.Input) {
	campaign := p.campaign.Name
	if other := in.Options["campaign"]; other != "" {
		campaign = other
	}
	if in.Params != nil {
		described, err := script.ContactOf(in.Params)
		p.must(err)
		p.decide(AddContacts{campaign, []events.POMCustomerDetails{described}})
		return
	}
	n, err := strconv.Atoi(in.Word(0))
	p.must(err)
	var list []events.POMCustomerDetails
	for range n {
		p.contacts++
		list = append(list, script.Contact(p.contacts))
	}
	p.decide(AddContacts{campaign, list})
}

func (p *player) agent(in script.Input) {
	agent, name := in.Word(0), in.Word(1)
	conn, actor := "desk-"+agent, in.Options["actor"]
	if actor != "" {
		conn = actor
	}
	body, err := p.numbers.Encode(in, conn, script.Params(name, agent, in.Params))
	p.must(err)
	p.inbox++
	m, err := events.DecodeCommand(name, body)
	if m.ID.N == 0 {
		actor = "" // the ticket could not be read either
	}
	p.newest = Command{
		Agent: agent, Name: name, Actor: actor, ID: m.ID, Sequence: p.inbox, Deadline: m.Deadline, Data: m.Data, Fault: events.CodeOf(err),
	}
	p.decide(p.newest)
}

func (p *player) switchEvent(in script.Input) {
	body, err := p.numbers.Encode(in, "tel-1", in.Params)
	p.must(err)
	m, err := events.DecodeSwitchEvent(in.Word(0), body)
	p.must(err)
	sw := in.Options["switch"]
	if sw == "" {
		sw = script.Switch
	}
	p.decide(SwitchEvent{Switch: sw, Name: in.Word(0), ID: m.ID, Data: m.Data})
}

// fireTimers fires what is due now.
func (p *player) fireTimers() {
	for range 1000 {
		timer, at, set := p.s.NextTimer()
		if !set || at > p.now {
			return
		}
		header := fmt.Sprintf("timer %s\n", timer)
		before := p.out.Len()
		p.decide(TimerFired{timer})
		trace := p.out.String()[before:]
		kept := p.out.String()[:before]
		p.out.Reset()
		p.out.WriteString(kept)
		if kind, _ := timer.split(); kind != timerPace || !strings.HasPrefix(trace, "dropped") {
			p.out.WriteString(header + trace)
		}
	}
	p.t.Fatal("a thousand timers at one time")
}

// given brings the zone or an agent where a script begins.
func (p *player) given(in script.Input) {
	what, which, party := in.Word(0), in.Word(1), in.Word(2)
	if what == "zone" {
		p.campaign = changed(p, p.campaign, in.Params)
	}
	p.quietly(script.Given(what, which, party)...)
	switch what {
	case "zone":
		fmt.Fprintf(&p.out, "zone main is up, with campaign %q and switch sim\n", p.campaign.Name)
	case "contacts":
	case "consult", "conference":
		p.showStatus(which)
		p.showStatus(party)
	case "history":
		p.showPacing()
	default:
		p.showStatus(which)
	}
}

// decide is the only way into the state.
func (p *player) decide(in Input) {
	turn, dropped := p.s.Decide(p.now, in, nil)
	if dropped != "" {
		fmt.Fprintf(&p.out, "dropped: %s\n", dropped)
	}
	p.log = append(p.log, turn...)
	for i := range turn {
		p.bodies = append(p.bodies, encode(p.t, &turn[i]))
		p.names.Remember(&turn[i])
		p.out.WriteString(traceLine(&turn[i]))
	}
	checkTurn(p.t, turn)
	p.reader.read(p.t, turn)
	p.reader.sound.check(p.t, p.s)
	checkState(p.t, p.s)
	p.reader.checkStatus(p.t, p.s)
}
