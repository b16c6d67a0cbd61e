package manager

import (
	"fmt"
	"maps"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/deskbus/deskbus/events"
)

// day is the day on which every script plays.
const day = "2026-03-02"

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
	contacts int
	// numbers has the newest number of each connector session.
	numbers map[string]uint64
	// names has what a script writes as $kind.key.
	names map[string]string
	inbox uint64
	// newest is the command that came last, for "retry".
	newest Input
}

func newPlayer(t *testing.T) *player {
	p := &player{
		t: t, s: New("main"), reader: newReader(), numbers: map[string]uint64{}, names: map[string]string{},
		settings: events.ZoneSettings{Zones: []string{"main", "south"}, Switch: "sim"},
		campaign: events.Campaign{
			Name: "Spring renewal", Skill: "sales", Mode: events.ContactProgressive, Switch: "sim",
			CallerID: "5550100", RingTimeout: 20, ACWMaxTime: 30, ACWExtensions: 1,
			CompletionCodes: []events.POMCompletionCode{{Code: "SALE", Name: "Sale"}, {Code: "NONE", Name: "No interest"}},
			DefaultCompCode: events.POMCompletionCode{Code: "AUTO", Name: "Not given"},
		},
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

var variable = regexp.MustCompile(`\$\w+\.\w+`)

func (p *player) line(line string) {
	line = variable.ReplaceAllStringFunc(line, func(name string) string {
		value, known := p.names[name[1:]]
		if !known {
			p.t.Fatalf("%q: nothing is called %s yet", line, name)
		}
		return value
	})
	in := parseLine(p.t, line)
	switch {
	case in.verb == "at":
		p.setClock(in.word(0))
	case in.verb[0] == '+':
		p.advance(in.verb[1:])
	case in.verb == "zone":
		p.zone(in)
	case in.verb == "withdraw":
		p.decide(Configure{Settings: p.settings})
	case in.verb == "campaign":
		p.configure(in)
	case in.verb == "leader":
		p.replaceLeader(in.word(0))
	case in.verb == "contacts":
		p.addContacts(in)
	case in.verb == "agent":
		p.agent(in)
	case in.verb == "switch":
		p.switchEvent(in)
	case in.verb == "retry":
		p.decide(p.newest)
	case in.verb == "timer":
		p.fireTimers()
	case in.verb == "timers":
		p.showTimers()
	case in.verb == "status":
		p.showStatus(in.word(0))
	case in.verb == "given":
		p.given(in)
	default:
		p.t.Fatalf("unknown input %q", line)
	}
}

// input is one line: a verb, words, parameters in braces, options key=value.
type input struct {
	verb    string
	words   []string
	params  map[string]any
	options map[string]string
}

func (in input) word(i int) string {
	if i >= len(in.words) {
		return ""
	}
	return in.words[i]
}

func parseLine(t *testing.T, line string) input {
	in := input{options: map[string]string{}}
	if from, to := strings.Index(line, "{"), strings.LastIndex(line, "}"); from >= 0 && to > from {
		if err := yaml.Unmarshal([]byte(line[from:to+1]), &in.params); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		line = line[:from] + line[to+1:]
	}
	for i, word := range strings.Fields(line) {
		key, value, isOption := strings.Cut(word, "=")
		switch {
		case i == 0:
			in.verb = word
		case isOption:
			in.options[key] = value
		default:
			in.words = append(in.words, word)
		}
	}
	return in
}

func (p *player) clock(text string) int64 {
	at, err := time.Parse("2006-01-02 15:04:05.000", day+" "+text)
	if err != nil {
		p.t.Fatal(err)
	}
	return at.UnixMicro()
}

func (p *player) setClock(text string) { p.now = p.clock(text) }

func (p *player) advance(text string) {
	d, err := time.ParseDuration(text)
	if err != nil {
		p.t.Fatal(err)
	}
	p.now += d.Microseconds()
}

func (p *player) zone(in input) {
	p.configureWith(in.params)
	p.decide(Claim{Broker: "broker-1"})
	p.decide(Configure{Settings: p.settings, Campaigns: []events.Campaign{p.campaign}})
}

func (p *player) configure(in input) {
	p.configureWith(in.params)
	p.decide(Configure{Settings: p.settings, Campaigns: []events.Campaign{p.campaign}})
}

// configureWith changes the fixture by the fields a script gives.
func (p *player) configureWith(params map[string]any) {
	b, err := events.Marshal(p.campaign)
	if err != nil {
		p.t.Fatal(err)
	}
	fields, err := events.Unmarshal[map[string]any](b)
	if err != nil {
		p.t.Fatal(err)
	}
	maps.Copy(fields, params)
	if b, err = events.Marshal(fields); err != nil {
		p.t.Fatal(err)
	}
	if p.campaign, err = events.Unmarshal[events.Campaign](b); err != nil {
		p.t.Fatal(err)
	}
}

// replaceLeader goes on with a state that was folded from the log.
func (p *player) replaceLeader(broker string) {
	p.s = replay(p.t, p.log)
	p.decide(Claim{Broker: broker})
}

// addContacts adds so many contacts with the numbers 5550001, 5550002, …, or
// the one that is described.
func (p *player) addContacts(in input) {
	if in.params != nil {
		b, err := events.Marshal(in.params)
		if err != nil {
			p.t.Fatal(err)
		}
		d, err := events.Unmarshal[events.POMCustomerDetails](b)
		if err != nil {
			p.t.Fatal(err)
		}
		p.decide(AddContacts{p.campaign.Name, []events.POMCustomerDetails{d}})
		return
	}
	n, err := strconv.Atoi(in.word(0))
	if err != nil {
		p.t.Fatal(err)
	}
	var list []events.POMCustomerDetails
	for range n {
		p.contacts++
		list = append(list, events.POMCustomerDetails{
			ContactID: fmt.Sprintf("C%d", p.contacts), LastName: fmt.Sprintf("Customer %d", p.contacts),
			Numbers: []events.POMContactNumber{{Name: "home", Number: fmt.Sprintf("555%04d", p.contacts)}},
		})
	}
	p.decide(AddContacts{p.campaign.Name, list})
}

// defaults are parameters a script need not give.
func defaults(command, agent string) map[string]any {
	switch command {
	case events.AGTLogon:
		return map[string]any{
			"agentExt": agent, "isForce": false, "locale": "en_US", "timeZone": "Europe/Berlin", "zoneName": "main",
			"agentSkills": []any{map[string]any{"skillName": "sales"}},
		}
	case events.AGTStateChange:
		return map[string]any{"reasonCode": "", "reasonName": "", "hasWalkedAway": false}
	}
	return map[string]any{}
}

func (p *player) agent(in input) {
	agent, name := in.word(0), in.word(1)
	params := defaults(name, agent)
	maps.Copy(params, in.params)
	p.inbox++
	m, err := events.DecodeCommand(name, p.encode(in, "desk-"+agent, params))
	p.newest = Command{
		Agent: agent, Name: name, ID: m.ID, Sequence: p.inbox, Deadline: m.Deadline, Data: m.Data, Fault: events.CodeOf(err),
	}
	p.decide(p.newest)
}

func (p *player) switchEvent(in input) {
	m, err := events.DecodeSwitchEvent(in.word(0), p.encode(in, "tel-1", in.params))
	if err != nil {
		p.t.Fatal(err)
	}
	sw := in.options["switch"]
	if sw == "" {
		sw = "sim"
	}
	p.decide(SwitchEvent{Switch: sw, Name: in.word(0), ID: m.ID, Data: m.Data})
}

// encode writes the message to the inbox. The connector session counts by
// itself; conn=, number= and deadline= say otherwise, "garbage" sends a message
// nobody can read.
func (p *player) encode(in input, conn string, params map[string]any) []byte {
	if in.word(2) == "garbage" {
		return []byte{0xc1}
	}
	if c := in.options["conn"]; c != "" {
		conn = c
	}
	id := events.ID{Conn: conn, N: p.numbers[conn] + 1}
	if text := in.options["number"]; text != "" {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			p.t.Fatal(err)
		}
		id.N = n
	}
	p.numbers[conn] = max(p.numbers[conn], id.N)
	message := events.Inbound{ID: id, Data: params}
	if text := in.options["deadline"]; text != "" {
		message.Deadline = p.clock(text)
	}
	b, err := events.EncodeInbound(message)
	if err != nil {
		p.t.Fatal(err)
	}
	return b
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
func (p *player) given(in input) {
	what, which := in.word(0), in.word(1)
	if what == "zone" {
		p.quietly("zone", "switch SwitchState {state: up, epoch: one}")
		fmt.Fprintf(&p.out, "zone main is up, with campaign %q and switch sim\n", p.campaign.Name)
		return
	}
	if what == "contacts" {
		p.quietly("contacts " + which)
		return
	}
	p.quietly(
		"agent "+which+" AGTLogon", "agent "+which+" AGTStateChange {agentState: Ready}",
		"agent "+which+" AGTAvailableForNailup", "timer", "agent "+which+" AGTReadyForNailup",
		"switch Established {legID: $nail."+which+"}",
	)
	if what != "nailed" {
		p.quietly("switch Established {legID: $leg.last}")
	}
	switch what {
	case "held":
		p.quietly("agent " + which + " AGTHoldCall {sessionID: $call." + which + "}")
	case "wrapup":
		p.quietly("agent " + which + " AGTReleaseLine {sessionID: $call." + which + "}")
	}
	p.showStatus(which)
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
		p.remember(&turn[i])
		p.out.WriteString(traceLine(&turn[i]))
	}
	checkTurn(p.t, turn)
	p.reader.read(p.t, turn)
	checkState(p.t, p.s)
}

func (p *player) remember(e *events.Event) {
	switch d := e.Data.(type) {
	case events.OriginateData:
		if d.Role == events.RoleAgent {
			p.names["former."+e.Agent] = p.names["nail."+e.Agent]
			p.names["nail."+e.Agent] = d.LegID
		} else {
			p.names["leg."+d.Address], p.names["leg.last"] = d.LegID, d.LegID
		}
	case events.CallConnectedData:
		p.names["call."+d.AgentID] = e.Session
	}
}
