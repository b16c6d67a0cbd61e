package journal

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/subject"
)

// Received is a message of the inbox.
type Received struct {
	Subject string
	Body    []byte
	// Position is the message's own place.
	Position Position
}

// ReadInbox calls fn for each message after position, in order, from one
// goroutine, until the context ends or the inbox cannot be read. A message that
// is still there is not read again, one that the bus lost with a power failure
// is the sender's to retry.
func ReadInbox(ctx context.Context, js jetstream.JetStream, zone string, after Position, fn func(Received)) error {
	stream, err := js.Stream(ctx, subject.InboxStream(zone))
	if err != nil {
		return fmt.Errorf("inbox of zone %s: %w", zone, err)
	}
	start, err := inboxStart(ctx, stream, after)
	if err != nil {
		return fmt.Errorf("inbox of zone %s: %w", zone, err)
	}
	consumer, err := stream.OrderedConsumer(ctx, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: start,
	})
	if err != nil {
		return fmt.Errorf("inbox of zone %s: %w", zone, err)
	}
	messages, err := consumer.Messages(jetstream.PullHeartbeat(pullHeartbeat))
	if err != nil {
		return fmt.Errorf("inbox of zone %s: %w", zone, err)
	}
	defer messages.Stop()
	stop := context.AfterFunc(ctx, messages.Stop)
	defer stop()
	for {
		msg, err := messages.Next()
		if err != nil {
			return errors.Join(ctx.Err(), fmt.Errorf("inbox of zone %s: %w", zone, err))
		}
		meta, err := msg.Metadata()
		if err != nil {
			return fmt.Errorf("inbox of zone %s: %w", zone, err)
		}
		fn(Received{Subject: msg.Subject(), Body: msg.Data(), Position: Position{
			Sequence: meta.Sequence.Stream, Stored: meta.Timestamp.UnixNano(),
		}})
	}
}

// inboxStart returns the sequence to read from. The inbox of a single server is
// acknowledged before it is on disk, so a power loss may take its end, and its
// sequences are then given out again. If what stands at the recorded place is
// another message, everything is read; command numbers keep what was decided
// from being done twice.
func inboxStart(ctx context.Context, stream jetstream.Stream, after Position) (uint64, error) {
	if after.Sequence == 0 {
		return 1, nil
	}
	info, err := stream.Info(ctx)
	if err != nil {
		return 0, err
	}
	if info.State.LastSeq < after.Sequence {
		return 1, nil
	}
	msg, err := stream.GetMsg(ctx, after.Sequence)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return after.Sequence + 1, nil // aged out
	}
	if err != nil {
		return 0, err
	}
	if msg.Time.UnixNano() != after.Stored {
		return 1, nil
	}
	return after.Sequence + 1, nil
}
