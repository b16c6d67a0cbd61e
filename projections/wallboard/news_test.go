package wallboard

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbus/deskbus/events"
)

func TestNews(t *testing.T) {
	s, f := foldScript(t)
	s.fact(events.LeaderClaimed, "", "", events.LeaderData{Epoch: 1, Broker: "b1"}).campaign(spring)
	s.available("1001", spring).talk("1001", spring, "s1")
	s.turnOf(events.Event{Kind: events.KindFact, Name: events.CallTransferred, Agent: "1001", Job: spring, Session: "s1",
		Data: events.ConsultPartyData{AgentID: "1002"}})
	s.turnOf(events.Event{Kind: events.KindFact, Name: events.ConferenceStarted, Agent: "1001", Job: spring, Session: "s1",
		Data: events.ConsultPartyData{LegID: "x", Number: "+4999"}})
	s.callState("1001", events.Idle).state("1001", events.NotReady, "Lunch").state("1001", events.NotReady, "Lunch")
	s.state("1001", events.Ready, "").nailing("1001", events.NailingLost)
	s.fact(events.AgentDisconnected, "", "", events.AgentDisconnectedData{AgentID: "1001"})
	s.fact(events.AgentReconnected, "", "", events.AgentReconnectedData{AgentID: "1001"})
	s.end(spring, "s2", events.CallEndedData{Answered: true, Abandoned: true})
	s.fact(events.CallbackCreated, spring, "", events.CallbackData{CallbackID: "c", CreatedBy: "1001"})
	s.fact(events.CallbackEnded, spring, "", events.CallbackEndedData{CallbackID: "b", Reason: events.CallbackRescheduled})
	s.fact(events.CallbackEnded, spring, "", events.CallbackEndedData{CallbackID: "c", Reason: events.CallbackExpired})
	s.fact(events.CampaignFinished, spring, "", events.NoData{}).fact(events.CampaignWithdrawn, spring, "", events.NoData{})
	s.fact(events.ZoneConfigured, "", "", events.ZoneSettings{Down: true})
	for _, d := range []events.SwitchStateData{
		{State: events.SwitchUp}, {State: events.SwitchUp, Complete: true}, {State: events.SwitchDown},
	} {
		s.turnOf(events.Event{Kind: events.KindSwitch, Name: events.SwitchState, Switch: "sim", Data: d})
	}
	s.notify("1001", events.AGTAgentLoggedOut, events.NoData{})
	var got []string
	for _, n := range f.news {
		got = append(got, strings.TrimSpace(strings.Join([]string{n.Name, n.Text, n.Campaign, n.Tone}, "|")))
	}
	want := []string{
		"|zone main is led by b1||", "|started|Spring renewal|", "Ada Osei|logged on||",
		"Ada Osei|transferred a call to Ben Hartmann|Spring renewal|",
		"Ada Osei|is in a conference with somebody outside|Spring renewal|",
		"Ada Osei|not ready: Lunch||", "Ada Osei|lost the line||bad",
		"Ada Osei|desktop is gone||bad", "Ada Osei|desktop is back||good",
		"|a customer found no agent in time|Spring renewal|bad",
		"|a callback is planned|Spring renewal|", "|a callback will not be made: expired|Spring renewal|bad",
		"|finished its list|Spring renewal|", "|withdrawn|Spring renewal|bad", "|zone main is going down||bad",
		"|switch sim is up||good", "|switch sim is down||bad", "Ada Osei|logged off||",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNewsAreBounded(t *testing.T) {
	s, f := foldScript(t)
	s.campaign(spring)
	seen := f.newest
	for range maxNews + 10 {
		s.fact(events.CampaignStarted, spring, "", events.NoData{})
	}
	if len(f.news) != maxNews || len(f.newsAfter(seen)) != maxNews {
		t.Errorf("%d are kept, %d of them new", len(f.news), len(f.newsAfter(seen)))
	}
	if last := f.newsAfter(f.newest - 1); len(last) != 1 || last[0].ZN != s.zn {
		t.Errorf("the newest: %+v", last)
	}
}

// TestNothingPrivate gives every kind of event that speaks of a customer, and
// looks for the customer in what leaves the package.
func TestNothingPrivate(t *testing.T) {
	const who = "S3CRET"
	number := events.POMContactNumber{Name: "home", Number: who}
	contact := events.POMContact{ContactID: who, FirstName: who, LastName: who, DialedNumber: who, Numbers: []events.POMContactNumber{number}}
	b, z := boardOf()
	reader := subscribe(t, b, "")
	s := newScript(t, func(e *events.Event) { z.apply(e) })
	s.campaign(spring).available("1001", spring)
	s.fact(events.ContactAdded, spring, "", events.POMCustomerDetails{ContactID: who, FirstName: who})
	s.fact(events.ContactDialed, spring, "s1", events.ContactDialedData{ContactID: who, ContactNumber: number})
	s.talk("1001", spring, "s1").notify("1001", events.AGTCallNotify, events.ContactData{Contact: contact, SessionID: "s1"})
	s.fact(events.AgentNoteAdded, spring, "s1", events.NoteAddedData{ContactID: who, AgentNote: who})
	s.fact(events.ContactAttributeChanged, spring, "s1", events.AttributeChangedData{ContactID: who, Attribute: events.POMAttribute{Value: who}})
	s.fact(events.ConsultStarted, spring, "s1", events.ConsultPartyData{Number: who})
	s.fact(events.ConferenceStarted, spring, "s1", events.ConsultPartyData{Number: who})
	s.fact(events.CallTransferred, spring, "s1", events.ConsultPartyData{Number: who})
	s.fact(events.CallbackCreated, spring, "", events.CallbackData{CallbackID: "c", ContactID: who, ContactNumber: number, CreatedBy: "1001"})
	s.fact(events.AddressAddedToDNC, "", "", events.AddressData{Address: who})
	s.turnOf(events.Event{Kind: events.KindSwitch, Name: events.Originate, Switch: "sim", Data: events.OriginateData{Address: who}})
	s.fact(events.Disposition, spring, "s1", events.DispositionData{ContactID: who})
	b.tick(s.at)
	m := take(t, reader)
	if strings.Contains(string(m.Data), who) {
		t.Errorf("a customer shows: %s", m.Data)
	}
	var all body
	if err := json.Unmarshal(m.Data, &all); err != nil || len(all.News) < 4 {
		t.Fatalf("the snapshot has not what it should have: %s", m.Data)
	}
}
