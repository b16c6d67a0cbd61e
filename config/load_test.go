package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbus/deskbus/events"
)

const hash = "$2a$04$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"

const good = `
zones:
  - {name: main, switch: sim}
  - {name: night, switch: sim}
switches:
  - name: sim
    simulator:
      seed: 7
      answer: 0.7
      busy: 0.1
      invalid: 0.1
      machine: 0.1
      ring: {min: 2s, max: 8s}
      talk: {min: 20s, max: 1m30s}
      agentAnswer: 500ms
campaigns:
  - name: Spring renewal
    zone: main
    skill: renewal
    mode: Progressive
    callerID: "+15550100"
    ringTimeout: 20s
    wrapup: {time: 30s, extensions: 2, defaultCode: "00"}
    completionCodes:
      - {code: 00, name: Closed}
      - {code: Answer_Machine}
    script: https://scripts.example.com/renewal
    contacts: contacts.csv
    repeat: true
agents:
  - id: 0012
    name: Ada Osei
    passwordHash: ` + hash + `
    skills: [{name: renewal, level: 3}]
ticketKeyFile: keys/ticket.key
`

// germanErrors is a catalogue of error messages.
const germanErrors = "9002: Unbekannt.\n9004: Jetzt nicht.\n"

// load puts a configuration, an empty contact list and a catalogue of error
// messages into a directory.
func load(t *testing.T, text string) (*Config, string, error) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"deskbus.yaml": text, "contacts.csv": "id,phone1\n", "errors-de.yaml": germanErrors,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Load(filepath.Join(dir, "deskbus.yaml"))
	return c, dir, err
}

