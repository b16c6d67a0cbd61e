package report

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbus/deskbus/projections/report/tally"
)

const (
	document = "../../reports.md"
	begin    = "<!-- written by go test ./projections/report -run TestDocument -update -->\n"
	finish   = "<!-- end -->\n"
)

// TestDocument holds the tables of figures and rates in reports.md against the
// code.
func TestDocument(t *testing.T) {
	text := readDocument(t)
	head, rest, found := strings.Cut(text, begin)
	tables, tail, foundEnd := strings.Cut(rest, finish)
	if !found || !foundEnd {
		t.Fatal("reports.md has lost its markers")
	}
	var b strings.Builder
	b.WriteString("\n| figure | meaning |\n|---|---|\n")
	for _, m := range tally.Metrics() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", m.Name, m.Meaning)
	}
	b.WriteString("\n| rate | meaning |\n|---|---|\n")
	for _, r := range tally.Rates() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", r.Name, r.Meaning)
	}
	b.WriteString("\n")
	if *update {
		if err := os.WriteFile(document, []byte(head+begin+b.String()+finish+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(tables, b.String()); diff != "" {
		t.Errorf("reports.md is not what the code says: run go test ./projections/report -run TestDocument -update\n%s", diff)
	}
}

func readDocument(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var quoted = regexp.MustCompile("`([a-z_]+)`")

// runExample runs the statement that reports.md gives as an example.
func runExample(t *testing.T, d *database, section string) {
	t.Helper()
	_, statement, found := strings.Cut(section, "```sql\n")
	statement, _, _ = strings.Cut(statement, "```")
	if _, err := d.db.ExecContext(t.Context(), statement); err != nil || !found {
		t.Errorf("the example of reports.md: %v", err)
	}
}

// TestSchemaIsDocumented compares the tables and columns that the migrations make
// with those that reports.md lists.
func TestSchemaIsDocumented(t *testing.T) {
	_, section, _ := strings.Cut(readDocument(t), "## The tables\n")
	documented := map[string][]string{}
	table := ""
	for line := range strings.Lines(section) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			continue
		}
		if name := quoted.FindStringSubmatch(cells[1]); name != nil {
			table = name[1]
			documented[table] = nil
		}
		for _, column := range quoted.FindAllStringSubmatch(cells[2], -1) {
			documented[table] = append(documented[table], column[1])
		}
		if strings.Contains(cells[2], "the figures") {
			documented[table] = append(documented[table], metricColumns()...)
		}
	}
	d := migrated(t, filepath.Join(t.TempDir(), "reports.db"))
	made := map[string][]string{}
	err := d.transaction(t.Context(), d.reading, func(ctx context.Context, x tx) error {
		list := "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'report%'"
		err := x.query(ctx, list, nil, func(scan func(...any) error) error {
			var name string
			err := scan(&name)
			made[name] = nil
			return err
		})
		for name := range made {
			if name != versionTable {
				made[name] = columnsOf(t, x, name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	runExample(t, d, section)
	for _, columns := range []map[string][]string{documented, made} {
		for _, list := range columns {
			slices.Sort(list)
		}
	}
	if diff := cmp.Diff(made, documented); diff != "" {
		t.Errorf("-the migrations make +reports.md says:\n%s", diff)
	}
}
