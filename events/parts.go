package events

import (
	"fmt"

	"github.com/vmihailenco/msgpack/v5"
)

// ReadMap takes a msgpack map that fills b to the end apart and calls field with
// each key and value as they stand in b. Everything that comes from outside comes
// through here: the values are well-formed as [WellFormed] has it. It returns
// [ErrMalformed], and [ErrMistyped] for an error of field.
func ReadMap(b []byte, field func(key, value []byte) error) error {
	n, rest, err := mapHeader(b)
	for ; n > 0 && err == nil; n-- {
		var key, value []byte
		if key, value, rest, err = readField(rest); err != nil {
			return err
		}
		if err := field(key, value); err != nil {
			return mistyped(key, err)
		}
	}
	if err == nil && len(rest) > 0 {
		err = tooMany(rest)
	}
	return err
}

// ReadFields reads the msgpack map that b begins with and returns what follows it.
// It calls field with each key and what follows that; field returns what follows
// the value. So a value that is taken apart need not be measured before.
func ReadFields(b []byte, field func(key, rest []byte) ([]byte, error)) (rest []byte, err error) {
	n, rest, err := mapHeader(b)
	for ; n > 0 && err == nil; n-- {
		var key []byte
		if key, rest, err = readKey(rest); err == nil {
			rest, err = field(key, rest)
		}
	}
	return rest, err
}

// ReadElements is [ReadFields] for an array.
func ReadElements(b []byte, element func(rest []byte) ([]byte, error)) (rest []byte, err error) {
	n, rest, err := arrayHeader(b)
	for ; n > 0 && err == nil; n-- {
		rest, err = element(rest)
	}
	return rest, err
}

// ReadValue splits b after the first value, which is well-formed as [WellFormed]
// has it.
func ReadValue(b []byte) (value, rest []byte, err error) {
	if len(b) > 0 {
		if size := int(fixedSize[b[0]]); size > 0 && size <= len(b) { // without a call
			return b[:size:size], b[size:], nil
		}
	}
	rest, err = skipValue(b, 1)
	end := len(b) - len(rest)
	return b[:end:end], rest, err
}

func mistyped(key []byte, err error) error {
	return fmt.Errorf("%w: %q: %s", ErrMistyped, clip(string(key)), clip(err.Error()))
}

func tooMany(rest []byte) error { return fmt.Errorf("%w: %d bytes too many", ErrMalformed, len(rest)) }

func arrayHeader(b []byte) (n uint64, rest []byte, err error) {
	if len(b) > 0 {
		switch c := b[0]; {
		case c >= 0x90 && c <= 0x9f:
			return uint64(c & 0x0f), b[1:], nil
		case c == 0xdc || c == 0xdd:
			return size(b[1:], 2<<(c-0xdc))
		}
	}
	return 0, nil, fmt.Errorf("%w: want a msgpack array", ErrMalformed)
}

// mapHeader returns how many entries a map has, and what follows its header.
func mapHeader(b []byte) (n uint64, rest []byte, err error) {
	if len(b) > 0 {
		switch c := b[0]; {
		case c >= 0x80 && c <= 0x8f:
			return uint64(c & 0x0f), b[1:], nil
		case c == 0xde || c == 0xdf:
			return size(b[1:], 2<<(c-0xde))
		}
	}
	return 0, nil, fmt.Errorf("%w: want a msgpack map", ErrMalformed)
}

// readField takes the first entry off the rest of a map.
func readField(b []byte) (key, value, rest []byte, err error) {
	if key, rest, err = readKey(b); err == nil {
		value, rest, err = ReadValue(rest)
	}
	return key, value, rest, err
}

// readKey takes the key off the rest of a map, which must be a string, and returns
// its bytes.
func readKey(b []byte) (key, rest []byte, err error) {
	if len(b) > 0 && b[0] >= 0xa0 && b[0] <= 0xbf { // most are short
		if end := 1 + int(b[0]&0x1f); end <= len(b) {
			return b[1:end], b[end:], nil
		}
	}
	key, rest, err = ReadValue(b)
	if err != nil {
		return nil, nil, err
	}
	if key, err = textBytes(key); err != nil {
		return nil, nil, fmt.Errorf("%w: a key is not a string", ErrMalformed)
	}
	return key, rest, nil
}

// textBytes returns the bytes of a string without its header.
func textBytes(value []byte) ([]byte, error) {
	switch c := value[0]; {
	case c >= 0xa0 && c <= 0xbf:
		return value[1:], nil
	case c >= 0xd9 && c <= 0xdb: // str 8, 16, 32
		return value[1+1<<(c-0xd9):], nil
	}
	return nil, fmt.Errorf("0x%02x begins no string", value[0])
}

// readText returns the bytes of the text that b begins with and what follows it.
func readText(b []byte) (text, rest []byte, err error) {
	if text, rest, err = readKey(b); err == nil {
		return text, rest, nil
	}
	value, rest, err := ReadValue(b)
	if err != nil {
		return nil, nil, err
	}
	s, err := unusual[string](value)
	return []byte(s), rest, err
}

// readUint reads the number that b begins with and returns what follows it.
func readUint(b []byte) (n uint64, rest []byte, err error) {
	value, rest, err := ReadValue(b)
	if err == nil {
		n, err = Uint(value)
	}
	return n, rest, err
}

// readInt is readUint for a number that may be negative.
func readInt(b []byte) (n int64, rest []byte, err error) {
	value, rest, err := ReadValue(b)
	if err == nil {
		n, err = Int(value)
	}
	return n, rest, err
}

// textOf returns a well-formed value as a string. What is not the usual encoding
// of one is left to the library; so it is with numbers.
func textOf(value []byte) (string, error) {
	if b, err := textBytes(value); err == nil {
		return string(b), nil
	}
	return unusual[string](value)
}

// Uint returns a well-formed value as a number.
func Uint(value []byte) (uint64, error) {
	switch c := value[0]; {
	case c <= 0x7f:
		return uint64(c), nil
	case c >= 0xcc && c <= 0xcf: // uint 8 to 64
		n, _, err := size(value[1:], 1<<(c-0xcc))
		return n, err
	}
	return unusual[uint64](value)
}

// Int returns a well-formed value as a number that may be negative.
func Int(value []byte) (int64, error) {
	if c := value[0]; c <= 0x7f || c >= 0xcc && c <= 0xcf {
		n, err := Uint(value)
		return int64(n), err
	}
	return unusual[int64](value)
}

// unusual has a variable of its own: one the library is given is on the heap.
func unusual[T string | uint64 | int64](value []byte) (v T, err error) {
	err = msgpack.Unmarshal(value, &v)
	return v, err
}
