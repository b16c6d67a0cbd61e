package journal

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"

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
	// Events are the encoded events, whole turns.
	Events [][]byte
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
func DecodeCommit(b []byte) (Commit, error) {
	c, err := decodeCommit(b)
	if err != nil {
		return Commit{}, fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return c, nil
}

func decodeCommit(b []byte) (c Commit, err error) {
	if err := events.WellFormed(b); err != nil {
		return c, err
	}
	d := msgpack.NewDecoder(bytes.NewReader(b))
	n, err := d.DecodeMapLen()
	if err != nil || n < 0 {
		return c, errors.New("a commit is not a map")
	}
	version := uint64(0)
	for range n {
		key, err := d.DecodeString()
		if err != nil {
			return c, fmt.Errorf("a key of a commit: %w", err)
		}
		switch key {
		case "v":
			version, err = d.DecodeUint64()
		case "epoch":
			c.Epoch, err = d.DecodeUint64()
		case "inbox":
			c.Inbox.Sequence, err = d.DecodeUint64()
		case "stored":
			c.Inbox.Stored, err = d.DecodeInt64()
		case "prev":
			err = decodeHash(d, &c.Prev)
		case "events":
			c.Events, err = decodeEvents(d)
		default:
			err = fmt.Errorf("unknown key")
		}
		if err != nil {
			return c, fmt.Errorf("%q of a commit: %w", key, err)
		}
	}
	if version != commitVersion {
		return c, fmt.Errorf("a commit has version %d, this build reads version %d", version, commitVersion)
	}
	return c, nil
}

func decodeHash(d *msgpack.Decoder, h *Hash) error {
	b, err := d.DecodeBytes()
	if err != nil {
		return err
	}
	if len(b) != len(h) {
		return fmt.Errorf("%d bytes, want %d", len(b), len(h))
	}
	copy(h[:], b)
	return nil
}

func decodeEvents(d *msgpack.Decoder) ([][]byte, error) {
	n, err := d.DecodeArrayLen()
	if err != nil || n < 0 {
		return nil, errors.New("not an array")
	}
	var all [][]byte
	for range n {
		e, err := d.DecodeRaw()
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}
