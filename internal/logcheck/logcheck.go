// Package logcheck reads the whole log of a zone and says whether it keeps the
// promises Deskbus makes, whatever crashed while it was written:
//
//   - the journal's hash chain holds and its events fold: turns are whole and
//     in one commit each, zone numbers and addressee numbers are dense;
//   - each command has one outcome: one command event at most, and answers that
//     say the same;
//   - the feed holds the events of the journal, byte for byte, in order, under
//     their own subjects.
package logcheck

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/manager"
	"github.com/deskbus/deskbus/subject"
)

// Log is what was read.
type Log struct {
	Commits int
	Events  []events.Event
	bodies  [][]byte
	// State is the fold of the events.
	State *manager.State
}

// Read reads and checks the log of a zone. The error names the first broken
// promise.
func Read(ctx context.Context, js jetstream.JetStream, zone string) (*Log, error) {
	l := &Log{State: manager.New(zone)}
	if err := journal.Open(js, zone).Fold(ctx, l.commit); err != nil {
		return nil, err
	}
	if err := l.outcomes(); err != nil {
		return nil, err
	}
	return l, l.feed(ctx, js, zone)
}

func (l *Log) commit(c journal.Commit) error {
	if len(c.Events) == 0 {
		return errors.New("a commit without events")
	}
	for i, body := range c.Events {
		e, err := events.Decode(body)
		if err != nil {
			return err
		}
		if i == 0 && e.Index != 0 {
			return fmt.Errorf("a commit begins in the middle of a turn, with event %s", e.ID())
		}
		if err := l.State.Evolve(&e); err != nil {
			return err
		}
		l.Events = append(l.Events, e)
		l.bodies = append(l.bodies, body)
	}
	if c.Epoch != l.State.Epoch {
		return fmt.Errorf("a commit of epoch %d in epoch %d", c.Epoch, l.State.Epoch)
	}
	l.Commits++
	return nil
}

// outcome is what became of one command.
type outcome struct {
	commands int
	answers  []events.Event
}

func (l *Log) outcomes() error {
	all := map[string]*outcome{}
	of := func(e *events.Event) *outcome {
		if all[e.Cause] == nil {
			all[e.Cause] = &outcome{}
		}
		return all[e.Cause]
	}
	for i := range l.Events {
		switch e := &l.Events[i]; {
		case e.Kind == events.KindCommand:
			of(e).commands++
		case e.Kind == events.KindResponse, e.Name == events.AGTInvalidCommandName:
			o := of(e)
			o.answers = append(o.answers, *e)
		}
	}
	for cause, o := range all {
		if o.commands > 1 {
			return fmt.Errorf("command %s was decided %d times", cause, o.commands)
		}
		if len(o.answers) == 0 {
			return fmt.Errorf("command %s was decided and not answered", cause)
		}
		if err := alike(o.answers); err != nil {
			return fmt.Errorf("command %s: %w", cause, err)
		}
	}
	return nil
}

func alike(answers []events.Event) error {
	var encoder events.Encoder
	var first []byte
	for i, e := range answers {
		// Only what a retry may not change is compared.
		same := events.Event{Kind: e.Kind, Name: e.Name, Agent: e.Agent, Data: e.Data}
		body, err := encoder.Append(nil, &same)
		if err != nil {
			return err
		}
		if i == 0 {
			first = body
		} else if !bytes.Equal(first, body) {
			return fmt.Errorf("it was answered by events %s and %s, which differ", answers[0].ID(), e.ID())
		}
	}
	return nil
}

func (l *Log) feed(ctx context.Context, js jetstream.JetStream, zone string) error {
	next := 0
	err := feed.Read(ctx, js, zone, feed.Query{}, func(m jetstream.Msg) error {
		if next == len(l.Events) {
			return fmt.Errorf("the feed goes on after event %d, the end of the journal", next)
		}
		want, err := subject.Of(&l.Events[next])
		switch {
		case err != nil:
			return err
		case m.Subject() != want:
			return fmt.Errorf("event %d is published on %s, want %s", next+1, m.Subject(), want)
		case !bytes.Equal(m.Data(), l.bodies[next]):
			return fmt.Errorf("event %d of the feed is not that of the journal", next+1)
		}
		next++
		return nil
	})
	if err != nil {
		return err
	}
	if next != len(l.Events) {
		return fmt.Errorf("the feed ends at event %d, the journal at %d", next, len(l.Events))
	}
	return nil
}

// HashAt returns the hash of the state after the event with this zone number, as
// a broker logs it when it leaves a zone.
func (l *Log) HashAt(zn uint64) (string, error) {
	s := manager.New(l.State.Zone)
	for i := range l.Events {
		if l.Events[i].ZN > zn {
			break
		}
		if err := s.Evolve(&l.Events[i]); err != nil {
			return "", err
		}
	}
	b, err := s.Encode()
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), err
}

// Told returns what the desktop of an agent was told since its logon with the
// connector session conn: names of responses to its own commands, with their
// results, and of notifications, in order. An answer that was repeated for a
// retry is told once.
func (l *Log) Told(agent, conn string) []string {
	var told []string
	mine, answered := false, map[string]bool{}
	for i := range l.Events {
		e := &l.Events[i]
		if e.Agent != agent {
			continue
		}
		switch own := strings.HasPrefix(e.Cause, conn+"."); e.Kind {
		case events.KindResponse:
			if own && !answered[e.Cause] {
				answered[e.Cause] = true
				told = append(told, fmt.Sprintf("%s %d", e.Name, Result(e.Data)))
				mine = mine || e.Name == events.RESP(events.AGTLogon) && Result(e.Data) == events.Success
			}
		case events.KindNotification:
			if mine {
				told = append(told, e.Name)
			}
		}
	}
	return told
}

// Result returns the result of the responses that desktops of tests get.
func Result(data any) events.Code {
	switch d := data.(type) {
	case events.ResultData:
		return d.Result
	case events.SessionResult:
		return d.Result
	case events.StateChangeResult:
		return d.Result
	case events.WrapupResult:
		return d.Result
	case events.CompCodesResult:
		return d.Result
	case events.CustomerDetailsResult:
		return d.Result
	}
	panic(fmt.Sprintf("logcheck: no result in %T", data))
}
