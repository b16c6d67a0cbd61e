package journal

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbus/deskbus/events"
)

func sampleCommit() Commit {
	c := Commit{
		Epoch: 3, Inbox: Position{Sequence: 70_000, Stored: 1_795_000_000_123_456_789},
		Events: [][]byte{{0x81, 0xa1, 'v', 0x01}, {0x80}},
	}
	for i := range c.Prev {
		c.Prev[i] = byte(i)
	}
	return c
}

// frozenCommit was written by version 1 and must be readable for ever.
const frozenCommit = "86a17601a565706f636803a5696e626f78ce00011170a673746f726564cf18e91efd632f4d15a470726576c420" +
	"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1fa66576656e74739281a1760180"

func TestCommitEncodingIsFrozen(t *testing.T) {
	c := sampleCommit()
	b, err := c.encode()
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(b); got != frozenCommit {
		t.Errorf("the encoding has changed\n got %s\nwant %s", got, frozenCommit)
	}
	back, err := DecodeCommit(b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(c, back); diff != "" {
		t.Error(diff)
	}
}

func TestDecodeCommitRefuses(t *testing.T) {
	c := sampleCommit()
	good, err := c.encode()
	if err != nil {
		t.Fatal(err)
	}
	later := bytes.Replace(good, []byte{0xa1, 'v', 0x01, 0xa5}, []byte{0xa1, 'v', 0x02, 0xa5}, 1)
	other := bytes.Replace(good, []byte("epoch"), []byte("epock"), 1)
	for name, b := range map[string][]byte{
		"nothing": nil, "cut short": good[:len(good)-1], "trailing": append(bytes.Clone(good), 0), "later version": later,
		"unknown key": other, "no map": {0x90},
	} {
		if _, err := DecodeCommit(b); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestACommitSaysAllOnce: what a commit says twice could be read in two ways.
func TestACommitSaysAllOnce(t *testing.T) {
	c := sampleCommit()
	c.Events = nil
	good, err := c.encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range []string{"\xa1v\x01", "\xa5epoch\x03", "\xa6events\x90"} {
		twice := append(bytes.Clone(good), field...)
		twice[0]++
		if _, err := DecodeCommit(twice); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%q: %v", field, err)
		}
		var folded Commit
		if err := folded.decodeAll(twice, events.NewDecoder(nil)); !errors.Is(err, ErrCorrupt) {
			t.Errorf("%q, to fold: %v", field, err)
		}
	}
}

func FuzzDecodeCommit(f *testing.F) {
	c := sampleCommit()
	good, err := c.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := DecodeCommit(b)
		if err != nil {
			return
		}
		again, err := c.encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := DecodeCommit(again)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, back); diff != "" {
			t.Fatal(diff)
		}
	})
}