func TestLoad(t *testing.T) {
	c, dir, err := load(t, good)
	if err != nil {
		t.Fatal(err)
	}
	closed, machine := events.POMCompletionCode{Code: "00", Name: "Closed"}, events.POMCompletionCode{Code: "Answer_Machine"}
	want := []events.Campaign{{
		Name: "Spring renewal", Skill: "renewal", Mode: events.ContactProgressive, Switch: "sim",
		CallerID: "+15550100", RingTimeout: 20, ACWMaxTime: 30, ACWExtensions: 2,
		CompletionCodes: []events.POMCompletionCode{closed, machine}, DefaultCompCode: closed,
		AgentScriptURL: "https://scripts.example.com/renewal", Repeat: true,
	}}
	if diff := cmp.Diff(want, c.ZoneCampaigns("main")); diff != "" {
		t.Errorf("campaigns of main (-want +got):\n%s", diff)
	}
	if got := c.ZoneCampaigns("night"); len(got) != 0 {
		t.Errorf("campaigns of night: %v", got)
	}
	settings, known := c.ZoneSettings("night")
	defaults := events.ZoneSettings{
		Zones: []string{"main", "night"}, Switch: "sim", CallbackNotice: 300, CallbackPreview: 30, StatusAfter: 60,
		DisconnectGrace: 60, DownGrace: 300_000,
	}
	if diff := cmp.Diff(defaults, settings); !known || diff != "" {
		t.Errorf("settings of night: known %v (-want +got):\n%s", known, diff)
	}
	if _, known := c.ZoneSettings("day"); known {
		t.Error("a zone that is not there has settings")
	}
	if got, want := c.ContactsFile("Spring renewal"), filepath.Join(dir, "contacts.csv"); got != want {
		t.Errorf("contacts in %q, want %q", got, want)
	}
	if got := c.ContactsFile("Autumn"); got != "" {
		t.Errorf("contacts of a campaign that is not there in %q", got)
	}
	if want := filepath.Join(dir, "keys", "ticket.key"); c.TicketKeyFile != want {
		t.Errorf("key in %q, want %q", c.TicketKeyFile, want)
	}
	agent := Agent{ID: "0012", Name: "Ada Osei", PasswordHash: hash, Skills: []Skill{{Name: "renewal", Level: 3}}}
	if diff := cmp.Diff([]Agent{agent}, c.Agents); diff != "" {
		t.Errorf("agents (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]events.POMAgentSkill{{SkillName: "renewal", SkillLevel: 3}}, agent.AgentSkills()); diff != "" {
		t.Errorf("skills (-want +got):\n%s", diff)
	}
	simulator := &Simulator{
		Seed: 7, Answer: 0.7, Busy: 0.1, Invalid: 0.1, Machine: 0.1, AgentAnswer: 500 * time.Millisecond,
		Ring: Range{Min: 2 * time.Second, Max: 8 * time.Second},
		Talk: Range{Min: 20 * time.Second, Max: 90 * time.Second},
	}
	if diff := cmp.Diff(simulator, c.Switches[0].Simulator); diff != "" {
		t.Errorf("simulator (-want +got):\n%s", diff)
	}
}

// Each case replaces one text of the good configuration and names the whole
// error, less the directory.
func TestLoadRefuses(t *testing.T) {
	for _, c := range []struct{ name, old, new, want string }{
		{"unknown key", "zone: main", "zone: main\n    colour: red", "deskbus.yaml:19: campaigns[0].colour: unknown key; want one of name, zone,"},
		{"no list", "[{name: renewal, level: 3}]", "renewal", "deskbus.yaml:34: agents[0].skills: want a list"},
		{"no map", "{min: 2s, max: 8s}", "2s", "deskbus.yaml:13: switches[0].simulator.ring: want the keys min, max"},
		{"list for text", "skill: renewal", "skill: [renewal]", "deskbus.yaml:19: campaigns[0].skill: want a text"},
		{"duration", "time: 30s", "time: 30", `deskbus.yaml:23: campaigns[0].wrapup.time: "30": want a duration such as`},
		{"whole number", "extensions: 2", "extensions: 2.5", `campaigns[0].wrapup.extensions: "2.5": want a whole number`},
		{"number", "busy: 0.1", "busy: few", `switches[0].simulator.busy: "few": want a number`},
		{"seed", "seed: 7", "seed: -7", `switches[0].simulator.seed: "-7": want a whole number`},
		{"truth", "repeat: true", "repeat: always", `campaigns[0].repeat: "always": want true or false`},
		{"anchor", "mode: Progressive", "mode: &m Progressive", "campaigns[0].mode: want a text"},
		{"syntax", "zones:", "zones: [", "deskbus.yaml:"},
		{"twice", "seed: 7", "seed: 7\n      seed: 8", "deskbus.yaml:9: mapping key \"seed\" already defined"},
		{"two documents", "ticketKeyFile: keys/ticket.key", "---\nzones: []", "want one YAML document"},
		{"no zone", "zones:\n  - {name: main, switch: sim}\n  - {name: night, switch: sim}\n", "", "deskbus.yaml: zones: want 1 to 64 zones"},
		{"zone name", "name: night", "name: svc", "deskbus.yaml:4: zones[1].name: want 1 to 32 letters"},
		{"zone twice", "name: night", "name: main", `zones[1].name: "main" stands in zones[0].name already`},
		{"zone without switch", "night, switch: sim", "night", `deskbus.yaml:4: zones[1].switch: "" is not there; want a name out of switches`},
		{"switch kind", "simulator:", "sip:", "switches[0].simulator: missing"},
		{"share", "busy: 0.1", "busy: 1.1", "switches[0].simulator.busy: want a share from 0 to 1"},
		{"share not a number", "busy: 0.1", "busy: NaN", "switches[0].simulator.busy: want a share from 0 to 1"},
		{"sum of shares", "busy: 0.1", "busy: 0.2", "switches[0].simulator: answer, busy, invalid and machine add up to 1.1"},
		{"span", "{min: 2s, max: 8s}", "{min: 9s, max: 8s}", "switches[0].simulator.ring: want min and max"},
		{"agent answer", "500ms", "-1s", "switches[0].simulator.agentAnswer: want 0s to 1m"},
		{"campaign zone", "zone: main", "zone: moon", `campaigns[0].zone: "moon" is not there; want a name out of zones`},
		{"mode", "mode: Progressive", "mode: progressive", "campaigns[0].mode: want Progressive, Predictive or Preview"},
		{"caller id", `"+15550100"`, `" x"`, "campaigns[0].callerID: want 1 to 64 bytes"},
		{"skill", "skill: renewal", `skill: "a\tb"`, "campaigns[0].skill: want 1 to 64 bytes"},
		{"ring timeout missing", "    ringTimeout: 20s\n", "", "deskbus.yaml:17: campaigns[0].ringTimeout: want whole seconds from 1s to 5m"},
		{"ring timeout in parts", "ringTimeout: 20s", "ringTimeout: 1500ms", "campaigns[0].ringTimeout: want whole seconds"},
		{"wrap-up time", "time: 30s", "time: 2h", "campaigns[0].wrapup.time: want whole seconds up to 1h"},
		{"extensions", "extensions: 2", "extensions: 101", "campaigns[0].wrapup.extensions: want a number from 0 to 100"},
		{"default code", `defaultCode: "00"`, `defaultCode: "0"`, `deskbus.yaml:23: campaigns[0].wrapup.defaultCode: "0" is not there; want a name out of the campaign's`},
		{"code twice", "code: Answer_Machine", "code: 00", `campaigns[0].completionCodes[1].code: "00" stands in campaigns[0].completionCodes[0].code`},
		{"code name", "name: Closed", `name: " "`, "campaigns[0].completionCodes[0].name: want"},
		{"script", "https://scripts", "file://scripts", "campaigns[0].script: want an http or https address"},
		{"contacts", "contacts.csv", "people.csv", "campaigns[0].contacts: no file"},
		{"contacts a directory", "contacts.csv", ".", "campaigns[0].contacts: no file"},
		{"agent id", "id: 0012", `id: ""`, "agents[0].id: want 1 to 64 bytes"},
		{"agent id too long", "id: 0012", "id: " + strings.Repeat("1", 65), "agents[0].id: want 1 to 64 bytes"},
		{"agent name", "name: Ada Osei", "name:", "deskbus.yaml:32: agents[0].name: want 1 to 64 bytes"},
		{"hash", hash, "demo", "agents[0].passwordHash: want a bcrypt hash"},
		{"hash cut short", hash, hash[:59], "agents[0].passwordHash: want a bcrypt hash"},
		{"hash too costly", hash, strings.Replace(hash, "$04$", "$15$", 1), "agents[0].passwordHash: want a bcrypt hash"},
		{"hash too cheap", hash, strings.Replace(hash, "$04$", "$03$", 1), "agents[0].passwordHash: want a bcrypt hash"},
		{"level", "level: 3", "level: 17", "agents[0].skills[0].level: want a level"},
		{"skill twice", "level: 3}", "level: 3}, {name: renewal, level: 1}", "agents[0].skills[1].name"},
		{"too many skills", "[{name: renewal, level: 3}]", "[" + strings.Repeat("{name: x, level: 1}, ", 65) + "]", "agents[0].skills: want at most 64"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if strings.Count(good, c.old) < 1 {
				t.Fatalf("%q is not in the good configuration", c.old)
			}
			refused(t, strings.Replace(good, c.old, c.new, 1), c.want)
		})
	}
}

