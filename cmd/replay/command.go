package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/deskbus/deskbus/audit"
)

// The exit codes; help.go explains them.
const (
	exitDone    = 0
	exitFailure = 1
	exitUsage   = 2
	exitNothing = 3
	exitDamaged = 4
)

// exitError is an error with an exit code of its own. Its text says what to do.
type exitError struct {
	error
	code int
}

func (e exitError) Unwrap() error { return e.error }

// usagef is a mistake in the command line.
func usagef(format string, args ...any) error {
	return exitError{fmt.Errorf(format, args...), exitUsage}
}

// nothingf says that what was asked for is not there.
func nothingf(format string, args ...any) error {
	return exitError{fmt.Errorf(format, args...), exitNothing}
}

// damagedf says that the log is not whole.
func damagedf(format string, args ...any) error {
	return exitError{fmt.Errorf(format, args...), exitDamaged}
}

// program is replay, but for the process.
type program struct {
	stdout, stderr io.Writer
	// stdin is where somebody may press Enter, nil where nobody is.
	stdin io.Reader
	// interrupts are what Ctrl-C sends. The first one ends the program, but play
	// pauses; nil never comes.
	interrupts <-chan os.Signal
	// terminal tells whether somebody watches a stream.
	terminal func(stream any) bool

	url, creds, zone, timezone string
	clock                      audit.Clock
	// refused is told what the server does not let this user do.
	refused func(error)
}

// run returns the exit code.
func (p *program) run(ctx context.Context, args []string) int {
	root := p.root()
	// Cobra takes nil for "the arguments of the process".
	root.SetArgs(append([]string{}, args...))
	err := root.ExecuteContext(ctx)
	var exit exitError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &exit):
	case errors.Is(err, context.Canceled):
		exit = exitError{errInterrupted, exitFailure}
	default:
		exit = exitError{explain(err), exitFailure}
	}
	fmt.Fprintln(p.stderr, "replay:", oneLine(exit.error))
	return exit.code
}

// oneLine keeps what a user or a server wrote from filling the screen.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// root is replay itself, which is its timeline, with the other commands below.
func (p *program) root() *cobra.Command {
	root := p.timeline("replay")
	root.Long, root.Example = longHelp, examples
	root.SilenceUsage, root.SilenceErrors = true, true
	root.PersistentPreRunE = func(*cobra.Command, []string) error { return p.check() }
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return usagef("%w: see %s --help", err, c.CommandPath()) })
	root.SetGlobalNormalizationFunc(func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		switch name {
		case "since":
			name = "from"
		case "until":
			name = "to"
		}
		return pflag.NormalizedName(name)
	})
	flags := root.PersistentFlags()
	flags.SortFlags = false
	flags.StringVar(&p.zone, "zone", "", "the `zone` (default: the only one there is)")
	flags.StringVar(&p.timezone, "timezone", "UTC", "time `zone` of the times that are given and shown, as in Europe/Berlin; Local is this computer's")
	flags.StringVar(&p.url, "url", nats.DefaultURL, "`URL` of the NATS server")
	flags.StringVar(&p.creds, "creds", "", "NATS credentials `file`")
	root.AddCommand(p.timeline("timeline"), p.state(), p.diff(), p.verify(), p.export(), p.play(), p.report())
	return root
}

// check finds the mistakes in the flags that all commands have.
func (p *program) check() error {
	in, err := time.LoadLocation(p.timezone)
	if err != nil {
		return usagef("--timezone %q is unknown: use a name like Europe/Berlin, UTC or Local", p.timezone)
	}
	p.clock = audit.Clock{In: in, Now: time.Now()}
	if p.creds != "" {
		if _, err := os.Stat(p.creds); err != nil {
			return usagef("--creds: %w", err)
		}
	}
	return nil
}

// noArguments refuses words that are no flags.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%q is not understood: see %s --help", args[0], c.CommandPath())
	}
	return nil
}

// errInterrupted ends what Ctrl-C ends.
var errInterrupted = errors.New("interrupted: what was printed is not all")

// work does what may take long. Ctrl-C ends it, and so does the server when this
// user may not read what is to be read: waiting would not help.
func (p *program) work(ctx context.Context, fn func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	p.refused = func(err error) { cancel(err) }
	go func() {
		select {
		case <-ctx.Done():
		case <-p.interrupts:
			cancel(errInterrupted)
		}
	}()
	err := fn(ctx)
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// period is the flags --from and --to.
type period struct{ from, to string }

func (d *period) add(flags *pflag.FlagSet) {
	flags.StringVar(&d.from, "from", "", "from this `time` on; also --since")
	flags.StringVar(&d.to, "to", "", "up to this `time`, inclusive; also --until")
}

// moments reads them.
func (d *period) moments(clock audit.Clock) (from, to audit.Moment, err error) {
	if from, err = moment(clock, "from", d.from); err != nil {
		return from, to, err
	}
	if to, err = moment(clock, "to", d.to); err != nil {
		return from, to, err
	}
	switch {
	case from.ZN != 0 && to.ZN != 0 && from.ZN > to.ZN, !from.Time.IsZero() && !to.Time.IsZero() && from.Time.After(to.Time):
		return from, to, usagef("--from %s is after --to %s: swap them", d.from, d.to)
	case !from.Time.IsZero() && from.Time.Equal(to.Time):
		return from, to, usagef("the period from %s to %s is empty", d.from, d.to)
	}
	return from, to, nil
}

// moment reads one flag; it need not be given.
func moment(clock audit.Clock, flag, value string) (audit.Moment, error) {
	if value == "" {
		return audit.Moment{}, nil
	}
	m, err := clock.Parse(value)
	if err != nil {
		return m, usagef("--%s %w", flag, err)
	}
	return m, nil
}

// oneOf checks a flag with few values.
func oneOf(flag, value string, allowed ...string) error {
	for _, one := range allowed {
		if value == one {
			return nil
		}
	}
	return usagef("--%s %q is unknown: use %s", flag, value, strings.Join(allowed, " or "))
}
