package events

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// AppendJSON appends the JSON of one event, or of any msgpack value, to dst: the
// fields in their order, whatever their names, so that nothing a later version
// adds is lost. Bytes become base64, as encoding/json has them. It is for tools
// that print. An error is [ErrMalformed]; what was appended by then is no JSON.
func AppendJSON(dst, b []byte) ([]byte, error) {
	if err := WellFormed(b); err != nil {
		return dst, err
	}
	dst, _, err := appendValue(dst, b)
	return dst, err
}

// appendValue appends the first value of b, which is well formed, and returns
// what follows it.
func appendValue(dst, b []byte) (out, rest []byte, err error) {
	c := b[0]
	switch {
	case c <= 0x7f:
		return strconv.AppendUint(dst, uint64(c), 10), b[1:], nil
	case c >= 0xe0:
		return strconv.AppendInt(dst, int64(int8(c)), 10), b[1:], nil
	case c == 0xc0:
		return append(dst, "null"...), b[1:], nil
	case c == 0xc2:
		return append(dst, "false"...), b[1:], nil
	case c == 0xc3:
		return append(dst, "true"...), b[1:], nil
	case c <= 0x8f:
		return appendMap(dst, b[1:], uint64(c&0x0f))
	case c <= 0x9f:
		return appendArray(dst, b[1:], uint64(c&0x0f))
	case c <= 0xbf, c >= 0xd9 && c <= 0xdb:
		s, rest := stringOf(b)
		return appendString(dst, s), rest, nil
	case c == 0xdc || c == 0xdd:
		n, rest, _ := size(b[1:], 2<<(c-0xdc))
		return appendArray(dst, rest, n)
	case c == 0xde || c == 0xdf:
		n, rest, _ := size(b[1:], 2<<(c-0xde))
		return appendMap(dst, rest, n)
	}
	return appendRare(dst, b)
}

// appendRare appends what seldom stands in an event: wide numbers and bytes.
func appendRare(dst, b []byte) (out, rest []byte, err error) {
	c := b[0]
	switch {
	case c >= 0xc4 && c <= 0xc6: // bin 8, 16, 32
		n, rest, _ := size(b[1:], 1<<(c-0xc4))
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, rest[:n])
		return append(dst, '"'), rest[n:], nil
	case c == 0xca:
		return appendFloat(dst, float64(math.Float32frombits(binary.BigEndian.Uint32(b[1:]))), 32), b[5:], nil
	case c == 0xcb:
		return appendFloat(dst, math.Float64frombits(binary.BigEndian.Uint64(b[1:])), 64), b[9:], nil
	case c >= 0xcc && c <= 0xcf:
		width := 1 << (c - 0xcc)
		return strconv.AppendUint(dst, wide(b[1:1+width]), 10), b[1+width:], nil
	case c >= 0xd0 && c <= 0xd3:
		width := 1 << (c - 0xd0)
		shift := 64 - 8*width
		return strconv.AppendInt(dst, int64(wide(b[1:1+width])<<shift)>>shift, 10), b[1+width:], nil
	}
	return dst, nil, fmt.Errorf("%w: 0x%02x has no form in JSON", ErrMalformed, c)
}

// wide reads a big-endian number of at most 8 bytes.
func wide(b []byte) (n uint64) {
	for _, c := range b {
		n = n<<8 | uint64(c)
	}
	return n
}

func appendArray(dst, b []byte, n uint64) (out, rest []byte, err error) {
	dst = append(dst, '[')
	for i := range n {
		if i > 0 {
			dst = append(dst, ',')
		}
		if dst, b, err = appendValue(dst, b); err != nil {
			return dst, nil, err
		}
	}
	return append(dst, ']'), b, nil
}

func appendMap(dst, b []byte, n uint64) (out, rest []byte, err error) {
	dst = append(dst, '{')
	for i := range n {
		if i > 0 {
			dst = append(dst, ',')
		}
		if c := b[0]; (c < 0xa0 || c > 0xbf) && (c < 0xd9 || c > 0xdb) {
			return dst, nil, fmt.Errorf("%w: a key is not a string", ErrMalformed)
		}
		var key []byte
		key, b = stringOf(b)
		dst = append(appendString(dst, key), ':')
		if dst, b, err = appendValue(dst, b); err != nil {
			return dst, nil, err
		}
	}
	return append(dst, '}'), b, nil
}

// stringOf returns the text that is the first value of b, and what follows.
func stringOf(b []byte) (s, rest []byte) {
	c := b[0]
	n, rest := uint64(c&0x1f), b[1:]
	if c > 0xbf {
		n, rest, _ = size(b[1:], 1<<(c-0xd9))
	}
	return rest[:n], rest[n:]
}

// appendString appends a text as JSON has it: what is no UTF-8 becomes the
// replacement character, as in encoding/json.
func appendString(dst, s []byte) []byte {
	dst = append(dst, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, width := utf8.DecodeRune(s[i:])
			if r < 0xa0 || r == '\u2028' || r == '\u2029' {
				dst = appendEscaped(dst, r)
			} else {
				dst = utf8.AppendRune(dst, r)
			}
			i += width
			continue
		}
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c < ' ' || c == 0x7f: // a terminal must not obey it
			dst = appendEscaped(dst, rune(c))
		default:
			dst = append(dst, c)
		}
		i++
	}
	return append(dst, '"')
}

func appendEscaped(dst []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}

// appendFloat appends null for what JSON has no number for.
func appendFloat(dst []byte, f float64, bits int) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(dst, "null"...)
	}
	if bits == 32 {
		f, _ = strconv.ParseFloat(strconv.FormatFloat(f, 'g', -1, 32), 64)
	}
	b, _ := json.Marshal(f)
	return append(dst, b...)
}
