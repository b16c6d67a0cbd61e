package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// The targets.
const (
	mostLatency     = 1.5 // times that of the raw program, p50
	leastThroughput = 0.6 // times that of the raw program
	mostDecide      = 5.0 // microseconds for a hold and an unhold
)

// results are the measurements by side, in the order of the rounds.
type results map[string][]measurement

func printConditions(dir string) error {
	sync, err := timeSync(dir)
	if err != nil {
		return err
	}
	fmt.Printf("%s, %s/%s, %d CPUs, %s, nats-server %s\n", time.Now().UTC().Format(time.DateOnly),
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), server.VERSION)
	fmt.Printf("a write of 1 KiB and its fsync take %s\n", sync.Round(time.Microsecond))
	return nil
}

// timeSync returns the mean time the disk takes to have a small write for good:
// most of what a commit waits for.
func timeSync(dir string) (time.Duration, error) {
	f, err := os.CreateTemp(dir, "sync-")
	if err != nil {
		return 0, err
	}
	defer f.Close()
	const writes = 200
	start := time.Now()
	for range writes {
		if _, err := f.Write(make([]byte, 1<<10)); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
	}
	return time.Since(start) / writes, nil
}

// report prints the medians, with the least and the greatest in brackets, and
// what became of the targets.
func (o options) report(all results) error {
	var took []float64
	for range o.rounds {
		decide, err := benchmarkDecide()
		if err != nil {
			return err
		}
		took = append(took, float64(decide.NsPerOp())/1000)
	}
	decide := median(took)
	fmt.Printf("\n%-24s%-22s%-22s%-20s%-22s%s\n", "", raw, deskbus, "ratio", simulated, "ratio")
	row := func(what string, of func(measurement) float64) float64 {
		base, ours, more := pick(all[raw], of), pick(all[deskbus], of), pick(all[simulated], of)
		ratios := divide(ours, base)
		fmt.Printf("%-24s%-22s%-22s%-20s%-22s%s\n", what,
			spread(base), spread(ours), spread(ratios), spread(more), spread(divide(more, base)))
		return median(ratios)
	}
	latency := row(fmt.Sprintf("p50 ms at %d/s", o.rate), func(m measurement) float64 { return m.p50 })
	row(fmt.Sprintf("p99 ms at %d/s", o.rate), func(m measurement) float64 { return m.p99 })
	throughput := row("commands/s, full load", func(m measurement) float64 { return m.throughput })
	row("CPU µs a command", func(m measurement) float64 { return m.cpu })
	fmt.Printf("%-46s%s\n", "µs to decide the pair", spread(took))

	fmt.Printf("\ntargets: p50 %.2f of at most %.1f %s; commands/s %.2f of at least %.1f %s; decide %.1f µs of under %.0f µs %s\n",
		latency, mostLatency, verdict(latency <= mostLatency),
		throughput, leastThroughput, verdict(throughput >= leastThroughput),
		decide, mostDecide, verdict(decide < mostDecide))
	return nil
}

// divide returns the ratio of each round.
func divide(values, by []float64) []float64 {
	ratios := make([]float64, len(values))
	for i := range values {
		ratios[i] = values[i] / by[i]
	}
	return ratios
}

func pick(all []measurement, of func(measurement) float64) []float64 {
	values := make([]float64, len(all))
	for i, m := range all {
		values[i] = of(m)
	}
	return values
}

// spread prints the median and, in brackets, the least and the greatest.
func spread(values []float64) string {
	digits := 2
	switch most := slices.Max(values); {
	case most >= 1000:
		digits = 0
	case most >= 10:
		digits = 1
	}
	return fmt.Sprintf("%.*f [%.*f, %.*f]", digits, median(values), digits, slices.Min(values), digits, slices.Max(values))
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

func verdict(met bool) string {
	if met {
		return "met"
	}
	return "MISSED"
}
