package desktop

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/deskbus/deskbus/events"
)

// Field is one thing on a screen: its name as on the bus, with a path where it is
// part of something, and its value, a text, a number, a truth or a time.
type Field struct {
	Name  string
	Value any
}

// Change is a field that two views do not have in common. A nil value means that
// one of them does not have it.
type Change struct {
	Name     string
	From, To any
}

// Fields lists what the screen shows, in the order of [View]; what is empty or
// false is left out, and so is as of when the view is, and what is there twice.
func (v View) Fields() []Field {
	v.ZN, v.At, v.Agent.N = 0, 0, 0
	v.Agent.PendingConsults, v.Agent.PendingCallback = nil, ""
	return appendFields(nil, "", reflect.ValueOf(v))
}

// Changes lists what is different on a second screen.
func Changes(before, after View) []Change {
	var list []Change
	to := map[string]any{}
	for _, f := range after.Fields() {
		to[f.Name] = f.Value
	}
	from := map[string]any{}
	for _, f := range before.Fields() {
		from[f.Name] = f.Value
		if to[f.Name] != f.Value {
			list = append(list, Change{f.Name, f.Value, to[f.Name]})
		}
	}
	for _, f := range after.Fields() {
		if _, was := from[f.Name]; !was {
			list = append(list, Change{f.Name, nil, f.Value})
		}
	}
	return list
}

// inlined are the fields whose parts stand for themselves.
var inlined = map[string]bool{"agent": true, "status": true}

func appendFields(list []Field, name string, v reflect.Value) []Field {
	switch d := v.Interface().(type) {
	case events.POMCapabilities:
		return appendText(list, name, capabilities(d))
	case []string:
		return appendText(list, name, strings.Join(d, " "))
	case []events.POMAttribute:
		for _, a := range d {
			list = append(list, Field{name + "[" + a.Name + "]", a.Value})
		}
		return list
	case []events.POMContactNumber:
		for _, n := range d {
			list = append(list, Field{name + "[" + n.Name + "]", n.Number})
		}
		return list
	case int64: // nothing but times has this type
		if d != 0 {
			list = append(list, Field{name, time.UnixMicro(d).UTC()})
		}
		return list
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			list = appendFields(list, name, v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			list = appendFields(list, path(name, v.Type().Field(i)), v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			list = appendFields(list, fmt.Sprintf("%s[%d]", name, i+1), v.Index(i))
		}
	default:
		if !v.IsZero() {
			list = append(list, Field{name, v.Interface()})
		}
	}
	return list
}

// path is the name of a part. Those of a structure that is embedded are its own.
func path(name string, part reflect.StructField) string {
	if part.Anonymous {
		return name
	}
	own, _, _ := strings.Cut(part.Tag.Get("msgpack"), ",")
	if name == "" || inlined[name] {
		return own
	}
	return name + "." + own
}

func appendText(list []Field, name, text string) []Field {
	if text == "" {
		return list
	}
	return append(list, Field{name, text})
}

// capabilities lists what is allowed, without the "can".
func capabilities(c events.POMCapabilities) string {
	var able []string
	v := reflect.ValueOf(c)
	for i := range v.NumField() {
		if v.Field(i).Bool() {
			able = append(able, strings.TrimPrefix(v.Type().Field(i).Name, "Can"))
		}
	}
	return strings.Join(able, " ")
}
