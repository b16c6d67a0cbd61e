package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
)

const (
	// watched is the side deskbus with its wallboard served.
	watched = "watched"
	// openPages is how many wallboards are open.
	openPages = 200
	// mostPages is what they may add to the p50.
	mostPages = 0.10
)

// pages measures what open wallboard pages add to the time of a command: in one
// broker, without them and with them in turn, so that both meet the same machine.
func (o options) pages(ctx context.Context) error {
	fmt.Printf("%d agents, %d pages; %d rounds, each %s without and %s with them at %d commands/s\n\n",
		o.agents, openPages, o.rounds, o.duration, o.duration, o.rate)
	s, err := o.startSide(watched, filepath.Join(o.dir, watched), "")
	if err != nil {
		return err
	}
	without, with, err := o.alternate(ctx, s)
	if err := errors.Join(err, s.close()); err != nil {
		return err
	}
	ratios := divide(with, without)
	fmt.Printf("\np50 ms without %s, with %d pages %s, ratio %s\n", spread(without), openPages, spread(with), spread(ratios))
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
		latencies, err := o.paced(ctx, clients, o.duration)
		if err != nil {
			return nil, nil, err
		}
		without = append(without, quantile(latencies, 0.5))
		open, err := openAll(ctx, web)
		if err != nil {
			return nil, nil, err
		}
		latencies, err = o.paced(ctx, clients, o.duration)
		read, lost := open.close()
		if err == nil && lost > 0 {
			err = fmt.Errorf("%d pages lost their connection", lost)
		}
		if err != nil {
			return nil, nil, err
		}
		with = append(with, quantile(latencies, 0.5))
		fmt.Printf("round %d  p50 %6.3f ms without, %6.3f ms with; each page read %d KB/s\n",
			round+1, without[round], with[round], int(float64(read)/openPages/1024/o.duration.Seconds()))
	}
	return without, with, nil
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
func openAll(ctx context.Context, address string) (*pagesOpen, error) {
	p := &pagesOpen{}
	begun := make(chan error, openPages)
	for range openPages {
		link, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err == nil {
			_, err = fmt.Fprintf(link, "GET /api/wallboard/events HTTP/1.1\r\nHost: %s\r\n\r\n", address)
		}
		if err != nil {
			p.close()
			return nil, err
		}
		p.links = append(p.links, link)
		p.group.Go(func() { p.follow(link, begun) })
	}
	for range openPages {
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

func (p *pagesOpen) follow(link net.Conn, begun chan<- error) {
	buffer := make([]byte, 64<<10)
	_, err := link.Read(buffer)
	begun <- err
	for err == nil {
		var n int
		n, err = link.Read(buffer)
		p.read.Add(int64(n))
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
