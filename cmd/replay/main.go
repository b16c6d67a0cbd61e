// Replay prints the audit of a zone: who commanded what and when, how it was
// answered, what every desktop was told, what it showed at a moment, and what
// happened to the calls. It proves that the log is whole, exports it, and plays a
// period again.
//
// It reads the public feed; verify reads the journal and the snapshots too. It
// writes nothing to the bus, but for play, which has subjects of its own. Events
// come in the order of the zone, each once. It prints every event whose envelope
// it can read, also one whose name is newer than this build; what it cannot read
// is reported on stderr, and the exit code says that the audit has a hole.
//
// The feed holds no passwords and no tickets, so neither does the output.
//
// Reading, folding and checking is done by package audit; here is what a person
// types and sees.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	p := &program{stdout: os.Stdout, stderr: os.Stderr, interrupts: interrupts, terminal: isTerminal}
	if isTerminal(os.Stdin) {
		p.stdin = os.Stdin
	}
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}
