package manager

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/internal/script"
)

var update = flag.Bool("update", false, "rewrite the traces in testdata/*.txt; read the diff before you commit it")

// TestScripts plays testdata/*.txt. A script is blocks of input lines, a line of
// dashes, and the exact trace of events up to the next blank line; lines that
// begin with # are comments. testdata/README.md explains the inputs.
func TestScripts(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no scripts in testdata: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(text))
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			compareLines(t, string(text), got)
		})
	}
}

// play runs a script and returns it with the traces as they are.
func play(t *testing.T, text string) string { return playOn(t, newPlayer(t), text) }

func playOn(t *testing.T, p *player, text string) string {
	blocks, err := script.Blocks(text)
	if err != nil {
		t.Fatal(err)
	}
	var paragraphs []string
	for _, b := range blocks {
		paragraph := strings.Join(b.Head, "\n")
		if b.HasTrace {
			paragraph += "\n----\n" + p.run(b.Inputs())
		}
		paragraphs = append(paragraphs, strings.TrimSuffix(paragraph, "\n"))
	}
	p.finish()
	return strings.Join(paragraphs, "\n\n") + "\n"
}

// finish checks that the log alone gives the same state, and that no later input
// has changed an event that may not be written yet.
func (p *player) finish() {
	checkSame(p.t, p.s, replay(p.t, p.log))
	restored(p.t, p.s)
	for i := range p.log {
		if !bytes.Equal(p.bodies[i], encode(p.t, &p.log[i])) {
			p.t.Errorf("was changed after it was decided: %s", traceLine(&p.log[i]))
		}
	}
}

// compareLines shows where the first difference is, with what leads up to it.
func compareLines(t *testing.T, want, got string) {
	if want == got {
		return
	}
	wants, gots := strings.Split(want, "\n"), strings.Split(got, "\n")
	first := 0
	for first < len(wants) && first < len(gots) && wants[first] == gots[first] {
		first++
	}
	show := func(lines []string) string {
		return strings.Join(lines[max(0, min(first-6, len(lines))):min(first+8, len(lines))], "\n")
	}
	t.Errorf("line %d differs (-update rewrites it)\n--- want\n%s\n--- got\n%s", first+1, show(wants), show(gots))
}
