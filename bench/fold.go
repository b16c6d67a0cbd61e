package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/internal/service"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/projections/status"
	"github.com/deskbus/deskbus/subject"
)

const (
	// foldedTurns are how many the feed has that is folded.
	foldedTurns = 200_000
	// leastFold is the target, times what a raw reader does.
	leastFold = 0.7
)

// fold measures how fast the status projection folds the feed, as that of a broker
// that starts, against a reader that only reads it.
func (o options) fold(ctx context.Context) error {
	s, js, err := startServer(filepath.Join(o.dir, node))
	if err != nil {
		return err
	}
	defer s.close()
	last, err := fillFeed(ctx, s.url, js, rebuiltAgents, foldedTurns)
	if err != nil {
		return err
	}
	fmt.Printf("%d turns, %d events of %d agents\n", foldedTurns, last, rebuiltAgents)
	var raw, folded []float64
	for round := range o.rounds {
		read, err := timed(func() error { return readRaw(ctx, js, subject.EventsStream(zoneName), last) })
		if err != nil {
			return err
		}
		fold, err := timed(func() error { return foldStatus(ctx, s.url, last) })
		if err != nil {
			return err
		}
		fmt.Printf("round %d  raw %5.2f s  folded %5.2f s  ratio %.2f\n", round+1, read, fold, read/fold)
		raw, folded = append(raw, read), append(folded, fold)
	}
	ratio := divide(raw, folded)
	fmt.Printf("raw %s s, folded %s s\n", spread(raw), spread(folded))
	fmt.Printf("target: ratio %s of at least %.1f: %s\n", spread(ratio), leastFold, verdict(median(ratio) >= leastFold))
	return nil
}

// foldStatus runs the status service until it knows what the event with the number
// last says.
func foldStatus(ctx context.Context, url string, last uint64) error {
	nc, err := nats.Connect(url)
	if err != nil {
		return err
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	zones := []string{zoneName}
	joined, err := feed.JoinAll(nc, js, zones)
	if err != nil {
		return err
	}
	defer feed.LeaveAll(joined)
	checkpoints, err := freshCheckpoints(ctx, js)
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		ended <- status.Run(running, status.Config{
			NC: nc, JS: js, Host: service.NewHost(nil, "bench", zones), Feeds: joined, Checkpoints: feed.Store{ObjectStore: checkpoints}, Logger: slog.Default(),
		})
	}()
	defer func() {
		stop()
		<-ended
	}()
	query, err := events.Marshal(events.StatusRequest{
		V: events.Version, ZoneName: zoneName, AgentID: agentID(0), AtLeast: last, WaitMs: 10_000,
	})
	if err != nil {
		return err
	}
	for {
		msg, err := nc.RequestWithContext(ctx, subject.ServiceStatus, query)
		if errors.Is(err, nats.ErrNoResponders) {
			time.Sleep(time.Millisecond) // the service is not there yet
			continue
		}
		if err != nil {
			return err
		}
		told, err := events.Unmarshal[events.StatusAnswer](msg.Data)
		if err != nil || told.ZN == last {
			return err
		}
	}
}

// freshCheckpoints opens the place for checkpoints without those of the round before.
func freshCheckpoints(ctx context.Context, js jetstream.JetStream) (jetstream.ObjectStore, error) {
	store, err := journal.OpenCheckpoints(ctx, js, 1)
	if err != nil {
		return nil, err
	}
	kept, err := store.List(ctx)
	if errors.Is(err, jetstream.ErrNoObjectsFound) {
		return store, nil
	}
	for _, one := range kept {
		err = errors.Join(err, store.Delete(ctx, one.Name))
	}
	return store, err
}
