// Package logcheck reads the whole log of a zone for tests: whether it keeps the
// promises Deskbus makes, whatever crashed while it was written, and what it told
// whom.
package logcheck

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/audit"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/manager"
)

// Log is what was read.
type Log struct {
	Commits uint64
	Events  []events.Event
	// State is the fold of the events.
	State *manager.State
}

// Read reads and verifies the log of a zone. The error names the first broken
// promise. The feed must have all of the journal.
func Read(ctx context.Context, js jetstream.JetStream, zone string) (*Log, error) {
	l := &Log{}
	source := audit.Log{JS: js, Zone: zone}
	verified, err := source.Verify(ctx, audit.VerifyOptions{Each: func(e *events.Event) { l.Events = append(l.Events, *e) }})
	if err != nil {
		return nil, err
	}
	if verified.Missing > 0 {
		return nil, fmt.Errorf("the feed lacks the last %d events", verified.Missing)
	}
	l.Commits, l.State = verified.Commits, verified.State
	return l, nil
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

// Result returns the result of a response.
func Result(data any) events.Code {
	code, found := events.ResultOf(data)
	if !found {
		panic(fmt.Sprintf("logcheck: no result in %T", data))
	}
	return code
}
