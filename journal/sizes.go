package journal

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/subject"
)

// Sizes say how large the streams of a zone are.
type Sizes struct {
	JournalBytes uint64
	InboxBytes   uint64
	FeedBytes    uint64
	// InboxLast and FeedLast are the sequences of the newest messages.
	InboxLast uint64
	FeedLast  uint64
}

// Measure asks the bus for the sizes of the streams of a zone.
func Measure(ctx context.Context, js jetstream.JetStream, zone string) (Sizes, error) {
	var states [3]jetstream.StreamState
	for i, name := range []string{subject.JournalStream(zone), subject.InboxStream(zone), subject.EventsStream(zone)} {
		stream, err := js.Stream(ctx, name)
		if err != nil {
			return Sizes{}, fmt.Errorf("journal: stream %s: %w", name, err)
		}
		states[i] = stream.CachedInfo().State
	}
	return Sizes{
		JournalBytes: states[0].Bytes, InboxBytes: states[1].Bytes, FeedBytes: states[2].Bytes,
		InboxLast: states[1].LastSeq, FeedLast: states[2].LastSeq,
	}, nil
}
