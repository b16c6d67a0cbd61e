package manager

import (
	"fmt"
	"testing"

	"github.com/deskbus/deskbus/events"
)

// crowd returns a zone with so many agents, spread over so many campaigns, all
// of them talking to a customer.
func crowd(b *testing.B, agents, campaigns int) *State {
	b.Helper()
	z := &benchZone{b: b, s: New("main")}
	z.decide(Claim{Broker: "b1"})
	configure := Configure{Settings: events.ZoneSettings{Zones: []string{"main"}, Switch: "sim"}}
	for i := range campaigns {
		configure.Campaigns = append(configure.Campaigns, events.Campaign{
			Name: fmt.Sprintf("campaign-%02d", i), Switch: "sim", Mode: events.ContactProgressive, RingTimeout: 20,
			ACWMaxTime: 30, CompletionCodes: []events.POMCompletionCode{{Code: "SALE"}},
		})
	}
	z.decide(configure)
	z.phone(events.SwitchState, events.SwitchStateData{State: events.SwitchUp, Epoch: "e"})
	for i := range agents {
		contact := events.POMCustomerDetails{
			ContactID: fmt.Sprint("C", i), Numbers: []events.POMContactNumber{{Name: "home", Number: fmt.Sprint(i)}},
		}
		z.decide(AddContacts{configure.Campaigns[i%campaigns].Name, []events.POMCustomerDetails{contact}})
	}
	for i := range agents {
		z.talk(fmt.Sprint(i))
	}
	return z.s
}

type benchZone struct {
	b      *testing.B
	s      *State
	number uint64
	turn   []events.Event
}

func (z *benchZone) decide(in Input) {
	z.turn, _ = z.s.Decide(z.s.At+1, in, z.turn[:0])
	if len(z.turn) == 0 {
		z.b.Fatalf("%+v did nothing", in)
	}
}

func (z *benchZone) phone(name string, data any) {
	z.number++
	z.decide(SwitchEvent{Switch: "sim", Name: name, ID: events.ID{Conn: "tel", N: z.number}, Data: data})
}

// talk brings an agent from the logon to a conversation.
func (z *benchZone) talk(id string) {
	number := uint64(0)
	send := func(name string, data any) {
		number++
		z.decide(Command{Agent: id, Name: name, ID: events.ID{Conn: "desk-" + id, N: number}, Data: data})
	}
	send(events.AGTLogon, logonData(false))
	send(events.AGTStateChange, events.StateChangeParams{AgentState: events.Ready})
	send(events.AGTAvailableForNailup, events.NoParams{})
	z.decide(TimerFired{timerOf(timerNailup, id)})
	send(events.AGTReadyForNailup, events.NoParams{})
	z.phone(events.Established, events.LegData{LegID: z.s.Agents[id].NailLeg})
	z.answer(z.s.Agents[id])
}

// answer lets the customer answer who was dialled in the turn before.
func (z *benchZone) answer(a *Agent) {
	for i := range z.turn {
		if d, isDial := z.turn[i].Data.(events.ContactDialedData); isDial {
			z.phone(events.Established, events.LegData{LegID: d.LegID})
			break
		}
	}
	if a.CallState != events.Talking {
		z.b.Fatalf("agent %s is %s", a.ID, a.CallState)
	}
}

// holdAndUnhold measures a hold and an unhold: ten events, decided and folded.
func holdAndUnhold(b *testing.B, s *State) {
	ids := make([]string, 0, len(s.Agents))
	for id := range s.Agents {
		ids = append(ids, id)
	}
	var turn []events.Event
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		a := s.Agents[ids[i%len(ids)]]
		c := Command{Agent: a.ID, ID: events.ID{Conn: a.Conn, N: a.LastNumber + 1}}
		c.Name, c.Data = events.AGTHoldCall, events.SessionParams{SessionID: a.Session}
		turn, _ = s.Decide(s.At+1, c, turn[:0])
		c.Name, c.ID.N = events.AGTUnholdCall, c.ID.N+1
		turn, _ = s.Decide(s.At+1, c, turn)
		if len(turn) != 10 {
			b.Fatalf("%d events", len(turn))
		}
	}
}

func BenchmarkHoldUnhold(b *testing.B) { holdAndUnhold(b, crowd(b, 1, 1)) }

// The same among 10,000 agents and 50 campaigns: it must not cost more than the
// caches do.
func BenchmarkHoldUnholdCrowd(b *testing.B) { holdAndUnhold(b, crowd(b, 10_000, 50)) }

// BenchmarkCall measures a whole call in a crowd: release, wrap-up, the next
// contact is dialled and answers.
func BenchmarkCall(b *testing.B) {
	s := crowd(b, 10_000, 50)
	z := &benchZone{b: b, s: s, number: s.Switches["sim"].LastNumber}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		a := s.Agents[fmt.Sprint(i%10_000)]
		call := s.Calls[a.Session]
		// A list without end: the contact is called again.
		j := s.Jobs[a.Job]
		j.Queue = append(j.Queue, call.ContactID)
		j.Contacts[call.ContactID].NextNumber = 0
		id := events.ID{Conn: a.Conn, N: a.LastNumber + 1}
		z.decide(Command{
			Agent: a.ID, Name: events.AGTReleaseLine, ID: id, Data: events.SessionParams{SessionID: call.Session},
		})
		z.phone(events.Cleared, events.ClearedData{LegID: call.LegID, Cause: events.CauseNormal, By: events.ByLocal})
		id.N++
		z.decide(Command{Agent: a.ID, Name: events.AGTWrapupContact, ID: id, Data: events.WrapupParams{
			SessionID: call.Session, CompletionCode: events.POMCompletionCode{Code: "SALE"},
		}})
		z.answer(a)
	}
}
