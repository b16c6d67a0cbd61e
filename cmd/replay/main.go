// Replay prints the audit of a zone: who commanded what and when, how it was
// answered, what every desktop was told, and what happened to the calls.
//
// It reads the public feed and nothing else, and it writes nothing to the bus.
// Events come in the order of the zone, each once. It prints every event whose
// envelope it can read, also one whose name is newer than this build; an
// envelope it cannot read is reported on stderr, and the exit code is then 1,
// because the audit has a hole.
//
// The feed holds no passwords and no tickets, so neither does the output.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
