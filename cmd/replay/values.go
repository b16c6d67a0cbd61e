package main

import (
	"encoding/hex"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/deskbus/deskbus/audit"
	"github.com/deskbus/deskbus/events"
)

// printer shows values, and times as a clock has them.
type printer struct{ clock audit.Clock }

// parameters shows the data of an event as name=value, sorted by name, without
// what the line says elsewhere.
func (p printer) parameters(data map[string]any, e *events.Event) []string {
	rest := maps.Clone(data)
	if e.Kind == events.KindResponse {
		delete(rest, "result")
	}
	if rest["sessionID"] == e.Session {
		delete(rest, "sessionID")
	}
	return p.fields(rest)
}

// fields shows a map. A flag that is on is its name; flags that are off and
// empty texts are left out.
func (p printer) fields(m map[string]any) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		switch v := m[name]; v {
		case false, "":
		case true:
			list = append(list, quoted(name))
		default:
			list = append(list, quoted(name)+"="+p.valueOf(name, v))
		}
	}
	return list
}

// valueOf shows a value whose name says what its number means.
func (p printer) valueOf(name string, v any) string {
	switch name {
	case "due", "expires", "since":
		if at, ok := number(v); ok {
			return strconv.Quote(p.clock.Show(time.UnixMicro(at)))
		}
	case "from", "to": // of a calling window
		if at, ok := number(v); ok {
			return fmt.Sprintf("%02d:%02d", at/60, at%60)
		}
	}
	return p.value(v)
}

// mostItems is how much of a list is shown: a catalogue of messages would fill
// the screen.
const mostItems = 8

func (p printer) value(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return quoted(v)
	case []byte:
		return hex.EncodeToString(v)
	case map[string]any:
		return "{" + strings.Join(p.fields(v), " ") + "}"
	case []any:
		var list []string
		for _, item := range v[:min(len(v), mostItems)] {
			list = append(list, p.value(item))
		}
		if more := len(v) - mostItems; more > 0 {
			list = append(list, fmt.Sprintf("… %d more", more))
		}
		return "[" + strings.Join(list, " ") + "]"
	}
	return quoted(fmt.Sprint(v))
}

// quoted puts a text into quotes when it could be mistaken for something else.
// What a desktop sent must not steer the reader's terminal.
func quoted(s string) string {
	plain := s != "" && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsPrint(r) || strings.ContainsRune(` ="[]{}`, r)
	})
	if plain {
		return s
	}
	return strconv.Quote(s)
}

// printable shows a text that stands alone in its place, in quotes when it is
// empty or would steer the terminal.
func printable(s string) string {
	if s == "" || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(s)
	}
	return s
}

// number reads an integer of any width, as msgpack packs them.
func number(v any) (int64, bool) {
	switch r := reflect.ValueOf(v); {
	case r.CanInt():
		return r.Int(), true
	case r.CanUint():
		return int64(r.Uint()), true
	}
	return 0, false
}
