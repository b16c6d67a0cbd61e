package config

import (
	"encoding"
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
	if d, ok := v.Addr().Interface().(interface{ setDefaults() }); ok {
		d.setDefaults()
	}
	given := map[string]bool{}
	for _, entry := range mapping.Values {
		given[entry.Key.GetToken().Value] = true
	}
	for _, entry := range mapping.Values {
		name := entry.Key.GetToken().Value
		p.lines[pathOf(key, name)] = entry.Key.GetToken().Position.Line
		field, known := fieldOf(v.Type(), name)
		if !known {
			if field, known = p.misspelt(key, name, v.Type()); !known || given[field.Tag.Get("yaml")] {
				continue
			}
		}
		path := pathOf(key, field.Tag.Get("yaml"))
		p.lines[path] = entry.Key.GetToken().Position.Line
		p.value(entry.Value, v.FieldByIndex(field.Index), path)
	}
}

func pathOf(key, name string) string { return strings.TrimPrefix(key+"."+name, ".") }

// misspelt reports an unknown key. It returns the field that was meant, if any:
// its value is read as if it were spelt right, so that the key is not reported
// as missing too.
func (p *problems) misspelt(key, name string, t reflect.Type) (reflect.StructField, bool) {
	if meant := closest(name, keysOf(t)); meant != "" {
		p.add(pathOf(key, name), "unknown key; did you mean %s?", meant)
		return fieldOf(t, meant)
	}
	p.add(pathOf(key, name), "unknown key; want one of %s", strings.Join(keysOf(t), ", "))
	return reflect.StructField{}, false
}

// closest returns the key that a name resembles most: up to two letters are
// wrong, and not more than half of them; capitals do not count. It returns ""
// when there is none.
func closest(name string, keys []string) (key string) {
	least := 3
	for _, known := range keys {
		distance := editDistance(strings.ToLower(name), strings.ToLower(known))
		if distance < least && 2*distance <= min(len(name), len(known)) {
			key, least = known, distance
		}
	}
	return key
}

// editDistance counts the letters to insert, leave out or change.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
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
	if err := set(v, text); err != nil {
		p.add(key, "%q: want %s", text, wanted(v))
	}
}

func set(v reflect.Value, text string) (err error) {
	switch target := v.Addr().Interface().(type) {
	case encoding.TextUnmarshaler:
		err = target.UnmarshalText([]byte(text))
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
	switch v := v.Interface().(type) {
	case interface{ wanted() string }:
		return v.wanted()
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

func fieldOf(t reflect.Type, key string) (reflect.StructField, bool) {
	for field := range t.Fields() {
		if field.Tag.Get("yaml") == key && key != "" {
			return field, true
		}
	}
	return reflect.StructField{}, false
}

// keysOf lists the keys of a structure in the order of its fields.
func keysOf(t reflect.Type) []string {
	var keys []string
	for field := range t.Fields() {
		if key := field.Tag.Get("yaml"); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}
