package config

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbus/deskbus/events"
)

// full has every key that good has not.
var full = strings.NewReplacer(
	"{name: main, switch: sim}", `name: main
    switch: sim
    timeZone: Europe/Vienna
    callbackNotice: 10m
    callbackPreview: 0s
    statusAfter: 20s
    disconnectGrace: 90s
    down: true
    downGrace: 1h
    errorStrings: [{locale: de, file: errors-de.yaml}]`,
	"mode: Progressive", `mode: Predictive
    abandonLimit: 2.5%
    preview: {time: 45s, cancel: true}
    addressBook:
      - {name: Legal, number: +43 (1) 555-01.00}
      - {name: Claims, number: "+4315550101"}
    freeConsult: true
    callbacks: {types: [Agent, Campaign], expiry: 90m}
    callingWindow: {from: 09:00, to: "20:30", days: [mon, sat, sun]}
    retries:
      - {outcome: busy, after: 10m, attempts: 3}
      - {outcome: machine, after: 24h, attempts: 1}`,
).Replace(good)

func TestLoadTakesEverySetting(t *testing.T) {
	c, _, err := load(t, full)
	if err != nil {
		t.Fatal(err)
	}
	settings, _ := c.ZoneSettings("main")
	wantSettings := events.ZoneSettings{
		Zones: []string{"main", "night"}, Switch: "sim", TimeZone: "Europe/Vienna", CallbackNotice: 600, StatusAfter: 20,
		DisconnectGrace: 90, Down: true, DownGrace: 3_600_000,
		ErrorStrings: []events.ErrorString{
			{Locale: "de", Code: events.AgentUnknown, Message: "Unbekannt."},
			{Locale: "de", Code: events.NotInThisState, Message: "Jetzt nicht."},
		},
	}
	if diff := cmp.Diff(wantSettings, settings); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	want := events.Campaign{
		Mode: events.ContactPredictive, AbandonLimit: 25, PreviewTime: 45, PreviewCancel: true, FreeConsult: true,
		AddressBook: []events.POMDestination{
			{Type: events.DestinationExternal, Name: "Legal", Number: "+4315550100"},
			{Type: events.DestinationExternal, Name: "Claims", Number: "+4315550101"},
		},
		CallbackTypes: []events.POMCallbackType{events.CallbackAgent, events.CallbackCampaign}, CallbackExpiry: 90,
		CallingWindow: &events.CallingWindow{From: 540, To: 1230, Days: []int{1, 6, 0}},
		Retries: []events.Retry{
			{Outcome: events.CauseBusy, After: 600, Attempts: 3},
			{Outcome: events.OutcomeMachine, After: 86_400, Attempts: 1},
		},
	}
	known := c.ZoneCampaigns("main")[0]
	want.Name, want.Skill, want.Switch, want.CallerID = known.Name, known.Skill, known.Switch, known.CallerID
	want.RingTimeout, want.ACWMaxTime, want.ACWExtensions = known.RingTimeout, known.ACWMaxTime, known.ACWExtensions
	want.CompletionCodes, want.DefaultCompCode = known.CompletionCodes, known.DefaultCompCode
	want.AgentScriptURL, want.Repeat = known.AgentScriptURL, known.Repeat
	if diff := cmp.Diff(want, known); diff != "" {
		t.Errorf("campaign (-want +got):\n%s", diff)
	}
}

func TestDefaultsOfCampaigns(t *testing.T) {
	text := strings.NewReplacer("mode: Progressive", "mode: Predictive\n    callbacks: {types: [Standard]}").Replace(good)
	c, _, err := load(t, text)
	if err != nil {
		t.Fatal(err)
	}
	if d := c.ZoneCampaigns("main")[0]; d.AbandonLimit != 30 || d.CallbackExpiry != 24*60 {
		t.Errorf("abandon limit %d, callback expiry %d", d.AbandonLimit, d.CallbackExpiry)
	}
}

