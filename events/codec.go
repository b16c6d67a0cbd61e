package events

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"github.com/vmihailenco/msgpack/v5"
)

// Errors of the decoders. Test with errors.Is.
var (
	// ErrMalformed: not msgpack, not a map, cut short, or followed by more.
	ErrMalformed = errors.New("malformed message")
	// ErrVersion: written by a later version of Deskbus.
	ErrVersion = errors.New("unknown envelope version")
	// ErrUnknownName: no event of this kind has this name.
	ErrUnknownName = errors.New("unknown name")
	// ErrMissing: a field that must be there is not.
	ErrMissing = errors.New("missing field")
	// ErrMistyped: a field has the wrong type.
	ErrMistyped = errors.New("field of the wrong type")
)

type dataDecoder func(*msgpack.Decoder) (any, error)

func as[T any](d *msgpack.Decoder) (any, error) {
	var v T
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	return v, nil
}

func dataOf(kind Kind, name string) dataDecoder {
	switch kind {
	case KindCommand:
		return commandData(name)
	case KindResponse:
		return responseData(name)
	case KindNotification:
		return notificationData(name)
	case KindFact:
		return factData(name)
	case KindSwitch:
		if d := switchCommandData(name); d != nil {
			return d
		}
		return switchEventData(name)
	}
	return nil
}

// IsCommand tells whether name is one of the 46 commands.
func IsCommand(name string) bool { return commandData(name) != nil }

// Encoder writes events. The zero value is ready; it keeps its buffers, so use
// one for many events and from one goroutine.
type Encoder struct {
	buf bytes.Buffer
	enc *msgpack.Encoder
	id  []byte
}

func (e *Encoder) start() {
	if e.enc == nil {
		e.enc = msgpack.NewEncoder(&e.buf)
		e.enc.SetSortMapKeys(true)
		e.enc.UseCompactInts(true)
	}
}

// Append appends the encoding of ev to dst. Equal events have equal encodings.
func (e *Encoder) Append(dst []byte, ev *Event) ([]byte, error) {
	e.start()
	e.buf.Reset()
	if err := e.write(ev); err != nil {
		return dst, fmt.Errorf("events: encode %s %s: %w", ev.Kind, ev.Name, err)
	}
	return append(dst, e.buf.Bytes()...), nil
}

// Encode returns the encoding of one event.
func Encode(ev *Event) ([]byte, error) {
	var e Encoder
	return e.Append(nil, ev)
}

func (e *Encoder) write(ev *Event) error {
	optional := []struct {
		key, value string
	}{{"agent", ev.Agent}, {"cause", ev.Cause}, {"session", ev.Session}, {"job", ev.Job}, {"switch", ev.Switch},
		{"actor", ev.Actor}}
	fields := 8 // v, id, zone, zn, at, kind, name, data
	for _, f := range optional {
		if f.value != "" {
			fields++
		}
	}
	if ev.N != 0 {
		fields++
	}
	w := fieldWriter{enc: e.enc}
	w.err = e.enc.EncodeMapLen(fields)
	e.id = strconv.AppendUint(e.id[:0], ev.Turn, 10)
	e.id = append(e.id, '.')
	e.id = strconv.AppendInt(e.id, int64(ev.Index), 10)
	w.uint("v", Version)
	w.str("id", string(e.id))
	w.str("zone", ev.Zone)
	w.uint("zn", ev.ZN)
	w.int("at", ev.At)
	w.str("kind", string(ev.Kind))
	w.str("name", ev.Name)
	if ev.N != 0 {
		w.uint("n", ev.N)
	}
	for _, f := range optional {
		if f.value != "" {
			w.str(f.key, f.value)
		}
	}
	w.value("data", ev.Data)
	return w.err
}

// fieldWriter writes map entries until the first error.
type fieldWriter struct {
	enc *msgpack.Encoder
	err error
}

func (w *fieldWriter) key(k string) bool {
	if w.err == nil {
		w.err = w.enc.EncodeString(k)
	}
	return w.err == nil
}

func (w *fieldWriter) str(k, v string) {
	if w.key(k) {
		w.err = w.enc.EncodeString(v)
	}
}

func (w *fieldWriter) uint(k string, v uint64) {
	if w.key(k) {
		w.err = w.enc.EncodeUint(v)
	}
}

func (w *fieldWriter) int(k string, v int64) {
	if w.key(k) {
		w.err = w.enc.EncodeInt(v)
	}
}

func (w *fieldWriter) value(k string, v any) {
	if w.key(k) {
		w.err = w.enc.Encode(v)
	}
}
