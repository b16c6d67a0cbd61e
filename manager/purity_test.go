package manager

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// banned are the packages, each with all below it, that this one must not
// import, and why.
var banned = map[string]string{
	"time":               "time comes in with each input; a replay has another clock",
	"net":                "what to tell the network is for the shell",
	"os":                 "a decision must not depend on a file or the environment",
	"io":                 "there is nothing to read but inputs",
	"log":                "what happened is an event",
	"context":            "a decision cannot be cancelled half-way",
	"sync":               "a State belongs to one goroutine",
	"runtime":            "a decision must not depend on the machine",
	"math/rand":          "the same inputs must give the same events",
	"crypto":             "ids come from event numbers, not from chance",
	"unsafe":             "there is no need",
	"github.com/google":  "ids come from event numbers, not from chance",
	"github.com/nats-io": "the rules must run in a replay, a script and a random walk",
}

func TestPurity(t *testing.T) {
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range f.Imports {
			checkPure(t, path, spec)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.GoStmt, *ast.SelectStmt, *ast.ChanType:
				t.Errorf("%s: a State belongs to one goroutine", files.Position(n.Pos()))
			}
			return true
		})
	}
}

func checkPure(t *testing.T, path string, spec *ast.ImportSpec) {
	t.Helper()
	imported, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		t.Fatal(err)
	}
	for name, reason := range banned {
		if imported == name || strings.HasPrefix(imported, name+"/") {
			t.Errorf("%s imports %s: %s", path, imported, reason)
		}
	}
}
