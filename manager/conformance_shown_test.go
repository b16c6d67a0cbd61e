package manager

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/script"
)

// shown is what the traces of the scripts have: for each name and each code the
// scripts, in order.
type shown struct {
	notifications map[string][]string
	codes         map[events.Code][]string
}

var (
	shownNotification = regexp.MustCompile(`^\d+ ntf (\w+) `)
	shownCode         = regexp.MustCompile(`^\d+ resp \w+ .*\bresult=(\d+)\b`)
)

func readTraces(t *testing.T) shown {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	s := shown{map[string][]string{}, map[events.Code][]string{}}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".txt")
		blocks, err := script.Blocks(sourceOf(t, path))
		if err != nil {
			t.Fatal(err)
		}
		for _, b := range blocks {
			for _, line := range b.Trace {
				s.note(t, name, line)
			}
		}
	}
	return s
}

func (s shown) note(t *testing.T, name, line string) {
	if found := shownNotification.FindStringSubmatch(line); found != nil {
		s.notifications[found[1]] = append(s.notifications[found[1]], name)
	}
	if found := shownCode.FindStringSubmatch(line); found != nil {
		n, err := strconv.Atoi(found[1])
		if err != nil {
			t.Fatal(err)
		}
		s.codes[events.Code(n)] = append(s.codes[events.Code(n)], name)
	}
}

// few names the first scripts of a list.
func few(scripts []string) string {
	const most = 4
	scripts = slices.Compact(scripts)
	if len(scripts) > most {
		return strings.Join(scripts[:most], ", ") + " and others"
	}
	return strings.Join(scripts, ", ")
}

func writeNotifications(t *testing.T, out *strings.Builder, s shown, h head) {
	out.WriteString("| notification | shown by |\n|---|---|\n")
	for _, name := range events.Notifications() {
		scripts, elsewhere := few(s.notifications[name]), h.notifications[name]
		if (scripts == "") == (elsewhere == "") {
			t.Errorf("%s: shown by scripts %q and by %q, want one of both", name, scripts, elsewhere)
		}
		fmt.Fprintf(out, "| %s | %s |\n", name, scripts+elsewhere)
	}
}

func writeCodes(t *testing.T, out *strings.Builder, s shown, h head) {
	out.WriteString("| code | type | message | shown by |\n|---|---|---|---|\n")
	for _, entry := range events.Catalogue() {
		by := []string{few(s.codes[entry.Code]), h.codes[entry.Code], ""}
		if h.never[entry.Code] {
			by[2] = "cannot arise"
		}
		by = slices.DeleteFunc(by, func(s string) bool { return s == "" })
		if len(by) != 1 {
			t.Errorf("code %d is shown by %q; want scripts, or a test of another part, or a reason why it cannot arise", entry.Code, by)
		}
		fmt.Fprintf(out, "| %d | %s | %s | %s |\n", entry.Code, entry.Type, entry.Message, strings.Join(by, ", "))
	}
	for code := range s.codes {
		if _, known := events.Lookup(code); !known {
			t.Errorf("a script shows code %d, which the table of the specification has not", code)
		}
	}
}

// sequences are the 13 sequences of the specification.
var sequences = []struct{ line, title string }{
	{"L3289", "Nailing"},
	{"L3294", "Consult"},
	{"L3302", "Cancel consult by active agent"},
	{"L3309", "Cancel consult by passive agent"},
	{"L3316", "Transfer by active agent"},
	{"L3324", "Conference by active agent"},
	{"L3332", "Conference end by conference owner"},
	{"L3339", "Conference left by passive agent in a conference"},
	{"L3346", "Conference ownership changed by conference owner"},
	{"L3354", "State change sequence"},
	{"L3359", "Blending"},
	{"L3364", "Call drop by agent"},
	{"L3371", "Call drop by customer"},
}

// writeSequences names the script of each sequence.
func writeSequences(t *testing.T, out *strings.Builder) {
	out.WriteString("| # | line | sequence | script |\n|---|---|---|---|\n")
	for i, sequence := range sequences {
		paths, err := filepath.Glob(fmt.Sprintf("testdata/sequence-%02d-*.txt", i+1))
		if err != nil || len(paths) != 1 {
			t.Errorf("sequence %d has %d scripts", i+1, len(paths))
			continue
		}
		fmt.Fprintf(out, "| %d | %s | %s | %s |\n", i+1, sequence.line, sequence.title, strings.TrimSuffix(filepath.Base(paths[0]), ".txt"))
	}
}
