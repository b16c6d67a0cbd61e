package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/subject"
)

// errEnough ends the reading when what follows is later than asked for.
var errEnough = errors.New("enough")

// reader reads the feed of one zone and prints what matches.
type reader struct {
	js     jetstream.JetStream
	zone   string
	filter filter
	follow bool
	out    *bufio.Writer
	print  func(*events.Event) error
	stderr io.Writer
	// calls are the sessions the agent of the filter was told of.
	calls map[string]bool
	// found and unreadable count the events that were printed and that could
	// not be.
	found, unreadable int
}

// replay connects, reads and prints as the options say.
func replay(ctx context.Context, o *options, stdout, stderr io.Writer) error {
	nc, err := connect(o)
	if err != nil {
		return err
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	zone, err := chooseZone(ctx, js, o.zone)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(stdout)
	r := &reader{
		js: js, zone: zone, filter: o.filter, follow: o.follow,
		out: out, stderr: stderr, calls: make(map[string]bool),
	}
	if o.format == "json" {
		r.print = newLines(out).print
	} else {
		r.print = (&timeline{out: out}).print
	}
	err = errors.Join(r.readAll(ctx), out.Flush())
	if err != nil {
		return err
	}
	return r.sumUp()
}

// sumUp says on stderr what the output cannot show.
func (r *reader) sumUp() error {
	if r.unreadable > 0 {
		return fmt.Errorf("%d events could not be read: the audit is not complete", r.unreadable)
	}
	if r.found > 0 {
		return nil
	}
	fmt.Fprintf(r.stderr, "replay: nothing found in zone %s\n", r.zone)
	for _, name := range r.filter.names {
		if !known(name) {
			fmt.Fprintf(r.stderr, "replay: no event is called %s: names are exact, as in AGTLogonRESP\n", name)
		}
	}
	return nil
}

// known tells whether an event of this build's vocabulary has the name.
func known(name string) bool {
	return events.IsCommand(name) || events.IsCommand(strings.TrimSuffix(name, "RESP")) ||
		slices.Contains(events.Notifications(), name) || slices.Contains(events.Facts(), name) ||
		events.IsSwitchCommand(name) || slices.Contains(events.SwitchEvents(), name)
}

// readAll reads and prints in the order of the zone, each event as it comes if
// it can.
func (r *reader) readAll(ctx context.Context) error {
	if r.filter.agent == "" {
		return r.read(ctx, feed.Query{Follow: r.follow}, r.show)
	}
	if !r.follow {
		return r.gather(ctx)
	}
	own := feed.Query{Subjects: []string{subject.Agent(r.zone, r.filter.agent)}}
	learn := func(e *events.Event, _ error) error {
		learnCall(e, r.filter.agent, r.calls)
		return nil
	}
	if err := r.read(ctx, own, learn); err != nil {
		return err
	}
	return r.read(ctx, feed.Query{Follow: true}, r.show)
}

// gather reads what concerns one agent in parts and then prints it. The
// agent's own events come first, because they name the calls; the facts about a
// call begin before the agent hears of it and are addressed to nobody.
//
// One reading with all the filters would be simpler. But a consumer with several
// filters, a wide one among them, is served a hundred times slower than the
// parts, and slower than the whole feed (300,000 events: 47 s against 0.4 s,
// nats-server 2.15.2).
func (r *reader) gather(ctx context.Context) error {
	var list []*events.Event
	keep := func(e *events.Event, unreadable error) error {
		if unreadable != nil {
			return r.report(unreadable)
		}
		learnCall(e, r.filter.agent, r.calls)
		if r.filter.matches(e, r.calls) {
			list = append(list, e)
		}
		return nil
	}
	if r.filter.session != "" {
		r.calls[r.filter.session] = true
	}
	own := []string{subject.Agent(r.zone, r.filter.agent)}
	if err := r.read(ctx, feed.Query{Subjects: own}, keep); err != nil {
		return err
	}
	if calls := r.filter.callSubjects(r.zone, r.calls); len(calls) > 0 {
		if err := r.read(ctx, feed.Query{Subjects: calls}, keep); err != nil {
			return err
		}
	}
	for _, part := range append(besides(r.zone), tree(r.zone, "switch")) {
		if err := r.read(ctx, feed.Query{Subjects: []string{part}}, keep); err != nil {
			return err
		}
	}
	slices.SortFunc(list, func(a, b *events.Event) int { return cmp.Compare(a.ZN, b.ZN) })
	for _, e := range list {
		r.found++
		if err := r.print(e); err != nil {
			return err
		}
	}
	return nil
}

// report counts and reports a message that cannot be read.
func (r *reader) report(unreadable error) error {
	r.unreadable++
	_, err := fmt.Fprintln(r.stderr, "replay:", unreadable)
	return err
}

// show prints an event if it matches, and reports one that cannot be read.
func (r *reader) show(e *events.Event, unreadable error) error {
	if unreadable != nil {
		return r.report(unreadable)
	}
	learnCall(e, r.filter.agent, r.calls)
	if !r.filter.matches(e, r.calls) {
		return nil
	}
	r.found++
	if err := r.print(e); err != nil {
		return err
	}
	if r.follow {
		return r.out.Flush()
	}
	return nil
}

// read calls fn for every event between the asked times, give or take the clock
// skew. A message that is no event comes with an error.
func (r *reader) read(ctx context.Context, query feed.Query, fn func(*events.Event, error) error) error {
	if !r.filter.since.IsZero() {
		// An event is published after it was decided, so none is missed.
		query.Since = r.filter.since.Add(-clockSkew)
	}
	err := feed.Read(ctx, r.js, r.zone, query, func(m jetstream.Msg) error {
		e, err := events.DecodeLoose(m.Data())
		if err != nil {
			return fn(&e, fmt.Errorf("a message on %s cannot be read: %w", m.Subject(), err))
		}
		if r.filter.past(&e) {
			return errEnough
		}
		return fn(&e, nil)
	})
	if errors.Is(err, errEnough) {
		return nil
	}
	return explain(err)
}
