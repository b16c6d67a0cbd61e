package main

import (
	"encoding/hex"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/deskbus/deskbus/events"
)

// parameters shows the data of an event as name=value, sorted by name, without
// what the line says elsewhere.
func parameters(data map[string]any, e *events.Event) []string {
	rest := maps.Clone(data)
	if e.Kind == events.KindResponse {
		delete(rest, "result")
	}
	if rest["sessionID"] == e.Session {
		delete(rest, "sessionID")
	}
	return fields(rest)
}

// fields shows a map. A flag that is on is its name; flags that are off and
// empty texts are left out.
func fields(m map[string]any) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		switch v := m[name]; v {
		case false, "":
		case true:
			list = append(list, quoted(name))
		default:
			list = append(list, quoted(name)+"="+value(v))
		}
	}
	return list
}

func value(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return quoted(v)
	case []byte:
		return hex.EncodeToString(v)
	case map[string]any:
		return "{" + strings.Join(fields(v), " ") + "}"
	case []any:
		list := make([]string, len(v))
		for i := range v {
			list[i] = value(v[i])
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
