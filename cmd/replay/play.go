package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/deskbus/deskbus/audit"
	"github.com/deskbus/deskbus/subject"
)

// The speeds that make sense.
const (
	leastSpeed = 0.01
	mostSpeed  = 1_000_000
)

func (p *program) play() *cobra.Command {
	var d period
	o := audit.PlayOptions{Prefix: subject.ReplayPrefix, Speed: 1}
	c := &cobra.Command{
		Use: "play [--from time] [--to time]", Short: "Publish a period again, on subjects of its own",
		Long: playHelp, Example: playExamples, Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if o.From, o.To, err = d.moments(p.clock); err != nil {
				return err
			}
			switch {
			case o.Speed < leastSpeed || o.Speed > mostSpeed:
				return usagef("--speed %g is not possible: use %g to %d", o.Speed, leastSpeed, mostSpeed)
			case !subject.ValidPrefix(o.Prefix):
				return usagef("--prefix %q is not possible: use letters, digits, '-' and '_', with dots between, and not \"pom\"", o.Prefix)
			}
			ctx, stop := context.WithCancelCause(c.Context())
			defer stop(nil)
			p.refused = func(err error) { stop(err) }
			return p.playPeriod(ctx, stop, o)
		},
	}
	c.Flags().SortFlags = false
	d.add(c.Flags())
	c.Flags().Float64Var(&o.Speed, "speed", o.Speed, "how many seconds of the log are played in one")
	c.Flags().StringVar(&o.Prefix, "prefix", o.Prefix, "what stands in place of \"pom\" in the subjects")
	return c
}

func (p *program) playPeriod(ctx context.Context, stop context.CancelCauseFunc, o audit.PlayOptions) error {
	l, nc, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer nc.Close()
	bar := p.bar("playing", false)
	defer bar.end()
	l.Progress = bar.show
	pause := make(chan struct{})
	o.Pause = pause
	o.OnPause = func(begins bool, at time.Time) {
		bar.end()
		if begins {
			fmt.Fprintf(p.stderr, "replay: paused at %s: Enter goes on, Ctrl-C ends it\n", p.clock.Show(at))
		} else {
			fmt.Fprintln(p.stderr, "replay: going on")
		}
	}
	go p.control(ctx, stop, pause)
	played, err := l.Play(ctx, nc, o)
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		err = cause
	}
	switch {
	case err != nil:
		return err
	case played.Unreadable > 0:
		return damagedf("%d events could not be read and were left out", played.Unreadable)
	case played.Events == 0 && ctx.Err() == nil:
		return nothingf("nothing found in zone %s", l.Zone)
	}
	bar.end()
	fmt.Fprintf(p.stderr, "replay: played %s events on %s.%s.…, up to %s\n", grouped(played.Events), o.Prefix, l.Zone, p.clock.Show(played.Last))
	return nil
}

// control pauses with the first Ctrl-C, if somebody is there to press Enter, and
// ends with the next.
func (p *program) control(ctx context.Context, stop context.CancelCauseFunc, pause chan<- struct{}) {
	lines := make(chan struct{})
	if p.stdin != nil {
		go func() {
			for s := bufio.NewScanner(p.stdin); s.Scan(); {
				lines <- struct{}{}
			}
		}()
	}
	paused := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-lines:
			if !paused {
				continue
			}
		case <-p.interrupts:
			if paused || p.stdin == nil {
				stop(nil)
				return
			}
		}
		paused = !paused
		select {
		case <-ctx.Done():
		case pause <- struct{}{}:
		}
	}
}
