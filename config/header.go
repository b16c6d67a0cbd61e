package config

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/deskbus/deskbus/events"
)

// maxColumns keeps a contact well below the size of a message on the bus.
const maxColumns = 64

// column is one column of a contact list: a known one with set, or an attribute.
type column struct {
	name      string
	set       setter
	attribute events.POMAttributeType
	data      events.POMDataType
}

type header []column

// parseHeader reads the names of the columns and lists what is wrong.
func parseHeader(fields []string) (columns header, wrong []string) {
	if len(fields) > maxColumns {
		return nil, []string{fmt.Sprintf("%d columns; want at most %d", len(fields), maxColumns)}
	}
	seen := map[string]bool{}
	for i, field := range fields {
		c, problem := parseColumn(strings.TrimSpace(field))
		if problem == "" && seen[c.name] {
			problem = c.name + " stands there twice"
		}
		if problem != "" {
			wrong = append(wrong, fmt.Sprintf("column %d: %s", i+1, problem))
		}
		seen[c.name] = true
		columns = append(columns, c)
	}
	for _, name := range []string{"id", "phone1"} {
		if !seen[name] {
			wrong = append(wrong, fmt.Sprintf("column %s is missing", name))
		}
	}
	return columns, wrong
}

// parseColumn reads the name of one column. It returns what is wrong with it,
// or nothing.
func parseColumn(field string) (c column, problem string) {
	name, types, typed := strings.Cut(field, ":")
	if !validName(name) {
		return c, fmt.Sprintf("name %q: %s", clip(name), wantName)
	}
	c = column{name: name, set: known(name), attribute: events.AttributeReadOnly}
	if !typed {
		return c, ""
	}
	if c.set != nil {
		return c, name + " is no attribute; want it without a type"
	}
	kind, data, hasData := strings.Cut(types, ":")
	c.attribute, c.data = events.POMAttributeType(kind), events.POMDataType(data)
	if !slices.Contains(attributeTypes, c.attribute) {
		return c, fmt.Sprintf("%s: type %q: want %s", name, clip(kind), list(attributeTypes))
	}
	if hasData && !slices.Contains(events.DataTypes(), c.data) {
		return c, fmt.Sprintf("%s: data type %q: want %s", name, clip(data), list(events.DataTypes()))
	}
	return c, ""
}

var attributeTypes = []events.POMAttributeType{
	events.AttributeReadOnly, events.AttributeWrite, events.AttributeScreenPop, events.AttributeMaskedWrite,
}

// known returns how a known column is taken into a contact, nil for any other.
func known(name string) setter {
	text := func(field func(*events.POMCustomerDetails) *string) setter {
		return func(c *events.POMCustomerDetails, value string) string {
			*field(c) = value
			return ""
		}
	}
	switch name {
	case "id":
		return setID
	case "title":
		return text(func(c *events.POMCustomerDetails) *string { return &c.Title })
	case "firstName":
		return text(func(c *events.POMCustomerDetails) *string { return &c.FirstName })
	case "lastName":
		return text(func(c *events.POMCustomerDetails) *string { return &c.LastName })
	case "email":
		return text(func(c *events.POMCustomerDetails) *string { return &c.Email })
	case "timeZone":
		return setTimeZone
	case "phone1", "phone2":
		return setPhone(name)
	}
	return nil
}

// clip keeps a text from filling a line of the report.
func clip(s string) string {
	if len(s) <= maxName {
		return s
	}
	return strings.ToValidUTF8(s[:maxName], string(utf8.RuneError)) + "…"
}
