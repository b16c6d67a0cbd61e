package events

import (
	"hash/maphash"
	"reflect"
	"strings"
)

// shape reads a value of one type, encoded as an [Encoder] does, from the beginning
// of b into v, which is zero, and returns what follows it. It returns false for what
// is encoded in another way, which is for the library. It takes a third of its time.
type shape func(b []byte, v reflect.Value, texts *texts) (rest []byte, ok bool)

// shapeOf returns the shape of a type, nil when it has none.
func shapeOf(t reflect.Type) shape {
	switch t.Kind() {
	case reflect.String:
		return textShape
	case reflect.Bool:
		return boolShape
	case reflect.Int, reflect.Int64:
		return intShape
	case reflect.Uint64:
		return uintShape
	case reflect.Struct:
		return structShape(t)
	case reflect.Slice:
		return sliceShape(t)
	case reflect.Pointer:
		return pointerShape(t)
	}
	return nil
}

// structShape has the fields in their order. Each may be missing.
func structShape(t reflect.Type) shape {
	type field struct {
		key  string
		read shape
	}
	var fields []field
	for f := range t.Fields() {
		key, _, _ := strings.Cut(f.Tag.Get("msgpack"), ",")
		read := shapeOf(f.Type)
		if read == nil {
			return nil
		}
		fields = append(fields, field{key, read})
	}
	return func(b []byte, v reflect.Value, texts *texts) ([]byte, bool) {
		n, rest, err := mapHeader(b)
		next := 0
		for ; n > 0 && err == nil; n-- {
			var key []byte
			key, rest, err = readKey(rest)
			for next < len(fields) && fields[next].key != string(key) {
				next++
			}
			if next == len(fields) {
				return nil, false
			}
			var ok bool
			if rest, ok = fields[next].read(rest, v.Field(next), texts); !ok {
				return nil, false
			}
			next++
		}
		return rest, err == nil
	}
}

func sliceShape(t reflect.Type) shape {
	read := shapeOf(t.Elem())
	if read == nil {
		return nil
	}
	return func(b []byte, v reflect.Value, texts *texts) ([]byte, bool) {
		n, rest, err := arrayHeader(b)
		if err != nil || n > uint64(len(rest)) { // an element takes a byte at least
			return nil, false
		}
		v.Set(reflect.MakeSlice(t, int(n), int(n)))
		for i := range int(n) {
			var ok bool
			if rest, ok = read(rest, v.Index(i), texts); !ok {
				return nil, false
			}
		}
		return rest, true
	}
}

func pointerShape(t reflect.Type) shape {
	read := shapeOf(t.Elem())
	if read == nil {
		return nil
	}
	return func(b []byte, v reflect.Value, texts *texts) ([]byte, bool) {
		if len(b) > 0 && b[0] == 0xc0 { // nil
			return b[1:], true
		}
		v.Set(reflect.New(t.Elem()))
		return read(b, v.Elem(), texts)
	}
}

func textShape(b []byte, v reflect.Value, texts *texts) ([]byte, bool) {
	text, rest, err := readKey(b)
	if err != nil {
		return nil, false
	}
	v.SetString(texts.of(text))
	return rest, true
}

func boolShape(b []byte, v reflect.Value, _ *texts) ([]byte, bool) {
	if len(b) == 0 || b[0] != 0xc2 && b[0] != 0xc3 {
		return nil, false
	}
	v.SetBool(b[0] == 0xc3)
	return b[1:], true
}

func intShape(b []byte, v reflect.Value, _ *texts) ([]byte, bool) {
	n, rest, err := readInt(b)
	v.SetInt(n)
	return rest, err == nil
}

func uintShape(b []byte, v reflect.Value, _ *texts) ([]byte, bool) {
	n, rest, err := readUint(b)
	v.SetUint(n)
	return rest, err == nil
}

// texts are texts that were read, so that those that come again (the name of an
// attribute, a first name) are in memory once.
type texts [256]string

// longestKept is the length of the longest text that is kept.
const longestKept = 64

var textSeed = maphash.MakeSeed()

// of returns the text with these bytes.
func (t *texts) of(b []byte) string {
	if len(b) > longestKept {
		return string(b)
	}
	kept := &t[maphash.Bytes(textSeed, b)%uint64(len(t))]
	if *kept != string(b) {
		*kept = string(b)
	}
	return *kept
}
