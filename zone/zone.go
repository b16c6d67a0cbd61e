package zone

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/logon"
)

// Config is what a zone needs to run.
type Config struct {
	Name string
	// Broker is the name of this broker, unique among those that run.
	Broker string
	NC     *nats.Conn
	JS     jetstream.JetStream
	Leases *journal.Leases
	// Members says which broker should lead the zone.
	Members   *journal.Members
	Snapshots *journal.Snapshots
	// KeepCommits is how many commits the journal keeps at least when snapshots
	// stand for the others; 0 keeps all.
	KeepCommits uint64
	// Key verifies the tickets of the logon service.
	Key logon.Key
	// Settings and Campaigns are given to the zone by each new leader.
	Settings  events.ZoneSettings
	Campaigns []events.Campaign
	// Contacts are added to their campaigns, by the campaign's name.
	Contacts map[string][]events.POMCustomerDetails
	// Metrics count what the zone does; nil counts for nobody.
	Metrics *Metrics
	// Tracer gets a span for each decision whose input is part of a trace; nil is
	// none.
	Tracer trace.Tracer
	Logger *slog.Logger
}

// Zone follows one zone, and leads it when it is this broker's turn.
type Zone struct {
	config Config
	log    *slog.Logger
	// ready is closed when the zone has caught up with its journal once, or has
	// stopped.
	ready     chan struct{}
	readyOnce sync.Once
	// poison is the places in the inbox of inputs that made the manager panic.
	// They are passed over. It belongs to the goroutine that leads.
	poison   map[journal.Position]bool
	counters *counters
	// watched is what the leader shows, nil while this broker is not the leader;
	// streams is nil while nothing is known of them, snapshot without one.
	watched  atomic.Pointer[watched]
	streams  atomic.Pointer[streams]
	snapshot atomic.Pointer[snapshotInfo]
	// failed is when a leadership of this broker ended badly. It belongs to the
	// goroutine of Run.
	failed time.Time
	// inVain tells whether the last leadership claimed the zone and came no further; so
	// does it.
	inVain bool
	// snapshotEvery is snapshotCommits; tests cannot wait for so many.
	snapshotEvery uint64
	// trimInboxAbove is that constant; tests cannot send so much.
	trimInboxAbove uint64
	// decided is the sequence up to which the leader has decided what it has read of
	// the inbox.
	decided atomic.Uint64
	trouble trouble
}

// New returns a zone that does nothing until [Zone.Run].
func New(c Config) *Zone {
	if c.Metrics == nil {
		c.Metrics = NewMetrics(nil)
	}
	if c.Tracer == nil {
		c.Tracer = noop.Tracer{}
	}
	z := &Zone{
		config: c, log: c.Logger.With("zone", c.Name), poison: map[journal.Position]bool{},
		ready: make(chan struct{}), snapshotEvery: snapshotCommits, trimInboxAbove: trimInboxAbove,
	}
	z.counters = c.Metrics.of(z)
	return z
}

// Ready is closed when the zone can be taken over without a delay, or has
// stopped for good.
func (z *Zone) Ready() <-chan struct{} { return z.ready }

func (z *Zone) setReady() { z.readyOnce.Do(func() { close(z.ready) }) }

const (
	// retryPause is the pause after a leadership that ended badly. It doubles, up to
	// longestPause, while each of them writes a claim and does not come as far as to
	// serve. Who cannot even claim does no harm, and is there at once when the bus is.
	retryPause   = 250 * time.Millisecond
	longestPause = 8 * time.Second
	// demotion is for how long after that a broker leaves the zone to others: what
	// went wrong may be its own path to the bus.
	demotion = 10 * time.Second
)

// errHandOver: another broker should lead the zone, and is ready to.
var errHandOver = errors.New("handed over to the broker that should lead")

// errBusLost: what the server had not written may be gone.
var errBusLost = errors.New("the connection to the bus was lost")

