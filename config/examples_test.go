package config

import (
	"os"
	"reflect"
	"regexp"
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
	modes := map[string]events.POMContactType{}
	for _, campaign := range c.ZoneCampaigns("main") {
		modes[campaign.Name] = campaign.Mode
		contacts, bad, err := LoadContacts(c.ContactsFile(campaign.Name))
		if err != nil || len(bad) > 0 || len(contacts) < 60 || !campaign.Repeat {
			t.Errorf("%s: %d contacts, %v, %v", campaign.Name, len(contacts), bad, err)
		}
	}
	want := map[string]events.POMContactType{
		"Spring renewal": events.ContactProgressive, "Summer survey": events.ContactPredictive,
		"Fibre upgrade": events.ContactPreview,
	}
	if diff := cmp.Diff(want, modes); diff != "" {
		t.Errorf("campaigns (-want +got):\n%s", diff)
	}
	if len(c.Agents) != 20 || c.Agents[0].ID != "1001" || c.Agents[19].ID != "1020" {
		t.Errorf("%d agents", len(c.Agents))
	}
}

// TestExampleShowsEveryKey, be it in a comment.
func TestExampleShowsEveryKey(t *testing.T) {
	text, err := os.ReadFile("../examples/deskbus.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range allKeys(reflect.TypeFor[Config]()) {
		if !regexp.MustCompile(`(?m)(^|[ {])` + key + `:`).Match(text) {
			t.Errorf("key %s is not there", key)
		}
	}
}

// allKeys lists the keys of a structure and of those in it.
func allKeys(t reflect.Type) []string {
	switch t.Kind() {
	case reflect.Slice, reflect.Pointer:
		return allKeys(t.Elem())
	case reflect.Struct:
		keys := keysOf(t)
		for _, key := range keysOf(t) {
			field, _ := fieldOf(t, key)
			keys = append(keys, allKeys(field.Type)...)
		}
		return keys
	}
	return nil
}

// TestExampleErrorStrings: every code has a message in German.
func TestExampleErrorStrings(t *testing.T) {
	c, err := Load("../examples/deskbus.yaml")
	if err != nil {
		t.Fatal(err)
	}
	settings, _ := c.ZoneSettings("main")
	german := map[events.Code]string{}
	for _, m := range settings.ErrorStrings {
		german[m.Code] = m.Message
		if m.Locale != "de" {
			t.Errorf("%d has locale %q", m.Code, m.Locale)
		}
	}
	for _, entry := range events.Catalogue() {
		if german[entry.Code] == "" || german[entry.Code] == entry.Message {
			t.Errorf("%d %q has no message in German", entry.Code, entry.Message)
		}
	}
	if len(german) != len(events.Catalogue()) {
		t.Errorf("%d messages for %d codes", len(german), len(events.Catalogue()))
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
