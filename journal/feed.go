package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/ordered"
	"github.com/deskbus/deskbus/subject"
)

const (
	// maxUnacknowledged bounds how many acknowledgements of feed messages may be
	// missing; there are two at most for each commit.
	maxUnacknowledged = 256
	// feedAckWait is how long the bus may take to acknowledge one. A bus that takes
	// longer loses the leader its lease as well.
	feedAckWait = leaseTime
)

// Feed publishes the events of a zone.
type Feed struct {
	nc   *nats.Conn
	js   jetstream.JetStream
	zone string
	// last is the zone number of the newest event published.
	last    uint64
	pending []jetstream.PubAckFuture
}

// OpenFeed opens the feed of a zone at its end. The connection must be the one
// on which the leader publishes its heartbeats, so that those come after the
// events they speak of.
func OpenFeed(ctx context.Context, nc *nats.Conn, zone string) (*Feed, error) {
	js, err := jetstream.New(nc, jetstream.WithPublishAsyncTimeout(feedAckWait))
	if err != nil {
		return nil, fmt.Errorf("feed of zone %s: %w", zone, err)
	}
	f := &Feed{nc: nc, js: js, zone: zone}
	return f, f.Reopen(ctx)
}

// Reopen goes on where the feed ends now. What is not acknowledged is forgotten: it
// is there or it is not.
func (f *Feed) Reopen(ctx context.Context) error {
	stream, err := stream(ctx, f.js, subject.EventsStream(f.zone))
	if err != nil {
		return fmt.Errorf("feed of zone %s: %w", f.zone, err)
	}
	f.last, f.pending = stream.CachedInfo().State.LastSeq, nil
	return nil
}

// Close gives back what waits for acknowledgements on the connection, which goes
// on to be used.
func (f *Feed) Close() { f.js.CleanupPublisher() }

// Last returns the zone number of the newest event in the feed.
func (f *Feed) Last() uint64 { return f.last }

// ErrForeign: the feed ends with something that no leader published. It can be
// made anew from the journal.
var ErrForeign = errors.New("the feed holds a message that is not from the journal")

// Tail is the last messages of a feed, by sequence.
type Tail map[uint64][]byte

// TailLength is how many messages a Tail has at most. A stranger's message makes
// the acknowledgement of the event it displaced fail, and what the leader
// publishes until it hears of that is far less.
const TailLength = 5000

// Tail reads the end of the feed.
func (f *Feed) Tail(ctx context.Context) (Tail, error) {
	tail := Tail{}
	if f.last == 0 {
		return tail, nil
	}
	config := jetstream.OrderedConsumerConfig{DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: 1}
	if f.last > TailLength {
		config.OptStartSeq = f.last - TailLength + 1
	}
	err := ordered.Read(ctx, f.js, subject.EventsStream(f.zone), config, false, func(msg jetstream.Msg) error {
		meta, err := msg.Metadata()
		if err == nil {
			tail[meta.Sequence.Stream] = msg.Data()
		}
		return err
	})
	return tail, err
}

// Check compares a message of the feed with the event of the journal that has
// its number, nil when the journal, read to its end, has none. It returns
// ErrForeign, or ErrCorrupt when what stands there is an event: then it is the
// journal that is not whole. A message that has aged out is right.
func (t Tail) Check(zn uint64, body []byte) error {
	stored, there := t[zn]
	if !there || bytes.Equal(stored, body) {
		return nil
	}
	if e, err := events.Decode(stored); err != nil || e.ZN != zn {
		return fmt.Errorf("sequence %d of the feed: %w", zn, ErrForeign)
	}
	return fmt.Errorf("sequence %d of the feed: %w: it is an event, and not that of the journal", zn, ErrCorrupt)
}

