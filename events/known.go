package events

import "reflect"

const (
	// mostForms is how many different data of one name a Decoder remembers.
	mostForms = 16
	// mostMisses is how much oftener data of a name may be new than not. With more,
	// it is not of the kind that comes again.
	mostMisses = 256
)

// known is what a decoder knows of the events of a name.
type known struct {
	name   string
	kind   Kind
	decode dataDecoder
	needed bool
	// read: some data was read, so the rest is set.
	read bool
	// shape reads data into scratch; nil when there is none.
	shape   shape
	scratch reflect.Value
	// forms is data that came before, what comes often first; nil when it does not
	// come again. misses is how much oftener it was new than not.
	forms  []form
	misses int
}

// form is data by its bytes.
type form struct {
	raw   string
	value any
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

// again reads the data that b begins with and returns what follows it, if such
// data was read before. A value that begins as another does is that other.
func (k *known) again(b []byte, texts *texts) (v any, rest []byte, ok bool) {
	for i, f := range k.forms {
		if len(f.raw) <= len(b) && string(b[:len(f.raw)]) == f.raw {
			k.misses--
			if i > 0 {
				k.forms[i-1], k.forms[i] = f, k.forms[i-1]
			}
			return f.value, b[len(f.raw):], true
		}
	}
	if k.shape == nil {
		return nil, nil, false
	}
	k.scratch.SetZero()
	if rest, ok = k.shape(b, k.scratch, texts); !ok {
		return nil, nil, false
	}
	v = k.scratch.Interface()
	k.remember(b[:len(b)-len(rest)], v)
	return v, rest, true
}

// data reads data.
func (k *known) data(raw []byte) (any, error) {
	if !k.needed {
		return nil, nil
	}
	v, err := decodeData(raw, k.decode)
	if err != nil {
		return nil, err
	}
	if !k.read {
		k.read = true
		t := reflect.TypeOf(v)
		k.shape, k.scratch = shapeOf(t), reflect.New(t).Elem()
		if isFlat(t) {
			k.forms = make([]form, 0, mostForms)
		}
	}
	k.remember(raw, v)
	return v, nil
}

// remember keeps new data in the place of what came least.
func (k *known) remember(raw []byte, v any) {
	if k.forms == nil {
		return
	}
	if k.misses++; k.misses > mostMisses {
		k.forms = nil
		return
	}
	if len(k.forms) == mostForms {
		k.forms = k.forms[:mostForms-1]
	}
	k.forms = append(k.forms, form{string(raw), v})
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
