package main

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/deskbus/deskbus/journal"
)

// lost is a leader that was lost: how long after the signal each step towards the
// next answer was seen.
type lost struct {
	// claim is when the next leader wrote to the journal, answer when it answered.
	claim, answer time.Duration
	// elected is when NATS had elected whom the next leader needs; seen from here, so
	// it may be up to a fifth of a second later than it was.
	elected journal.Elected
	// steps are how long the next leader says that it took for each step.
	steps map[string]time.Duration
	bare  lostBare
}

// lease is when the next leader had the lease.
func (l lost) lease() time.Duration {
	return l.claim - l.steps["elections"] - l.steps["fold"] - l.steps["claim"]
}

// nats is when the last election was over.
func (l lost) nats() time.Duration { return slices.Max(slices.Collect(maps.Values(l.elected))) }

// after is how much later the answer came.
func (l lost) after() time.Duration { return max(0, l.answer-l.nats()) }

func (l lost) String() string {
	text := fmt.Sprintf("%5.0f ms: lease %.0f, elections %.0f, fold %.0f, claim %.0f, repair %.0f, configuration %.0f\n",
		ms(l.answer), ms(l.lease()), ms(l.steps["elections"]), ms(l.steps["fold"]), ms(l.steps["claim"]), ms(l.steps["repair"]),
		ms(l.steps["configuration"]))
	text += fmt.Sprintf("%10s NATS had elected after %.0f ms:", "", ms(l.nats()))
	for _, who := range slices.Sorted(maps.Keys(l.elected)) {
		text += fmt.Sprintf(" %s %.0f", who, ms(l.elected[who]))
	}
	return text + fmt.Sprintf("; the bare program waited %.0f ms, for one publish %.0f", ms(l.bare.all), ms(l.bare.publish))
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// takeoverSteps asks the leader how long each step took.
func (c *cluster) takeoverSteps(ctx context.Context) (map[string]time.Duration, error) {
	steps := map[string]time.Duration{}
	err := eventually(ctx, "the leader tells what it did", func(ctx context.Context) bool {
		leader := c.leaderBroker(ctx)
		if leader < 0 {
			return false
		}
		_, web, _ := strings.Cut(c.brokers[leader].url, " ")
		resp, err := http.Get("http://" + web + "/metrics")
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			var step string
			var seconds float64
			const format = "deskbus_zone_takeover_duration_seconds{step=%q,zone=\"" + zoneName + "\"} %g"
			if n, _ := fmt.Sscanf(lines.Text(), format, &step, &seconds); n == 2 {
				steps[step] = time.Duration(seconds * float64(time.Second))
			}
		}
		return len(steps) > 0
	})
	return steps, err
}

// reportTakeovers prints medians and the worst, and beside them what the bare
// program waited for in the same rounds.
func reportTakeovers(all [][]lost) {
	fmt.Printf("\n%-40s%15s%15s%15s%15s%15s\n", "ms, median and worst", "answer", "NATS elected", "after that", "bare program", "bare publish")
	for i, way := range ways {
		row := fmt.Sprintf("%-40s", way.name)
		for _, of := range []func(lost) time.Duration{
			func(l lost) time.Duration { return l.answer }, lost.nats, lost.after,
			func(l lost) time.Duration { return l.bare.all }, func(l lost) time.Duration { return l.bare.publish },
		} {
			var values []float64
			for _, l := range all[i] {
				values = append(values, ms(of(l)))
			}
			row += fmt.Sprintf("%8.0f%7.0f", median(values), slices.Max(values))
		}
		var answers []float64
		for _, l := range all[i] {
			answers = append(answers, ms(l.answer))
		}
		met := median(answers) <= ms(way.mostMedian) && slices.Max(answers) <= ms(way.mostWorst)
		fmt.Printf("%s  of at most %.0f, %.0f: %s\n", row, ms(way.mostMedian), ms(way.mostWorst), verdict(met))
	}
}
