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
	// last is the event read before: of one turn, events say much the same.
	last Event
	// texts are kinds and names.
	texts map[string]string
	// known is data by the name of its event and its bytes.
	known map[string]*known
}

// known is the data of one name; forms is nil when it does not come again.
type known struct{ forms map[string]any }

// NewDecoder returns a decoder that has read nothing yet.
func NewDecoder() *Decoder {
	return &Decoder{texts: map[string]string{}, known: map[string]*known{}}
}

// Decode reads one event, its data in the type that belongs to its name.
func Decode(b []byte) (Event, error) { return new(Decoder).Decode(b) }

// Decode reads one event, its data in the type that belongs to its name.
func (d *Decoder) Decode(b []byte) (Event, error) {
	ev, raw, err := d.envelope(b)
	if err != nil {
		return Event{}, err
	}
	decode := dataOf(ev.Kind, ev.Name)
	if decode == nil {
		return Event{}, fmt.Errorf("events: %w: %s %q", ErrUnknownName, clip(string(ev.Kind)), clip(ev.Name))
	}
	if ev.Data, err = d.data(ev.Name, raw, decode); err != nil {
		return Event{}, fmt.Errorf("events: data of %s %s: %w", ev.Kind, ev.Name, err)
	}
	d.last = ev
	return ev, nil
}

// DecodeLoose reads one event of any name, its data as a map from field name to
// value. It is for tools that print, not for code that decides.
func DecodeLoose(b []byte) (Event, error) {
	ev, raw, err := new(Decoder).envelope(b)
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
func DecodeEnvelope(b []byte) (ev Event, data []byte, err error) { return new(Decoder).envelope(b) }

func (d *Decoder) envelope(b []byte) (ev Event, data []byte, err error) {
	version, id := uint64(0), []byte(nil)
	err = ReadMap(b, func(key, value []byte) (err error) {
		switch string(key) {
		case "v":
			version, err = Uint(value)
		case "id":
			id, err = textBytes(value)
		case "zone":
			ev.Zone, err = sameText(value, d.last.Zone)
		case "zn":
			ev.ZN, err = Uint(value)
		case "at":
			ev.At, err = Int(value)
		case "kind":
			var kind string
			kind, err = d.text(value)
			ev.Kind = Kind(kind)
		case "name":
			ev.Name, err = d.text(value)
		case "agent":
			ev.Agent, err = sameText(value, d.last.Agent)
		case "n":
			ev.N, err = Uint(value)
		case "cause":
			ev.Cause, err = sameText(value, d.last.Cause)
		case "session":
			ev.Session, err = sameText(value, d.last.Session)
		case "job":
			ev.Job, err = sameText(value, d.last.Job)
		case "switch":
			ev.Switch, err = sameText(value, d.last.Switch)
		case "actor":
			ev.Actor, err = sameText(value, d.last.Actor)
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

func parseTurnID(id []byte) (turn uint64, index int, err error) {
	t, i, _ := bytes.Cut(id, []byte{'.'})
	turn, errTurn := strconv.ParseUint(string(t), 10, 64)
	at, errIndex := strconv.ParseUint(string(i), 10, 31)
	if errTurn != nil || errIndex != nil {
		return 0, 0, fmt.Errorf("events: %w: id %q is not <turn>.<index>", ErrMalformed, clip(string(id)))
	}
	return turn, int(at), nil
}

// text is textOf for a kind or a name.
func (d *Decoder) text(value []byte) (string, error) {
	if s, ok := d.texts[string(value)]; ok {
		return s, nil
	}
	s, err := textOf(value)
	if err == nil && d.texts != nil && len(d.texts) < mostKnown {
		d.texts[string(value)] = s
	}
	return s, err
}

// sameText is textOf for what is likely to be the same as before.
func sameText(value []byte, before string) (string, error) {
	if b, err := textBytes(value); err == nil && string(b) == before {
		return before, nil
	}
	return textOf(value)
}

// data reads the data of an event.
func (d *Decoder) data(name string, raw []byte, decode dataDecoder) (any, error) {
	k := d.known[name]
	if k != nil {
		if v, ok := k.forms[string(raw)]; ok {
			return v, nil
		}
	}
	v, err := decodeData(raw, decode)
	if err != nil || d.known == nil {
		return v, err
	}
	if k == nil {
		k = &known{}
		d.known[name] = k
		if isFlat(reflect.TypeOf(v)) {
			k.forms = map[string]any{}
		}
	}
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
