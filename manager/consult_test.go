package manager

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/events"
)

// An address book longer than a response may be (L1436) is cut off, and the
// response says so.
func TestLongListOfDestinations(t *testing.T) {
	p := newPlayer(t)
	for i := range 600 {
		p.campaign.AddressBook = append(p.campaign.AddressBook, events.POMDestination{
			Type: events.DestinationExternal, Name: fmt.Sprint("Shop ", i), Number: fmt.Sprintf("+1555%06d", i),
		})
	}
	p.quietly("given zone", "given contacts 1", "given talking 1001")
	p.quietly("agent 1001 AGTGetConsultDestsForType {destinationType: External, sessionID: ''}")
	result := p.s.Agents["1001"].LastResponse.Data.(events.ConsultDestsResult)
	b, err := events.Marshal(result.Destinations)
	if err != nil {
		t.Fatal(err)
	}
	if !result.Truncated || len(b) > maxDestinations || len(b) < maxDestinations-100 {
		t.Errorf("%d destinations of %d bytes, truncated: %v", len(result.Destinations), len(b), result.Truncated)
	}
	if last := result.Destinations[len(result.Destinations)-1].Number; !strings.HasSuffix(last, fmt.Sprint(len(result.Destinations)-1)) {
		t.Errorf("the list ends with %s and has %d entries", last, len(result.Destinations))
	}
}

// Who has no desktop, or is lent to inbound calls, is not asked for, and gets no
// customer.
func TestAbsentAgentsAreNotConsulted(t *testing.T) {
	for name, leave := range map[string]func(*Agent){
		"disconnected": func(a *Agent) { a.Disconnected = true },
		"inbound":      func(a *Agent) { a.Inbound = true },
	} {
		p := newPlayer(t)
		p.quietly("given zone", "given contacts 1", "given talking 1001", "given nailed 1002")
		p.leave("1002", leave)
		p.expect(name+", consult", events.ConsultNotReady,
			"agent 1001 AGTConsultCall {destination: {destinationType: Agent, id: '1002'}, sessionID: ''}")
		p.expect(name+", list", events.NoAgentsAvailable,
			"agent 1001 AGTGetConsultDestsForType {destinationType: Agent, sessionID: ''}")
	}
	p := newPlayer(t)
	p.quietly("given zone", "given contacts 1", "given talking 1001", "given nailed 1002", "given consult 1001 1002")
	p.leave("1002", func(a *Agent) { a.Disconnected = true })
	p.expect("conference", events.ConferenceNotReady, "agent 1001 AGTStartConf {sessionID: ''}")
	p.expect("transfer", events.TransferFailed, "agent 1001 AGTCompleteTransfer {sessionID: ''}")
}

// A consult that waits for an agent whose desktop is gone by then is taken back.
func TestPendingConsultOfAnAbsentAgent(t *testing.T) {
	p := newPlayer(t)
	p.quietly("given zone", "given contacts 2", "given talking 1001", "given talking 1002", "given consult 1001 1002")
	p.leave("1002", func(a *Agent) { a.Disconnected = true })
	p.quietly(
		"agent 1002 AGTReleaseLine {sessionID: ''}",
		"agent 1002 AGTWrapupContact {completionCode: {code: SALE}, sessionID: ''}",
	)
	owner, party := p.s.Agents["1001"], p.s.Agents["1002"]
	if p.s.Calls[owner.Session].Consult != nil || owner.CallState != events.Talking || party.CallState != events.Idle {
		t.Errorf("owner %s with %+v, party %s", owner.CallState, p.s.Calls[owner.Session].Consult, party.CallState)
	}
}

// leave takes an agent out of reach.
func (p *player) leave(agent string, how func(*Agent)) {
	a := p.s.Agents[agent]
	how(a)
	p.s.reindex(a)
}

// expect sends a command of agent 1001.
func (p *player) expect(what string, want events.Code, line string) {
	p.t.Helper()
	p.quietly(line)
	if got := resultOf(p.s.Agents["1001"].LastResponse.Data); got != want {
		p.t.Errorf("%s: %d, want %d", what, got, want)
	}
}

// A log that tells of a third party who cannot be there is not folded.
func TestImpossibleThirdParties(t *testing.T) {
	for name, e := range map[string]events.Event{
		"nobody was asked for": {Name: events.ConsultStarted, Data: events.ConsultPartyData{AgentID: "1001"}},
		"an unknown agent": {Name: events.ConsultRequested, Data: events.ConsultRequestedData{
			Destination: events.POMDestination{Type: events.DestinationAgent, ID: "1009"},
		}},
	} {
		p := newPlayer(t)
		p.quietly("given zone", "given contacts 1", "given talking 1001")
		e.Kind, e.Zone, e.Turn, e.ZN, e.At = events.KindFact, "main", p.s.Turn+1, p.s.ZN+1, p.now
		e.Session, e.Agent = p.s.Agents["1001"].Session, "1001"
		if err := p.s.Evolve(&e); err == nil {
			t.Errorf("%s: was folded", name)
		}
	}
}
