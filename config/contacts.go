package config

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/deskbus/deskbus/events"
)

// maxField is the greatest size of a field in bytes.
const maxField = 1000

// RowError is a row of a contact list that was not loaded.
type RowError struct {
	File string
	// Line is where the row starts, from 1.
	Line int
	// Problem says what is wrong and what is expected.
	Problem string
}

// Error returns "<file>:<line>: <problem>".
func (e RowError) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Problem) }

// LoadContacts reads a contact list: comma-separated values in UTF-8, one
// header, one contact a row. A byte order mark and CRLF are accepted, empty
// lines are skipped, spaces around a field are dropped.
//
// The columns id and phone1 must be there; title, firstName, lastName, email,
// timeZone and phone2 may be. Every other column is an attribute of that name,
// its type after a colon as in "balance:WRITE"; without one it is READ_ONLY. The
// type of its values may follow, as in "balance:WRITE:FLOAT".
//
// A row needs an id of its own, of 1 to 64 bytes, and at least one number. What
// a row gives must be right: a number is "+" and 3 to 20 digits, which spaces,
// dashes, dots and parentheses may part; a time zone is one of IANA's; a field
// has at most 1,000 bytes. Every row is either in contacts or in bad. After a
// row that is not even CSV, reading goes on at the next line, so that a lost
// quote does not swallow the rest of the file.
//
// The error is for a file that cannot be read and for a wrong header; then
// nothing is loaded.
func LoadContacts(path string) (contacts []events.POMCustomerDetails, bad []RowError, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("contact list: %w", err)
	}
	return readContacts(path, text)
}

func readContacts(path string, text []byte) (contacts []events.POMCustomerDetails, bad []RowError, err error) {
	rows := rowReader{rest: bytes.TrimPrefix(text, []byte("\ufeff")), line: 1}
	first, err := rows.next()
	if err != nil {
		return nil, nil, fmt.Errorf("%s:%d: header: %w", path, first.line, err)
	}
	header, wrong := parseHeader(first.fields)
	if len(wrong) > 0 {
		return nil, nil, fmt.Errorf("%s:%d: header: %s", path, first.line, strings.Join(wrong, "; "))
	}
	rows.width = len(header)
	ids := map[string]int{} // the line each id was first seen in
	for !rows.done() {
		r, err := rows.next()
		if err != nil {
			bad = append(bad, RowError{File: path, Line: r.line, Problem: err.Error()})
			continue
		}
		contact, wrong := header.contact(r.fields)
		if line, taken := ids[contact.ContactID]; taken {
			wrong = append(wrong, fmt.Sprintf("id %q stands in line %d already; want an id of its own", contact.ContactID, line))
		}
		if len(wrong) > 0 {
			bad = append(bad, RowError{File: path, Line: r.line, Problem: strings.Join(wrong, "; ")})
			continue
		}
		ids[contact.ContactID] = r.line
		contacts = append(contacts, contact)
	}
	return contacts, bad, nil
}

// contact makes a contact of the fields of a row and lists what is wrong.
func (h header) contact(fields []string) (c events.POMCustomerDetails, wrong []string) {
	complain := func(format string, arguments ...any) {
		wrong = append(wrong, fmt.Sprintf(format, arguments...))
	}
	for i, column := range h {
		value := strings.TrimSpace(fields[i])
		if len(value) > maxField {
			complain("%s has %d bytes; want at most %d", column.name, len(value), maxField)
			continue
		}
		if !utf8.ValidString(value) {
			complain("%s is not UTF-8", column.name)
			continue
		}
		if column.set == nil {
			if !column.data.Accepts(value) {
				complain("%s %q: want %s", column.name, clip(value), column.data.Form())
			}
			c.Attributes = append(c.Attributes, events.POMAttribute{
				Name: column.name, Value: value, Type: column.attribute, DataType: column.data,
			})
			continue
		}
		if problem := column.set(&c, value); problem != "" {
			complain("%s %s", column.name, problem)
		}
	}
	if len(c.Numbers) == 0 {
		complain("no usable number; want one in phone1 or phone2")
	}
	return c, wrong
}

// setter takes the value of a known column into a contact. It returns what is
// wrong with the value, or nothing.
type setter func(c *events.POMCustomerDetails, value string) string

func setID(c *events.POMCustomerDetails, value string) string {
	if !validName(value) {
		return fmt.Sprintf("%q: %s", clip(value), wantName)
	}
	c.ContactID = value
	return ""
}

func setTimeZone(c *events.POMCustomerDetails, value string) string {
	if !validTimeZone(value) {
		return fmt.Sprintf("%q is unknown; want an IANA name such as Europe/Berlin", clip(value))
	}
	c.TimeZone = value
	return ""
}

func setPhone(name string) setter {
	return func(c *events.POMCustomerDetails, value string) string {
		if value == "" {
			return ""
		}
		number := separators.Replace(value)
		if !validNumber(number) {
			return fmt.Sprintf("%q: want + and 3 to 20 digits", clip(value))
		}
		c.Numbers = append(c.Numbers, events.POMContactNumber{Name: name, Number: number})
		return ""
	}
}

var separators = strings.NewReplacer(" ", "", "-", "", ".", "", "(", "", ")", "")

func validNumber(s string) bool {
	digits, found := strings.CutPrefix(s, "+")
	if !found || len(digits) < 3 || len(digits) > 20 {
		return false
	}
	return strings.Trim(digits, "0123456789") == ""
}

// rowReader reads a CSV text row by row and finds its way back after a broken
// one.
type rowReader struct {
	rest []byte
	// line is the number of the line that rest starts with.
	line int
	// width is how many fields a row must have; 0 takes any.
	width int
}

type row struct {
	line   int
	fields []string
}

// done skips empty lines and tells whether nothing is left.
func (r *rowReader) done() bool {
	for {
		line, _, found := bytes.Cut(r.rest, []byte("\n"))
		if len(bytes.TrimSpace(line)) > 0 {
			return false
		}
		if !found {
			return true
		}
		r.skip(len(line) + 1)
	}
}

func (r *rowReader) next() (row, error) {
	if r.done() {
		return row{line: r.line}, errors.New("the file is empty")
	}
	start := row{line: r.line}
	parser := csv.NewReader(bytes.NewReader(r.rest))
	fields, err := parser.Read()
	if err == nil && (r.width == 0 || len(fields) == r.width) {
		r.skip(int(parser.InputOffset()))
		return row{line: start.line, fields: fields}, nil
	}
	end, _, _ := bytes.Cut(r.rest, []byte("\n"))
	r.skip(min(len(end)+1, len(r.rest)))
	if err == nil {
		return start, fmt.Errorf("%d fields; want %d as in the header; is a quote or a comma missing?", len(fields), r.width)
	}
	return start, errors.New(`a quote is out of place; want quotes around a whole field, and "" for a quote inside`)
}

func (r *rowReader) skip(n int) {
	r.line += bytes.Count(r.rest[:n], []byte("\n"))
	r.rest = r.rest[n:]
}
