// Package script is the format of the scripts in manager/testdata, which its
// README explains: what the input lines say, what they refer to by name, and how
// an event is written in a trace. The tests of the manager play a script against
// the rules alone; the end-to-end test plays the same script through a server,
// real desktops and a switch.
package script

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
)

// Block is what stands between two blank lines.
type Block struct {
	// Head is the lines before the dashes: inputs and comments.
	Head []string
	// HasTrace: a line of dashes follows, and then the trace.
	HasTrace bool
	Trace    []string
}

// Inputs returns the input lines.
func (b Block) Inputs() []string {
	var inputs []string
	for _, line := range b.Head {
		if !strings.HasPrefix(line, "#") {
			inputs = append(inputs, line)
		}
	}
	return inputs
}

// Blocks reads a script.
func Blocks(text string) ([]Block, error) {
	var blocks []Block
	for paragraph := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n\n") {
		var b Block
		for line := range strings.SplitSeq(paragraph, "\n") {
			switch {
			case b.HasTrace:
				b.Trace = append(b.Trace, line)
			case line == "----":
				b.HasTrace = true
			default:
				b.Head = append(b.Head, line)
			}
		}
		if inputs := b.Inputs(); len(inputs) > 0 && !b.HasTrace {
			return nil, fmt.Errorf("input without a line of dashes: %q", inputs)
		}
		blocks = append(blocks, b)
	}
	return blocks, nil
}

// Input is one line: a verb, words, parameters in braces, options key=value.
type Input struct {
	Verb    string
	Words   []string
	Params  map[string]any
	Options map[string]string
}

// Word returns a word after the verb, "" when there are not so many.
func (in Input) Word(i int) string {
	if i >= len(in.Words) {
		return ""
	}
	return in.Words[i]
}

// Parse reads an input line.
func Parse(line string) (Input, error) {
	in := Input{Options: map[string]string{}}
	if from, to := strings.Index(line, "{"), strings.LastIndex(line, "}"); from >= 0 && to > from {
		if err := yaml.Unmarshal([]byte(line[from:to+1]), &in.Params); err != nil {
			return in, fmt.Errorf("%q: %w", line, err)
		}
		line = line[:from] + line[to+1:]
	}
	for i, word := range strings.Fields(line) {
		key, value, isOption := strings.Cut(word, "=")
		switch {
		case i == 0:
			in.Verb = word
		case isOption:
			in.Options[key] = value
		default:
			in.Words = append(in.Words, word)
		}
	}
	return in, nil
}
