package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskbus/deskbus/audit"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/projections/desktop"
)

func (p *program) state() *cobra.Command {
	var agent, at, format string
	c := &cobra.Command{
		Use: "state --agent id --at time", Short: "Show what the desktop of an agent showed at a moment",
		Long: stateHelp, Example: stateExamples, Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			when, err := required(p.clock, "at", at)
			if err := errors.Join(needAgent(agent), err, oneOf("format", format, "text", "json")); err != nil {
				return err
			}
			return p.work(c.Context(), func(ctx context.Context) error { return p.printState(ctx, agent, when, format) })
		},
	}
	c.Flags().SortFlags = false
	c.Flags().StringVar(&agent, "agent", "", "the agent with this `id`")
	c.Flags().StringVar(&at, "at", "", "the `time`; what happened at it is included")
	addFormat(c, &format, "text", "json")
	return c
}

func needAgent(agent string) error {
	if agent == "" {
		return usagef("say whose desktop: --agent with an id")
	}
	return nil
}

// required reads a time that must be given, and have been: what a desktop will
// show nobody knows.
func required(clock audit.Clock, flag, value string) (audit.Moment, error) {
	if value == "" {
		return audit.Moment{}, usagef("--%s is missing: use %s", flag, audit.Accepted)
	}
	m, err := moment(clock, flag, value)
	if err == nil && m.Time.After(clock.Now) {
		err = usagef("--%s %s is still to come: it is %s", flag, value, clock.Show(clock.Now))
	}
	return m, err
}

func (p *program) printState(ctx context.Context, agent string, at audit.Moment, format string) error {
	l, nc, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer nc.Close()
	v, err := p.desktop(ctx, l, agent, at)
	if err != nil {
		return err
	}
	if format == "json" {
		return p.printJSON(v)
	}
	now := at.Time
	if at.ZN != 0 {
		now = time.UnixMicro(v.At)
	}
	fmt.Fprintf(p.stdout, "agent %s of zone %s at %s, as of event %d of %s\n", quoted(agent), l.Zone, p.clock.Show(now), v.ZN,
		p.clock.Show(time.UnixMicro(v.At)))
	return p.printFields(p.stdout, v, now)
}

// desktop explains why nothing is known.
func (p *program) desktop(ctx context.Context, l *audit.Log, agent string, at audit.Moment) (desktop.View, error) {
	v, err := l.Desktop(ctx, agent, at)
	switch {
	case errors.Is(err, audit.ErrNoAgent):
		return v, nothingf("there is no agent %s in zone %s", agent, l.Zone)
	case errors.Is(err, audit.ErrNotYet):
		return v, nothingf("%w", err)
	case errors.Is(err, audit.ErrNoLogon):
		return v, nothingf("agent %s has not logged on by %s, as far as the feed goes back", agent, p.clock.ShowMoment(at))
	}
	return v, err
}

// printFields prints a screen: a field a line, and what is left of its times.
func (p *program) printFields(w io.Writer, v desktop.View, now time.Time) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range v.Fields() {
		left := ""
		if until, isTime := f.Value.(time.Time); isTime && ends(f.Name) {
			left = fmt.Sprintf(" (%s left)", desktop.Remaining(until.UnixMicro(), now).Round(time.Millisecond))
		}
		fmt.Fprintf(table, "  %s\t%s%s\n", f.Name, p.field(f.Value), left)
	}
	return table.Flush()
}

// ends tells whether a time is the end of something.
func ends(name string) bool { return strings.HasSuffix(name, "Ends") || name == "zoneDownAt" }

// field shows a value of a screen.
func (p *program) field(v any) string {
	switch v := v.(type) {
	case nil:
		return "-"
	case bool:
		if v {
			return "yes"
		}
		return "no"
	case time.Time:
		return p.clock.Show(v)
	case string:
		return printable(v)
	}
	return printable(fmt.Sprint(v))
}

// printJSON prints a value with the names it has on the bus.
func (p *program) printJSON(v any) error {
	b, err := events.Marshal(v)
	if err != nil {
		return err
	}
	line, err := events.AppendJSON(nil, b)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%s\n", line)
	return err
}
