package events

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Version is the envelope version this package writes.
const Version = 1

// Kind says what an event is, and with that who it is for.
type Kind string

const (
	// KindCommand is a command as it was decided: first event of its turn.
	KindCommand Kind = "cmd"
	// KindResponse answers one command.
	KindResponse Kind = "resp"
	// KindNotification tells an agent's desktop something it did not ask for.
	KindNotification Kind = "ntf"
	// KindFact records what happened to a call, a campaign or the zone.
	KindFact Kind = "fact"
	// KindSwitch is a command to a switch or an event from one.
	KindSwitch Kind = "switch"
)

// Event is one entry of the log. The zero values of Agent, N, Session, Job,
// Switch and Actor mean "does not apply" and are not encoded.
type Event struct {
	Zone string
	// Turn is the dense number of the turn within the zone; Index is the place
	// within the turn, from 0. Together they are the event's id.
	Turn  uint64
	Index int
	// ZN is the dense number within the zone, from 1. It is also the sequence
	// of the event in the feed stream.
	ZN uint64
	// At is the time of the decision in microseconds since 1970, UTC.
	At   int64
	Kind Kind
	Name string
	// Agent is the agent the event is for or about.
	Agent string
	// N is the dense number within the addressee, from 1: the agent for
	// commands, responses and notifications, the switch for switch events.
	N uint64
	// Cause names the input that led to the turn: the id of a switch event or the
	// public id of a command ("<conn>.<number>"), a timer ("timer.<kind>.<key>"), a step of the
	// leader ("leader.<what>"), or a place in the inbox ("inbox.<sequence>")
	// where the input could not be read.
	Cause string
	// Session is the sessionID of the call the event belongs to.
	Session string
	// Job is the campaign the event belongs to.
	Job string
	// Switch names the switch of a switch event.
	Switch string
	// Actor is the service that sent a command for the agent, on the command and
	// its response; empty when the agent's own desktop did.
	Actor string
	// Data is the payload. Its type follows from Kind and Name.
	Data any
}

// ID returns "<turn>.<index>", unique within the zone.
func (e *Event) ID() string {
	return strconv.FormatUint(e.Turn, 10) + "." + strconv.Itoa(e.Index)
}

// Time returns At as a time in UTC.
func (e *Event) Time() time.Time { return time.UnixMicro(e.At).UTC() }

// ID identifies an input: the session of the connector that sent it, and a
// dense number, from 1, within that session. It makes retries safe.
type ID struct {
	Conn string
	N    uint64
}

// maxConn bounds the length of a connector session name in bytes.
const maxConn = 64

// String returns "<conn>.<n>".
func (id ID) String() string { return id.Conn + "." + strconv.FormatUint(id.N, 10) }

// Public returns the id as the log and the feed show it. Whoever knows a
// connector session can act for its desktop, and the feed is public; so the
// session appears there only as 16 bytes of its SHA-256, in hexadecimal.
func (id ID) Public() ID {
	sum := sha256.Sum256([]byte(id.Conn))
	return ID{Conn: hex.EncodeToString(sum[:16]), N: id.N}
}

// ParseID is the inverse of [ID.String]. The connector session consists of
// letters, digits, '-' and '_', at most 64 of them; the number starts at 1.
func ParseID(s string) (ID, error) {
	conn, number, found := strings.Cut(s, ".")
	if !found || !validConn(conn) {
		return ID{}, fmt.Errorf("events: %q is not an id: want <connector session>.<number>", clip(s))
	}
	n, err := strconv.ParseUint(number, 10, 64)
	if err != nil || n == 0 || number[0] == '0' || number[0] == '+' {
		return ID{}, fmt.Errorf("events: id %q: want a number from 1 after the dot", clip(s))
	}
	return ID{Conn: conn, N: n}, nil
}

func validConn(s string) bool {
	switch s {
	case "", "inbox", "timer", "leader":
		return false // other causes begin with these
	}
	if len(s) > maxConn {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}

// clip keeps hostile input from filling a log line.
func clip(s string) string {
	if len(s) > 80 {
		return s[:80] + "…"
	}
	return s
}
