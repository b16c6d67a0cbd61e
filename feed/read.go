// Package feed reads the public feed of a zone: the events, one message each,
// in order.
//
// [Read] reads history through the stream, and can go on with what comes. It is
// for projections and tools. [Follower] is for those who are addressed, a
// desktop or a switch: it takes events as they are published, which is
// quickest and costs the server nothing per reader, and reads from the stream
// only what it has missed.
//
// The sequence of an event in the stream is its zone number, or more: each message
// that a stranger has written there, which readers pass over, moves those behind it
// by one. So a reader that knows the last number it has seen knows where to go on,
// and may see some numbers again.
package feed

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/ordered"
	"github.com/deskbus/deskbus/subject"
)

// Query says what to read.
type Query struct {
	// From is the first zone number, and some before it may come too; 0 or 1 is the
	// oldest event there is.
	From uint64
	// Since is the earliest time of publication. It counts only when From is 0.
	Since time.Time
	// Subjects are the filters; none means everything. Package subject makes
	// them.
	Subjects []string
	// Follow goes on with new events until the context ends. Otherwise Read
	// ends with the last event there was when it began.
	Follow bool
}

// Read calls fn for each message of a zone's feed, in order, each once. It
// returns the first error of fn, the context's error when that ends it, nil at
// the end of what there is.
func Read(ctx context.Context, js jetstream.JetStream, zone string, q Query, fn func(jetstream.Msg) error) error {
	config := jetstream.OrderedConsumerConfig{FilterSubjects: q.Subjects}
	switch {
	case q.From > 1:
		config.DeliverPolicy, config.OptStartSeq = jetstream.DeliverByStartSequencePolicy, q.From
	case !q.Since.IsZero() && q.From == 0:
		config.DeliverPolicy, config.OptStartTime = jetstream.DeliverByStartTimePolicy, &q.Since
	}
	return ordered.Read(ctx, js, subject.EventsStream(zone), config, q.Follow, fn)
}

// mostBehind is how many messages after the sequence of its number an event is looked
// for.
const mostBehind = 10_000

// Get returns the message of one event: the first that has its number, at the sequence
// of that or behind. Without any it returns what stands at that sequence, or
// [jetstream.ErrMsgNotFound].
func Get(ctx context.Context, stream jetstream.Stream, zn uint64) (*jetstream.RawStreamMsg, error) {
	there, err := stream.GetMsg(ctx, zn)
	if err != nil {
		return nil, err
	}
	for m := there; m.Sequence < zn+mostBehind; {
		if e, _, err := events.DecodeEnvelope(m.Data); err == nil && e.ZN == zn {
			return m, nil
		}
		m, err = stream.GetMsg(ctx, m.Sequence+1)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	return there, nil
}

// Find returns the stream of a zone's feed, and the number of its newest event, 0
// before the first.
func Find(ctx context.Context, js jetstream.JetStream, zone string) (_ jetstream.Stream, newest uint64, _ error) {
	stream, err := js.Stream(ctx, subject.EventsStream(zone))
	if err != nil {
		return nil, 0, fmt.Errorf("feed of zone %s: %w", zone, err)
	}
	state := stream.CachedInfo().State
	for sequence := state.LastSeq; state.Msgs > 0 && sequence >= state.FirstSeq; sequence-- {
		m, err := stream.GetMsg(ctx, sequence)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			continue
		}
		if err != nil {
			return nil, 0, fmt.Errorf("feed of zone %s: %w", zone, err)
		}
		e, _, err := events.DecodeEnvelope(m.Data)
		if err != nil || e.Zone != zone || e.ZN > sequence {
			continue
		}
		newest = max(newest, e.ZN)
		// One that stands before as well was copied here by somebody, or published again.
		first, err := Get(ctx, stream, e.ZN)
		if err == nil && first.Sequence == sequence {
			break
		}
		if err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil, 0, fmt.Errorf("feed of zone %s: %w", zone, err)
		}
	}
	return stream, newest, nil
}
