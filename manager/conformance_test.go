package manager

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

const (
	conformance       = "../conformance.md"
	conformanceMarker = "<!-- below: written by go test ./manager -run TestConformance -update -->\n"
)

// TestConformance writes and compares conformance.md: what each command, each
// notification and each code of the specification does here, and which test
// shows it. What no test shows fails. The head of the page is written by hand,
// and its tables are checked too. The matrix shows readings 5, 35 and 43.
func TestConformance(t *testing.T) {
	text, err := os.ReadFile(conformance)
	if err != nil {
		t.Fatal(err)
	}
	head, old, found := strings.Cut(string(text), conformanceMarker)
	if !found {
		t.Fatalf("%s has lost its marker", conformance)
	}
	h := readHead(t, head)
	shown := readTraces(t)
	places := enterAll(t)
	h.checkReadings(t)
	var b strings.Builder
	for _, section := range []struct {
		title string
		write func(*strings.Builder)
	}{
		{"Sequences", func(b *strings.Builder) { writeSequences(t, b) }},
		{"Commands in every call state", func(b *strings.Builder) { writeCommands(b, places) }},
		{"Notifications", func(b *strings.Builder) { writeNotifications(t, b, shown, h) }},
		{"Codes", func(b *strings.Builder) { writeCodes(t, b, shown, h) }},
		{"Capabilities", func(b *strings.Builder) { writeMatrix(t, b) }},
		{"Bad input", func(b *strings.Builder) { writeBadInput(b, places) }},
	} {
		fmt.Fprintf(&b, "\n## %s\n\n", section.title)
		section.write(&b)
	}
	if *update {
		if err := os.WriteFile(conformance, []byte(head+conformanceMarker+b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	compareLines(t, old, b.String())
}
