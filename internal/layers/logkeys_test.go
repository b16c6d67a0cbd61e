package layers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// logKeys are the names under which a line of the log says something. The same
// thing has the same name everywhere, so that it can be searched for.
var logKeys = map[string]string{
	"zone":       "the zone",
	"agent":      "the agent's id",
	"switch":     "the switch",
	"campaign":   "the campaign",
	"broker":     "a broker's name",
	"brokers":    "several, with spaces between them",
	"address":    "where something listens",
	"connection": "the part of a broker that a connection to NATS is for",
	"command":    "the name of a command",
	"event":      "the name of an event of a switch",
	"name":       "the name of an event of the feed",
	"cause":      "what the events in the log of the zone name as their cause; never a connector session",
	"code":       "a result code",
	"message":    "its text",
	"service":    "a service that acts for agents",
	"lease":      "what a lease is on",
	"why":        "the reason for which an input is dropped",
	"sequence":   "a sequence in a stream",
	"recorded":   "a sequence that was recorded",
	"zn":         "a zone number",
	"epoch":      "the number of a leadership",
	"after":      "the last number there is before a gap",
	"next":       "the first number there is after it",
	"from":       "the first zone number of events that are missing",
	"to":         "the last one",
	"checkpoint": "the zone, the fold and the version of a checkpoint",
	"state":      "the hash of a state",
	"subject":    "a subject",
	"subjects":   "several",
	"bytes":      "a size",
	"contacts":   "how many contacts",
	"left_out":   "how many were left out",
	"messages":   "how many messages were passed over",
	"missed":     "how many notifications a former desktop missed",
	"logged_on":  "how many agents",
	"behind":     "by how much a clock is behind",
	"timeout":    "how long something is waited for",
	"error":      "an error",

	"configuration": "the hash of a configuration",
}

// TestLogKeys: a new key has to be explained here, and an old one is not spelt
// in two ways.
func TestLogKeys(t *testing.T) {
	lines := 0
	files := token.NewFileSet()
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		parsed, err := parser.ParseFile(files, file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if call, is := n.(*ast.CallExpr); is && logs(call) {
				lines++
				checkKeys(t, files.Position(call.Pos()).String(), call)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if lines < 30 {
		t.Errorf("only %d lines are logged: this test does not find them", lines)
	}
}

// logs tells whether a call is one of a logger, by how loggers are named here.
func logs(call *ast.CallExpr) bool {
	method, is := call.Fun.(*ast.SelectorExpr)
	if !is {
		return false
	}
	switch method.Sel.Name {
	case "Debug", "Info", "Warn", "Error":
	case "With":
	default:
		return false
	}
	switch of := method.X.(type) {
	case *ast.Ident:
		return of.Name == "log" || of.Name == "logger" || of.Name == "slog"
	case *ast.SelectorExpr:
		return of.Sel.Name == "log" || of.Sel.Name == "logger" || of.Sel.Name == "Logger"
	}
	return false
}

// checkKeys looks at the keys of a call that are written out.
func checkKeys(t *testing.T, where string, call *ast.CallExpr) {
	t.Helper()
	keys := call.Args
	if call.Fun.(*ast.SelectorExpr).Sel.Name != "With" {
		keys = keys[1:] // the message
	}
	for i := 0; i+1 < len(keys); i += 2 {
		literal, is := keys[i].(*ast.BasicLit)
		if !is {
			return // a list that was made elsewhere
		}
		key, err := strconv.Unquote(literal.Value)
		if err != nil || logKeys[key] == "" {
			t.Errorf("%s: the key %s is not explained in this test", where, literal.Value)
		}
	}
}
