package manager

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/deskbus/deskbus/events"
)

// traceLine is one event: zone number, kind, name, addressee, parameters.
func traceLine(e *events.Event) string {
	line := fmt.Sprintf("%d %s %s %s %s", e.ZN, e.Kind, e.Name, addressee(e), showData(e.Data))
	return strings.TrimRight(line, " ") + "\n"
}

// showData shows parameters under the names they have on the bus.
func showData(data any) string {
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
		return show(e.Job)
	}
	return e.Zone
}

func showFields(m map[string]any) string {
	var fields []string
	for _, key := range slices.Sorted(maps.Keys(m)) {
		fields = append(fields, key+"="+show(m[key]))
	}
	return strings.Join(fields, " ")
}

func show(v any) string {
	switch v := v.(type) {
	case map[string]any:
		if set, isSet := truths(v); isSet {
			return "{" + strings.Join(set, " ") + "}"
		}
		return "{" + showFields(v) + "}"
	case []any:
		var items []string
		for _, item := range v {
			items = append(items, show(item))
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

func (p *player) showStatus(id string) {
	a := p.s.Agents[id]
	switch {
	case a == nil:
		fmt.Fprintf(&p.out, "%s unknown\n", id)
	case !a.LoggedOn:
		fmt.Fprintf(&p.out, "%s logged off\n", id)
	default:
		fmt.Fprintf(&p.out, "%s %s %s %s conn=%s job=%s session=%s since=%s\n", id, a.AgentState, a.NailupStatus,
			a.CallState, a.Conn, show(a.Job), show(a.Session), showTime(a.CallSince))
	}
}

func (p *player) showTimers() {
	for _, timer := range slices.Sorted(maps.Keys(p.s.Timers)) {
		fmt.Fprintf(&p.out, "%s at %s\n", timer, showTime(p.s.Timers[timer]))
	}
}

func showTime(at int64) string { return time.UnixMicro(at).UTC().Format("15:04:05.000") }
