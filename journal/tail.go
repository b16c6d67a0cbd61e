package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/ordered"
	"github.com/deskbus/deskbus/subject"
)

// TailLength is how many messages a Tail has at least, if there are so many. A
// stranger's message makes the acknowledgement of the event it displaced fail, and
// what the leader publishes until it hears of that is far less.
const TailLength = 5000

// Tail is the last messages of a feed.
type Tail struct {
	// Strangers are the sequences of those that are not events, or repeat one. Every
	// reader passes over them.
	Strangers []uint64
	// events are the others, by zone number.
	events         map[uint64][]byte
	oldest, newest uint64
}

// Len is how many events it has.
func (t *Tail) Len() int { return len(t.events) }

// errEnd ends the reading of a tail.
var errEnd = errors.New("the end of the feed")

// Tail reads the end of the feed, up to where it ended when it was opened, and
// learns which event is the newest. It reads further back while there are none but
// messages of strangers. Of a feed without any events it is told which one may be
// the newest: only the sequences say how far that came, and strangers count there.
func (f *Feed) Tail(ctx context.Context, mayBe uint64) (*Tail, error) {
	end, err := f.newestMessage(ctx)
	if err != nil {
		return nil, fmt.Errorf("feed of zone %s: %w", f.zone, err)
	}
	for length := uint64(TailLength); ; length *= 2 {
		tail, err := f.readTail(ctx, end, length)
		if err != nil {
			return nil, fmt.Errorf("feed of zone %s: %w", f.zone, err)
		}
		if tail.newest > 0 || length >= end {
			if f.last = tail.newest; f.last == 0 {
				f.last = min(f.sequence-uint64(len(tail.Strangers)), mayBe)
			}
			return tail, nil
		}
	}
}

// newestMessage returns the sequence of the newest message that was not deleted, 0
// when there is none.
func (f *Feed) newestMessage(ctx context.Context) (uint64, error) {
	stream, err := stream(ctx, f.js, subject.EventsStream(f.zone))
	if err != nil {
		return 0, err
	}
	state := stream.CachedInfo().State
	if state.Msgs == 0 || state.NumDeleted == 0 {
		return min(state.Msgs, 1) * f.sequence, nil
	}
	info, err := ask(ctx, func(ctx context.Context) (*jetstream.StreamInfo, error) {
		return stream.Info(ctx, jetstream.WithDeletedDetails(true))
	})
	if err != nil {
		return 0, err
	}
	end := f.sequence
	for end >= state.FirstSeq && slices.Contains(info.State.Deleted, end) {
		end--
	}
	return end, nil
}

// readTail reads up to a message that is there, and waits for it: the server that
// delivers may lag behind the one that leads the stream, and what is behind the last
// event that was read would be published again.
func (f *Feed) readTail(ctx context.Context, end, length uint64) (*Tail, error) {
	tail := &Tail{events: map[uint64][]byte{}}
	if end == 0 {
		return tail, nil
	}
	ctx, cancel := context.WithTimeout(ctx, askFor)
	defer cancel()
	config := jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: end - min(end, length) + 1,
	}
	err := ordered.Read(ctx, f.js, subject.EventsStream(f.zone), config, true, func(msg jetstream.Msg) error {
		meta, err := msg.Metadata()
		if err != nil {
			return err
		}
		tail.add(f.zone, meta.Sequence.Stream, msg.Data())
		if meta.Sequence.Stream >= end {
			return errEnd
		}
		return nil
	})
	if !errors.Is(err, errEnd) {
		return nil, err
	}
	return tail, nil
}

// add takes a message. An event from before the first one was copied here by somebody,
// or is there once more: what is between the two is not missing.
func (t *Tail) add(zone string, sequence uint64, body []byte) {
	e, _, err := events.DecodeEnvelope(body)
	if err != nil || e.Zone != zone || e.ZN == 0 || e.ZN > sequence || e.ZN < t.oldest || t.events[e.ZN] != nil {
		t.Strangers = append(t.Strangers, sequence)
		return
	}
	if t.oldest == 0 {
		t.oldest = e.ZN
	}
	t.events[e.ZN], t.newest = body, max(t.newest, e.ZN)
}

// Lacks tells whether an event is not there although one before it is, and one behind
// it: something else has its place.
func (t *Tail) Lacks(zn uint64) bool {
	return t.oldest < zn && zn < t.newest && t.events[zn] == nil
}

// Check compares an event of the journal with that of the feed. It returns
// ErrCorrupt when they differ: then it is the journal that is not whole. One that is
// not in the tail is right: it is older, has aged out, or is to be published.
func (t *Tail) Check(zn uint64, body []byte) error {
	stored, there := t.events[zn]
	if !there || bytes.Equal(stored, body) {
		return nil
	}
	return fmt.Errorf("event %d of the feed: %w: it is not that of the journal", zn, ErrCorrupt)
}

// CheckEnd returns ErrCorrupt when there is an event after the last one of the
// journal.
func (t *Tail) CheckEnd(last uint64) error {
	if t.newest <= last {
		return nil
	}
	return fmt.Errorf("event %d of the feed: %w: it ends at event %d", t.newest, ErrCorrupt, last)
}
