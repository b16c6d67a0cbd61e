package manager

import (
	"flag"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/deskbus/deskbus/events"
)

// walkSteps is how long a random walk is on average. The number of walks is
// rapid's own flag.
const walkSteps = 250

// TestModel walks at random: desktops that do the sensible thing and desktops
// that do anything, a switch that answers late, never or twice, time, timers,
// new leaders. After each step it checks what must always hold. A failure is
// shrunk and printed as the lines of a script.
//
// The walks are the same every time, so that a change is refused for what it
// broke. "make walk" goes other ways.
func TestModel(t *testing.T) {
	setDefault(t, "rapid.seed", "1")
	setDefault(t, "rapid.steps", fmt.Sprint(walkSteps))
	setDefault(t, "rapid.checks", fmt.Sprint(walks))
	setDefault(t, "rapid.nofailfile", "true")
	steps := 0
	rapid.Check(t, func(t *rapid.T) {
		m := newModel(t)
		t.Repeat(map[string]func(*rapid.T){
			"work":          m.work,
			"more work":     m.work,
			"much work":     m.work,
			"third party":   m.thirdParty,
			"retry":         m.retry,
			"any command":   m.anyCommand,
			"service":       m.service,
			"service again": m.serviceAgain,
			"any phone":     m.anyPhone,
			"clock forward": m.clockForward,
			"rare":          m.rare,
			"":              m.check,
		})
		steps += m.steps
	})
	t.Logf("%d steps", steps)
}

// setDefault sets a flag of rapid that was not given on the command line.
func setDefault(t *testing.T, name, value string) {
	f := flag.Lookup(name)
	if f.Value.String() != f.DefValue {
		return
	}
	if err := f.Value.Set(value); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Value.Set(f.DefValue) })
}

// model is a zone, what a reader of its feed knows, and a naive world around it.
type model struct {
	t *rapid.T
	// s decides, folded follows the log like a standby.
	s, folded *State
	log       []events.Event
	now       int64
	steps     int

	settings events.ZoneSettings
	desks    map[string]*desk
	phones   phones
	contacts int

	reader *reader
}

var modelAgents = []string{"1001", "1002", "1003", "1004"}

func newModel(t *rapid.T) *model {
	m := &model{
		t: t, s: New("main"), folded: New("main"), now: 1_700_000_000_000_000,
		settings: events.ZoneSettings{Zones: []string{"main"}, Switch: "sim"},
		desks:    map[string]*desk{}, reader: newReader(), phones: newPhones(),
	}
	m.decide("leader", Claim{Broker: "b1"})
	m.configure(0)
	m.phones.number++
	m.decide("switch up", SwitchEvent{
		Switch: "sim", Name: events.SwitchState, ID: m.phones.id(),
		Data: events.SwitchStateData{State: events.SwitchUp, Epoch: "e0"},
	})
	m.addContacts("A", 2)
	m.addContacts("B", 2)
	if rapid.Bool().Draw(t, "staffed") {
		m.staff()
	}
	return m
}

// decide is the only way into the state. It returns the turn.
func (m *model) decide(line string, in Input) ([]events.Event, Dropped) {
	m.t.Logf("%s", line)
	turn, dropped := m.s.Decide(m.now, in, nil)
	if (dropped == "") != (len(turn) > 0) {
		m.t.Fatalf("%d events, dropped %q", len(turn), dropped)
	}
	checkTurn(m.t, turn)
	m.reader.read(m.t, turn)
	for i := range turn {
		e := &turn[i]
		m.desk(e.Agent).note(e)
		m.t.Logf("    %d %s %s %s %s", e.ZN, e.Kind, e.Name, e.Agent, e.Session)
		m.phones.take(e)
		fold(m.t, m.folded, e)
	}
	m.log = append(m.log, turn...)
	return turn, dropped
}

// check is what holds after every step.
func (m *model) check(t *rapid.T) {
	m.t = t
	m.steps++
	checkState(t, m.s)
	checkSame(t, m.s, m.folded)
	m.reader.checkStatus(t, m.s)
	m.checkLines()
	m.reader.sound.check(t, m.s)
	m.reader.reports.check(t)
	if t.Failed() {
		t.FailNow()
	}
}

// checkLines checks that no line is forgotten: somebody is on it, or the switch
// was told to hang it up.
func (m *model) checkLines() {
	for _, line := range m.phones.legs {
		leg := m.s.Legs[line.id]
		if leg == nil || line.hangupWanted {
			continue
		}
		a, c := m.s.Agents[leg.Agent], m.s.Calls[leg.Session]
		nailing := leg.Role == events.RoleAgent && a.NailLeg == leg.ID
		conversation := c != nil && c.LegID == leg.ID && !c.Ended
		third := m.s.consultOn(leg) != nil || m.s.Legs[leg.Peer] != nil
		if !nailing && !conversation && !third {
			m.t.Errorf("nobody is on line %s, and it is not hung up", leg.ID)
		}
	}
}

// work is an ordinary moment in a call centre.
func (m *model) work(t *rapid.T) {
	m.t = t
	switch rapid.IntRange(0, 9).Draw(t, "who") {
	case 0, 1, 2, 3, 4:
		m.desktopStep(t)
	case 5, 6, 7:
		m.phoneStep(t)
	default:
		m.clockForward(t)
		m.fireTimers()
	}
}

