package script

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/deskbus/deskbus/events"
)

// Trace is one event as a line: zone number, kind, name, addressee, parameters,
// and the service that sent a command.
func Trace(e *events.Event) string {
	line := fmt.Sprintf("%d %s %s %s %s", e.ZN, e.Kind, e.Name, addressee(e), ShowData(e.Data))
	line = strings.TrimRight(line, " ")
	if e.Actor != "" {
		line += " (by " + e.Actor + ")"
	}
	return line + "\n"
}

// ShowData shows parameters under the names they have on the bus.
func ShowData(data any) string {
	if data == nil {
		return ""
	}
	b, err := events.Marshal(data)
	if err != nil {
		panic(err)
	}
	fields, err := events.Unmarshal[map[string]any](b)
	if err != nil {
		panic(err)
	}
	return showFields(fields)
}

// addressee is whom the event is for or about.
func addressee(e *events.Event) string {
	switch e.Kind {
	case events.KindCommand, events.KindResponse, events.KindNotification:
		return e.Agent
	case events.KindSwitch:
		return e.Switch
	}
	switch events.Scope(e.Name) {
	case events.ScopeCall:
		return e.Session
	case events.ScopeJob:
		return Show(e.Job)
	}
	return e.Zone
}

func showFields(m map[string]any) string {
	var fields []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		fields = append(fields, key+"="+Show(m[key]))
	}
	return strings.Join(fields, " ")
}

// Show shows a value as a trace has it.
func Show(v any) string {
	switch v := v.(type) {
	case map[string]any:
		if set, isSet := truths(v); isSet {
			return "{" + strings.Join(set, " ") + "}"
		}
		return "{" + showFields(v) + "}"
	case []any:
		var items []string
		for _, item := range v {
			items = append(items, Show(item))
		}
		return "[" + strings.Join(items, " ") + "]"
	case string:
		if v == "" || strings.ContainsAny(v, " \"{}[]=") {
			return strconv.Quote(v)
		}
		return v
	}
	return fmt.Sprint(v)
}

// truths lists what is true in a map of nothing but booleans: the capabilities.
func truths(m map[string]any) ([]string, bool) {
	var set []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		b, isBool := m[key].(bool)
		if !isBool {
			return nil, false
		}
		if b {
			set = append(set, key)
		}
	}
	return set, len(m) > 0
}
