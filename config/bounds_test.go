package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/manager"
)

// largest is a configuration with as much of everything as is accepted, in as
// many bytes as it may have.
func largest(t *testing.T, dir string) string {
	var s strings.Builder
	name := func(i int) string { return fmt.Sprintf("%064d", i) }
	s.WriteString("switches: [{name: " + name(0) + ", simulator: {}}]\nzones:\n")
	for i := range maxZones - 1 {
		fmt.Fprintf(&s, "  - {name: %032d, switch: %q}\n", i, name(0))
	}
	fmt.Fprintf(&s, "  - {name: last, switch: %q, timeZone: America/Argentina/Buenos_Aires, errorStrings: [", name(0))
	for _, locale := range []string{"deu_DE", "fra_FR"} {
		fmt.Fprintf(&s, "{locale: %s, file: %s}, ", locale, errorFile(t, dir, locale, 1000))
	}
	fmt.Fprintf(&s, "{locale: ita_IT, file: %s}]}\n", errorFile(t, dir, "ita_IT", 400))
	fmt.Fprintf(&s, "campaigns:\n  - {name: %q, zone: last, skill: %q, mode: Predictive, ringTimeout: 5m, callerID: %q, "+
		"callbacks: {types: [Standard, Agent, Campaign]}, preview: {time: 1h, cancel: true}, freeConsult: true, "+
		"callingWindow: {from: 00:01, to: 24:00, days: [mon, tue, wed, thu, fri, sat, sun]}, "+
		"script: http://%s, contacts: contacts.csv, repeat: true, wrapup: {time: 1h, extensions: 100, defaultCode: %q}, retries: [",
		name(0), name(1), name(2), strings.Repeat("x", maxScript-len("http://")), name(0))
	for _, outcome := range retryOutcomes {
		fmt.Fprintf(&s, "{outcome: %s, after: 24h, attempts: 100}, ", outcome)
	}
	s.WriteString("], completionCodes: [")
	for i := range maxCodes {
		fmt.Fprintf(&s, "{code: %q, name: %q}, ", name(i), name(i))
	}
	s.WriteString("], addressBook: [")
	for i := range maxAddresses {
		fmt.Fprintf(&s, "{name: %q, number: \"+%020d\"}, ", name(i), i)
	}
	s.WriteString("]}\n")
	return s.String()
}

// errorFile writes a catalogue of all codes.
func errorFile(t *testing.T, dir, locale string, size int) string {
	t.Helper()
	var s strings.Builder
	for _, entry := range events.Catalogue() {
		fmt.Fprintf(&s, "%d: %s\n", entry.Code, strings.Repeat("x", size))
	}
	if err := os.WriteFile(filepath.Join(dir, locale+".yaml"), []byte(s.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return locale + ".yaml"
}

// TestConfigurationFitsIntoAMessage: what one turn says at most leaves room in a message of 1 MiB for what the
// campaigns dial in that turn.
func TestConfigurationFitsIntoAMessage(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"deskbus.yaml": largest(t, dir), "contacts.csv": "id,phone1\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Load(filepath.Join(dir, "deskbus.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	settings, _ := c.ZoneSettings("last")
	size := encodedSize(t, events.ZoneConfigured, settings)
	campaign := encodedSize(t, events.CampaignConfigured, c.ZoneCampaigns("last")[0])
	t.Logf("settings have %d bytes, a campaign has %d", size, campaign)
	if turn := size + manager.MaxConfigured*campaign; turn > 640<<10 {
		t.Errorf("a turn may have %d bytes", turn)
	}
}

func encodedSize(t *testing.T, name string, data any) int {
	t.Helper()
	body, err := events.Encode(&events.Event{
		Zone: "last", Turn: 1, ZN: 1, At: 1, Kind: events.KindFact, Name: name, Job: "a campaign", Data: data,
	})
	if err != nil {
		t.Fatal(err)
	}
	return len(body)
}

func TestLoadRefusesTooMuch(t *testing.T) {
	codes := func(n int) string {
		var s strings.Builder
		for i := range n {
			fmt.Fprintf(&s, "      - {code: x%d}\n", i)
		}
		return s.String()
	}
	var addresses, zones, campaigns strings.Builder
	for i := range maxAddresses + 1 {
		fmt.Fprintf(&addresses, "{name: a%d, number: \"+%d\"}, ", i, 1000+i)
	}
	for i := range maxZones {
		fmt.Fprintf(&zones, "  - {name: z%d, switch: sim}\n", i)
	}
	for range maxCampaigns {
		campaigns.WriteString("  - {zone: main}\n")
	}
	for _, c := range []struct{ old, new, want string }{
		{"      - {code: Answer_Machine}\n", codes(maxCodes), "campaigns[0].completionCodes: want 1 to 100 codes"},
		{"freeConsult: true", "freeConsult: true\n    addressBook: [" + addresses.String() + "]", "campaigns[0].addressBook: want at most 500 entries"},
		{"  - {name: night, switch: sim}\n", zones.String(), "zones: want 1 to 64 zones"},
		{"agents:\n", campaigns.String() + "agents:\n", `campaigns[200]: want at most 200 campaigns for zone "main"`},
	} {
		text := strings.Replace(good, "repeat: true", "freeConsult: true", 1)
		if !strings.Contains(text, c.old) {
			t.Fatalf("%q is not in the configuration", c.old)
		}
		refused(t, strings.Replace(text, c.old, c.new, 1), c.want)
	}
}

func TestLoadRefusesTooManyErrorStrings(t *testing.T) {
	dir := t.TempDir()
	text := "switches: [{name: sim, simulator: {}}]\nzones:\n  - {name: main, switch: sim, errorStrings: ["
	for _, locale := range []string{"de", "fr", "it"} {
		text += fmt.Sprintf("{locale: %s, file: %s}, ", locale, errorFile(t, dir, locale, 1000))
	}
	path := filepath.Join(dir, "deskbus.yaml")
	if err := os.WriteFile(path, []byte(text+"]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := path + ":3: zones[0].errorStrings: 311 KiB in all; want at most 256 KiB"
	if _, err := Load(path); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
