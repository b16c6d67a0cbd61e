package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/deskbus/deskbus/audit"
	"github.com/deskbus/deskbus/events"
)

// selection is the flags that say which events are wanted.
type selection struct {
	query  audit.Query
	period period
}

func (s *selection) add(flags *pflag.FlagSet) {
	flags.SortFlags = false
	flags.StringArrayVar(&s.query.Agents, "agent", nil, "only what concerns the agent with this `id`; may be repeated")
	flags.StringVar(&s.query.Session, "session", "", "only the call with this session `id`, with everybody in it")
	flags.StringArrayVar(&s.query.Names, "name", nil, "only events of exactly this `name`; may be repeated")
	s.period.add(flags)
}

func (s *selection) check(clock audit.Clock) (err error) {
	if slices.Contains(s.query.Agents, "") {
		return usagef("--agent is empty: give the id of an agent")
	}
	s.query.From, s.query.To, err = s.period.moments(clock)
	return err
}

func (p *program) timeline(name string) *cobra.Command {
	var s selection
	var format string
	c := &cobra.Command{
		Use: name, Short: "Print what happened, turn by turn", Example: timelineExamples, Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := errors.Join(s.check(p.clock), oneOf("format", format, "text", "json")); err != nil {
				return err
			}
			if s.query.Follow && s.period.to != "" {
				return usagef("--follow has no end: leave out --to or --follow")
			}
			err := p.work(c.Context(), func(ctx context.Context) error { return p.printTimeline(ctx, s.query, format) })
			if s.query.Follow && (errors.Is(err, errInterrupted) || c.Context().Err() != nil) {
				return nil // it has no other end
			}
			return err
		},
	}
	s.add(c.Flags())
	c.Flags().BoolVar(&s.query.Follow, "follow", false, "go on with new events until interrupted")
	addFormat(c, &format, "text", "json")
	return c
}

// addFormat adds the flag --format; the first format is the one by default.
func addFormat(c *cobra.Command, format *string, formats ...string) {
	c.Flags().StringVar(format, "format", formats[0], strings.Join(formats, " or "))
	// It fails only for a flag that is not there.
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
}

func (p *program) printTimeline(ctx context.Context, q audit.Query, format string) error {
	l, nc, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer nc.Close()
	out := bufio.NewWriter(p.stdout)
	print := audit.JSONLines(out)
	if format == "text" {
		print = (&timeline{out: out, printer: printer{p.clock}}).print
	}
	bar := p.bar("reading", true)
	defer bar.end()
	l.Progress = bar.show
	r := &reading{program: p, query: q}
	err = l.Read(ctx, q, func(record *audit.Record) error {
		if record.Err != nil {
			return r.unreadable(record)
		}
		r.found++
		if err := print(record); err != nil || !q.Follow {
			return err
		}
		return out.Flush()
	})
	if err = cmp.Or(err, out.Flush()); err != nil { // the second is often the first again
		return err
	}
	return r.sumUp(ctx, l)
}

// reading counts what a reading has found.
type reading struct {
	*program
	query       audit.Query
	found, lost int
}

func (r *reading) unreadable(record *audit.Record) error {
	r.lost++
	_, err := fmt.Fprintf(r.stderr, "replay: message %d on %s cannot be read: %v\n", record.Sequence, record.Subject, record.Err)
	return err
}

// sumUp says what the output cannot show.
func (r *reading) sumUp(ctx context.Context, l *audit.Log) error {
	switch {
	case r.lost > 0:
		return damagedf("%d events could not be read: the audit is not complete", r.lost)
	case r.found > 0:
		return nil
	}
	for _, name := range r.query.Names {
		if !known(name) {
			return nothingf("nothing found: no event is called %s, names are exact, as in AGTLogonRESP", name)
		}
	}
	for _, agent := range r.query.Agents {
		if there, err := l.HasAgent(ctx, agent); err != nil {
			return err
		} else if !there {
			return nothingf("nothing found: there is no agent %s in zone %s", agent, l.Zone)
		}
	}
	if session := r.query.Session; session != "" {
		if there, err := l.HasCall(ctx, session); err != nil {
			return err
		} else if !there {
			return nothingf("nothing found: there is no call %s in zone %s", session, l.Zone)
		}
	}
	return nothingf("nothing found in zone %s", l.Zone)
}

// known tells whether an event of this build's vocabulary has the name.
func known(name string) bool {
	return events.IsCommand(name) || events.IsCommand(strings.TrimSuffix(name, "RESP")) ||
		slices.Contains(events.Notifications(), name) || slices.Contains(events.Facts(), name) ||
		events.IsSwitchCommand(name) || slices.Contains(events.SwitchEvents(), name)
}
