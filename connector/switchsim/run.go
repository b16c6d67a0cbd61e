package switchsim

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/subject"
)

// Config says which switch to be. One process at a time may be a switch.
type Config struct {
	Zone      string
	Switch    string
	Behaviour Behaviour
	// Logger is slog.Default when nil.
	Logger *slog.Logger
}

func (c Config) validate() error {
	if !subject.ValidZone(c.Zone) {
		return fmt.Errorf("switchsim: %q is no name of a zone", c.Zone)
	}
	if c.Switch == "" {
		return errors.New("switchsim: the switch has no name")
	}
	return c.Behaviour.validate()
}

// Run is the switch until the context ends; then it returns nil and leaves the
// calls to its successor. The streams of the zone must exist. It returns an
// error when the configuration is not right or the history cannot be read; a
// bus that goes away later is waited for.
func Run(ctx context.Context, nc *nats.Conn, js jetstream.JetStream, c Config) error {
	if err := c.validate(); err != nil {
		return err
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m, last, err := restore(ctx, js, c)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	zone, err := feed.Join(nc, js, c.Zone, nil)
	if err != nil {
		return err
	}
	defer zone.Leave()
	arrived, err := follow(ctx, zone, c, last)
	if err != nil {
		return err
	}
	s := &sender{js: js, config: c, conn: "switchsim-" + rand.Text()}
	m.resume(s.conn, time.Now())

	happened := make(chan emission)
	var sending sync.WaitGroup
	sending.Go(func() { s.run(ctx, happened) })
	live(ctx, m, arrived, happened)
	sending.Wait()
	return nil
}

// restore folds the history of the switch and returns the zone number of the
// last event of it.
func restore(ctx context.Context, js jetstream.JetStream, c Config) (_ *model, last uint64, _ error) {
	m, number := newModel(c.Behaviour), uint64(0)
	history := feed.Query{Subjects: []string{subject.Switch(c.Zone, c.Switch)}}
	err := feed.Read(ctx, js, c.Zone, history, func(msg jetstream.Msg) error {
		ev, err := events.Decode(msg.Data())
		if err != nil {
			c.Logger.Error("switchsim: event left out: it cannot be read", "zone", c.Zone, "switch", c.Switch, "subject", msg.Subject(), "error", err)
			return nil
		}
		if ev.Zone != c.Zone || ev.Switch != c.Switch || number != 0 && ev.N != number+1 {
			return nil // a copy, or what is published once more behind what is missing
		}
		number, last = ev.N, ev.ZN
		m.apply(&ev, ev.Time())
		return nil
	})
	return m, last, err
}

// follow returns the events of the switch after zone number last, until the
// context ends.
func follow(ctx context.Context, zone *feed.Zone, c Config, last uint64) (<-chan events.Event, error) {
	arrived := make(chan events.Event)
	_, err := zone.Follow(feed.FollowConfig{
		Switch: c.Switch, From: last + 1,
		OnEvent: func(ev events.Event) {
			if ev.ZN <= last {
				return // a late copy of what restore has read
			}
			select {
			case arrived <- ev:
			case <-ctx.Done():
			}
		},
	})
	return arrived, err
}

// live is the life of the switch. What happens waits in a queue, so that the
// calls go on while the bus is away.
func live(ctx context.Context, m *model, arrived <-chan events.Event, happened chan<- emission) {
	var queue []emission
	for {
		queue = append(queue, m.take()...)
		var out chan<- emission
		var first emission
		if len(queue) > 0 {
			out, first = happened, queue[0]
		}
		var alarm <-chan time.Time
		if at, ok := m.next(); ok {
			alarm = time.After(time.Until(at))
		}
		select {
		case <-ctx.Done():
			return
		case ev := <-arrived:
			m.apply(&ev, time.Now())
		case <-alarm:
			m.due(time.Now())
		case out <- first:
			queue = queue[1:]
		}
	}
}
