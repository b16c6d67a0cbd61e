package events_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

var update = flag.Bool("update", false, "write the tables of subjects.md")

const (
	document = "../subjects.md"
	marker   = "<!-- below: written by go test ./events -run TestSubjects -update -->\n"
)

// TestSubjects holds subjects.md against the code: the tables of names, subjects
// and fields, which are written from it, and the subjects of the part that was
// written by hand.
// Shows reading 41.
func TestSubjects(t *testing.T) {
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	head, tables, found := strings.Cut(string(text), marker)
	if !found {
		t.Fatal("subjects.md has lost its marker")
	}
	for _, s := range subjectsOfTheCode() {
		if !strings.Contains(head, "`"+s+"`") {
			t.Errorf("subjects.md does not explain %s", s)
		}
	}
	want := writeTables(t)
	if *update {
		if err := os.WriteFile(document, []byte(head+marker+want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if tables != want {
		t.Error("the tables of subjects.md are not those of the code: run go test ./events -run TestSubjects -update")
	}
}

// subjectsOfTheCode is every shape of subject package subject can build.
func subjectsOfTheCode() []string {
	// Marks survive escaping; they are put back into angle brackets below.
	marks := strings.NewReplacer("ZONE", "<zone>", "AGENT", "<agent>", "SESSION", "<session>", "JOB", "<campaign>",
		"SWITCH", "<switch>")
	shape := func(s, name, mark string) string {
		return marks.Replace(strings.TrimSuffix(s, name)) + mark
	}
	of := func(kind events.Kind, name, mark string) string {
		s, err := subject.Of(&events.Event{
			Zone: "ZONE", Kind: kind, Name: name, Agent: "AGENT", Session: "SESSION", Job: "JOB", Switch: "SWITCH",
		})
		if err != nil {
			panic(err)
		}
		return shape(s, name, mark)
	}
	return []string{
		shape(subject.Command("ZONE", "AGENT", "X"), "X", "<Command>"),
		shape(subject.SwitchEvent("ZONE", "SWITCH", "X"), "X", "<Event>"),
		marks.Replace(subject.Journal("ZONE")), marks.Replace(subject.Heartbeat("ZONE")),
		marks.Replace(subject.InboxStream("ZONE")), marks.Replace(subject.JournalStream("ZONE")),
		marks.Replace(subject.EventsStream("ZONE")), marks.Replace(subject.Agent("ZONE", "AGENT")),
		of(events.KindCommand, events.AGTHoldCall, "<Command>"),
		of(events.KindResponse, "AGTHoldCallRESP", "<Command>RESP"),
		of(events.KindNotification, events.AGTCallNotify, "<Notification>"),
		of(events.KindFact, events.CallEnded, "<Fact>"), of(events.KindFact, events.CampaignStarted, "<Fact>"),
		of(events.KindFact, events.LeaderClaimed, "<Fact>"),
		of(events.KindSwitch, events.Originate, "<SwitchCommand>"), of(events.KindSwitch, events.Cleared, "<SwitchEvent>"),
		subject.ServiceLogon, subject.ServiceStatus, subject.ServiceReport,
	}
}

func writeTables(t *testing.T) string {
	var b strings.Builder
	structures := map[string]reflect.Type{}
	section := func(title, intro string, kind events.Kind, names []string) {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| name | data |\n|---|---|\n", title, intro)
		for _, name := range names {
			data := events.Sample(t, kind, name).Data
			fmt.Fprintf(&b, "| `%s` | %s |\n", name, fields(reflect.TypeOf(data), structures))
		}
	}
	var responses []string
	for _, name := range events.Commands() {
		responses = append(responses, events.RESP(name))
	}
	section("Commands", "On `pom.<zone>.in.agent.<agent>.<name>` from the desktop, and as `cmd` in the feed once decided, without the ticket.",
		events.KindCommand, events.Commands())
	section("Responses", "On `pom.<zone>.agent.<agent>.resp.<name>`.", events.KindResponse, responses)
	section("Notifications", "On `pom.<zone>.agent.<agent>.ntf.<name>`; `POMAvailable` and `POMNotAvailable` come from the connector itself.",
		events.KindNotification, events.Notifications())
	section("Facts", "On `pom.<zone>.call.<session>.<name>`, `pom.<zone>.job.<campaign>.<name>`, `pom.<zone>.zone.<name>`.",
		events.KindFact, events.Facts())
	section("Switch commands", "On `pom.<zone>.switch.<switch>.cmd.<name>`.", events.KindSwitch, events.SwitchCommands())
	section("Switch events", "On `pom.<zone>.in.switch.<switch>.<name>` from the connector, and on `pom.<zone>.switch.<switch>.evt.<name>` once accepted.",
		events.KindSwitch, events.SwitchEvents())

	b.WriteString("\n## Error codes\n\nThe values of `result`.\n\n| code | type | message |\n|---|---|---|\n")
	for _, e := range events.Catalogue() {
		fmt.Fprintf(&b, "| %d | %s | %s |\n", e.Code, e.Type, e.Message)
	}
	b.WriteString("\n## Structures\n\n| name | fields |\n|---|---|\n")
	done := map[string]bool{}
	for len(done) < len(structures) { // a structure may name another one
		for _, name := range slices.Sorted(maps.Keys(structures)) {
			if !done[name] {
				done[name] = true
				fields(structures[name], structures)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(structures)) {
		fmt.Fprintf(&b, "| `%s` | %s |\n", name, fields(structures[name], structures))
	}
	return b.String()
}

// fields describes the fields of a structure and notes those they refer to.
func fields(t reflect.Type, structures map[string]reflect.Type) string {
	var all []string
	for f := range t.Fields() {
		key, options, _ := strings.Cut(f.Tag.Get("msgpack"), ",")
		optional := ""
		if strings.Contains(options, "omitempty") {
			optional = "?"
		}
		all = append(all, fmt.Sprintf("`%s` %s%s", key, typeName(f.Type, structures), optional))
	}
	if len(all) == 0 {
		return "–"
	}
	return strings.Join(all, ", ")
}

func typeName(t reflect.Type, structures map[string]reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		if t.Elem().Kind() == reflect.String {
			return "str (nil is refused)"
		}
		return typeName(t.Elem(), structures)
	case reflect.Slice:
		return "list of " + typeName(t.Elem(), structures)
	case reflect.Struct:
		structures[t.Name()] = t
		return t.Name()
	case reflect.String:
		return "str"
	case reflect.Bool:
		return "bool"
	}
	return "int"
}
