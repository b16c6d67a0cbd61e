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
