package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/spf13/cobra"
)

// The exit codes.
const (
	exitDone    = 0
	exitFailure = 1
	exitUsage   = 2
)

// usageError is a mistake in the command line. Its text says what to do.
type usageError struct{ error }

func usagef(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

// options are the flags, checked.
type options struct {
	url    string
	creds  string
	zone   string
	filter filter
	follow bool
	format string
}

// run is the whole program but for the process. The context ends it, which is
// no failure: --follow has no other end. It returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	command := newCommand(stdout, stderr)
	// Cobra takes nil for "the arguments of the process".
	command.SetArgs(append([]string{}, args...))
	err := command.ExecuteContext(ctx)
	switch {
	case err == nil, ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return exitDone
	case errors.As(err, new(usageError)):
		fmt.Fprintln(stderr, "replay:", err)
		return exitUsage
	}
	fmt.Fprintln(stderr, "replay:", err)
	return exitFailure
}

func newCommand(stdout, stderr io.Writer) *cobra.Command {
	var o options
	var since, until string
	command := &cobra.Command{
		Use:           "replay",
		Short:         "Print the audit of a zone",
		Long:          longHelp,
		Example:       examples,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("%q is not understood: replay takes flags only, see replay --help", args[0])
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.check(since, until, time.Now()); err != nil {
				return err
			}
			return replay(c.Context(), &o, stdout, stderr)
		},
	}
	command.AddCommand(newReportCommand(stdout))
	command.SetOut(stdout)
	command.SetErr(stderr)
	command.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		return usagef("%w: see replay --help", err)
	})
	flags := command.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.url, "url", nats.DefaultURL, "`URL` of the NATS server")
	flags.StringVar(&o.creds, "creds", "", "NATS credentials `file`")
	flags.StringVar(&o.zone, "zone", "", "the `zone` (default: the only one there is)")
	flags.StringVar(&o.filter.agent, "agent", "", "only what concerns the agent with this `id`")
	flags.StringVar(&o.filter.session, "session", "", "only what concerns the call with this session `id`")
	flags.StringArrayVar(&o.filter.names, "name", nil, "only events of exactly this `name`; may be repeated")
	flags.StringVar(&since, "since", "", "only events from this `time` on")
	flags.StringVar(&until, "until", "", "only events up to this `time`")
	flags.BoolVar(&o.follow, "follow", false, "go on with new events until interrupted")
	flags.StringVar(&o.format, "format", "text", "text or json; json is one envelope a line")
	return command
}

// check finds every mistake that can be found without the bus.
func (o *options) check(since, until string, now time.Time) (err error) {
	if o.format != "text" && o.format != "json" {
		return usagef("--format %q is unknown: use text or json", o.format)
	}
	if since != "" {
		if o.filter.since, err = parseTime("since", since, now); err != nil {
			return err
		}
	}
	if until != "" {
		if o.filter.until, err = parseTime("until", until, now); err != nil {
			return err
		}
		if o.follow {
			return usagef("--follow has no end: leave out --until or --follow")
		}
		if o.filter.since.After(o.filter.until) {
			return usagef("--since %s is after --until %s: swap them", since, until)
		}
	}
	if o.creds != "" {
		if _, err := os.Stat(o.creds); err != nil {
			return usagef("--creds: %w", err)
		}
	}
	return nil
}
