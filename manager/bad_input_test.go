package manager

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/deskbus/deskbus/events"
)

// attempt is one request in the first place where it is granted as it stands.
type attempt struct {
	*place
	command string
	// params are the parameters of the request, type is what they are decoded to.
	params map[string]any
	typ    reflect.Type
}

func newAttempt(request string, places []*place) *attempt {
	for _, at := range places {
		if at.ask(request).result != events.Success {
			continue
		}
		a := &attempt{place: at, command: nameOf(request), params: at.params(request)}
		m, err := events.DecodeCommand(a.command, at.encode(a.params))
		at.p.must(err)
		a.typ = reflect.TypeOf(m.Data)
		return a
	}
	return nil
}

// with sends the command with other parameters.
func (a *attempt) with(params any) events.Code {
	a.t.Helper()
	_, result := a.decide(a.command, a.encode(params.(map[string]any)))
	return result
}

// parameter is one value among a command's parameters.
type parameter struct {
	path []string
	typ  reflect.Type
}

// parameters lists what a type is made of. The ticket and what it says are left
// out: the shell puts one in the place of the other.
func parameters(path []string, typ reflect.Type) []parameter {
	switch typ.Kind() {
	case reflect.Pointer, reflect.Slice:
		return parameters(path, typ.Elem())
	case reflect.Struct:
	default:
		return nil
	}
	var all []parameter
	for i := range typ.NumField() {
		name, _, _ := strings.Cut(typ.Field(i).Tag.Get("msgpack"), ",")
		if name == "ticket" || name == "verdict" || name == "service" {
			continue
		}
		p := parameter{append(slices.Clone(path), name), typ.Field(i).Type}
		all = append(all, p)
		all = append(all, parameters(p.path, p.typ)...)
	}
	return all
}

// set returns the parameters with one value changed, or without it. It is in
// every element of a list.
func set(v any, path []string, change func(map[string]any, string)) any {
	switch v := v.(type) {
	case []any:
		var list []any
		for _, item := range v {
			list = append(list, set(item, path, change))
		}
		return list
	case map[string]any:
		m := maps.Clone(v)
		if len(path) == 1 {
			change(m, path[0])
		} else {
			m[path[0]] = set(m[path[0]], path[1:], change)
		}
		return m
	}
	return v
}

// long is a text that just fits into a message.
var long = strings.Repeat("x", 60_000)

// defects are the columns of the table: what may be wrong with a value. A value
// that cannot be wrong in this way is left out.
var defects = []struct {
	name   string
	change func(typ reflect.Type) (value any, possible bool)
}{
	{"null", func(reflect.Type) (any, bool) { return nil, true }},
	{"empty", func(typ reflect.Type) (any, bool) {
		switch typ.Kind() {
		case reflect.String:
			return "", true
		case reflect.Slice:
			return []any{}, true
		case reflect.Struct:
			return map[string]any{}, true
		case reflect.Pointer:
			return "", true
		}
		return nil, false
	}},
	{"wrong type", func(typ reflect.Type) (any, bool) {
		if typ.Kind() == reflect.String || typ.Kind() == reflect.Pointer {
			return 12, true
		}
		return "text", true
	}},
	{"60,000 bytes", func(typ reflect.Type) (any, bool) {
		return long, typ.Kind() == reflect.String || typ.Kind() == reflect.Pointer
	}},
}

// writeBadInput writes how each command is answered when one parameter is
// wrong, and then when it is about another call.
func writeBadInput(out *strings.Builder, places []*place) {
	out.WriteString("Each command where it is granted, with one parameter wrong. 0 means that it is done all the same: an empty " +
		"sessionID is the current call, and what only informs may be empty. A refusal changes nothing but the numbers of commands and " +
		"events. A message that cannot be read, or is longer than 64 KiB, is 9008; the command of an agent who is not logged on is 9002.\n\n")
	out.WriteString("| parameter | missing |")
	for _, d := range defects {
		fmt.Fprintf(out, " %s |", d.name)
	}
	out.WriteString("\n|---|---|" + strings.Repeat("---|", len(defects)) + "\n")
	var calls strings.Builder
	for _, request := range requests {
		a := newAttempt(request, places)
		if a == nil {
			places[0].t.Errorf("%s is granted in no state", nameOf(request))
			continue
		}
		for _, p := range parameters(nil, a.typ) {
			a.writeParameter(out, p)
		}
		a.writeCalls(&calls)
		a.checkUnreadable()
	}
	out.WriteString("\nThe whole command: with a parameter nobody knows, with the sessionID of a call that is over, with that of " +
		"another agent's call.\n\n| command | unknown parameter | call is over | another's call |\n|---|---|---|---|\n")
	out.WriteString(calls.String())
}

func (a *attempt) writeParameter(out *strings.Builder, p parameter) {
	a.t.Helper()
	present := false
	set(a.params, p.path, func(m map[string]any, key string) { _, present = m[key] })
	if !present {
		a.t.Errorf("%s: the request does not give %s", a.command, strings.Join(p.path, "."))
		return
	}
	missing := set(a.params, p.path, func(m map[string]any, key string) { delete(m, key) })
	fmt.Fprintf(out, "| %s %s | %d |", a.command, strings.Join(p.path, "."), a.with(missing))
	for _, d := range defects {
		value, possible := d.change(p.typ)
		if !possible {
			out.WriteString(" – |")
			continue
		}
		wrong := set(a.params, p.path, func(m map[string]any, key string) { m[key] = value })
		fmt.Fprintf(out, " %d |", a.with(wrong))
	}
	out.WriteString("\n")
}

// writeCalls writes what comes of a parameter nobody knows and of other calls.
func (a *attempt) writeCalls(out *strings.Builder) {
	a.t.Helper()
	unknown := maps.Clone(a.params)
	unknown["color"] = "red"
	fmt.Fprintf(out, "| %s | %d |", a.command, a.with(unknown))
	for _, call := range []string{"ended.session", "other.session"} {
		if _, about := a.params["sessionID"]; !about {
			out.WriteString(" – |")
			continue
		}
		other := maps.Clone(a.params)
		other["sessionID"] = a.names[call]
		fmt.Fprintf(out, " %d |", a.with(other))
	}
	out.WriteString("\n")
}

// checkUnreadable sends what is no message, and one that is too long.
func (a *attempt) checkUnreadable() {
	a.t.Helper()
	long := a.encode(map[string]any{"color": strings.Repeat("x", events.MaxInbound)})
	for _, body := range [][]byte{nil, {0xc1}, long} {
		if _, result := a.decide(a.command, body); result != events.InvalidData {
			a.t.Errorf("%s: %d bytes that are no message are answered with %d", a.command, len(body), result)
		}
	}
}
