// Bench measures Deskbus against a raw JetStream program of the same shape, in
// one run, and prints both and their ratio. It is run by hand:
//
//	go run ./bench
//
// With -what it measures something else: what it takes to lose a leader, to
// rebuild a zone, to fold the feed, to make a snapshot, to answer status queries,
// to have wallboards open.
//
// Each side is a process of its own with a NATS server inside; this process is
// the agents' desktops, with the same code for all sides. A round measures one
// side after the other, each with a fresh directory, so that what else the
// machine does meets all of them. README.md says what each row means.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// options are the flags.
type options struct {
	what     string
	rate     int
	duration time.Duration
	agents   int
	rounds   int
	open     int
	slow     int
	dir      string
	profile  string
	serve    string
	nats     string
}

// measurements are what can be measured, by name.
var measurements = map[string]func(options, context.Context) error{
	"speed": options.speed, "takeover": options.takeover, "rebuild": options.rebuild,
	"fold": options.fold, "snapshot": options.snapshot, "status": options.status, "pages": options.pages,
}

func main() {
	var o options
	flag.StringVar(&o.what, "what", "speed", "what to measure: speed, takeover, rebuild, fold, snapshot, status or pages")
	flag.IntVar(&o.rate, "rate", 500, "commands a second of the latency rows, from 1")
	flag.DurationVar(&o.duration, "duration", 5*time.Second, "how long each measurement takes")
	flag.IntVar(&o.agents, "agents", 64, "agents of speed, each with a desktop of its own, from 1 to 1000")
	flag.IntVar(&o.rounds, "rounds", 0, "how often each side is measured; 0 is 10 for takeover and 5 for the others")
	flag.IntVar(&o.open, "pages", 200, "wallboard pages that are open, of -what pages")
	flag.IntVar(&o.slow, "slow", 0, "how many of the pages read a thousand bytes a second")
	flag.StringVar(&o.dir, "dir", "", "directory on the disk to measure; a temporary one by default")
	flag.StringVar(&o.profile, "profile", "", "write a CPU profile of the side deskbus in the last round to this file")
	flag.StringVar(&o.serve, "serve", "", "be one process of a measurement; the benchmark starts itself with it")
	flag.StringVar(&o.nats, "nats", "", "where a broker that is started with -serve finds its cluster")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := o.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (o options) run(ctx context.Context) error {
	if o.rate < 1 || o.agents < 1 || o.agents > maxAgents || o.rounds < 0 || o.duration <= 0 || o.open < 1 || o.slow < 0 || o.slow >= o.open {
		return errors.New("a flag is out of range; see -help")
	}
	if o.serve != "" {
		return o.serveSide(ctx)
	}
	if o.rounds == 0 {
		o.rounds = 5
		if o.what == "takeover" {
			o.rounds = 10
		}
	}
	measure := measurements[o.what]
	if measure == nil {
		return fmt.Errorf("-what %q: there is no such measurement; see -help", o.what)
	}
	dir, err := os.MkdirTemp(o.dir, "deskbus-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	o.dir = dir
	if err := printConditions(dir); err != nil {
		return err
	}
	return measure(o, ctx)
}

// speed compares a broker with a raw program.
func (o options) speed(ctx context.Context) error {
	fmt.Printf("%d agents; %d rounds, each %s at %d commands/s and %s at full load\n\n",
		o.agents, o.rounds, o.duration, o.rate, o.duration)
	all := results{}
	for round := range o.rounds {
		for _, side := range []string{raw, deskbus, simulated} {
			profile := ""
			if side == deskbus && round == o.rounds-1 {
				profile = o.profile
			}
			m, err := o.measure(ctx, side, filepath.Join(o.dir, fmt.Sprint(side, round)), profile)
			if err != nil {
				return fmt.Errorf("%s, round %d: %w", side, round+1, err)
			}
			fmt.Printf("round %d  %-9s p50 %6.2f ms  p99 %7.2f ms  %7.0f commands/s  %5.1f µs CPU\n",
				round+1, side, m.p50, m.p99, m.throughput, m.cpu)
			all[side] = append(all[side], m)
		}
	}
	return o.report(all)
}