// Each case replaces one text of the full configuration, as TestLoadRefuses does.
func TestLoadRefusesSettings(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"time zone", "Europe/Vienna", "Vienna", `deskbus.yaml:5: zones[0].timeZone: "Vienna" is unknown; want an IANA name`},
		{"time zone of the broker", "Europe/Vienna", "Local", `zones[0].timeZone: "Local" is unknown`},
		{"notice", "callbackNotice: 10m", "callbackNotice: 61m", "zones[0].callbackNotice: want whole seconds from 0s to 1h"},
		{"callback preview", "callbackPreview: 0s", "callbackPreview: -1s", "zones[0].callbackPreview: want whole seconds from 0s to 1h; 0s dials at once"},
		{"status", "statusAfter: 20s", "statusAfter: 20ms", "zones[0].statusAfter: want whole seconds from 0s to 1h; 0s never asks"},
		{"grace", "disconnectGrace: 90s", "disconnectGrace: 90", `zones[0].disconnectGrace: "90": want a duration`},
		{"down", "down: true", "down: soon", `zones[0].down: "soon": want true or false`},
		{"down grace", "downGrace: 1h", "downGrace: 25h", "zones[0].downGrace: want whole seconds from 0s to 24h"},
		{"commits", "downGrace: 1h", "keepCommits: 1000", "zones[0].keepCommits: want 0, or 100000 and more"},
		{"locale", "locale: de", "locale: german", "zones[0].errorStrings[0].locale: want a language such as de"},
		{"locale twice", "{locale: de, file: errors-de.yaml}", "{locale: de, file: errors-de.yaml}, {locale: de, file: errors-de.yaml}", `zones[0].errorStrings[1].locale: "de" stands in`},
		{"catalogue", "errors-de.yaml", "errors-fr.yaml", "zones[0].errorStrings[0].file: no file"},
		{"limit", "abandonLimit: 2.5%", "abandonLimit: 11%", "deskbus.yaml:30: campaigns[0].abandonLimit: want 0% to 10%"},
		{"limit without %", "abandonLimit: 2.5%", "abandonLimit: 0.03", `campaigns[0].abandonLimit: "0.03": want a percentage such as 3% or 2.5%`},
		{"limit too exact", "abandonLimit: 2.5%", "abandonLimit: 2.55%", "campaigns[0].abandonLimit"},
		{"preview", "time: 45s", "time: 2h", "campaigns[0].preview.time: want whole seconds up to 1h"},
		{"address name", "name: Claims", "name: Legal", `campaigns[0].addressBook[1].name: "Legal" stands in campaigns[0].addressBook[0].name already`},
		{"address number", `"+4315550101"`, `"5550101"`, "campaigns[0].addressBook[1].number: want + and 3 to 20 digits"},
		{"address again", `"+4315550101"`, `"+43 15550100"`, `campaigns[0].addressBook[1].number: "+4315550100" stands in`},
		{"callback type", "[Agent, Campaign]", "[Agent, Anyone]", "campaigns[0].callbacks.types[1]: want one of Standard, Agent or Campaign"},
		{"callback type twice", "[Agent, Campaign]", "[Agent, Agent]", "campaigns[0].callbacks.types[1]: \"Agent\" stands in"},
		{"expiry", "expiry: 90m", "expiry: 90s", "campaigns[0].callbacks.expiry: want whole minutes from 1m to 720h"},
		{"expiry too late", "expiry: 90m", "expiry: 721h", "campaigns[0].callbacks.expiry: want whole minutes from 1m to 720h"},
		{"window", "from: 09:00", "from: 21:00", "campaigns[0].callingWindow: want from before to"},
		{"no such time", "from: 09:00", "from: 25:00", `campaigns[0].callingWindow.from: "25:00": want a time of day such as "08:30"`},
		{"no window", "{from: 09:00, to: \"20:30\", days: [mon, sat, sun]}", "{}", "campaigns[0].callingWindow: want from before to"},
		{"day", "mon, sat", "monday, sat", `campaigns[0].callingWindow.days[0]: "monday": want mon, tue,`},
		{"day twice", "mon, sat", "sat, sat", "campaigns[0].callingWindow.days[1]: sat stands there twice"},
		{"outcome", "outcome: busy", "outcome: normal", "campaigns[0].retries[0].outcome: want one of busy, no_answer, machine,"},
		{"outcome twice", "outcome: busy", "outcome: machine", `campaigns[0].retries[1].outcome: "machine" stands in`},
		{"pause", "after: 10m", "after: 0s", "campaigns[0].retries[0].after: want whole seconds from 1s to 24h"},
		{"attempts", "attempts: 3", "attempts: 0", "campaigns[0].retries[0].attempts: want a number from 1 to 100"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if strings.Count(full, c.old) < 1 {
				t.Fatalf("%q is not in the full configuration", c.old)
			}
			refused(t, strings.Replace(full, c.old, c.new, 1), c.want)
		})
	}
}

