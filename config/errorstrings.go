package config

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"

	"github.com/deskbus/deskbus/events"
)

// ErrorStrings is a catalogue of error messages in one language (L1911).
type ErrorStrings struct {
	// Locale is unique, for example "de" or "de_AT". The first also serves
	// agents whose locale is "de_AT" or "de-AT".
	Locale string `yaml:"locale"`
	// File is a YAML file of codes and messages, "9004: …", its path relative to
	// the configuration file until Load has resolved it. A code that it leaves
	// out has its English message.
	File string `yaml:"file"`

	messages []events.ErrorString
}

var localeForm = regexp.MustCompile(`^[a-z]{2,3}([_-][A-Z]{2})?$`)

// validateErrorStrings also reads the files: what is wrong in them is listed
// with everything else.
func (z *Zone) validateErrorStrings(p *problems, key string) {
	locales, size := unique{}, 0
	for i := range z.ErrorStrings {
		e, at := &z.ErrorStrings[i], fmt.Sprintf("%s.errorStrings[%d]", key, i)
		if locales.add(p, at+".locale", e.Locale); !localeForm.MatchString(e.Locale) {
			p.add(at+".locale", "want a language such as de, or with a country as in de_AT")
		}
		text, err := os.ReadFile(e.File)
		if err != nil {
			p.add(at+".file", "no file %q; want a list of error messages, its path relative to this file", e.File)
			continue
		}
		found := &problems{file: e.File, lines: map[string]int{}}
		e.messages = readErrorStrings(found, e.Locale, text)
		p.elsewhere = append(p.elsewhere, found.err())
		for _, m := range e.messages {
			size += len(m.Locale) + len(m.Message) + errorStringOverhead
		}
	}
	if size > maxErrorStrings {
		p.add(key+".errorStrings", "%d KiB in all; want at most %d KiB", size>>10, maxErrorStrings>>10)
	}
}

// errorStringOverhead is what a message takes in an event beside its texts, in
// bytes.
const errorStringOverhead = 40

func readErrorStrings(p *problems, locale string, text []byte) []events.ErrorString {
	body, err := parse(p.file, text)
	if err != nil {
		p.elsewhere = append(p.elsewhere, err)
		return nil
	}
	mapping, ok := body.(*ast.MappingNode)
	if !ok {
		p.add("", "want lines such as 9004: a message")
		return nil
	}
	var all []events.ErrorString
	for _, entry := range mapping.Values {
		name := entry.Key.GetToken().Value
		p.lines[name] = entry.Key.GetToken().Position.Line
		code, err := strconv.Atoi(name)
		if _, known := events.Lookup(events.Code(code)); err != nil || !known {
			p.add(name, "no such error code; see events/codes.go for all")
			continue
		}
		message, isText := textOf(entry.Value)
		if !isText || message == "" || len(message) > maxField || !utf8.ValidString(message) {
			p.add(name, "want a text of 1 to %d bytes", maxField)
			continue
		}
		all = append(all, events.ErrorString{Locale: locale, Code: events.Code(code), Message: message})
	}
	return all
}
