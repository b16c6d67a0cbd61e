package journal

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
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
//
// An event stands at the sequence of its zone number, or behind that by as many
// messages as strangers have written: the rights on subjects do not keep them out. A
// stranger's message may take the place of an event. Then what was published behind
// that is published again behind it, so a reader takes the event that has the next
// number and passes over all others.
type Feed struct {
	nc   *nats.Conn
	js   jetstream.JetStream
	zone string
	// sequence is that of the newest message; last is the zone number of the newest
	// event, known when the tail was read.
	sequence, last uint64
	pending        []jetstream.PubAckFuture
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

// Reopen goes on where the feed ends now, once its tail is read again. What is not
// acknowledged is forgotten: it is there or it is not.
func (f *Feed) Reopen(ctx context.Context) error {
	stream, err := stream(ctx, f.js, subject.EventsStream(f.zone))
	if err != nil {
		return fmt.Errorf("feed of zone %s: %w", f.zone, err)
	}
	f.sequence, f.last, f.pending = stream.CachedInfo().State.LastSeq, 0, nil
	return nil
}

// Close gives back what waits for acknowledgements on the connection, which goes
// on to be used.
func (f *Feed) Close() { f.js.CleanupPublisher() }

// Last returns the zone number of the newest event in the feed, as its tail told.
func (f *Feed) Last() uint64 { return f.last }

// GoBack has the feed go on after an event that is followed by others already.
func (f *Feed) GoBack(zn uint64) { f.last = zn }

// Strangers is how many messages of the feed readers pass over.
func (f *Feed) Strangers() uint64 { return f.sequence - f.last }

// ErrUnpublished: what was published is not in the feed, or nobody knows.
var ErrUnpublished = errors.New("an event was not acknowledged")

// Publish publishes events and their encodings, in order, with further headers
// for some turns, by the number of the turn. It does not wait for
// the bus. Each message says which sequence it follows, so that nothing is stored of
// what a leader had under way when it was deposed; the first and the last ask for an
// acknowledgement. A stranger's message before the first has that one refused. One in
// between may take the place of an event unnoticed: the next leader finds it. A
// failure is returned by a later call of Publish, [Feed.Poll] or [Feed.Flush]; the
// feed must then be opened again and repaired.
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
	header := nats.Header{nats.ExpectedLastSeqHdr: []string{strconv.FormatUint(f.sequence, 10)}}
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
	f.sequence, f.last = f.sequence+1, e.ZN
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
