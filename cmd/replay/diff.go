package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/deskbus/deskbus/audit"
	"github.com/deskbus/deskbus/projections/desktop"
)

func (p *program) diff() *cobra.Command {
	var agent string
	var d period
	c := &cobra.Command{
		Use: "diff [--agent id] --from time --to time", Short: "Show what changed on a desktop, or on all of a zone, between two moments",
		Long: diffHelp, Example: diffExamples, Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			_, first := required(p.clock, "from", d.from)
			_, second := required(p.clock, "to", d.to)
			if err := errors.Join(first, second); err != nil {
				return err
			}
			from, to, err := d.moments(p.clock)
			if err != nil {
				return err
			}
			if from == to {
				return usagef("the period from %s to %s is empty", d.from, d.to)
			}
			return p.work(c.Context(), func(ctx context.Context) error { return p.printDiff(ctx, agent, from, to) })
		},
	}
	c.Flags().SortFlags = false
	c.Flags().StringVar(&agent, "agent", "", "the agent with this `id` (default: all agents of the zone)")
	d.add(c.Flags())
	return c
}

// widestBefore is how wide the column of what was before may be. A longer text
// stands outside it, so that it does not push all the others off the screen.
const widestBefore = 40

func (p *program) printDiff(ctx context.Context, agent string, from, to audit.Moment) error {
	l, nc, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer nc.Close()
	var list []audit.AgentChange
	if agent != "" {
		list, err = p.diffOne(ctx, l, agent, from, to)
	} else {
		bar := p.bar("reading", false)
		l.Progress = bar.show
		list, err = l.Differences(ctx, from, to)
		bar.end()
	}
	if errors.Is(err, audit.ErrNotYet) {
		return nothingf("%w", err)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "zone %s from %s to %s, agents that differ: %d\n", l.Zone, p.clock.ShowMoment(from), p.clock.ShowMoment(to), len(list))
	for _, one := range list {
		fmt.Fprintf(p.stdout, "agent %s\n", quoted(one.Agent))
		table := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
		for _, c := range one.Changes {
			from, gap := p.field(c.From), "\t"
			if len(from) > widestBefore {
				gap = "  "
			}
			fmt.Fprintf(table, "  %s\t%s%s→ %s\n", c.Name, from, gap, p.field(c.To))
		}
		if err := table.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// diffOne compares one desktop, which may be unknown at the first moment.
func (p *program) diffOne(ctx context.Context, l *audit.Log, agent string, from, to audit.Moment) ([]audit.AgentChange, error) {
	after, err := p.desktop(ctx, l, agent, to)
	if err != nil {
		return nil, err
	}
	before, err := l.Desktop(ctx, agent, from)
	if err != nil && !errors.Is(err, audit.ErrNoLogon) {
		return nil, err
	}
	if changes := desktop.Changes(before, after); len(changes) > 0 {
		return []audit.AgentChange{{Agent: agent, Changes: changes}}, nil
	}
	return nil, nil
}
