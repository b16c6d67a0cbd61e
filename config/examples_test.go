package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbus/deskbus/events"
)

func TestExampleConfiguration(t *testing.T) {
	c, err := Load("../examples/deskbus.yaml")
	if err != nil {
		t.Fatal(err)
	}
	campaigns := c.ZoneCampaigns("main")
	if len(campaigns) != 1 || campaigns[0].Name != "Spring renewal" || !campaigns[0].Repeat {
		t.Errorf("campaigns %+v", campaigns)
	}
	if len(c.Agents) != 20 || c.Agents[0].ID != "1001" || c.Agents[19].ID != "1020" {
		t.Errorf("%d agents", len(c.Agents))
	}
}

func TestExampleContacts(t *testing.T) {
	contacts, bad, err := LoadContacts("../examples/contacts.csv")
	if err != nil || len(bad) > 0 || len(contacts) != 300 {
		t.Fatalf("%d contacts, %v, %v", len(contacts), bad, err)
	}
	types := map[string]events.POMAttributeType{}
	for _, a := range contacts[0].Attributes {
		types[a.Name] = a.Type
	}
	want := map[string]events.POMAttributeType{
		"segment": events.AttributeReadOnly, "language": events.AttributeReadOnly, "balance": events.AttributeWrite,
		"iban": events.AttributeMaskedWrite, "note": events.AttributeScreenPop,
	}
	if diff := cmp.Diff(want, types); diff != "" {
		t.Errorf("types of attributes (-want +got):\n%s", diff)
	}
	continents := map[string]bool{}
	for _, c := range contacts {
		continent, _, _ := strings.Cut(c.TimeZone, "/")
		continents[continent] = true
	}
	if len(continents) < 5 {
		t.Errorf("time zones of %v only", continents)
	}
}

func TestExampleOfBadContacts(t *testing.T) {
	contacts, bad, err := LoadContacts("../examples/contacts-bad.csv")
	if err != nil {
		t.Fatal(err)
	}
	var ids, problems []string
	for _, c := range contacts {
		ids = append(ids, c.ContactID)
	}
	for _, b := range bad {
		problems = append(problems, strings.TrimPrefix(b.Error(), "../examples/contacts-bad.csv:"))
	}
	if diff := cmp.Diff([]string{"B001", "B011"}, ids); diff != "" {
		t.Errorf("loaded (-want +got):\n%s", diff)
	}
	want := []string{
		`3: id "": want 1 to 64 bytes of printable text without spaces around it`,
		`4: id "B001" stands in line 2 already; want an id of its own`,
		"5: no usable number; want one in phone1 or phone2",
		`6: phone1 "0207 946 0005": want + and 3 to 20 digits; no usable number; want one in phone1 or phone2`,
		`7: timeZone "Mars/Olympus" is unknown; want an IANA name such as Europe/Berlin`,
		"8: 6 fields; want 7 as in the header; is a quote or a comma missing?",
		`9: a quote is out of place; want quotes around a whole field, and "" for a quote inside`,
		"10: note is not UTF-8",
		"11: note has 1011 bytes; want at most 1000",
	}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Errorf("reported (-want +got):\n%s", diff)
	}
}
