package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nats.go/micro"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/internal/service"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/projections/status"
	"github.com/deskbus/deskbus/subject"
)

const (
	// askedAgents are logged on, askers ask at the same time.
	askedAgents = 1_000
	askers      = 64
	// echoSubject is that of the bare service.
	echoSubject = "bench.echo"
	// leastStatus is the target, times what the bare service does.
	leastStatus = 0.7

	// services is the child that answers.
	services = "services"
)

// status measures status queries against a service that answers as many bytes
// without knowing anything.
func (o options) status(ctx context.Context) error {
	s, js, err := startServer(filepath.Join(o.dir, node))
	if err != nil {
		return err
	}
	defer s.close()
	if _, err := fillFeed(ctx, s.url, js, askedAgents, 0); err != nil {
		return err
	}
	answering, err := startChild("-serve", services, "-nats", s.url)
	if err != nil {
		return err
	}
	defer answering.close()
	conns := make([]*nats.Conn, askers)
	for i := range conns {
		if conns[i], err = nats.Connect(s.url); err != nil {
			return err
		}
		defer conns[i].Close()
	}
	query, answer, err := statusQuery(ctx, conns[0])
	if err != nil {
		return err
	}
	// The echo is asked for as many bytes, in a question of the same size.
	question := fmt.Appendf(nil, "%0*d", len(query), len(answer))
	fmt.Printf("%d agents, %d askers, %s a round; a question of %d bytes, an answer of %d\n\n",
		askedAgents, askers, o.duration, len(query), len(answer))
	var bare, ours []float64
	for round := range o.rounds {
		echoed, err := o.ask(ctx, conns, echoSubject, question, len(answer))
		if err != nil {
			return err
		}
		told, err := o.ask(ctx, conns, subject.ServiceStatus, query, len(answer))
		if err != nil {
			return err
		}
		fmt.Printf("round %d  echo %6.0f/s  status %6.0f/s  ratio %.2f\n", round+1, echoed, told, told/echoed)
		bare, ours = append(bare, echoed), append(ours, told)
	}
	ratio := divide(ours, bare)
	fmt.Printf("\necho %s/s, status %s/s\n", spread(bare), spread(ours))
	fmt.Printf("target: ratio %s of at least %.1f: %s\n", spread(ratio), leastStatus, verdict(median(ratio) >= leastStatus))
	return nil
}

// fillFeed publishes a feed of a day in which all agents talk, with so many turns at
// least, and returns the number of its last event.
func fillFeed(ctx context.Context, url string, js jetstream.JetStream, agents, turns int) (uint64, error) {
	if err := journal.EnsureStreams(ctx, js, zoneName, 1); err != nil {
		return 0, err
	}
	nc, err := nats.Connect(url)
	if err != nil {
		return 0, err
	}
	defer nc.Close()
	feed, err := journal.OpenFeed(ctx, nc, zoneName)
	if err != nil {
		return 0, err
	}
	var encoder events.Encoder
	d := newDay(func(turn []events.Event) error {
		var bodies [][]byte
		for i := range turn {
			body, err := encoder.Append(nil, &turn[i])
			if err != nil {
				return err
			}
			bodies = append(bodies, body)
		}
		return feed.Publish(turn, bodies, nil)
	})
	if err := d.begin(agents); err != nil {
		return 0, err
	}
	for i := 0; d.turns < turns; i++ {
		if err := d.step(agentID(i % agents)); err != nil {
			return 0, err
		}
	}
	return feed.Last(), feed.Flush(ctx)
}

// statusQuery returns a question about one agent and its answer, once there is one.
func statusQuery(ctx context.Context, nc *nats.Conn) (query, answer []byte, err error) {
	query, err = events.Marshal(events.StatusRequest{V: events.Version, ZoneName: zoneName, AgentID: agentID(askedAgents / 2)})
	if err != nil {
		return nil, nil, err
	}
	err = eventually(ctx, "the status is known", func(ctx context.Context) bool {
		msg, err := nc.RequestWithContext(ctx, subject.ServiceStatus, query)
		if err != nil {
			return false
		}
		told, err := events.Unmarshal[events.StatusAnswer](msg.Data)
		answer = msg.Data
		return err == nil && told.Result == events.Success && len(told.Agents) == 1
	})
	return query, answer, err
}

// ask has everybody ask for a while, one question after the other, and returns
// how many were answered in a second.
func (o options) ask(ctx context.Context, conns []*nats.Conn, to string, question []byte, size int) (float64, error) {
	begun := time.Now()
	counts, errs := make([]int, len(conns)), make([]error, len(conns))
	var group sync.WaitGroup
	for i, nc := range conns {
		group.Go(func() {
			for time.Since(begun) < o.duration && errs[i] == nil {
				msg, err := nc.RequestWithContext(ctx, to, question)
				if err == nil && len(msg.Data) != size {
					err = fmt.Errorf("%s: %d bytes, want %d", to, len(msg.Data), size)
				}
				errs[i] = err
				counts[i]++
			}
		})
	}
	group.Wait()
	total := 0
	for _, n := range counts {
		total += n
	}
	return float64(total) / time.Since(begun).Seconds(), errors.Join(errs...)
}

// serveServices is the child that has the status service and the bare one, each
// on a connection of its own.
func (o options) serveServices(ctx context.Context) error {
	nc, err := nats.Connect(o.nats)
	if err != nil {
		return err
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	bare, err := nats.Connect(o.nats)
	if err != nil {
		return err
	}
	defer bare.Close()
	answers := map[int][]byte{} // by size; the service asks from one goroutine
	_, err = micro.AddService(bare, micro.Config{
		Name: "bench-echo", Version: "1.0.0",
		Endpoint: &micro.EndpointConfig{Subject: echoSubject, Handler: micro.HandlerFunc(func(r micro.Request) {
			size, _ := strconv.Atoi(string(r.Data()))
			if answers[size] == nil {
				answers[size] = make([]byte, size)
			}
			_ = r.Respond(answers[size]) // who misses the answer says so
		})},
	})
	if err != nil {
		return err
	}
	fmt.Println(o.nats)
	zones := []string{zoneName}
	joined, err := feed.JoinAll(nc, js, zones)
	if err != nil {
		return err
	}
	defer feed.LeaveAll(joined)
	checkpoints, err := journal.OpenCheckpoints(ctx, js, 1)
	if err != nil {
		return err
	}
	return status.Run(ctx, status.Config{
		NC: nc, JS: js, Host: service.NewHost(nil, "bench", zones), Feeds: joined, Checkpoints: feed.Store{ObjectStore: checkpoints}, Logger: slog.Default(),
	})
}
