package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/term"
)

const (
	// barWidth is how many characters a full bar has.
	barWidth = 24
	// barPause is between two drawings of it.
	barPause = 100 * time.Millisecond
)

// bar shows how far a long work is, on stderr when somebody watches it.
type bar struct {
	out   io.Writer
	label string
	drawn time.Time
	// quiet: nobody watches.
	quiet bool
}

// bar begins a progress bar. It would be in the way of an output that goes to the
// same terminal.
func (p *program) bar(label string, printing bool) *bar {
	return &bar{out: p.stderr, label: label, quiet: !p.terminal(p.stderr) || printing && p.terminal(p.stdout)}
}

func isTerminal(stream any) bool {
	file, isFile := stream.(*os.File)
	return isFile && term.IsTerminal(int(file.Fd()))
}

// show draws the bar, but not too often.
func (b *bar) show(done, total uint64) {
	if b.quiet || total == 0 || time.Since(b.drawn) < barPause {
		return
	}
	b.drawn = time.Now()
	done = min(done, total)
	full := int(done * barWidth / total)
	fmt.Fprintf(b.out, "\r%s [%s%s] %3d %%, %s of %s ", b.label, strings.Repeat("=", full), strings.Repeat(" ", barWidth-full),
		done*100/total, grouped(done), grouped(total))
}

// end takes the bar away.
func (b *bar) end() {
	if !b.quiet && !b.drawn.IsZero() {
		fmt.Fprint(b.out, "\r\x1b[K")
	}
}

// grouped shows a number with its thousands set apart.
func grouped(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
