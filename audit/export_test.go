package audit_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/audit"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/manager"
)

// TestJSONLines: each line is the envelope, with all it has.
func TestJSONLines(t *testing.T) {
	bus, _, _ := day(t)
	l := audit.Log{JS: bus.JS, Zone: zone}
	var out bytes.Buffer
	if err := l.Read(bus.Ctx, audit.Query{}, audit.JSONLines(&out)); err != nil {
		t.Fatal(err)
	}
	all := everything(t, bus)
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != len(all) {
		t.Fatalf("%d lines of %d events", len(lines), len(all))
	}
	for i, line := range lines {
		var got struct {
			V, ZN, N, At                               uint64
			ID, Kind, Name, Agent, Cause, Session, Job string
			Data                                       map[string]any
		}
		if err := json.Unmarshal([]byte(line), &got); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		e := &all[i]
		if got.V != events.Version || got.ZN != e.ZN || got.N != e.N || got.At != uint64(e.At) || got.ID != e.ID() || got.Kind != string(e.Kind) ||
			got.Name != e.Name || got.Agent != e.Agent || got.Cause != e.Cause || got.Session != e.Session || got.Job != e.Job ||
			len(got.Data) != len(e.Data.(map[string]any)) {
			t.Errorf("%s, want %+v", line, e)
		}
	}
}

// TestCSV: a reader of CSV finds the columns, and what was written.
func TestCSV(t *testing.T) {
	bus, _, _ := day(t)
	l := audit.Log{JS: bus.JS, Zone: zone}
	var out bytes.Buffer
	table, err := audit.NewCSV(&out)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Read(bus.Ctx, audit.Query{Agents: []string{"1001"}}, table.Write); err != nil {
		t.Fatal(err)
	}
	if err := table.Flush(); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(rows[0], ",") != "zn,id,at,kind,name,agent,n,cause,session,job,switch,actor,data" {
		t.Errorf("the columns are %v", rows[0])
	}
	all := everything(t, bus)
	want := concerning(all, "1001")
	for i, row := range rows[1:] {
		e := &all[want[i]-1]
		n := ""
		if e.N != 0 {
			n = strconv.FormatUint(e.N, 10)
		}
		expected := []string{
			strconv.FormatUint(e.ZN, 10), e.ID(), e.Time().Format("2006-01-02T15:04:05.000000Z"), string(e.Kind), e.Name, e.Agent, n,
			e.Cause, e.Session, e.Job, e.Switch, e.Actor,
		}
		var data map[string]any
		if err := json.Unmarshal([]byte(row[12]), &data); err != nil || !slices.Equal(row[:12], expected) {
			t.Errorf("%v, want %v, %v", row, expected, err)
		}
	}
	if len(rows)-1 != len(want) {
		t.Errorf("%d rows, want %d", len(rows)-1, len(want))
	}
}

// TestCSVHasNoFormulas: a service may name an agent in any way.
func TestCSVHasNoFormulas(t *testing.T) {
	bus, written, _ := day(t)
	const agent = `=HYPERLINK("http://example.com")`
	written.Decide(written.State.At, manager.Command{
		Agent: agent, Name: events.AGTPendingLogout, ID: events.ID{Conn: "blender", N: 1}, Actor: "blender", Data: events.NoParams{},
	})
	written.Commit()
	l := audit.Log{JS: bus.JS, Zone: zone}
	var out bytes.Buffer
	table, err := audit.NewCSV(&out)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Read(bus.Ctx, audit.Query{Agents: []string{agent}}, table.Write); err != nil {
		t.Fatal(err)
	}
	if err := table.Flush(); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&out).ReadAll()
	if err != nil || len(rows) < 2 || rows[1][5] != "'"+agent {
		t.Errorf("got %v, %v", rows, err)
	}
}
