package zone

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/logon"
	"github.com/deskbus/deskbus/manager"
)

// Config is what a zone needs to run.
type Config struct {
	Name string
	// Broker is the name of this broker, unique among those that run.
	Broker string
	NC     *nats.Conn
	JS     jetstream.JetStream
	Leases *journal.Leases
	// Key verifies the tickets of the logon service.
	Key logon.Key
	// Settings and Campaigns are given to the zone by each new leader.
	Settings  events.ZoneSettings
	Campaigns []events.Campaign
	// Contacts are added to their campaigns, by the campaign's name.
	Contacts map[string][]events.POMCustomerDetails
	Logger   *slog.Logger
}

// Zone leads one zone when it is this broker's turn.
type Zone struct {
	config Config
	log    *slog.Logger
	// poison is the places in the inbox of inputs that made the manager panic.
	// They are passed over. It belongs to the goroutine that leads.
	poison   map[journal.Position]bool
	counters counters
	stopped  atomic.Bool
}

// New returns a zone that does nothing until [Zone.Run].
func New(c Config) *Zone {
	return &Zone{config: c, log: c.Logger.With("zone", c.Name), poison: map[journal.Position]bool{}}
}

// Stopped tells whether the zone has stopped for good. It may be called from any
// goroutine.
func (z *Zone) Stopped() bool { return z.stopped.Load() }

// retryPause is the pause after a leadership that ended badly.
const retryPause = 250 * time.Millisecond

// Run leads the zone whenever the lease can be had, until the context ends. It
// returns early, with [journal.ErrCorrupt], only when the journal cannot be
// trusted: going on would make it worse.
func (z *Zone) Run(ctx context.Context) error {
	for {
		err := z.config.Leases.Hold(ctx, z.config.Name, z.config.Broker, z.lead)
		if ctx.Err() != nil {
			return nil
		}
		if errors.Is(err, journal.ErrCorrupt) {
			z.stopped.Store(true)
			z.log.Error("zone stopped: the journal or the feed is damaged; other zones go on", "error", err)
			return err
		}
		z.log.Warn("leadership ended, folding again", "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(retryPause):
		}
	}
}

// lead makes this broker the leader and serves until the context ends or a step
// fails.
func (z *Zone) lead(ctx context.Context) error {
	feed, err := journal.OpenFeed(ctx, z.config.NC, z.config.Name)
	if err != nil {
		return err
	}
	defer feed.Close()
	l := &leader{
		zone: z, state: manager.New(z.config.Name), beats: newBeats(),
		journal: journal.Open(z.config.JS, z.config.Name), feed: feed,
	}
	if err := l.takeOver(ctx); err != nil {
		return err
	}
	z.log.Info("leading", "epoch", l.state.Epoch, "zn", l.state.ZN, "logged_on", l.state.LoggedOn())

	inputs := make(chan input, inputQueue)
	reading, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go func() {
		stop(journal.ReadInbox(reading, z.config.JS, z.config.Name, l.inbox, func(r journal.Received) {
			select {
			case inputs <- z.decode(r):
			case <-reading.Done():
			}
		}))
	}()
	go z.endOnDisconnect(reading, stop)
	err = l.serve(reading, inputs)
	if ctx.Err() != nil {
		// A graceful end: what is committed shall be in the feed.
		flush, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return errors.Join(context.Cause(ctx), l.feed.Flush(flush))
	}
	return errors.Join(err, context.Cause(reading))
}

// endOnDisconnect ends the leadership when the connection is lost: a server that
// comes back may have lost the end of the inbox, and only a new leadership asks.
func (z *Zone) endOnDisconnect(ctx context.Context, stop context.CancelCauseFunc) {
	lost := z.config.NC.StatusChanged(nats.RECONNECTING, nats.CLOSED)
	defer z.config.NC.RemoveStatusListener(lost)
	select {
	case <-lost:
		stop(errors.New("the connection to the bus was lost"))
	case <-ctx.Done():
	}
}

// errPoison: the manager could not decide an input; the leader begins again
// without it.
type errPoison struct {
	sequence uint64
	cause    any
}

func (e errPoison) Error() string {
	return fmt.Sprintf("input %d of the inbox cannot be decided and is passed over: %v", e.sequence, e.cause)
}
