package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"
)

// measurement is what one round on one side found.
type measurement struct {
	// p50 and p99 are of the latency at the fixed rate, in milliseconds.
	p50, p99 float64
	// throughput is commands per second at full load.
	throughput float64
	// cpu is what the side's process used for a command, in microseconds: that
	// of its whole life by all the commands of it.
	cpu float64
}

const (
	// warmUp is how long commands are sent before they count.
	warmUp = time.Second
	// logons is how many agents log on at a time; the logon service refuses a
	// crowd.
	logons = 32
)

// measure runs one side from its start to its end.
func (o options) measure(ctx context.Context, name, dir, profile string) (measurement, error) {
	s, err := o.startSide(name, dir, profile)
	if err != nil {
		return measurement{}, err
	}
	clients := make([]*client, o.agents)
	for i := range clients {
		if clients[i], err = connect(s.url, agentID(i)); err != nil {
			return measurement{}, errors.Join(err, s.close())
		}
		defer clients[i].nc.Close()
	}
	m, err := o.load(ctx, name, s.url, clients)
	if err := errors.Join(err, s.close()); err != nil {
		return m, err
	}
	sent := uint64(0)
	for _, c := range clients {
		sent += c.number
	}
	used := s.process.ProcessState.UserTime() + s.process.ProcessState.SystemTime()
	m.cpu = float64(used.Microseconds()) / float64(sent)
	return m, nil
}

func (o options) load(ctx context.Context, name, url string, clients []*client) (m measurement, err error) {
	if err := logOn(ctx, name, url, clients); err != nil {
		return m, err
	}
	if _, err := o.paced(ctx, clients, warmUp); err != nil {
		return m, err
	}
	latencies, err := o.paced(ctx, clients, o.duration)
	if err != nil {
		return m, err
	}
	m.p50, m.p99 = quantile(latencies, 0.5), quantile(latencies, 0.99)
	m.throughput, err = o.full(ctx, clients)
	return m, err
}

// logOn brings all agents into a call. The raw side knows no agents.
func logOn(ctx context.Context, name, url string, clients []*client) (err error) {
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	switch name {
	case raw:
		for _, c := range clients {
			c.session = sampleSession
		}
		return nil
	case deskbus:
		quiet := make(chan error, 1)
		working, stop := context.WithCancel(ctx)
		go func() { quiet <- runQuiet(working, url) }()
		defer func() { stop(); err = errors.Join(err, <-quiet) }()
	}
	for crowd := range slices.Chunk(clients, logons) {
		if err := each(crowd, func(_ int, c *client) error { return c.logOn(ctx) }); err != nil {
			return err
		}
	}
	return nil
}

// paced sends commands at the fixed rate, the clients in turn, and returns the
// latencies in order.
func (o options) paced(ctx context.Context, clients []*client, duration time.Duration) ([]time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, duration+answerTimeout)
	defer cancel()
	start := time.Now().Add(10 * time.Millisecond)
	between := time.Second / time.Duration(o.rate)
	latencies := make([][]time.Duration, len(clients))
	err := each(clients, func(i int, c *client) (err error) {
		first := start.Add(time.Duration(i) * between)
		latencies[i], err = c.paced(ctx, first, time.Duration(len(clients))*between, start.Add(duration))
		return err
	})
	all := slices.Concat(latencies...)
	slices.Sort(all)
	return all, err
}

// full has every client send as fast as it is answered, and returns commands
// per second.
func (o options) full(ctx context.Context, clients []*client) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, o.duration+answerTimeout)
	defer cancel()
	start := time.Now()
	counts := make([]int, len(clients))
	err := each(clients, func(i int, c *client) (err error) {
		counts[i], err = c.full(ctx, start.Add(o.duration))
		return err
	})
	total := 0
	for _, n := range counts {
		total += n
	}
	return float64(total) / time.Since(start).Seconds(), err
}

// each calls fn for all clients at once and returns when the last has ended.
func each(clients []*client, fn func(int, *client) error) error {
	errs := make([]error, len(clients))
	var group sync.WaitGroup
	for i, c := range clients {
		group.Go(func() { errs[i] = fn(i, c) })
	}
	group.Wait()
	return errors.Join(errs...)
}

// quantile returns a quantile of sorted durations, in milliseconds.
func quantile(sorted []time.Duration, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return float64(sorted[int(q*float64(len(sorted)-1))].Microseconds()) / 1000
}