// Run follows the zone, and leads it whenever the lease can be had, until the
// context ends. It returns early, with [journal.ErrCorrupt], only when the journal
// cannot be trusted: going on would make it worse.
func (z *Zone) Run(ctx context.Context) error {
	pause := retryPause
	for {
		z.inVain = false
		err := z.serve(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if !z.inVain {
			pause = retryPause
		}
		if !errors.Is(err, errHandOver) {
			z.trouble.note(err)
		}
		switch {
		case errors.Is(err, journal.ErrCorrupt) && !z.leftBehind(ctx, err):
			z.setReady()
			z.log.Error("zone stopped: the journal or the feed is damaged; other zones go on", "error", err)
			return err
		case errors.Is(err, errHandOver):
			z.log.Info("zone handed over")
			continue
		}
		z.log.Warn("leadership ended, folding again", "error", err)
		z.failed = time.Now()
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			if err := journal.RestoreStreams(ctx, z.config.JS, z.config.Name); err != nil {
				z.log.Error("a stream of the zone is gone and cannot be made again", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
	}
}

// leftBehind tells whether commits are missing only because they were trimmed while
// this broker was away: then a snapshot goes on behind the gap's beginning. When
// that cannot be found out now, the next attempt will.
func (z *Zone) leftBehind(ctx context.Context, err error) bool {
	var gap *journal.GapError
	if !errors.As(err, &gap) {
		return false
	}
	r, err := z.newReplica(ctx)
	return err != nil || r.journal.Last() > gap.After
}

// serve follows the journal until the lease can be had, and leads until that
// ends. What it returns is never nil.
func (z *Zone) serve(ctx context.Context) error {
	r, err := z.newReplica(ctx)
	if err != nil {
		return err
	}
	if err := r.journal.Fold(ctx, r.fold); err != nil {
		return err
	}
	z.setReady()
	z.trouble.followed(r.state.Epoch)

	waiting, give := context.WithCancelCause(ctx)
	defer give(nil)
	following, stop := context.WithCancel(waiting)
	followed := make(chan struct{})
	go func() {
		defer close(followed)
		if err := r.journal.Follow(following, z.follow(r)); following.Err() == nil {
			give(err)
		}
	}()
	c := z.config
	preferred := func(gone string) bool {
		if time.Since(z.failed) < demotion {
			gone = c.Broker // as if it were not there: the others first, if there are any
		}
		return c.Members.Prefers(c.Name, gone)
	}
	err = c.Leases.Hold(waiting, c.Name, c.Broker, preferred, func(ctx context.Context) error {
		stop()
		<-followed
		z.trouble.attempt(r.state.Epoch)
		return z.lead(ctx, r)
	})
	stop()
	<-followed
	if ctx.Err() != nil {
		z.log.Info("zone left", "zn", r.state.ZN, "state", r.hash())
		return err
	}
	if cause := context.Cause(waiting); cause != nil {
		return cause
	}
	return err
}

// follow folds what another broker commits.
func (z *Zone) follow(r *replica) func(journal.Commit) error {
	return func(c journal.Commit) error {
		err := r.fold(c)
		z.trouble.followed(r.state.Epoch)
		return err
	}
}

// lead makes this broker the leader and serves until the context ends or a step
// fails.
func (z *Zone) lead(ctx context.Context, r *replica) error {
	changed := z.config.Members.Changed()
	watch := newStopwatch()
	elected, err := journal.AwaitStreams(ctx, z.config.JS, z.config.Name)
	if err != nil {
		return err
	}
	watch.elected = elected
	watch.lap(stepElections)
	feed, err := journal.OpenFeed(ctx, z.config.NC, z.config.Name)
	if err != nil {
		return err
	}
	defer feed.Close()
	l := &leader{
		replica: r, zone: z, beats: newBeats(), feed: feed,
		snapshots: snapshots{zone: z, at: r.folded, done: make(chan error, 1)},
	}
	if err := l.takeOver(ctx, watch); err != nil {
		return err
	}
	z.inVain = false
	z.counters.tookOver(watch)
	z.log.Info("leading", append([]any{"epoch", l.state.Epoch, "zn", l.state.ZN, "logged_on", l.state.LoggedOn()},
		watch.attributes()...)...)
	err = z.serveInputs(ctx, l, changed)
	z.counters.ended(whyEnded(err))
	return err
}

// serveInputs is a leadership after the takeover. Changed is closed when the
// members have changed since it began.
func (z *Zone) serveInputs(ctx context.Context, l *leader, changed <-chan struct{}) error {
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
	go z.handOver(reading, changed, stop)
	z.decided.Store(0) // the end of the inbox that the last leader read may be lost
	looked := make(chan struct{})
	go func() { z.watchStreams(reading); close(looked) }()
	err := l.serve(reading, inputs)
	z.watched.Store(nil)
	cause := context.Cause(reading)
	stop(nil)
	<-looked
	if ctx.Err() != nil || errors.Is(cause, errHandOver) {
		// A graceful end: what is committed shall be in the feed.
		flush, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return errors.Join(cause, l.feed.Flush(flush))
	}
	return errors.Join(err, cause)
}

// endOnDisconnect ends the leadership when the connection is lost: a server that
// comes back may have lost the end of the inbox, and only a new leadership asks.
func (z *Zone) endOnDisconnect(ctx context.Context, stop context.CancelCauseFunc) {
	lost := z.config.NC.StatusChanged(nats.RECONNECTING, nats.CLOSED)
	defer z.config.NC.RemoveStatusListener(lost)
	select {
	case <-lost:
		stop(errBusLost)
	case <-ctx.Done():
	}
}

// handOver ends the leadership when the members have changed and another broker
// should lead. It waits for a change: a broker that should lead and did not take
// the lease has a reason, and must not be handed the zone again and again.
func (z *Zone) handOver(ctx context.Context, changed <-chan struct{}, stop context.CancelCauseFunc) {
	for {
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
		changed = z.config.Members.Changed() // before the question, so that no change is missed
		if !z.config.Members.Prefers(z.config.Name, "") {
			stop(errHandOver)
			return
		}
	}
}

// whyEnded names the reason for which a leadership ended.
func whyEnded(err error) string {
	var poison errPoison
	switch {
	case errors.Is(err, errHandOver):
		return endedHandedOver
	case errors.Is(err, journal.ErrLeaseLost):
		return endedLeaseLost
	case errors.Is(err, journal.ErrDeposed):
		return endedDeposed
	case errors.Is(err, journal.ErrCorrupt):
		return endedDamaged
	case errors.As(err, &poison):
		return endedPoison
	case errors.Is(err, errBusLost):
		return endedBusLost
	case errors.Is(err, journal.ErrUnknownOutcome):
		return endedUnknown
	case errors.Is(err, context.Canceled):
		return endedStopped
	}
	return endedOther
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
