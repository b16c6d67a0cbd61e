package config

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Load reads and checks a configuration file. Paths in it are relative to the
// file; in the result they can be opened as they stand.
//
// The error joins one error for each thing that is wrong, in the order of the
// file, then what is wrong with the files of error messages, for example
//
//	deskbus.yaml:31: campaigns[0].wrapup.time: want whole seconds up to 1h, or 0 for untimed
//
// Only a file that is no YAML at all is reported with its first error alone.
func Load(path string) (*Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	body, err := parse(path, text)
	if err != nil {
		return nil, err
	}
	found := &problems{file: path, lines: map[string]int{}}
	var c Config
	found.decode(body, &c)
	c.resolve(filepath.Dir(path))
	c.validate(found)
	if err := found.err(); err != nil {
		return nil, err
	}
	return &c, nil
}

// parse reads one YAML document.
func parse(path string, text []byte) (ast.Node, error) {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return nil, syntaxError(path, err)
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		return nil, fmt.Errorf("%s: want one YAML document that is not empty", path)
	}
	return file.Docs[0].Body, nil
}

func syntaxError(path string, err error) error {
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		return fmt.Errorf("%s:%d: %s", path, at.GetToken().Position.Line, at.GetMessage())
	}
	return fmt.Errorf("%s: %w", path, err)
}

// resolve makes the paths relative to dir into paths that can be opened.
func (c *Config) resolve(dir string) {
	resolved := func(path string) string {
		if path == "" || filepath.IsAbs(path) {
			return path
		}
		return filepath.Join(dir, path)
	}
	c.TicketKeyFile = resolved(c.TicketKeyFile)
	for i := range c.Zones {
		for j := range c.Zones[i].ErrorStrings {
			c.Zones[i].ErrorStrings[j].File = resolved(c.Zones[i].ErrorStrings[j].File)
		}
	}
	for i := range c.Campaigns {
		c.Campaigns[i].Contacts = resolved(c.Campaigns[i].Contacts)
	}
}

// problems collects what is wrong with a file.
type problems struct {
	file string
	// lines has the line of every key that is in the file.
	lines map[string]int
	found []problem
	// elsewhere is what is wrong with the files that this one names.
	elsewhere []error
}

type problem struct {
	line int // 0 when it belongs to no line
	key  string
	text string
}

// add records a problem. The first problem with a key wins: a value that could
// not be read is not also out of range.
func (p *problems) add(key, format string, arguments ...any) {
	if slices.ContainsFunc(p.found, func(known problem) bool { return known.key == key }) {
		return
	}
	p.found = append(p.found, problem{line: p.line(key), key: key, text: fmt.Sprintf(format, arguments...)})
}

// line returns the line of a key, for a missing key that of the nearest one
// around it.
func (p *problems) line(key string) int {
	for key != "" {
		if line, ok := p.lines[key]; ok {
			return line
		}
		key = key[:max(strings.LastIndexAny(key, ".["), 0)]
	}
	return 0
}

func (p *problems) err() error {
	slices.SortStableFunc(p.found, func(a, b problem) int { return cmp.Compare(a.line, b.line) })
	var errs []error
	for _, f := range p.found {
		place := p.file
		if f.line > 0 {
			place = fmt.Sprintf("%s:%d", p.file, f.line)
		}
		if f.key == "" {
			errs = append(errs, fmt.Errorf("%s: %s", place, f.text))
			continue
		}
		errs = append(errs, fmt.Errorf("%s: %s: %s", place, f.key, f.text))
	}
	return errors.Join(append(errs, p.elsewhere...)...)
}
