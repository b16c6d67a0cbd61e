package layers

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	root   = "../.."
	module = "github.com/deskbus/deskbus"
)

// anything is for what stands at the top: it puts parts together, and nobody
// imports it but what stands there too.
var anything = []string{"*"}

// allowed says what each folder may import of this repository. A folder that is
// not named follows the one above it. Imports point one way: events first, cmd
// last.
var allowed = map[string][]string{
	"events":                  {},
	"subject":                 {"events"},
	"audit":                   {"events", "feed", "internal/sheet", "journal", "manager", "projections", "subject"},
	"manager":                 {"events", "window"},
	"window":                  {"events"},
	"config":                  {"events", "subject"},
	"embedded":                {"events", "subject"},
	"feed":                    {"events", "internal/ordered", "subject"},
	"journal":                 {"events", "internal/again", "internal/ordered", "subject"},
	"logon":                   {"config", "events", "internal/service", "subject"},
	"projections":             {"events", "feed", "internal/service", "internal/sheet", "subject"},
	"connector":               {"events", "feed", "internal/tracing", "subject"},
	"connector/connectortest": {"events", "internal/natstest", "journal", "subject"},
	"web":                     {"projections"},
	"zone":                    {"events", "internal/tracing", "journal", "logon", "manager", "subject"},
	"demo":                    {"connector", "events", "subject"},
	"examples":                {},
	"examples/blender":        {"connector", "events"},
	"examples/desktop":        {"connector", "events"},
	"broker":                  anything,
	"bench":                   anything,
	"cmd":                     anything,
	"e2e":                     anything,
	"internal":                anything,
	"internal/again":          {},
	"internal/natstest":       {"embedded"},
	"internal/ordered":        {"internal/again"},
	"internal/heard":          {"connector", "events"},
	"internal/script":         {"events"},
	"internal/service":        {"events"},
	"internal/sheet":          {},
	"internal/tracing":        {},
}

// withoutNATS are the folders that know nothing of the bus, and why.
var withoutNATS = map[string]string{
	"events":  "the vocabulary is for any bus and any reader",
	"subject": "subjects are text",
	"manager": "the rules must run in a replay, a script and a random walk",
	"config":  "a file is right or wrong without a server",
	"window":  "what the clock shows somewhere is the same on any bus",
}

func TestImports(t *testing.T) {
	for dir, files := range packages(t) {
		place, known := placeOf(dir)
		if !known {
			t.Errorf("package %s has no place: say in this test what it may import", dir)
			continue
		}
		for _, f := range files {
			for _, imported := range imports(t, f) {
				checkImport(t, dir, place, imported)
			}
		}
	}
}

func checkImport(t *testing.T, dir, place, imported string) {
	t.Helper()
	if reason, banned := withoutNATS[place]; banned && strings.HasPrefix(imported, "github.com/nats-io/") {
		t.Errorf("%s imports %s: %s", dir, imported, reason)
	}
	of, inModule := strings.CutPrefix(imported, module+"/")
	if !inModule {
		return
	}
	target, _ := placeOf(of)
	may := allowed[place]
	if target == place || slices.Equal(may, anything) && target != "cmd" || slices.Contains(may, target) {
		return
	}
	t.Errorf("%s imports %s; it may import %v", dir, of, may)
}

// TestPackageComments: each package says in one place what it is for.
func TestPackageComments(t *testing.T) {
	for dir, files := range packages(t) {
		var comments []string
		for _, f := range files {
			if f.Doc != nil {
				comments = append(comments, f.Doc.Text())
			}
		}
		name := files[0].Name.Name
		switch {
		case len(comments) != 1:
			t.Errorf("package %s has %d package comments, want one", dir, len(comments))
		case name != "main" && !strings.HasPrefix(comments[0], "Package "+name+" "):
			t.Errorf("the comment of package %s does not begin with its name", dir)
		}
	}
}

// placeOf returns the entry of the table that a folder falls under.
func placeOf(dir string) (string, bool) {
	for ; dir != "."; dir = path.Dir(dir) {
		if _, known := allowed[dir]; known {
			return dir, true
		}
	}
	return "", false
}

// packages returns the files of each package by its folder, without tests.
func packages(t *testing.T) map[string][]*ast.File {
	t.Helper()
	found := map[string][]*ast.File{}
	files := token.NewFileSet()
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			name := entry.Name()
			if file != root && (name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		parsed, err := parser.ParseFile(files, file, nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil {
			return err
		}
		found[filepath.ToSlash(dir)] = append(found[filepath.ToSlash(dir)], parsed)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found["manager"]) == 0 {
		t.Fatal("the packages of this repository are not where this test looks")
	}
	return found
}

func imports(t *testing.T, f *ast.File) []string {
	t.Helper()
	var all []string
	for _, spec := range f.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, imported)
	}
	return all
}
