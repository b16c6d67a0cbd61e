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
	zn      uint64
	subject string
	body    []byte
}

// comparison reads the feed beside the journal.
type comparison struct {
	log    *Log
	stream string
	// first is the oldest event the feed has.
	first    uint64
	messages chan message
	// failed has the error that ended the reading, once messages is closed.
	failed error
	// next is the message that was read and not compared yet.
	next *message
	// ended: the feed has no more.
	ended                   bool
	aged, compared, missing uint64
}

// compare begins to read the feed, from one event on, until the context ends.
func compare(ctx context.Context, l *Log, state jetstream.StreamState, from uint64) *comparison {
	c := &comparison{log: l, stream: subject.EventsStream(l.Zone), first: state.FirstSeq}
	c.begin(ctx, from)
	return c
}

func (c *comparison) begin(ctx context.Context, from uint64) {
	c.messages = make(chan message, readAhead)
	go c.read(ctx, from, c.messages)
}

func (c *comparison) read(ctx context.Context, from uint64, messages chan<- message) {
	defer close(messages)
	c.failed = feed.Read(ctx, c.log.JS, c.log.Zone, feed.Query{From: from}, func(m jetstream.Msg) error {
		meta, err := m.Metadata()
		if err != nil {
			return err
		}
		select {
		case messages <- message{meta.Sequence.Stream, m.Subject(), m.Data()}:
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
	fail := func(format string, args ...any) error {
		return &Fault{c.stream, e.ZN, fmt.Errorf(format, args...)}
	}
	if m == nil {
		c.missing++
		return nil
	}
	want, err := subject.Of(e)
	switch {
	case err != nil:
		return err
	case m.zn != e.ZN:
		return fail("event %d of the journal is missing in the feed", e.ZN)
	case m.subject != want:
		return fail("it is published on %s, want %s", m.subject, want)
	case !bytes.Equal(m.body, body):
		return fail("it is not the event of the journal")
	}
	c.compared++
	c.next = nil
	return nil
}

// take returns the first message from this number on, nil at the end of the feed.
func (c *comparison) take(ctx context.Context, zn uint64) (*message, error) {
	deadline := time.Now().Add(feedPatience)
	for c.next == nil && !c.ended {
		m, open := <-c.messages
		switch {
		case open && m.zn >= zn:
			c.next = &m
		case open:
		case c.failed != nil:
			return nil, c.failed
		case time.Now().After(deadline):
			c.ended = true
		default:
			if err := c.lookAgain(ctx, zn); err != nil {
				return nil, err
			}
		}
	}
	return c.next, nil
}

// lookAgain reads on when the feed has grown, and waits a moment when it has not:
// a leader publishes after it has committed.
func (c *comparison) lookAgain(ctx context.Context, zn uint64) error {
	state, err := c.log.feedState(ctx)
	if err != nil {
		return err
	}
	if state.LastSeq >= zn {
		c.begin(ctx, zn)
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(feedPause):
		return nil
	}
}
