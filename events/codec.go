package events

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"

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

// Decode reads one event, its data in the type that belongs to its name.
func Decode(b []byte) (Event, error) {
	ev, raw, err := decodeEnvelope(b)
	if err != nil {
		return Event{}, err
	}
	decode := dataOf(ev.Kind, ev.Name)
	if decode == nil {
		return Event{}, fmt.Errorf("events: %w: %s %q", ErrUnknownName, clip(string(ev.Kind)), clip(ev.Name))
	}
	if ev.Data, err = decodeData(raw, decode); err != nil {
		return Event{}, fmt.Errorf("events: data of %s %s: %w", ev.Kind, ev.Name, err)
	}
	return ev, nil
}

// DecodeLoose reads one event of any name, its data as a map from field name to
// value. It is for tools that print, not for code that decides.
func DecodeLoose(b []byte) (Event, error) {
	ev, raw, err := decodeEnvelope(b)
	if err != nil {
		return Event{}, err
	}
	data, err := decodeData(raw, as[map[string]any])
	if err != nil {
		return Event{}, fmt.Errorf("events: data of %s %s: %w", clip(string(ev.Kind)), clip(ev.Name), err)
	}
	ev.Data = data
	return ev, nil
}

// DecodeEnvelope reads one event of any name and returns its data as it stands in
// b; the event's Data is nil. It is for who sifts many.
func DecodeEnvelope(b []byte) (ev Event, data []byte, err error) { return decodeEnvelope(b) }

func decodeEnvelope(b []byte) (ev Event, data msgpack.RawMessage, err error) {
	version, id := uint64(0), ""
	err = readMap(b, func(key, value []byte, d *msgpack.Decoder) (err error) {
		switch string(key) {
		case "v":
			version, err = d.DecodeUint64()
		case "id":
			id, err = d.DecodeString()
		case "zone":
			ev.Zone, err = d.DecodeString()
		case "zn":
			ev.ZN, err = d.DecodeUint64()
		case "at":
			ev.At, err = d.DecodeInt64()
		case "kind":
			var kind string
			kind, err = d.DecodeString()
			ev.Kind = Kind(kind)
		case "name":
			ev.Name, err = d.DecodeString()
		case "agent":
			ev.Agent, err = d.DecodeString()
		case "n":
			ev.N, err = d.DecodeUint64()
		case "cause":
			ev.Cause, err = d.DecodeString()
		case "session":
			ev.Session, err = d.DecodeString()
		case "job":
			ev.Job, err = d.DecodeString()
		case "switch":
			ev.Switch, err = d.DecodeString()
		case "actor":
			ev.Actor, err = d.DecodeString()
		case "data":
			data = value
		}
		return err
	})
	if err != nil {
		return ev, nil, fmt.Errorf("events: %w", err)
	}
	if version != Version {
		return ev, nil, fmt.Errorf("events: %w %d: this build reads version %d", ErrVersion, version, Version)
	}
	if ev.Turn, ev.Index, err = parseTurnID(id); err != nil {
		return ev, nil, err
	}
	if data == nil {
		return ev, nil, fmt.Errorf("events: %w: data", ErrMissing)
	}
	return ev, data, nil
}

func parseTurnID(id string) (turn uint64, index int, err error) {
	t, i, _ := strings.Cut(id, ".")
	turn, errTurn := strconv.ParseUint(t, 10, 64)
	at, errIndex := strconv.ParseUint(i, 10, 31)
	if errTurn != nil || errIndex != nil {
		return 0, 0, fmt.Errorf("events: %w: id %q is not <turn>.<index>", ErrMalformed, clip(id))
	}
	return turn, int(at), nil
}

// readMap reads one msgpack map that fills b to the end. Everything that comes
// from outside comes through here. A field is given its value both as it stands
// in b and in a decoder; it need not take either.
func readMap(b []byte, field func(key, value []byte, d *msgpack.Decoder) error) error {
	if err := WellFormed(b); err != nil {
		return err
	}
	r := bytes.NewReader(b)
	d := msgpack.GetDecoder()
	defer msgpack.PutDecoder(d)
	d.Reset(r)
	n, err := d.DecodeMapLen()
	if err != nil || n < 0 {
		return fmt.Errorf("%w: want a msgpack map", ErrMalformed)
	}
	for rest := b[len(b)-r.Len():]; n > 0; n-- {
		key, value, after, err := splitField(rest)
		if err != nil {
			return err
		}
		r.Reset(value)
		if err := field(key, value, d); err != nil {
			return fmt.Errorf("%w: %q: %s", ErrMistyped, clip(string(key)), clip(err.Error()))
		}
		rest = after
	}
	return nil
}

// splitField takes the first entry off the rest of a map: the bytes of its key,
// which must be a string, and its value.
func splitField(b []byte) (key, value, rest []byte, err error) {
	if rest, err = skipValue(b, 0); err != nil {
		return nil, nil, nil, err
	}
	key = b[:len(b)-len(rest)]
	switch c := key[0]; {
	case c >= 0xa0 && c <= 0xbf:
		key = key[1:]
	case c >= 0xd9 && c <= 0xdb: // str 8, 16, 32
		key = key[1+1<<(c-0xd9):]
	default:
		return nil, nil, nil, fmt.Errorf("%w: a key is not a string", ErrMalformed)
	}
	b = rest
	if rest, err = skipValue(b, 0); err != nil {
		return nil, nil, nil, err
	}
	return key, b[:len(b)-len(rest)], rest, nil
}

// DecodeResponse reads the data of a response, as [Marshal] writes it.
func DecodeResponse(name string, raw []byte) (any, error) {
	decode := responseData(name)
	if decode == nil {
		return nil, fmt.Errorf("events: %w: %q", ErrUnknownName, clip(name))
	}
	return decodeData(raw, decode)
}

func decodeData(raw []byte, decode dataDecoder) (any, error) {
	r := bytes.NewReader(raw)
	d := msgpack.GetDecoder()
	defer msgpack.PutDecoder(d)
	d.Reset(r)
	v, err := decode(d)
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrMistyped, clip(err.Error()))
	}
	return v, nil
}

// requiredKeys caches, by type of data, the keys that must be there: those
// without omitempty.
var requiredKeys sync.Map // reflect.Type -> []string

func required(v any) []string {
	t := reflect.TypeOf(v)
	if keys, ok := requiredKeys.Load(t); ok {
		return keys.([]string)
	}
	var keys []string
	for f := range t.Fields() {
		key, options, _ := strings.Cut(f.Tag.Get("msgpack"), ",")
		if !strings.Contains(options, "omitempty") {
			keys = append(keys, key)
		}
	}
	requiredKeys.Store(t, keys)
	return keys
}

// decodeParams decodes data a client sent: unlike our own log it may lack
// fields, and a field that is absent is not the same as an empty one.
func decodeParams(raw []byte, decode dataDecoder) (any, error) {
	present := make(map[string]bool, 8)
	err := readMap(raw, func(key, _ []byte, _ *msgpack.Decoder) error {
		present[string(key)] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	v, err := decodeData(raw, decode)
	if err != nil {
		return nil, err
	}
	for _, key := range required(v) {
		if !present[key] {
			return nil, fmt.Errorf("%w: %s", ErrMissing, key)
		}
	}
	return v, nil
}