// refused loads a configuration and looks for want in the error, less the
// directory. It returns that error.
func refused(t *testing.T, configuration, want string) string {
	t.Helper()
	got, dir, err := load(t, configuration)
	if err == nil || got != nil {
		t.Fatal("it was accepted")
	}
	text := strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), "")
	if !strings.Contains(text, want) {
		t.Errorf("error:\n%s\nwant in it:\n%s", text, want)
	}
	return text
}

func TestLoadReportsAllProblemsInOrder(t *testing.T) {
	text := strings.NewReplacer("mode: Progressive", "mode: Manual", "time: 30s", "time: soon",
		"switch: sim}\nswitches", "switch: sim, spare: 1}\nswitches", "level: 3", "level: 0").Replace(good)
	_, dir, err := load(t, text)
	if err == nil {
		t.Fatal("it was accepted")
	}
	got := strings.Split(strings.ReplaceAll(err.Error(), dir+string(filepath.Separator), ""), "\n")
	want := []string{
		"deskbus.yaml:4: zones[1].spare: unknown key; want one of name, switch, timeZone, callbackNotice, callbackPreview, " +
			"statusAfter, disconnectGrace, down, downGrace, keepCommits, errorStrings",
		"deskbus.yaml:20: campaigns[0].mode: want Progressive, Predictive or Preview",
		`deskbus.yaml:23: campaigns[0].wrapup.time: "soon": want a duration such as 20s or 1m30s`,
		"deskbus.yaml:34: agents[0].skills[0].level: want a level from 1 (best) to 16",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestLoadOfNothing(t *testing.T) {
	if _, err := Load(filepath.Join(t.TempDir(), "none.yaml")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	for _, text := range []string{"", "# nothing\n", "just text", "- a\n- b\n", "null"} {
		if _, _, err := load(t, text); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
}