// TestMisspeltKeysAreReportedOnce: neither as missing, nor by what refers to
// them, and their values are read.
func TestMisspeltKeysAreReportedOnce(t *testing.T) {
	for _, c := range []struct {
		old, new string
		want     []string
	}{
		{"name: night", "nmae: night", []string{"4: zones[1].nmae: unknown key; did you mean name?"}},
		{"zone: main", "Zone: main", []string{"18: campaigns[0].Zone: unknown key; did you mean zone?"}},
		{"ringTimeout: 20s", "ring_timeout: 20s", []string{"22: campaigns[0].ring_timeout: unknown key; did you mean ringTimeout?"}},
		{"agents:", "agent:", []string{"30: agent: unknown key; did you mean agents?"}},
		{"skill: renewal", "skil: [renewal]", []string{
			"19: campaigns[0].skil: unknown key; did you mean skill?",
			"19: campaigns[0].skill: want a text; in quotes if it looks like something else",
		}},
		// Beside the right key it is only unknown.
		{"seed: 7", "seed: 7\n      seeds: many", []string{"9: switches[0].simulator.seeds: unknown key; did you mean seed?"}},
	} {
		text := refused(t, strings.Replace(good, c.old, c.new, 1), "")
		if diff := cmp.Diff(c.want, strings.Split(strings.ReplaceAll(text, "deskbus.yaml:", ""), "\n")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.new, diff)
		}
	}
}

func TestErrorStringsReportAllProblems(t *testing.T) {
	text := "9004: Jetzt nicht.\n9x: ?\n77: Unbekannter Code.\n9005:\n9006: [a]\n9002: " + strings.Repeat("x", 1001) + "\n"
	p := &problems{file: "errors-de.yaml", lines: map[string]int{}}
	messages := readErrorStrings(p, "de", []byte(text))
	if len(messages) != 1 || messages[0].Message != "Jetzt nicht." {
		t.Errorf("read %v", messages)
	}
	want := []string{
		"errors-de.yaml:2: 9x: no such error code; see events/codes.go for all",
		"errors-de.yaml:3: 77: no such error code; see events/codes.go for all",
		"errors-de.yaml:4: 9005: want a text of 1 to 1000 bytes",
		"errors-de.yaml:5: 9006: want a text of 1 to 1000 bytes",
		"errors-de.yaml:6: 9002: want a text of 1 to 1000 bytes",
	}
	if diff := cmp.Diff(want, strings.Split(fmt.Sprint(p.err()), "\n")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for _, text := range []string{"", "just text", "- 9004\n", "9004: [", "9004: a\n9004: b\n"} {
		p := &problems{file: "errors-de.yaml", lines: map[string]int{}}
		if messages := readErrorStrings(p, "de", []byte(text)); p.err() == nil || len(messages) > 0 {
			t.Errorf("%q was accepted: %v", text, messages)
		}
	}
}
