package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// watched is the side deskbus with its wallboard served.
	watched = "watched"
	// mostPages is what they may add to the p50.
	mostPages = 0.10
)

// pages measures what open wallboard pages add to the time of a command: in one
// broker, without them and with them in turn, so that both meet the same machine.
func (o options) pages(ctx context.Context) error {
	fmt.Printf("%d agents, %d pages, %d of them slow; %d rounds, each %s without and %s with them at %d commands/s\n\n",
		o.agents, o.open, o.slow, o.rounds, o.duration, o.duration, o.rate)
	s, err := o.startSide(watched, filepath.Join(o.dir, watched), "")
	if err != nil {
		return err
	}
	without, with, err := o.alternate(ctx, s)
	if err := errors.Join(err, s.close()); err != nil {
		return err
	}
	ratios := divide(with, without)
	fmt.Printf("\np50 ms without %s, with %d pages %s, ratio %s\n", spread(without), o.open, spread(with), spread(ratios))
	fmt.Printf("target: %.2f of at most %.2f %s\n", median(ratios), 1+mostPages, verdict(median(ratios) <= 1+mostPages))
	return nil
}

func (o options) alternate(ctx context.Context, s *side) (without, with []float64, err error) {
	url, web, _ := strings.Cut(s.url, " ")
	clients := make([]*client, o.agents)
	for i := range clients {
		if clients[i], err = connect(url, agentID(i)); err != nil {
			return nil, nil, err
		}
		defer clients[i].nc.Close()
	}
	if err := logOn(ctx, deskbus, url, clients); err != nil {
		return nil, nil, err
	}
	if _, err := o.paced(ctx, clients, warmUp); err != nil {
		return nil, nil, err
	}
	for round := range o.rounds {
		alone, err := o.loaded(ctx, web, clients)
		if err != nil {
			return nil, nil, err
		}
		open, err := o.openAll(ctx, web)
		if err != nil {
			return nil, nil, err
		}
		watched, err := o.loaded(ctx, web, clients)
		read, lost := open.close()
		if err == nil && lost > 0 && o.slow == 0 {
			err = fmt.Errorf("%d pages lost their connection", lost)
		}
		if err != nil {
			return nil, nil, err
		}
		without, with = append(without, alone.p50), append(with, watched.p50)
		fmt.Printf("round %d  without: %s\n         with:    %s; each page read %d KB/s, %d were dropped\n",
			round+1, alone, watched, int(float64(read)/float64(o.open-o.slow)/1024/o.duration.Seconds()), lost)
	}
	return without, with, nil
}

// loaded is what a broker needed to answer commands for a while.
type loaded struct {
	p50, p99          float64
	processor, memory float64
}

func (l loaded) String() string {
	return fmt.Sprintf("p50 %6.3f ms, p99 %7.3f ms, processor %3.0f %%, memory %3.0f MiB", l.p50, l.p99, 100*l.processor, l.memory/(1<<20))
}

func (o options) loaded(ctx context.Context, web string, clients []*client) (l loaded, err error) {
	before, _, err := used(ctx, web)
	if err != nil {
		return l, err
	}
	start := time.Now()
	latencies, err := o.paced(ctx, clients, o.duration)
	if err != nil {
		return l, err
	}
	after, memory, err := used(ctx, web)
	return loaded{
		p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99),
		processor: (after - before) / time.Since(start).Seconds(), memory: memory,
	}, err
}

// used reads the metrics of a broker: seconds of processor, and bytes of memory.
func used(ctx context.Context, web string) (processor, memory float64, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+web+"/metrics", nil)
	if err != nil {
		return 0, 0, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, 0, err
	}
	defer answer.Body.Close()
	values := map[string]*float64{"process_cpu_seconds_total": &processor, "process_resident_memory_bytes": &memory}
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), " ")
		if into := values[name]; into != nil {
			if *into, err = strconv.ParseFloat(value, 64); err != nil {
				return 0, 0, err
			}
		}
	}
	return processor, memory, lines.Err()
}

// pagesOpen are pages that are open. They read as a browser does and do nothing
// with it, because browsers run on other machines.
type pagesOpen struct {
	links []net.Conn
	read  atomic.Int64
	lost  atomic.Int64
	group sync.WaitGroup
	done  atomic.Bool
}

// openAll opens the pages and returns when each has begun to read.
func (o options) openAll(ctx context.Context, address string) (*pagesOpen, error) {
	p := &pagesOpen{}
	begun := make(chan error, o.open)
	for i := range o.open {
		link, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err == nil {
			_, err = fmt.Fprintf(link, "GET /api/wallboard/events HTTP/1.1\r\nHost: %s\r\n\r\n", address)
		}
		if err != nil {
			p.close()
			return nil, err
		}
		p.links = append(p.links, link)
		p.group.Go(func() { p.follow(link, i < o.slow, begun) })
	}
	for range o.open {
		select {
		case err := <-begun:
			if err != nil {
				p.close()
				return nil, err
			}
		case <-ctx.Done():
			p.close()
			return nil, ctx.Err()
		}
	}
	return p, nil
}

// follow reads a page. A slow one reads a thousand bytes a second.
func (p *pagesOpen) follow(link net.Conn, slow bool, begun chan<- error) {
	buffer := make([]byte, 64<<10)
	_, err := link.Read(buffer)
	begun <- err
	if slow {
		buffer = buffer[:1000]
		_ = link.(*net.TCPConn).SetReadBuffer(len(buffer)) // or the system would read for it
	}
	for err == nil {
		var n int
		n, err = link.Read(buffer)
		if slow {
			time.Sleep(time.Second)
		} else {
			p.read.Add(int64(n))
		}
	}
	if !p.done.Load() {
		p.lost.Add(1)
	}
}

// close closes the pages and returns how many bytes they read, and how many had
// lost their connection.
func (p *pagesOpen) close() (read, lost int64) {
	p.done.Store(true)
	for _, link := range p.links {
		_ = link.Close()
	}
	p.group.Wait()
	return p.read.Load(), p.lost.Load()
}