// fireTimers fires what is due.
func (m *model) fireTimers() {
	t, idle := m.t, 0
	for range 300 {
		timer, at, set := m.s.NextTimer()
		if !set || at > m.now {
			return
		}
		turn, _ := m.decide("timer "+string(timer), TimerFired{timer})
		if len(turn) > 0 {
			idle = 0
			continue
		}
		// Only pacing may find nothing to do, once for each campaign.
		if idle++; idle > len(m.s.Jobs) {
			t.Fatalf("timer %s fires for nothing", timer)
		}
		if kind, _ := timer.split(); kind != timerPace {
			t.Fatalf("timer %s fired for nothing", timer)
		}
	}
	t.Fatalf("timers without end")
}

// clockForward lets time pass in which the leader does nothing.
func (m *model) clockForward(t *rapid.T) {
	m.t = t
	seconds := rapid.SampledFrom([]float64{0, 0, 0.001, 1, 1, 2, 5, 30}).Draw(t, "seconds")
	t.Logf("+%gs", seconds)
	m.now += int64(seconds * 1e6)
}

// rare is what a zone sees now and then.
func (m *model) rare(t *rapid.T) {
	m.t = t
	switch rapid.IntRange(0, 11).Draw(t, "what") {
	case 10, 11:
		m.changeSettings(t)
	case 0, 1:
		// A standby takes over; another begins to follow.
		t.Logf("standby takes over")
		m.s, m.folded = m.folded, replay(t, m.log)
		m.decide("leader", Claim{Broker: "b2"})
	case 4:
		// Another begins to follow from a snapshot.
		t.Logf("standby begins from a snapshot")
		m.folded = restored(t, m.s)
	case 2:
		m.configure(rapid.IntRange(0, 5).Draw(t, "variant"))
	case 3:
		m.switchState(t)
	default:
		m.addContacts(rapid.SampledFrom([]string{"A", "B"}).Draw(t, "campaign"), 2)
	}
}

func (m *model) configure(variant int) {
	campaign := func(name, skill string) events.Campaign {
		return events.Campaign{
			Name: name, Skill: skill, Switch: m.settings.Switch, Mode: events.ContactProgressive, RingTimeout: 20,
			CallingWindow: modelWindow(variant), Retries: modelRetries(variant),
			ACWMaxTime: 10 * (variant % 3), ACWExtensions: variant % 2, Repeat: variant > 3,
			CompletionCodes: []events.POMCompletionCode{{Code: "SALE"}},
			DefaultCompCode: events.POMCompletionCode{Code: events.AnswerMachine},
			CallbackTypes:   modelCallbackTypes, CallbackExpiry: 1,
			AddressBook: []events.POMDestination{{ID: "desk", Name: "Help desk", Number: "4711"}},
			FreeConsult: variant < 3,
		}
	}
	a, b := campaign("A", "sales"), campaign("B", "")
	switch variant {
	case 3, 1:
		b.Mode = events.ContactPredictive
	default:
		b.Mode, b.PreviewTime, b.PreviewCancel = events.ContactPreview, 10*(variant%2), variant < 4
	}
	if variant == 5 {
		a.Skill = "service"
	}
	campaigns := []events.Campaign{a, b}
	if variant == 2 {
		campaigns = campaigns[:1] // B is withdrawn
	}
	m.settings.CallbackNotice, m.settings.CallbackPreview = 30*(variant%3), 10*(variant%2)
	m.decide(fmt.Sprintf("configure %d", variant), Configure{
		Settings: m.settings, Campaigns: campaigns,
	})
}

// changeSettings asks silent desktops or does not, takes the zone down or brings it
// back, gives it another switch.
func (m *model) changeSettings(t *rapid.T) {
	m.settings.StatusAfter = rapid.SampledFrom([]int{0, 5, 20}).Draw(t, "statusAfter")
	m.settings.DisconnectGrace = rapid.SampledFrom([]int{0, 3}).Draw(t, "disconnectGrace")
	m.settings.Down = rapid.IntRange(0, 3).Draw(t, "down") == 3
	m.settings.DownGrace = rapid.SampledFrom([]int{0, 2000, 20_000}).Draw(t, "downGrace")
	if rapid.IntRange(0, 3).Draw(t, "switch") == 3 {
		m.settings.Switch = rapid.SampledFrom(modelSwitches).Draw(t, "which")
	}
	m.configure(rapid.IntRange(0, 5).Draw(t, "variant"))
	if on := m.settings.Switch; m.s.Switches[on] == nil {
		m.sayOn(on, events.SwitchState, events.SwitchStateData{State: events.SwitchUp, Epoch: "e0"})
	}
}

// modelNumber returns the same numbers again and again: many contacts share one.
func modelNumber(contact, i int) string { return fmt.Sprintf("+1 555-%04d", (3*contact+i)%20) }

func (m *model) addContacts(campaign string, n int) {
	var list []events.POMCustomerDetails
	for i := range n {
		m.contacts++
		zone := modelTimeZones[m.contacts%len(modelTimeZones)]
		d := events.POMCustomerDetails{ContactID: fmt.Sprint("C", m.contacts), TimeZone: zone, Attributes: []events.POMAttribute{
			{Name: "Plan", Value: "Gold", Type: events.AttributeReadOnly},
			{Name: "Balance", Value: "10", Type: events.AttributeWrite, DataType: events.DataFloat},
			{Name: "PIN", Value: secret, Type: events.AttributeMaskedWrite},
		}}
		for k := range i + 1 {
			d.Numbers = append(d.Numbers, events.POMContactNumber{Name: "home", Number: modelNumber(m.contacts, k)})
		}
		list = append(list, d)
	}
	m.decide(fmt.Sprintf("contacts %d for %s", n, campaign), AddContacts{campaign, list})
}
