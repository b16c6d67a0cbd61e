package manager

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/vmihailenco/msgpack/v5"

	"github.com/deskbus/deskbus/events"
)

// snapshotVersion is the version of the encoding of a state. It changes when a
// field changes its meaning; fields that are only added do not change it.
const snapshotVersion = 1

type snapshot struct {
	V     int    `msgpack:"v"`
	State *State `msgpack:"state"`
}

// Encode returns the state as bytes. Two states that were folded from the same
// events have the same bytes, so that replicas can be compared by their hash.
func (s *State) Encode() ([]byte, error) {
	var buf bytes.Buffer
	e := msgpack.NewEncoder(&buf)
	e.UseCompactInts(true)
	if err := e.Encode(snapshot{snapshotVersion, s}); err != nil {
		return nil, fmt.Errorf("manager: encode the state of zone %s: %w", s.Zone, err)
	}
	return buf.Bytes(), nil
}

// DecodeState returns the state that Encode has written. An error means that it
// cannot be read; the events themselves still can.
func DecodeState(b []byte) (*State, error) {
	if err := events.WellFormed(b); err != nil {
		return nil, fmt.Errorf("manager: state: %w", err)
	}
	s := New("")
	decoded := snapshot{State: s}
	if err := msgpack.Unmarshal(b, &decoded); err != nil {
		return nil, fmt.Errorf("manager: state: %w", err)
	}
	if decoded.V != snapshotVersion {
		return nil, fmt.Errorf("manager: the state has version %d, this build reads version %d", decoded.V, snapshotVersion)
	}
	s.derive()
	return s, nil
}

// derive makes anew what follows from the folded fields.
func (s *State) derive() {
	s.jobNames = slices.Sorted(maps.Keys(s.Jobs))
	for _, j := range s.Jobs {
		s.campaignsOn[j.Campaign.Switch]++
	}
	for _, id := range slices.Sorted(maps.Keys(s.Callbacks)) {
		s.promise(s.Callbacks[id])
	}
	for _, id := range slices.Sorted(maps.Keys(s.Calls)) {
		if c := s.Calls[id].Callback; c != nil {
			s.promise(c)
		}
	}
	s.dropStale()
	s.paceAll()
	var queued []*Agent
	for _, id := range slices.Sorted(maps.Keys(s.Agents)) {
		a := s.Agents[id]
		s.attach(a, a.Job)
		if a.queue = s.queueFor(a); a.queue != nil {
			queued = append(queued, a)
		}
	}
	slices.SortStableFunc(queued, func(a, b *Agent) int { return cmp.Compare(a.QueuedAt, b.QueuedAt) })
	for _, a := range queued {
		a.queue.push(a)
	}
}

// table is a map whose encoding is in the order of its keys.
type table[K ~string, V any] map[K]V

// EncodeMsgpack writes the entries, the least key first.
func (t table[K, V]) EncodeMsgpack(e *msgpack.Encoder) error {
	if err := e.EncodeMapLen(len(t)); err != nil {
		return err
	}
	for _, key := range slices.Sorted(maps.Keys(t)) {
		if err := e.EncodeString(string(key)); err != nil {
			return err
		}
		if err := e.Encode(t[key]); err != nil {
			return err
		}
	}
	return nil
}

// DecodeMsgpack reads what EncodeMsgpack has written.
func (t *table[K, V]) DecodeMsgpack(d *msgpack.Decoder) error {
	n, err := d.DecodeMapLen()
	if err != nil {
		return err
	}
	*t = make(table[K, V], max(n, 0))
	for range n {
		key, err := d.DecodeString()
		if err != nil {
			return err
		}
		var value V
		if err := d.Decode(&value); err != nil {
			return err
		}
		(*t)[K(key)] = value
	}
	return nil
}

// EncodeMsgpack writes the name and the data.
func (r Response) EncodeMsgpack(e *msgpack.Encoder) error {
	return errors.Join(e.EncodeArrayLen(2), e.EncodeString(r.Name), e.Encode(r.Data))
}

// DecodeMsgpack reads the data in the type that belongs to the name.
func (r *Response) DecodeMsgpack(d *msgpack.Decoder) (err error) {
	if n, err := d.DecodeArrayLen(); err != nil || n != 2 {
		return fmt.Errorf("a response has %d parts: %w", n, err)
	}
	if r.Name, err = d.DecodeString(); err != nil {
		return err
	}
	raw, err := d.DecodeRaw()
	if err != nil || r.Name == "" {
		return err
	}
	r.Data, err = events.DecodeResponse(r.Name, raw)
	return err
}
