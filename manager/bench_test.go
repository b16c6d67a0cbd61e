package manager

import (
	"fmt"
	"testing"

	"github.com/deskbus/deskbus/events"
)

// crowd returns a zone with so many agents, spread over so many campaigns, all
// of them talking to a customer. The customers are called by another switch than
// the agents.
func crowd(b testing.TB, agents, campaigns int) *benchZone {
	b.Helper()
	z := emptyZone(b, agents, campaigns)
	z.standby, z.agents = nil, agents
	for i := range agents {
		z.answer(z.nail(fmt.Sprint(i)))
	}
	return z
}

// emptyZone has the campaigns, contacts for the agents to come, and a standby.
func emptyZone(b testing.TB, contacts, campaigns int) *benchZone {
	z := &benchZone{b: b, s: New("main"), standby: New("main")}
	z.decide(Claim{Broker: "b1"})
	configure := Configure{Settings: events.ZoneSettings{Zones: []string{"main"}, Switch: "sim"}}
	for i := range campaigns {
		configure.Campaigns = append(configure.Campaigns, events.Campaign{
			Name: fmt.Sprintf("campaign-%02d", i), Switch: "sim", Mode: events.ContactPredictive, RingTimeout: 20,
			ACWMaxTime: 30, CompletionCodes: []events.POMCompletionCode{{Code: "SALE"}},
		})
	}
	for len(z.s.Jobs) < campaigns { // a turn takes some of them
		z.decide(configure)
	}
	z.phone("sim", events.SwitchState, events.SwitchStateData{State: events.SwitchUp, Epoch: "e"})
	for i := range contacts {
		contact := events.POMCustomerDetails{
			ContactID: fmt.Sprint("C", i), Numbers: []events.POMContactNumber{{Name: "home", Number: fmt.Sprint(i)}},
		}
		z.decide(AddContacts{configure.Campaigns[i%campaigns].Name, []events.POMCustomerDetails{contact}})
	}
	return z
}

type benchZone struct {
	b      testing.TB
	s      *State
	number uint64
	turn   []events.Event
	// standby folds the log, if there is one.
	standby *State
	// agents is how many there are to work.
	agents int
}

func (z *benchZone) decide(in Input) {
	z.turn, _ = z.s.Decide(z.s.At+1, in, z.turn[:0])
	if z.standby != nil {
		for i := range z.turn {
			fold(z.b, z.standby, &z.turn[i])
		}
	}
	if len(z.turn) == 0 {
		z.b.Fatalf("%+v did nothing", in)
	}
}

func (z *benchZone) phone(sw, name string, data any) {
	z.number++
	z.decide(SwitchEvent{Switch: sw, Name: name, ID: events.ID{Conn: "tel", N: z.number}, Data: data})
}

func (z *benchZone) send(a *Agent, name string, data any) {
	z.decide(Command{Agent: a.ID, Name: name, ID: events.ID{Conn: a.Conn, N: a.LastNumber + 1}, Data: data})
}

// nail brings an agent from the logon to the end of the nailing.
func (z *benchZone) nail(id string) *Agent {
	first := uint64(1)
	if former := z.s.Agents[id]; former != nil {
		first = former.LastNumber + 1
	}
	z.decide(Command{Agent: id, Name: events.AGTLogon, ID: events.ID{Conn: "desk-" + id, N: first}, Data: logonData(false)})
	a := z.s.Agents[id]
	z.send(a, events.AGTStateChange, events.StateChangeParams{AgentState: events.Ready})
	z.send(a, events.AGTAvailableForNailup, events.NoParams{})
	z.decide(TimerFired{timerOf(timerNailup, id)})
	z.send(a, events.AGTReadyForNailup, events.NoParams{})
	z.phone("sim", events.Established, events.LegData{LegID: a.NailLeg})
	return a
}

// answer lets the customer answer who was dialled in the turn before.
func (z *benchZone) answer(a *Agent) {
	for i := range z.turn {
		if d, isDial := z.turn[i].Data.(events.ContactDialedData); isDial {
			z.phone("sim", events.Established, events.LegData{LegID: d.LegID})
			break
		}
	}
	if a.CallState != events.Talking {
		z.b.Fatalf("agent %s is %s", a.ID, a.CallState)
	}
}

// The work of one agent, of which benchmarks measure what it costs.
var works = map[string]func(*benchZone, int){
	"hold and unhold":  (*benchZone).holdAndUnhold,
	"call":             (*benchZone).call,
	"logon and logoff": (*benchZone).logonAndLogoff,
}

// holdAndUnhold is two decisions, ten events.
func (z *benchZone) holdAndUnhold(i int) {
	a := z.s.Agents[fmt.Sprint(i)]
	z.send(a, events.AGTHoldCall, events.SessionParams{SessionID: a.Session})
	z.send(a, events.AGTUnholdCall, events.SessionParams{SessionID: a.Session})
	if len(z.turn) != 5 {
		z.b.Fatalf("%d events", len(z.turn))
	}
}

// call is a whole call: release, wrap-up, the next contact is dialled and
// answers.
func (z *benchZone) call(i int) {
	a := z.s.Agents[fmt.Sprint(i)]
	call := z.s.Calls[a.Session]
	// A list without end: the contact is called again.
	j := z.s.Jobs[a.Job]
	j.enqueue(call.ContactID)
	j.Contacts[call.ContactID].NextNumber = 0
	z.send(a, events.AGTReleaseLine, events.SessionParams{SessionID: call.Session})
	z.phone("sim", events.Cleared, events.ClearedData{LegID: call.LegID, Cause: events.CauseNormal, By: events.ByLocal})
	z.send(a, events.AGTWrapupContact, events.WrapupParams{
		SessionID: call.Session, CompletionCode: events.POMCompletionCode{Code: "SALE"},
	})
	z.answer(a)
}

// logonAndLogoff is an agent who comes in addition, is nailed, gets no call and
// leaves.
func (z *benchZone) logonAndLogoff(i int) {
	a := z.nail(fmt.Sprint("late-", i%100))
	z.send(a, events.AGTStateChange, events.StateChangeParams{AgentState: events.NotReady})
	z.send(a, events.AGTLogoff, events.NoParams{})
	z.phone("sim", events.Cleared, events.ClearedData{LegID: a.NailLeg, Cause: events.CauseNormal, By: events.ByLocal})
	if a.LoggedOn {
		z.b.Fatalf("agent %s is still there", a.ID)
	}
}

// BenchmarkWork compares a zone with 10,000 agents and 50 campaigns with one that
// has ten and one.
func BenchmarkWork(b *testing.B) {
	for _, size := range []struct{ agents, campaigns int }{{10, 1}, {10_000, 50}} {
		z := crowd(b, size.agents, size.campaigns)
		for name, work := range works {
			b.Run(fmt.Sprintf("%s/%d agents", name, size.agents), func(b *testing.B) {
				z.b = b
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					work(z, i*7919%size.agents) // another one each time
				}
			})
		}
	}
}
