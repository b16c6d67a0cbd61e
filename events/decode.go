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

// Decoder reads events. It is for who reads many, from one goroutine: most of a
// log says a few things again and again (idle, success, the same capabilities),
// and what it has read before it knows by the bytes.
type Decoder struct {
	// needs tells of which events the data is wanted; nil for all.
	needs func(Kind, string) bool
	// The newest of each text: of one turn, events say much the same.
	zone, agent, cause, session, job, switchName, actor newestText
	// known is what it has read, by the name of the events, and newest the one that
	// was asked for last; nil for a decoder that reads one.
	known  map[string]*known
	newest *known
	texts  *texts
}

// NewDecoder returns a decoder that has read nothing yet. Of the events of which
// needs returns false, the data is left out: it is checked to be well-formed, as
// [WellFormed] has it, and not read. With nil all data is read.
func NewDecoder(needs func(Kind, string) bool) *Decoder {
	return &Decoder{needs: needs, known: map[string]*known{}, texts: new(texts)}
}

// Decode reads one event, its data in the type that belongs to its name.
func Decode(b []byte) (Event, error) { return new(Decoder).Decode(b) }

// Decode reads one event, its data in the type that belongs to its name.
func (d *Decoder) Decode(b []byte) (ev Event, err error) {
	rest, err := d.Next(b, &ev)
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("events: %w", tooMany(rest))
	}
	if err != nil {
		return Event{}, err
	}
	return ev, nil
}

// Next reads the event that b begins with into ev, and returns what follows it.
func (d *Decoder) Next(b []byte, ev *Event) (rest []byte, err error) {
	raw, rest, err := d.envelope(b, ev)
	if err != nil {
		return nil, err
	}
	if ev.Data != nil {
		return rest, nil
	}
	k := d.of(ev.Kind, ev.Name)
	if k.decode == nil {
		return nil, fmt.Errorf("events: %w: %s %q", ErrUnknownName, clip(string(ev.Kind)), clip(ev.Name))
	}
	if ev.Data, err = k.data(raw); err != nil {
		return nil, fmt.Errorf("events: data of %s %s: %w", ev.Kind, ev.Name, err)
	}
	return rest, nil
}

// DecodeLoose reads one event of any name, its data as a map from field name to
// value. It is for tools that print, not for code that decides.
func DecodeLoose(b []byte) (Event, error) {
	ev, raw, err := DecodeEnvelope(b)
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
func DecodeEnvelope(b []byte) (ev Event, data []byte, err error) {
	data, rest, err := new(Decoder).envelope(b, &ev)
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("events: %w", tooMany(rest))
	}
	return ev, data, err
}

// envelope reads all of an event but its data, and returns that as it stands in b.
// It reads the data as well if it knows how by then.
func (d *Decoder) envelope(b []byte, ev *Event) (data, rest []byte, err error) {
	*ev = Event{}
	version, id := uint64(0), []byte(nil)
	n, rest, err := mapHeader(b)
	for ; n > 0 && err == nil; n-- {
		var key []byte
		if key, rest, err = readKey(rest); err != nil {
			break
		}
		switch string(key) {
		case "v":
			version, rest, err = readUint(rest)
		case "id":
			id, rest, err = readText(rest)
		case "data":
			data, rest, err = d.data(ev, rest)
		default:
			rest, err = d.field(ev, key, rest)
		}
		if err != nil && !errors.Is(err, ErrMalformed) {
			err = mistyped(key, err)
		}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("events: %w", err)
	}
	if version != Version {
		return nil, nil, fmt.Errorf("events: %w %d: this build reads version %d", ErrVersion, version, Version)
	}
	if ev.Turn, ev.Index, err = parseTurnID(id); err != nil {
		return nil, nil, err
	}
	if data == nil {
		return nil, nil, fmt.Errorf("events: %w: data", ErrMissing)
	}
	return data, rest, nil
}

