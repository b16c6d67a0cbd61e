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
		if key, value, rest, err = splitField(rest); err != nil {
			return err
		}
		if err := field(key, value); err != nil {
			return fmt.Errorf("%w: %q: %s", ErrMistyped, clip(string(key)), clip(err.Error()))
		}
	}
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("%w: %d bytes too many", ErrMalformed, len(rest))
	}
	return err
}

// ReadArray returns the values of a msgpack array that fills b to the end, as they
// stand in b.
func ReadArray(b []byte) (all [][]byte, err error) {
	n, rest, err := arrayHeader(b)
	if n > uint64(len(rest)) { // a value takes a byte at least
		err = fmt.Errorf("%w: %d values claimed, %d bytes there", ErrMalformed, n, len(rest))
	}
	if err != nil {
		return nil, err
	}
	all = make([][]byte, n)
	for i := range all {
		after, err := skipValue(rest, 1)
		if err != nil {
			return nil, err
		}
		end := len(rest) - len(after)
		all[i], rest = rest[:end:end], after
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("%w: %d bytes too many", ErrMalformed, len(rest))
	}
	return all, nil
}

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

// splitField takes the first entry off the rest of a map: the bytes of its key,
// which must be a string, and its value.
func splitField(b []byte) (key, value, rest []byte, err error) {
	if rest, err = skipValue(b, 1); err != nil {
		return nil, nil, nil, err
	}
	if key, err = textBytes(b[:len(b)-len(rest)]); err != nil {
		return nil, nil, nil, fmt.Errorf("%w: a key is not a string", ErrMalformed)
	}
	b = rest
	if rest, err = skipValue(b, 1); err != nil {
		return nil, nil, nil, err
	}
	return key, b[:len(b)-len(rest)], rest, nil
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

// textOf returns a well-formed value as a string. What is not the usual encoding
// of one is left to the library; so it is with numbers.
func textOf(value []byte) (s string, err error) {
	if b, err := textBytes(value); err == nil {
		return string(b), nil
	}
	err = msgpack.Unmarshal(value, &s)
	return s, err
}

// Uint returns a well-formed value as a number.
func Uint(value []byte) (n uint64, err error) {
	switch c := value[0]; {
	case c <= 0x7f:
		return uint64(c), nil
	case c >= 0xcc && c <= 0xcf: // uint 8 to 64
		n, _, err = size(value[1:], 1<<(c-0xcc))
		return n, err
	}
	err = msgpack.Unmarshal(value, &n)
	return n, err
}

// Int returns a well-formed value as a number that may be negative.
func Int(value []byte) (n int64, err error) {
	if c := value[0]; c <= 0x7f || c >= 0xcc && c <= 0xcf {
		u, err := Uint(value)
		return int64(u), err
	}
	err = msgpack.Unmarshal(value, &n)
	return n, err
}
