package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/deskbus/deskbus/audit"
	"github.com/deskbus/deskbus/events"
)

// timeline prints events for people, turn by turn.
type timeline struct {
	printer
	out io.Writer
	// turn is the last one printed, 0 before the first.
	turn uint64
}

func (t *timeline) print(r *audit.Record) error {
	e, data := &r.Event, r.Data()
	at := ""
	if e.Turn != t.turn {
		if t.turn != 0 {
			fmt.Fprintln(t.out)
		}
		at, t.turn = t.clock.Show(e.Time()), e.Turn
	}
	who, about := whoAndAbout(e)
	parts := []string{quoted(e.Name)}
	if e.Kind == events.KindResponse {
		parts = append(parts, result(data))
	}
	parts = append(parts, t.parameters(data, e)...)
	parts = append(parts, about...)
	if at != "" && e.Actor != "" {
		parts = append(parts, "(by service "+quoted(e.Actor)+")")
	}
	if at != "" && e.Kind != events.KindCommand && e.Cause != "" {
		parts = append(parts, "(by "+quoted(e.Cause)+")")
	}
	width := len(t.clock.Show(e.Time()))
	_, err := fmt.Fprintf(t.out, "%-*s %6d  %-10s %s %s\n", width, at, e.ZN, who, mark(e.Kind), strings.Join(parts, " "))
	return err
}

func mark(kind events.Kind) string {
	switch kind {
	case events.KindCommand:
		return "→"
	case events.KindResponse:
		return "←"
	case events.KindNotification:
		return "•"
	case events.KindFact:
		return "◦"
	case events.KindSwitch:
		return "⇄"
	}
	return "?"
}

// whoAndAbout returns whose event it is, and in brackets what else it is about.
func whoAndAbout(e *events.Event) (who string, about []string) {
	tags := []struct{ name, value string }{
		{"switch", e.Switch}, {"agent", e.Agent}, {"job", e.Job}, {"session", e.Session},
	}
	for _, tag := range tags {
		switch {
		case tag.value == "":
		case who == "" && tag.name != "session":
			who = quoted(tag.value)
		default:
			about = append(about, "["+tag.name+" "+quoted(tag.value)+"]")
		}
	}
	if who == "" {
		who = "zone"
	}
	return who, about
}

// result tells a response's result, with the message of the specification's
// table unless it is 0.
func result(data map[string]any) string {
	code, found := number(data["result"])
	switch {
	case !found:
		return "without a result"
	case code == int64(events.Success):
		return "ok"
	}
	entry, found := events.Lookup(events.Code(code))
	if !found {
		return fmt.Sprintf("%d", code)
	}
	return fmt.Sprintf("%d %s", code, entry.Message)
}
