package events

import (
	"bytes"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/vmihailenco/msgpack/v5"
)

// mostKnown is how many different data of one name a Decoder remembers. Data with
// more forms than that is not of the kind that comes again.
const mostKnown = 256

// Decoder reads events. It is for who reads many, from one goroutine: most of a
// log says a few things again and again (idle, success, the same capabilities),
// and what it has read before it knows by the bytes.
type Decoder struct {
	// needs tells of which events the data is wanted; nil for all.
	needs func(Kind, string) bool
	// The newest of each text: of one turn, events say much the same.
	zone, agent, cause, session, job, switchName, actor string
	// known is what it has read, by the name of the events; nil for a decoder that
	// reads one.
	known map[string]*known
}

// known is what a decoder knows of the events of a name.
type known struct {
	name   string
	kind   Kind
	decode dataDecoder
	needed bool
	// forms is data by its bytes, nil when it does not come again.
	forms map[string]any
	read  bool
}

// NewDecoder returns a decoder that has read nothing yet. Of the events of which
// needs returns false, the data is left out: it is checked to be well-formed, as
// [WellFormed] has it, and not read. With nil all data is read.
func NewDecoder(needs func(Kind, string) bool) *Decoder {
	return &Decoder{needs: needs, known: map[string]*known{}}
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
func (d *Decoder) envelope(b []byte, ev *Event) (data, rest []byte, err error) {
	*ev = Event{}
	version, id := uint64(0), []byte(nil)
	n, rest, err := mapHeader(b)
	for ; n > 0 && err == nil; n-- {
		var key, value []byte
		if key, value, rest, err = readField(rest); err != nil {
			break
		}
		switch string(key) {
		case "v":
			version, err = Uint(value)
		case "id":
			id, err = textBytes(value)
		case "data":
			data = value
		default:
			err = d.field(ev, key, value)
		}
		if err != nil {
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

// field reads a field of the envelope. One it does not know it passes over.
func (d *Decoder) field(ev *Event, key, value []byte) (err error) {
	switch string(key) {
	case "zone":
		ev.Zone, err = sameText(value, &d.zone)
	case "zn":
		ev.ZN, err = Uint(value)
	case "at":
		ev.At, err = Int(value)
	case "kind":
		ev.Kind, err = kindOf(value)
	case "name":
		ev.Name, err = d.name(value)
	case "agent":
		ev.Agent, err = sameText(value, &d.agent)
	case "n":
		ev.N, err = Uint(value)
	case "cause":
		ev.Cause, err = sameText(value, &d.cause)
	case "session":
		ev.Session, err = sameText(value, &d.session)
	case "job":
		ev.Job, err = sameText(value, &d.job)
	case "switch":
		ev.Switch, err = sameText(value, &d.switchName)
	case "actor":
		ev.Actor, err = sameText(value, &d.actor)
	}
	return err
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

// kindOf is textOf for a kind.
func kindOf(value []byte) (Kind, error) {
	b, _ := textBytes(value)
	switch string(b) {
	case string(KindCommand):
		return KindCommand, nil
	case string(KindResponse):
		return KindResponse, nil
	case string(KindNotification):
		return KindNotification, nil
	case string(KindFact):
		return KindFact, nil
	case string(KindSwitch):
		return KindSwitch, nil
	}
	s, err := textOf(value)
	return Kind(s), err
}

// name is textOf for a name.
func (d *Decoder) name(value []byte) (string, error) {
	if b, err := textBytes(value); err == nil {
		if k := d.known[string(b)]; k != nil {
			return k.name, nil
		}
	}
	return textOf(value)
}

// sameText is textOf for what is likely to be the same as the newest.
func sameText(value []byte, newest *string) (s string, err error) {
	if b, err := textBytes(value); err == nil && string(b) == *newest {
		return *newest, nil
	}
	if s, err = textOf(value); err == nil {
		*newest = s
	}
	return s, err
}

// of returns what there is to know of the events of a name. No two kinds have a
// name in common.
func (d *Decoder) of(kind Kind, name string) *known {
	if k := d.known[name]; k != nil && k.kind == kind {
		return k
	}
	k := &known{name: name, kind: kind, decode: dataOf(kind, name), needed: d.needs == nil || d.needs(kind, name)}
	if d.known != nil && k.decode != nil {
		d.known[name] = k
	} else {
		k.read = true // it is not kept, so what it reads need not be
	}
	return k
}

// data reads the data of an event.
func (k *known) data(raw []byte) (any, error) {
	if !k.needed {
		return nil, nil
	}
	if v, ok := k.forms[string(raw)]; ok {
		return v, nil
	}
	v, err := decodeData(raw, k.decode)
	if err != nil {
		return nil, err
	}
	if !k.read && isFlat(reflect.TypeOf(v)) {
		k.forms = map[string]any{}
	}
	k.read = true
	if len(k.forms) == mostKnown {
		k.forms = nil
	} else if k.forms != nil {
		k.forms[string(raw)] = v
	}
	return v, nil
}

// isFlat tells whether a value can be given to many: whoever has it has a copy.
func isFlat(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct:
		for f := range t.Fields() {
			if !isFlat(f.Type) {
				return false
			}
		}
		return true
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		return false
	}
	return true
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
