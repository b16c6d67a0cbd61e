package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/manager"
	"github.com/deskbus/deskbus/subject"
)

const (
	rebuiltTurns  = 1_000_000
	rebuiltAgents = 1_000
	// leastRebuild is the target, times what a raw reader does.
	leastRebuild = 0.5
)

// groups are how many turns a commit has: what the leader makes at 500 commands a
// second, and at full load.
var groups = []int{1, 32}

// rebuild measures how fast a zone is folded from its journal, against a reader
// that only reads it.
func (o options) rebuild(ctx context.Context) error {
	for _, turns := range groups {
		if err := o.rebuildGroups(ctx, turns); err != nil {
			return err
		}
	}
	return nil
}

func (o options) rebuildGroups(ctx context.Context, turnsInCommit int) error {
	s, js, err := startServer(filepath.Join(o.dir, fmt.Sprint(node, turnsInCommit)))
	if err != nil {
		return err
	}
	defer s.close()
	w := &writer{ctx: ctx, js: js, journal: journal.Open(js, zoneName), turnsInCommit: turnsInCommit}
	if err := w.write(); err != nil {
		return err
	}
	fmt.Printf("%d turns, %d events of %d agents in %d commits, %.0f MiB; a snapshot after %d commits\n",
		w.day.turns, w.day.state.ZN, rebuiltAgents, w.journal.Last(), float64(w.bytes)/(1<<20), w.snapshot)
	var raw, folded, resumed []float64
	for round := range o.rounds {
		read, err := timed(func() error { return readRaw(ctx, js, subject.JournalStream(zoneName), w.journal.Last()) })
		if err != nil {
			return err
		}
		fold, err := timed(func() error {
			return w.fold(manager.New(zoneName), journal.OpenToFold(js, zoneName, manager.NeedsData))
		})
		if err != nil {
			return err
		}
		resume, err := timed(w.resume)
		if err != nil {
			return err
		}
		fmt.Printf("round %d  raw %5.2f s  folded %5.2f s  ratio %.2f  from the snapshot %5.2f s\n",
			round+1, read, fold, read/fold, resume)
		raw, folded, resumed = append(raw, read), append(folded, fold), append(resumed, resume)
	}
	ratio := divide(raw, folded)
	fmt.Printf("raw %s s, folded %s s, from the snapshot %s s\n", spread(raw), spread(folded), spread(resumed))
	fmt.Printf("target: ratio %s of at least %.1f: %s\n\n", spread(ratio), leastRebuild, verdict(median(ratio) >= leastRebuild))
	return nil
}

// startServer starts a NATS server of its own as a child and connects to it.
func startServer(dir string) (*side, jetstream.JetStream, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, err
	}
	text := fmt.Sprintf("listen: \"127.0.0.1:-1\"\njetstream { store_dir: %q, sync_interval: always }\n", dir)
	if err := os.WriteFile(filepath.Join(dir, "nats.conf"), []byte(text), 0o600); err != nil {
		return nil, nil, err
	}
	s, err := startChild("-serve", node, "-dir", dir)
	if err != nil {
		return nil, nil, err
	}
	nc, err := nats.Connect(s.url)
	if err != nil {
		return nil, nil, err
	}
	js, err := jetstream.New(nc)
	return s, js, err
}

// writer writes the journal that is rebuilt, as a leader does.
type writer struct {
	ctx     context.Context
	js      jetstream.JetStream
	journal *journal.Journal
	day     *day
	encoder events.Encoder
	// bodies are the events of the commit that is being made, turns how many turns
	// that is.
	bodies [][]byte
	turns  int
	// turnsInCommit is how many it gets.
	turnsInCommit int
	bytes         int
	// stored is where the snapshot is, snapshot its commit.
	stored   *journal.Snapshots
	snapshot uint64
}

func (w *writer) write() (err error) {
	if err := journal.EnsureStreams(w.ctx, w.js, zoneName, 1); err != nil {
		return err
	}
	if w.stored, err = journal.OpenSnapshots(w.ctx, w.js, zoneName, 1); err != nil {
		return err
	}
	w.day = newDay(w.add)
	if err := w.day.begin(rebuiltAgents); err != nil {
		return err
	}
	for i := 0; w.day.turns < rebuiltTurns; i++ {
		if err := w.day.step(agentID(i % rebuiltAgents)); err != nil {
			return err
		}
		if w.snapshot == 0 && w.day.turns > rebuiltTurns*99/100 && w.turns == 0 {
			if err := w.keep(); err != nil {
				return err
			}
		}
	}
	return w.commit()
}

// add adds a turn to the commit.
func (w *writer) add(turn []events.Event) error {
	for i := range turn {
		body, err := w.encoder.Append(nil, &turn[i])
		if err != nil {
			return err
		}
		w.bodies = append(w.bodies, body)
		w.bytes += len(body)
	}
	if w.turns++; w.turns < w.turnsInCommit {
		return nil
	}
	return w.commit()
}

func (w *writer) commit() error {
	if w.turns == 0 {
		return nil
	}
	err := w.journal.Append(w.ctx, journal.Commit{Epoch: w.day.state.Epoch, Events: w.bodies})
	w.bodies, w.turns = w.bodies[:0], 0
	return err
}

// keep stores a snapshot.
func (w *writer) keep() error {
	state, err := w.day.state.Encode()
	if err != nil {
		return err
	}
	w.snapshot = w.journal.Last()
	return w.stored.Save(w.ctx, w.journal.Snapshot(journal.Position{}, state))
}

// fold folds the journal from where it stands to its end, as a standby does.
func (w *writer) fold(state *manager.State, j *journal.Journal) error {
	err := j.Fold(w.ctx, func(c journal.Commit) error {
		for i := range c.Decoded {
			if err := state.Evolve(&c.Decoded[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && state.ZN != w.day.state.ZN {
		err = fmt.Errorf("folded %d events of %d", state.ZN, w.day.state.ZN)
	}
	return err
}

// resume folds what is behind the snapshot.
func (w *writer) resume() error {
	snapshot, err := w.stored.Load(w.ctx, w.snapshot)
	if err != nil {
		return err
	}
	state, err := manager.DecodeState(snapshot.State)
	if err != nil {
		return err
	}
	j := journal.OpenToFold(w.js, zoneName, manager.NeedsData)
	j.Resume(snapshot)
	return w.fold(state, j)
}

// readRaw reads a stream up to this message and does nothing with it.
func readRaw(ctx context.Context, js jetstream.JetStream, stream string, last uint64) error {
	consumer, err := js.OrderedConsumer(ctx, stream, jetstream.OrderedConsumerConfig{})
	if err != nil {
		return err
	}
	messages, err := consumer.Messages()
	if err != nil {
		return err
	}
	defer messages.Stop()
	for range last {
		if _, err := messages.Next(); err != nil {
			return err
		}
	}
	return nil
}

// timed returns how many seconds it takes.
func timed(do func() error) (float64, error) {
	begun := time.Now()
	err := do()
	return time.Since(begun).Seconds(), err
}
