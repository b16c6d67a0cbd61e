package audit

import (
	"crypto/sha256"
	"fmt"

	"github.com/deskbus/deskbus/events"
)

// outcomes is what became of each command, by connector session and number.
type outcomes map[string]map[uint64]outcome

// outcome is what became of one command.
type outcome struct {
	decided bool
	// by is the event that answered it first, answer the part of it that a retry
	// may not change.
	by     string
	answer [16]byte
}

func (o outcomes) of(cause string) (map[uint64]outcome, uint64) {
	id, err := events.ParseID(cause)
	if err != nil {
		id = events.ID{Conn: cause} // a place in the inbox
	}
	if o[id.Conn] == nil {
		o[id.Conn] = map[uint64]outcome{}
	}
	return o[id.Conn], id.N
}

func (o outcomes) decided(e *events.Event) error {
	all, n := o.of(e.Cause)
	one := all[n]
	if one.decided {
		return fmt.Errorf("command %s was decided twice", e.Cause)
	}
	one.decided = true
	all[n] = one
	return nil
}

func (o outcomes) answered(e *events.Event) error {
	all, n := o.of(e.Cause)
	one := all[n]
	answer, err := essence(e)
	switch {
	case err != nil:
		return err
	case one.by == "":
		one.by, one.answer = e.ID(), answer
		all[n] = one
	case one.answer != answer:
		return fmt.Errorf("command %s was answered by events %s and %s, which differ", e.Cause, one.by, e.ID())
	}
	return nil
}

// essence is what a retry may not change of an answer.
func essence(e *events.Event) (sum [16]byte, err error) {
	same := events.Event{Kind: e.Kind, Name: e.Name, Agent: e.Agent, Data: e.Data}
	body, err := events.Encode(&same)
	hash := sha256.Sum256(body)
	copy(sum[:], hash[:])
	return sum, err
}