// Reset empties the feed, so that it can be published again from the first
// event. Whoever follows it hears every event twice, and drops the second.
func (f *Feed) Reset(ctx context.Context) error {
	stream, err := stream(ctx, f.js, subject.EventsStream(f.zone))
	if err != nil {
		return fmt.Errorf("feed of zone %s: %w", f.zone, err)
	}
	config := stream.CachedInfo().Config
	err = askAgain(ctx, func(ctx context.Context) error { return f.js.DeleteStream(ctx, config.Name) })
	if err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
		return fmt.Errorf("feed of zone %s: %w", f.zone, err)
	}
	// Without the stream nobody could lead the zone any more.
	err = askAgain(ctx, func(ctx context.Context) error {
		_, err := f.js.CreateOrUpdateStream(ctx, config)
		return err
	})
	if err != nil {
		return fmt.Errorf("feed of zone %s: %w", f.zone, err)
	}
	f.last, f.pending = 0, nil
	return nil
}

// ErrUnpublished: what was published is not in the feed, or nobody knows.
var ErrUnpublished = errors.New("an event was not acknowledged")

// Publish publishes events and their encodings, in order, with further headers
// for some turns, by the number of the turn. It does not wait for
// the bus, and only the first and the last message ask for an acknowledgement,
// because each expects the one before it: the last is stored only if the others
// are, and the first only if no stranger has written in between. A failure is returned by a later call of Publish,
// [Feed.Poll] or [Feed.Flush]; the feed must then be opened again and repaired.
func (f *Feed) Publish(evs []events.Event, bodies [][]byte, headers map[uint64]nats.Header) error {
	for i := range evs {
		if err := f.publish(&evs[i], bodies[i], headers[evs[i].Turn], i == 0 || i == len(evs)-1); err != nil {
			return err
		}
	}
	return f.Poll()
}

func (f *Feed) publish(e *events.Event, body []byte, further nats.Header, acknowledged bool) error {
	if e.ZN != f.last+1 {
		return fmt.Errorf("feed of zone %s: event %d does not follow event %d", f.zone, e.ZN, f.last)
	}
	to, err := subject.Of(e)
	if err != nil {
		return err
	}
	header := nats.Header{nats.ExpectedLastSeqHdr: []string{strconv.FormatUint(f.last, 10)}}
	maps.Copy(header, further)
	msg := &nats.Msg{Subject: to, Header: header, Data: body}
	if acknowledged {
		future, err := f.js.PublishMsgAsync(msg)
		if err != nil {
			return fmt.Errorf("feed of zone %s: %w", f.zone, err)
		}
		f.pending = append(f.pending, future)
	} else if err := f.nc.PublishMsg(msg); err != nil {
		return fmt.Errorf("feed of zone %s: %w", f.zone, err)
	}
	f.last = e.ZN
	return nil
}

// Poll takes the acknowledgements that have come, and waits for some when too
// many are missing.
func (f *Feed) Poll() error {
	for len(f.pending) > 0 {
		first := f.pending[0]
		if len(f.pending) < maxUnacknowledged {
			select {
			case <-first.Ok():
			case err := <-first.Err():
				return fmt.Errorf("feed of zone %s: %w: %w", f.zone, ErrUnpublished, err)
			default:
				return nil
			}
		} else if err := f.wait(context.Background(), first); err != nil {
			return err
		}
		f.pending = f.pending[1:]
	}
	return nil
}

// Flush waits until everything published is acknowledged.
func (f *Feed) Flush(ctx context.Context) error {
	for len(f.pending) > 0 {
		if err := f.wait(ctx, f.pending[0]); err != nil {
			return err
		}
		f.pending = f.pending[1:]
	}
	return nil
}

func (f *Feed) wait(ctx context.Context, future jetstream.PubAckFuture) error {
	select {
	case <-future.Ok():
		return nil
	case err := <-future.Err():
		return fmt.Errorf("feed of zone %s: %w: %w", f.zone, ErrUnpublished, err)
	case <-ctx.Done():
		return fmt.Errorf("feed of zone %s: %w: %w", f.zone, ErrUnpublished, ctx.Err())
	}
}
