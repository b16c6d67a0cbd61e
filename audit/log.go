package audit

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/subject"
)

// Log is the log of one zone.
type Log struct {
	JS   jetstream.JetStream
	Zone string
	// Progress, if there is one, hears how many messages of a long reading are
	// done, and of how many, roughly.
	Progress func(done, total uint64)
}

func (l *Log) progress(done, total uint64) {
	if l.Progress != nil {
		l.Progress(done, total)
	}
}

// streamState says which messages a stream has.
func (l *Log) streamState(ctx context.Context, name string) (jetstream.StreamState, error) {
	stream, err := l.JS.Stream(ctx, name)
	if err != nil {
		return jetstream.StreamState{}, fmt.Errorf("stream %s: %w", name, err)
	}
	return stream.CachedInfo().State, nil
}

// feedState says which messages the feed has.
func (l *Log) feedState(ctx context.Context) (jetstream.StreamState, error) {
	return l.streamState(ctx, subject.EventsStream(l.Zone))
}
