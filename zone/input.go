package zone

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"go.opentelemetry.io/otel/trace"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/tracing"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/logon"
	"github.com/deskbus/deskbus/manager"
	"github.com/deskbus/deskbus/subject"
)

// inputQueue is how many decoded inputs may wait for the leader.
const inputQueue = 1024

// maxSender bounds the id of an agent or a switch, in bytes: it becomes part of
// subjects, which the bus bounds.
const maxSender = 255

// isID tells whether the id of a sender may stand in the log: as a text that any
// language reads and any database keeps.
func isID(sender string) bool {
	return len(sender) <= maxSender && utf8.ValidString(sender) && !strings.ContainsFunc(sender, unicode.IsControl)
}

// input is a message of the inbox, ready to be decided.
type input struct {
	position journal.Position
	// decide is nil when there is nothing to decide; dropped says why.
	decide  manager.Input
	dropped string
	// trace is what the message says it is part of; not valid without.
	trace trace.SpanContext
}

// decode turns a message into an input. Nothing a sender can write makes it
// fail: what cannot be read becomes a command with a fault where the subject
// names a sender, and is dropped where it does not.
func (z *Zone) decode(r journal.Received) input {
	in := input{position: r.Position, trace: tracing.Extract(r.Header)}
	s, err := subject.ParseInbound(r.Subject)
	switch {
	case err != nil, !isID(s.Sender):
		in.dropped = droppedSubject
	case s.FromSwitch:
		in.decide, in.dropped = decodeSwitchEvent(s, r.Body)
	default:
		in.decide = z.decodeCommand(s, r)
	}
	return in
}

func decodeSwitchEvent(s subject.Inbound, body []byte) (manager.Input, string) {
	m, err := events.DecodeSwitchEvent(s.Name, body)
	if err != nil {
		return nil, droppedSwitchEvent
	}
	return manager.SwitchEvent{Switch: s.Sender, Name: s.Name, ID: m.ID, Data: m.Data}, ""
}

func (z *Zone) decodeCommand(s subject.Inbound, r journal.Received) manager.Input {
	m, err := events.DecodeCommand(s.Name, r.Body)
	c := manager.Command{
		Agent: s.Sender, Name: s.Name, Sequence: r.Position.Sequence, Deadline: m.Deadline,
		Data: m.Data, Fault: events.CodeOf(err),
	}
	if m.ID.N != 0 {
		// The session itself is a secret of the desktop and ends here.
		c.ID = m.ID.Public()
	}
	if m.Ticket != "" {
		z.resolveActor(&c, m.Ticket, r.Position.Stored)
	}
	if p, ok := m.Data.(events.LogonParams); ok {
		// The ticket ends here: the manager and the log get its verdict.
		c.Data = logon.Resolve(z.config.Key, p, s.Sender, z.config.Name, c.ID.Conn, time.Now())
	}
	return c
}

// resolveActor puts the service in place of its ticket. The ticket must have been
// good when the bus took the command, at stored: how long the command waited for
// a leader is a matter of its deadline.
func (z *Zone) resolveActor(c *manager.Command, ticket string, stored int64) {
	service, err := logon.VerifyActor(z.config.Key, ticket, time.Unix(0, stored), z.config.Name, c.ID.Conn, c.Name)
	if err != nil {
		c.Data, c.Fault = nil, events.AgentUnknown
		return
	}
	c.Actor = service
}
