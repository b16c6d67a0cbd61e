package manager

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/events"
)

// matrixRow is a row of the capability matrix (L3112): who it is about here, and
// what the specification has in the order of the columns.
type matrixRow struct {
	name  string
	agent events.POMAgentState
	call  events.POMCallState
	part  part
	spec  string
}

var matrixColumns = []string{
	"Hold", "Unhold", "Transfer", "Conference", "Release", "Dispose", "Originate", "CreateCallback", "SendDTMF",
	"UpdateRecord", "LeaveConference", "LeaveConsult", "EndConference", "ChangeOwnership", "Ready", "NotReady", "Record",
}

var matrix = []matrixRow{
	{"Idle", events.Ready, events.Idle, 0, "N N N N N N N N N N N N N N N Y N"},
	{"Held", events.Ready, events.Held, 0, "N Y N N N N N N N N N N N N N Y N"},
	{"Talking", events.Ready, events.Talking, 0, "Y N Y Y Y Y Y Y Y Y N N N N N Y N"},
	{"Consult, owner, with an agent", events.Ready, events.Consult, ownerWithAgent, "N N Y Y N N N N N N N Y N N N Y N"},
	{"Consult, owner, outside", events.Ready, events.Consult, ownerWithExternal, "N N Y Y N N N N N N N Y N N N Y N"},
	{"Consult, recipient", events.Ready, events.Consult, recipient, "N N N N N N N N N N N Y N N N Y N"},
	{"Conference, owner, with an agent", events.Ready, events.ConferenceOwner, ownerWithAgent, "N N N N N N N N N Y N N Y Y N Y N"},
	{"Conference, owner, outside", events.Ready, events.ConferenceOwner, ownerWithExternal, "N N Y N N N N N N Y N N Y Y N Y N"},
	{"Conference, recipient", events.Ready, events.ConferencePassive, recipient, "N N N N N N N N N N Y N N N N Y N"},
	{"Wrapup", events.Ready, events.Wrapup, 0, "N N N N N Y N Y N N N N N N N Y N"},
	{"NotReady", events.NotReady, events.Idle, 0, "N N N N N N N N N N N N N N Y N N"},
	{"PendingNotReady", events.PendingNotReady, events.Idle, 0, "N N N N N N N N N N N N N N Y N N"},
	{"Ready", events.Ready, events.Idle, 0, "N N N N N N N N N N N N N N N Y N"},
	{"Preview", events.Ready, events.Preview, 0, "N N N N N N N Y N Y N N N N N Y N"},
	{"Callback", events.Ready, events.Callback, 0, "N N N N N N N Y N Y N N N N N Y N"},
	{"Dialing", events.Ready, events.Dialing, 0, "N N N N N N N N N N N N N N N Y N"},
}

// departures are the readings by which a cell differs from the specification.
var departures = map[string]int{
	"Consult, owner, outside/SendDTMF":           8,
	"Conference, owner, outside/SendDTMF":        8,
	"Conference, owner, outside/ChangeOwnership": 6,
}

// capabilities are those of an agent in the row's states.
func (r matrixRow) capabilities() events.POMCapabilities {
	s := New("main")
	a := &Agent{ID: "1001", AgentState: r.agent, CallState: r.call, Session: "main-1"}
	c := &Call{Session: a.Session, Agent: a.ID}
	switch r.part {
	case ownerWithExternal:
		c.Consult = &Consult{LegID: "main-1-x"}
	case recipient:
		c.Agent = "1002"
	}
	s.Calls[c.Session] = c
	return s.CapabilitiesOf(a)
}

func writeMatrix(t *testing.T, out *strings.Builder) {
	out.WriteString("| | " + strings.Join(matrixColumns, " | ") + " |\n|---|" + strings.Repeat("---|", len(matrixColumns)) + "\n")
	departed := 0
	for _, row := range matrix {
		fmt.Fprintf(out, "| %s |", row.name)
		has := reflect.ValueOf(row.capabilities())
		for i, want := range strings.Fields(row.spec) {
			column := matrixColumns[i]
			got := "N"
			if has.FieldByName("Can" + column).Bool() {
				got = "Y"
			}
			reading, departs := departures[row.name+"/"+column]
			if departs != (got != want) {
				t.Errorf("%s, %s: the specification has %s, the code %s, reading %d", row.name, column, want, got, reading)
			}
			if departs {
				departed++
				got += fmt.Sprintf(" (%d)", reading)
			}
			fmt.Fprintf(out, " %s |", got)
		}
		out.WriteString("\n")
	}
	if departed != len(departures) {
		t.Errorf("%d cells depart from the specification, %d are listed", departed, len(departures))
	}
}
