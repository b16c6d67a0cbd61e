// Package feed reads the public feed of a zone: the events, one message each,
// in order.
//
// [Read] reads history through the stream, and can go on with what comes. It is
// for projections and tools. [Follower] is for those who are addressed, a
// desktop or a switch: it takes events as they are published, which is
// quickest and costs the server nothing per reader, and reads from the stream
// only what it has missed.
//
// The sequence of an event in the stream is its zone number, so a reader that
// knows the last number it has seen knows where to go on.
package feed

import (
	"context"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/internal/ordered"
	"github.com/deskbus/deskbus/subject"
)

// Query says what to read.
type Query struct {
	// From is the first zone number; 0 or 1 is the oldest event there is.
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
