package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// decode fills a configuration from the parsed file. The YAML library has a
// decoder too, but it stops at the first error; whoever edits the file should
// see all of them.
func (p *problems) decode(node ast.Node, into *Config) {
	p.value(node, reflect.ValueOf(into).Elem(), "")
}

func (p *problems) value(node ast.Node, v reflect.Value, key string) {
	if _, null := node.(*ast.NullNode); null {
		return // as if the key were not there
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		p.value(node, v.Elem(), key)
	case reflect.Struct:
		p.structure(node, v, key)
	case reflect.Slice:
		p.list(node, v, key)
	default:
		p.scalar(node, v, key)
	}
}

func (p *problems) structure(node ast.Node, v reflect.Value, key string) {
	mapping, ok := node.(*ast.MappingNode)
	if !ok {
		p.add(key, "want the keys %s", strings.Join(keysOf(v.Type()), ", "))
		return
	}
	for _, entry := range mapping.Values {
		name := entry.Key.GetToken().Value
		path := strings.TrimPrefix(key+"."+name, ".")
		p.lines[path] = entry.Key.GetToken().Position.Line
		i := indexOf(v.Type(), name)
		if i < 0 {
			p.add(path, "unknown key; want one of %s", strings.Join(keysOf(v.Type()), ", "))
			continue
		}
		p.value(entry.Value, v.Field(i), path)
	}
}

func (p *problems) list(node ast.Node, v reflect.Value, key string) {
	sequence, ok := node.(*ast.SequenceNode)
	if !ok {
		p.add(key, "want a list")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(sequence.Values), len(sequence.Values)))
	for i, item := range sequence.Values {
		path := fmt.Sprintf("%s[%d]", key, i)
		p.lines[path] = item.GetToken().Position.Line
		p.value(item, v.Index(i), path)
	}
}

// scalar reads a single value from its text, so that the agent id 0012 stays
// what was written, with or without quotes.
func (p *problems) scalar(node ast.Node, v reflect.Value, key string) {
	text, ok := textOf(node)
	if !ok {
		p.add(key, "want %s", wanted(v))
		return
	}
	if err := parse(text, v); err != nil {
		p.add(key, "%q: want %s", text, wanted(v))
	}
}

func parse(text string, v reflect.Value) (err error) {
	switch target := v.Addr().Interface().(type) {
	case *time.Duration:
		*target, err = time.ParseDuration(text)
	case *int:
		*target, err = strconv.Atoi(text)
	case *uint64:
		*target, err = strconv.ParseUint(text, 10, 64)
	case *float64:
		*target, err = strconv.ParseFloat(text, 64)
	case *bool:
		*target, err = strconv.ParseBool(text)
	default:
		v.SetString(text)
	}
	return err
}

func wanted(v reflect.Value) string {
	switch v.Interface().(type) {
	case time.Duration:
		return "a duration such as 20s or 1m30s"
	case int, uint64:
		return "a whole number"
	case float64:
		return "a number such as 0.25"
	case bool:
		return "true or false"
	}
	return "a text; in quotes if it looks like something else"
}

func textOf(node ast.Node) (string, bool) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode:
		return n.Token.Value, true
	case *ast.FloatNode:
		return n.Token.Value, true
	case *ast.BoolNode:
		return n.Token.Value, true
	}
	// Anchors, tags and the like are not for a file this small.
	return "", false
}

func indexOf(t reflect.Type, key string) int {
	for i, known := range keysOf(t) {
		if known == key {
			return i
		}
	}
	return -1
}

// keysOf lists the keys of a structure in the order of its fields; every field
// has one.
func keysOf(t reflect.Type) []string {
	var keys []string
	for field := range t.Fields() {
		keys = append(keys, field.Tag.Get("yaml"))
	}
	return keys
}
