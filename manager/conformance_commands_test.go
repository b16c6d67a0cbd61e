package manager

import (
	"fmt"
	"strings"

	"github.com/deskbus/deskbus/events"
)

// nameOf is the command of a request.
func nameOf(request string) string {
	name, _, _ := strings.Cut(request, " ")
	return name
}

// outcome is what a command of agent 1001 led to.
type outcome struct {
	result events.Code
	// heard is the notifications the sender got in the same turn, with what the
	// state is now where they say so.
	heard []string
	state events.POMCallState
}

// cell is the outcome in a table: the result, and the new call state.
func (o outcome) cell() string {
	if o.state == "" {
		return fmt.Sprint(o.result)
	}
	return fmt.Sprintf("%d → %s", o.result, o.state)
}

// ask sends a request.
func (at *place) ask(request string) outcome {
	at.t.Helper()
	turn, result := at.decide(nameOf(request), at.encode(at.params(request)))
	o := outcome{result: result}
	for _, e := range turn {
		if e.Agent != "1001" || e.Kind != events.KindNotification {
			continue
		}
		o.heard = append(o.heard, heardOf(e))
		if d, ok := e.Data.(events.CallStateData); ok && d.CallState != at.state {
			o.state = d.CallState
		}
	}
	return o
}

func heardOf(e events.Event) string {
	switch d := e.Data.(type) {
	case events.CallStateData:
		return fmt.Sprintf("%s(%s)", e.Name, d.CallState)
	case events.StateChangedData:
		return fmt.Sprintf("%s(%s)", e.Name, d.AgentState)
	case events.NailupData:
		return fmt.Sprintf("%s(%s)", e.Name, d.NailupStatus)
	}
	return e.Name
}

// writeCommands writes each command in each state, and below what the sender
// hears where something has changed.
func writeCommands(out *strings.Builder, places []*place) {
	out.WriteString("The result of each command, and the call state it leads to at once where that is another.\n\n| |")
	for _, at := range places {
		fmt.Fprintf(out, " %s |", at.name)
	}
	out.WriteString("\n|---|" + strings.Repeat("---|", len(places)) + "\n")
	var changes strings.Builder
	for _, request := range requests {
		fmt.Fprintf(out, "| %s |", nameOf(request))
		in := map[string][]string{}
		var order []string
		for _, at := range places {
			o := at.ask(request)
			fmt.Fprintf(out, " %s |", o.cell())
			if heard := strings.Join(o.heard, ", "); heard != "" {
				if in[heard] == nil {
					order = append(order, heard)
				}
				in[heard] = append(in[heard], at.name)
			}
		}
		out.WriteString("\n")
		for _, heard := range order {
			fmt.Fprintf(&changes, "| %s | %s | %s |\n", nameOf(request), strings.Join(in[heard], ", "), heard)
		}
	}
	out.WriteString("\nWhat the sender hears in the same turn, after the response:\n\n| command | in | notifications |\n|---|---|---|\n")
	out.WriteString(changes.String())
}
