package tally

import (
	"strings"
	"unicode/utf8"

	"github.com/deskbus/deskbus/subject"
)

// Base is the length of an interval of the rows in seconds. Longer ones are sums.
const Base = 15 * 60

// base is the same in milliseconds.
const base = Base * 1000

// Key says what a row is about: an interval, an agent in a campaign. Agent is
// empty for what happened to a campaign without an agent, Campaign for the time
// an agent was in none. The row of an agent is the sum over campaigns, that of a
// campaign the sum over agents.
type Key struct {
	// Start is in seconds since 1970, UTC.
	Start           int64
	Agent, Campaign string
}

// Label is a key and a code of it: a reason or a disposition.
type Label struct {
	Key
	Code, Name string
}

// Rows are what events add to the rows of a report. A value may be negative: the
// machine that was taken for a person is moved.
type Rows struct {
	Figures map[Key]*Figures
	// NotReady is the time by reason in milliseconds.
	NotReady map[Label]int64
	// Dispositions is how many by completion code.
	Dispositions map[Label]int64
}

func newRows() Rows {
	return Rows{Figures: map[Key]*Figures{}, NotReady: map[Label]int64{}, Dispositions: map[Label]int64{}}
}

// key is the row of a moment, given in milliseconds since 1970, UTC.
func key(at int64, agent, campaign string) Key {
	return Key{Start: at / base * Base, Agent: printable(agent), Campaign: printable(campaign)}
}

// printable makes an id fit for a database. One that is no text stands as it does
// in a subject.
func printable(id string) string {
	if utf8.ValidString(id) && strings.IndexByte(id, 0) < 0 {
		return id
	}
	return subject.Escape(id)
}

// of returns the figures of a row, which exists from then on.
func (r *Rows) of(k Key) *Figures {
	f := r.Figures[k]
	if f == nil {
		f = &Figures{}
		r.Figures[k] = f
	}
	return f
}

// maxLabel bounds a text that a desktop chose, in bytes: it is part of a key.
const maxLabel = 200

// label makes any text fit for a database.
func label(text string) string {
	text = strings.ReplaceAll(text, "\x00", "")
	if len(text) > maxLabel {
		text = text[:maxLabel]
	}
	return strings.ToValidUTF8(text, "")
}