// field reads the field of the envelope that b begins with and returns what follows
// it. One it does not know it passes over.
func (d *Decoder) field(ev *Event, key, b []byte) (rest []byte, err error) {
	switch string(key) {
	case "zone":
		ev.Zone, rest, err = d.zone.read(b)
	case "zn":
		ev.ZN, rest, err = readUint(b)
	case "at":
		ev.At, rest, err = readInt(b)
	case "kind":
		ev.Kind, rest, err = readKind(b)
		ev.Data = nil // data that came before was read as that of another
	case "name":
		ev.Name, rest, err = d.name(b)
		ev.Data = nil
	case "agent":
		ev.Agent, rest, err = d.agent.read(b)
	case "n":
		ev.N, rest, err = readUint(b)
	case "cause":
		ev.Cause, rest, err = d.cause.read(b)
	case "session":
		ev.Session, rest, err = d.session.read(b)
	case "job":
		ev.Job, rest, err = d.job.read(b)
	case "switch":
		ev.Switch, rest, err = d.switchName.read(b)
	case "actor":
		ev.Actor, rest, err = d.actor.read(b)
	default:
		_, rest, err = ReadValue(b)
	}
	return rest, err
}

// data returns the data that b begins with as it stands there. If such data was
// read before, it reads it as well: then it need not be measured first.
func (d *Decoder) data(ev *Event, b []byte) (raw, rest []byte, err error) {
	if k := d.newest; k != nil && k.needed && k.name == ev.Name && k.kind == ev.Kind {
		var ok bool
		if ev.Data, rest, ok = k.again(b, d.texts); ok {
			return b[:len(b)-len(rest)], rest, nil
		}
	}
	return ReadValue(b)
}

func parseTurnID(id []byte) (turn uint64, index int, err error) {
	t, i, _ := bytes.Cut(id, []byte{'.'})
	turn, errTurn := strconv.ParseUint(string(t), 10, 64)
	at, errIndex := strconv.ParseUint(string(i), 10, 31)
	if errTurn != nil || errIndex != nil {
		return 0, 0, fmt.Errorf("events: %w: id %q is not <turn>.<index>", ErrMalformed, clip(string(id)))
	}
	return turn, int(at), nil
}

// readKind reads a kind.
func readKind(b []byte) (kind Kind, rest []byte, err error) {
	text, rest, err := readText(b)
	switch string(text) {
	case string(KindCommand):
		return KindCommand, rest, err
	case string(KindResponse):
		return KindResponse, rest, err
	case string(KindNotification):
		return KindNotification, rest, err
	case string(KindFact):
		return KindFact, rest, err
	case string(KindSwitch):
		return KindSwitch, rest, err
	}
	return Kind(text), rest, err
}

// name reads the name of an event.
func (d *Decoder) name(b []byte) (name string, rest []byte, err error) {
	text, rest, err := readText(b)
	if err != nil {
		return "", nil, err
	}
	if k := d.known[string(text)]; k != nil {
		d.newest = k
		return k.name, rest, nil
	}
	return string(text), rest, nil
}

// newestText is a text as it was read last: with its header in raw, without in text.
type newestText struct{ raw, text string }

// read reads a text that is likely to be the same as the newest.
func (t *newestText) read(b []byte) (text string, rest []byte, err error) {
	if n := len(t.raw); n > 0 && n <= len(b) && string(b[:n]) == t.raw {
		return t.text, b[n:], nil
	}
	in, rest, err := readText(b)
	if err != nil {
		return "", nil, err
	}
	t.raw = string(b[:len(b)-len(rest)])
	t.text = t.raw[len(t.raw)-len(in):]
	return t.text, rest, nil
}

// DecodeResponse reads the data of a response, as [Marshal] writes it.
func DecodeResponse(name string, raw []byte) (any, error) {
	decode := responseData(name)
	if decode == nil {
		return nil, fmt.Errorf("events: %w: %q", ErrUnknownName, clip(name))
	}
	return decodeData(raw, decode)
}

// readers are decoders of the library, each with what it reads from.
var readers = sync.Pool{New: func() any {
	r := new(dataReader)
	r.decoder = msgpack.NewDecoder(&r.bytes)
	return r
}}

type dataReader struct {
	bytes   bytes.Reader
	decoder *msgpack.Decoder
}

func decodeData(raw []byte, decode dataDecoder) (any, error) {
	r := readers.Get().(*dataReader)
	defer readers.Put(r)
	r.bytes.Reset(raw)
	r.decoder.Reset(&r.bytes)
	v, err := decode(r.decoder)
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
	err := ReadMap(raw, func(key, _ []byte) error {
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
