package audit

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/subject"
)

const (
	// readAhead is how many messages of the feed may wait for the journal.
	readAhead = 8192
	// feedPatience is how long a feed may lag behind the journal that is being
	// written; feedPause is between two looks.
	feedPatience = 2 * time.Second
	feedPause    = 100 * time.Millisecond
)

// message is one of the feed.
type message struct {
	sequence uint64
	// zn is the number of the event, 0 for what is none.
	zn      uint64
	subject string
	body    []byte
}

// comparison reads the feed beside the journal.
type comparison struct {
	log    *Log
	stream string
	// first is the sequence of the oldest message the feed has.
	first    uint64
	messages chan message
	// failed has the error that ended the reading, once messages is closed.
	failed error
	// read is the sequence of the newest message that was read, newest the number of
	// the newest event.
	read, newest uint64
	// ended: the feed has no more.
	ended                   bool
	aged, compared, missing uint64
	// strangers are the messages that readers pass over; stranger is the sequence of
	// the first.
	strangers, stranger uint64
}

// compare begins to read the feed, from one event on, until the context ends.
func compare(ctx context.Context, l *Log, state jetstream.StreamState, from uint64) *comparison {
	c := &comparison{log: l, stream: subject.EventsStream(l.Zone), first: state.FirstSeq}
	c.begin(ctx, from)
	return c
}

func (c *comparison) begin(ctx context.Context, from uint64) {
	c.messages = make(chan message, readAhead)
	go c.readFrom(ctx, from, c.messages)
}

func (c *comparison) readFrom(ctx context.Context, from uint64, messages chan<- message) {
	defer close(messages)
	c.failed = feed.Read(ctx, c.log.JS, c.log.Zone, feed.Query{From: from}, func(m jetstream.Msg) error {
		meta, err := m.Metadata()
		if err != nil {
			return err
		}
		e, _, err := events.DecodeEnvelope(m.Data())
		if err != nil || e.Zone != c.log.Zone {
			e.ZN = 0
		}
		select {
		case messages <- message{meta.Sequence.Stream, e.ZN, m.Subject(), m.Data()}:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

// check compares an event of the journal with the feed.
func (c *comparison) check(ctx context.Context, e *events.Event, body []byte) error {
	if e.ZN < c.first {
		c.aged++
		return nil
	}
	m, err := c.take(ctx, e.ZN)
	if err != nil {
		return err
	}
	if m == nil {
		if c.newest > e.ZN {
			return &Fault{c.stream, e.ZN, fmt.Errorf("event %d of the journal is missing in the feed", e.ZN)}
		}
		c.missing++
		return nil
	}
	fail := func(format string, args ...any) error {
		return &Fault{c.stream, m.sequence, fmt.Errorf(format, args...)}
	}
	want, err := subject.Of(e)
	switch {
	case err != nil:
		return err
	case m.subject != want:
		return fail("it is published on %s, want %s", m.subject, want)
	case !bytes.Equal(m.body, body):
		return fail("it is not the event of the journal")
	}
	c.compared++
	return nil
}

// take returns the event with this number, nil when the feed has none behind the one
// before. What readers pass over it counts.
func (c *comparison) take(ctx context.Context, zn uint64) (*message, error) {
	deadline := time.Now().Add(feedPatience)
	for !c.ended {
		m, open := <-c.messages
		switch {
		case open:
			c.read, c.newest = m.sequence, max(c.newest, m.zn)
			if m.zn == zn {
				return &m, nil
			}
			c.pass(m)
		case c.failed != nil:
			return nil, c.failed
		case time.Now().After(deadline):
			c.ended = true
		default:
			if err := c.lookAgain(ctx); err != nil {
				return nil, err
			}
		}
	}
	return nil, nil
}

// pass counts a message that is not the next event. Those before the first that is
// compared are events.
func (c *comparison) pass(m message) {
	if c.compared == 0 && m.zn != 0 {
		return
	}
	if c.strangers++; c.stranger == 0 {
		c.stranger = m.sequence
	}
}

// lookAgain reads on when the feed has grown, and waits a moment when it has not:
// a leader publishes after it has committed.
func (c *comparison) lookAgain(ctx context.Context) error {
	state, err := c.log.feedState(ctx)
	if err != nil {
		return err
	}
	if state.LastSeq > max(c.read, c.first-1) {
		c.begin(ctx, max(c.read+1, c.first))
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(feedPause):
		return nil
	}
}

// rest reads what the feed has behind the newest event of the journal. It may have
// grown meanwhile, and only what is no event counts.
func (c *comparison) rest(ctx context.Context, newest uint64) error {
	for {
		select {
		case m, open := <-c.messages:
			if !open {
				return c.failed
			}
			if m.zn <= newest {
				c.pass(m)
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
