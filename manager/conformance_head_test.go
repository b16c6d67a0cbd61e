package manager

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/deskbus/deskbus/events"
)

// readings is how many places of the specification had to be read one way or
// the other.
const readings = 43

// head is the tables that were written by hand.
type head struct {
	readings [][]string
	// notifications and codes have the proof of what the manager never says.
	notifications map[string]string
	codes         map[events.Code]string
	// never has the codes that cannot arise.
	never map[events.Code]bool
}

func readHead(t *testing.T, text string) head {
	t.Helper()
	h := head{
		readings: tableOf(t, text, "Readings", 4), notifications: map[string]string{},
		codes: map[events.Code]string{}, never: map[events.Code]bool{},
	}
	for _, row := range tableOf(t, text, "Notifications of the connector", 3) {
		h.notifications[row[0]] = row[2]
	}
	for _, row := range tableOf(t, text, "Codes of other parts", 3) {
		h.codes[codeIn(t, row[0])] = row[2]
	}
	for _, row := range tableOf(t, text, "Codes that cannot arise", 2) {
		if row[1] == "" {
			t.Errorf("no reason why %s cannot arise", row[0])
		}
		h.never[codeIn(t, row[0])] = true
	}
	if !maps.Equal(h.never, cannotArise()) {
		t.Errorf("the codes that cannot arise are %v, the checks of a turn know %v", h.never, cannotArise())
	}
	for _, proof := range h.notifications {
		checkProof(t, proof)
	}
	for _, proof := range h.codes {
		checkProof(t, proof)
	}
	return h
}

// cannotArise has the codes of that section of the page, for the check of each
// turn of a script and a random walk.
var cannotArise = sync.OnceValue(func() map[events.Code]bool {
	text, err := os.ReadFile(conformance)
	if err != nil {
		panic(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## Codes that cannot arise\n")
	section, _, _ = strings.Cut(section, conformanceMarker)
	codes := map[events.Code]bool{}
	for _, row := range regexp.MustCompile(`(?m)^\| (\d+) \|`).FindAllStringSubmatch(section, -1) {
		n, err := strconv.Atoi(row[1])
		if err != nil {
			panic(err)
		}
		codes[events.Code(n)] = true
	}
	return codes
})

// tableOf returns the rows of the table under a title.
func tableOf(t *testing.T, text, title string, columns int) [][]string {
	t.Helper()
	_, section, found := strings.Cut(text, "\n## "+title+"\n")
	if !found {
		t.Fatalf("no section %q", title)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var rows [][]string
	for line := range strings.Lines(section) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "| ") {
			continue
		}
		row := strings.Split(strings.Trim(line, "|"), "|")
		if len(row) != columns {
			t.Fatalf("%q has not %d columns", line, columns)
		}
		for i := range row {
			row[i] = strings.TrimSpace(row[i])
		}
		rows = append(rows, row)
	}
	if len(rows) < 2 {
		t.Fatalf("nothing under %q", title)
	}
	return rows[1:] // without the names of the columns
}

func codeIn(t *testing.T, text string) events.Code {
	t.Helper()
	n, err := strconv.Atoi(text)
	if _, known := events.Lookup(events.Code(n)); err != nil || !known {
		t.Errorf("%q is no code", text)
	}
	return events.Code(n)
}

// checkReadings checks that each reading names its lines, and a test that says
// which reading it shows.
func (h head) checkReadings(t *testing.T) {
	t.Helper()
	lines := regexp.MustCompile(`\bL\d+\b`)
	for i, row := range h.readings {
		number := strconv.Itoa(i + 1)
		if row[0] != number || !lines.MatchString(row[1]) || row[2] == "" {
			t.Errorf("reading %d: want its number, a line and a text, have %q", i+1, row)
		}
		for _, source := range checkProof(t, row[3]) {
			if !mentions(source, number) {
				t.Errorf("reading %s: %s does not say that it shows it", number, row[3])
			}
		}
	}
	if len(h.readings) != readings {
		t.Errorf("%d readings, want %d", len(h.readings), readings)
	}
}

// mentions tells whether a test speaks of a reading.
func mentions(source, number string) bool {
	spoken := regexp.MustCompile(`readings?[\s#/]+\d+((,|\s+and|,\s+and)[\s#/]+\d+)*`)
	for _, text := range spoken.FindAllString(source, -1) {
		for _, n := range regexp.MustCompile(`\d+`).FindAllString(text, -1) {
			if n == number {
				return true
			}
		}
	}
	return false
}

// proof is a script, `hold.txt`, or a test, `connector: TestOrder`.
var proof = regexp.MustCompile("^`(?:([a-z0-9-]+\\.txt)|([a-z0-9/]+): (Test[A-Za-z0-9]+))`$")

// checkProof checks that the tests of a list exist, and returns their sources.
func checkProof(t *testing.T, list string) []string {
	t.Helper()
	var sources []string
	for item := range strings.SplitSeq(list, ", ") {
		found := proof.FindStringSubmatch(item)
		if found == nil {
			t.Errorf("%q names no test", list)
			continue
		}
		if found[1] != "" {
			sources = append(sources, sourceOf(t, filepath.Join("testdata", found[1])))
			continue
		}
		sources = append(sources, testOf(t, found[2], found[3]))
	}
	return sources
}

func sourceOf(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Errorf("%v", err)
	}
	return string(text)
}

// testOf returns a test with its comment.
func testOf(t *testing.T, dir, name string) string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("..", dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		before, after, found := strings.Cut(sourceOf(t, path), "\nfunc "+name+"(")
		if !found {
			continue
		}
		comment := before[strings.LastIndex(before, "\n\n")+1:]
		body, _, _ := strings.Cut(after, "\n}\n")
		return comment + body
	}
	t.Errorf("package %s has no test %s", dir, name)
	return ""
}
