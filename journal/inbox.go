package journal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/internal/ordered"
	"github.com/deskbus/deskbus/subject"
)

// Received is a message of the inbox.
type Received struct {
	Subject string
	Header  nats.Header
	Body    []byte
	// Position is the message's own place.
	Position Position
}

// ReadInbox calls fn for each message after position, in order, from one
// goroutine, until the context ends or the inbox cannot be read.
func ReadInbox(ctx context.Context, js jetstream.JetStream, zone string, after Position, fn func(Received)) error {
	stream, err := stream(ctx, js, subject.InboxStream(zone))
	if err != nil {
		return fmt.Errorf("inbox of zone %s: %w", zone, err)
	}
	lost, err := tailLost(ctx, stream, after)
	if err != nil {
		return fmt.Errorf("inbox of zone %s: %w", zone, err)
	}
	config := jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: after.Sequence + 1,
	}
	if lost {
		slog.Warn("inbox: its end was lost in a crash of the server; reading on by time",
			"zone", zone, "recorded", after.Sequence)
		later := time.Unix(0, after.Stored+1).UTC()
		config = jetstream.OrderedConsumerConfig{
			DeliverPolicy: jetstream.DeliverByStartTimePolicy, OptStartTime: &later,
		}
	}
	return ordered.Read(ctx, js, subject.InboxStream(zone), config, true, func(msg jetstream.Msg) error {
		meta, err := msg.Metadata()
		if err != nil {
			return fmt.Errorf("inbox of zone %s: %w", zone, err)
		}
		fn(Received{Subject: msg.Subject(), Header: msg.Headers(), Body: msg.Data(), Position: Position{
			Sequence: meta.Sequence.Stream, Stored: meta.Timestamp.UnixNano(),
		}})
		return nil
	})
}

// tailLost tells whether the end of the inbox, up to the recorded place, is gone.
// The inbox of a single server is acknowledged before it is on disk, so a crash
// of the server may take it, and its sequences are then given out again. What
// was decided is in the journal, and what was not is sent again by its sender;
// it stands behind the recorded place in time, if not in sequence.
func tailLost(ctx context.Context, stream jetstream.Stream, after Position) (bool, error) {
	if after.Sequence == 0 {
		return false, nil
	}
	if stream.CachedInfo().State.LastSeq < after.Sequence {
		return true, nil
	}
	msg, err := ask(ctx, func(ctx context.Context) (*jetstream.RawStreamMsg, error) {
		return stream.GetMsg(ctx, after.Sequence)
	})
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return false, nil // aged out
	}
	if err != nil {
		return false, err
	}
	return msg.Time.UnixNano() != after.Stored, nil
}

// TrimInbox removes the messages before the one with this sequence, which are decided.
// That one stays: by it the next leader sees whether the end of the inbox was lost.
func TrimInbox(ctx context.Context, js jetstream.JetStream, zone string, before uint64) error {
	stream, err := stream(ctx, js, subject.InboxStream(zone))
	if err == nil {
		err = stream.Purge(ctx, jetstream.WithPurgeSequence(before))
	}
	if err != nil {
		return fmt.Errorf("inbox of zone %s: trim: %w", zone, err)
	}
	return nil
}
