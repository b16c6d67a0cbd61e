package journal

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/deskbus/deskbus/events"
)

// commitVersion is the version of the commit format this package writes.
const commitVersion = 1

// ErrCorrupt: a commit cannot be read or does not follow the one before. The
// zone cannot go on; nothing was changed.
var ErrCorrupt = errors.New("the journal is damaged")

// GapError: commits are missing. That is damage (it is an [ErrCorrupt] too), unless
// they were trimmed and a newer snapshot stands for them.
type GapError struct{ After, Sequence uint64 }

func (e *GapError) Error() string {
	return fmt.Sprintf("%v: commit %d follows commit %d", ErrCorrupt, e.Sequence, e.After)
}

// Unwrap returns [ErrCorrupt].
func (e *GapError) Unwrap() error { return ErrCorrupt }

// Hash is the SHA-256 of a commit as it stands in the journal.
type Hash [sha256.Size]byte

// Commit is one message of the journal.
type Commit struct {
	// Sequence is its place in the journal, set when it is read.
	Sequence uint64
	// Epoch is the leadership that wrote it.
	Epoch uint64
	// Inbox says how far the inbox is decided.
	Inbox Position
	// Prev is the hash of the commit before, zero for the first.
	Prev Hash
	// Events are the encoded events, whole turns. Of a commit that was read they
	// are parts of the message, and Decoded is what they say, if the journal was
	// opened to fold it. Then both slices belong to the journal again when the commit
	// is folded.
	Events  [][]byte
	Decoded []events.Event
}

// Position is a place in the inbox: everything up to it is decided.
type Position struct {
	// Sequence is 0 before the first message.
	Sequence uint64
	// Stored is when the bus stored that message, in nanoseconds since 1970.
	// It tells a message from another one that got the same sequence after a
	// power loss took the end of the inbox.
	Stored int64
}

func (c *Commit) encode() ([]byte, error) {
	size := 128
	for _, e := range c.Events {
		size += len(e)
	}
	var buf bytes.Buffer
	buf.Grow(size)
	enc := msgpack.NewEncoder(&buf)
	enc.UseCompactInts(true)
	err := errors.Join(
		enc.EncodeMapLen(6),
		enc.EncodeString("v"), enc.EncodeUint(commitVersion),
		enc.EncodeString("epoch"), enc.EncodeUint(c.Epoch),
		enc.EncodeString("inbox"), enc.EncodeUint(c.Inbox.Sequence),
		enc.EncodeString("stored"), enc.EncodeInt(c.Inbox.Stored),
		enc.EncodeString("prev"), enc.EncodeBytes(c.Prev[:]),
		enc.EncodeString("events"), enc.EncodeArrayLen(len(c.Events)),
	)
	if err != nil {
		return nil, fmt.Errorf("journal: encode commit: %w", err)
	}
	for _, e := range c.Events {
		buf.Write(e)
	}
	return buf.Bytes(), nil
}

// DecodeCommit reads one message of the journal.
func DecodeCommit(b []byte) (c Commit, err error) {
	err = c.decode(b, func(rest []byte) ([]byte, error) {
		_, rest, err := events.ReadValue(rest)
		return rest, err
	})
	if err != nil {
		return Commit{}, err
	}
	return c, nil
}

// decodeAll is [DecodeCommit] with the events. It uses the slices of the commit c
// was before.
func (c *Commit) decodeAll(b []byte, decoder *events.Decoder) error {
	c.Decoded = c.Decoded[:0]
	return c.decode(b, func(rest []byte) ([]byte, error) {
		n := len(c.Decoded)
		c.Decoded = slices.Grow(c.Decoded, 1)[:n+1]
		return decoder.Next(rest, &c.Decoded[n])
	})
}

// decode reads one message of the journal. It has event read the event that the
// rest of the message begins with and return what follows it, so that no byte is
// looked at twice.
func (c *Commit) decode(b []byte, event func(rest []byte) ([]byte, error)) error {
	read := 0
	rest, err := events.ReadFields(b, func(key, rest []byte) ([]byte, error) {
		// A field that came twice could be read in two ways.
		if read == len(commitFields) || string(key) != commitFields[read] {
			return nil, fmt.Errorf("field %d is %q", read+1, key)
		}
		read++
		if string(key) == "events" {
			return c.readEvents(rest, event)
		}
		value, rest, err := events.ReadValue(rest)
		if err != nil {
			return nil, err
		}
		if err := c.field(key, value); err != nil {
			return nil, fmt.Errorf("%q: %w", key, err)
		}
		return rest, nil
	})
	switch {
	case err != nil:
	case len(rest) > 0:
		err = fmt.Errorf("%d bytes too many", len(rest))
	case read < len(commitFields):
		err = fmt.Errorf("it ends before %q", commitFields[read])
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return nil
}

// commitFields are the fields of a commit, in their order.
var commitFields = [...]string{"v", "epoch", "inbox", "stored", "prev", "events"}

func (c *Commit) field(key, value []byte) (err error) {
	switch string(key) {
	case "v":
		var version uint64
		if version, err = events.Uint(value); err == nil && version != commitVersion {
			err = fmt.Errorf("a commit has version %d, this build reads version %d", version, commitVersion)
		}
	case "epoch":
		c.Epoch, err = events.Uint(value)
	case "inbox":
		c.Inbox.Sequence, err = events.Uint(value)
	case "stored":
		c.Inbox.Stored, err = events.Int(value)
	case "prev":
		err = decodeHash(value, &c.Prev)
	}
	return err
}

func (c *Commit) readEvents(b []byte, event func(rest []byte) ([]byte, error)) ([]byte, error) {
	c.Events = c.Events[:0]
	if c.Events == nil {
		c.Events = make([][]byte, 0, 8) // what most commits have
	}
	return events.ReadElements(b, func(rest []byte) ([]byte, error) {
		after, err := event(rest)
		if err != nil {
			return nil, err
		}
		end := len(rest) - len(after)
		c.Events = append(c.Events, rest[:end:end])
		return after, nil
	})
}

func decodeHash(value []byte, h *Hash) error {
	const header = "\xc4\x20" // msgpack: 32 bytes
	if len(value) != len(header)+len(h) || string(value[:len(header)]) != header {
		return errors.New("not a hash")
	}
	copy(h[:], value[len(header):])
	return nil
}
