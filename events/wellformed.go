package events

import "fmt"

// maxDepth bounds how deep arrays and maps may be nested.
const maxDepth = 32

// WellFormed checks that b is exactly one msgpack value: every size that is
// claimed is there, nothing follows, and the nesting is at most 32 deep. The
// msgpack library allocates what a few hostile bytes claim, up to 4 GiB, so
// nothing a client sends reaches it before this has passed. It returns
// [ErrMalformed].
func WellFormed(b []byte) error {
	rest, err := skipValue(b, 0)
	if err != nil {
		return err
	}
	if len(rest) != 0 {
		return tooMany(rest)
	}
	return nil
}

// fixedSize is the size of a value by its first byte, 0 when that does not say it.
var fixedSize = func() (sizes [256]uint8) {
	for c := range sizes {
		switch {
		case c <= 0x7f, c >= 0xe0, c == 0xc0, c == 0xc2, c == 0xc3: // fixint, nil, bool
			sizes[c] = 1
		case c >= 0xa0 && c <= 0xbf: // fixstr
			sizes[c] = 1 + uint8(c&0x1f)
		case c >= 0xca && c <= 0xcb: // float 32, 64
			sizes[c] = 1 + 4<<(c-0xca)
		case c >= 0xcc && c <= 0xcf: // uint 8 to 64
			sizes[c] = 1 + 1<<(c-0xcc)
		case c >= 0xd0 && c <= 0xd3: // int 8 to 64
			sizes[c] = 1 + 1<<(c-0xd0)
		case c >= 0xd4 && c <= 0xd8: // fixext 1 to 16: a type byte besides
			sizes[c] = 2 + 1<<(c-0xd4)
		}
	}
	return sizes
}()

// skipValue returns what follows the first value of b.
func skipValue(b []byte, depth int) ([]byte, error) {
	if len(b) == 0 {
		return nil, fmt.Errorf("%w: cut short", ErrMalformed)
	}
	c := b[0]
	if n := fixedSize[c]; n != 0 {
		return skipBytes(b, uint64(n))
	}
	b = b[1:]
	switch {
	case c >= 0x80 && c <= 0x8f:
		return skipValues(b, 2*uint64(c&0x0f), depth)
	case c >= 0x90 && c <= 0x9f:
		return skipValues(b, uint64(c&0x0f), depth)
	case c >= 0xc4 && c <= 0xc6: // bin 8, 16, 32
		return skipSized(b, 1<<(c-0xc4), 0)
	case c >= 0xc7 && c <= 0xc9: // ext 8, 16, 32: a type byte besides
		return skipSized(b, 1<<(c-0xc7), 1)
	case c >= 0xd9 && c <= 0xdb: // str 8, 16, 32
		return skipSized(b, 1<<(c-0xd9), 0)
	case c == 0xdc || c == 0xdd: // array 16, 32
		n, b, err := size(b, 2<<(c-0xdc))
		if err != nil {
			return nil, err
		}
		return skipValues(b, n, depth)
	case c == 0xde || c == 0xdf: // map 16, 32
		n, b, err := size(b, 2<<(c-0xde))
		if err != nil {
			return nil, err
		}
		return skipValues(b, 2*n, depth)
	}
	return nil, fmt.Errorf("%w: 0x%02x begins no value", ErrMalformed, c)
}

// size reads a big-endian number of width bytes: 1, 2, 4 or 8.
func size(b []byte, width int) (n uint64, rest []byte, err error) {
	if len(b) < width {
		return 0, nil, fmt.Errorf("%w: cut short", ErrMalformed)
	}
	for _, digit := range b[:width] {
		n = n<<8 | uint64(digit)
	}
	return n, b[width:], nil
}

func skipSized(b []byte, width int, more uint64) ([]byte, error) {
	n, b, err := size(b, width)
	if err != nil {
		return nil, err
	}
	return skipBytes(b, n+more)
}

func skipBytes(b []byte, n uint64) ([]byte, error) {
	if n > uint64(len(b)) {
		return nil, fmt.Errorf("%w: %d bytes claimed, %d there", ErrMalformed, n, len(b))
	}
	return b[n:], nil
}

func skipValues(b []byte, n uint64, depth int) ([]byte, error) {
	if n > uint64(len(b)) { // a value takes a byte at least
		return nil, fmt.Errorf("%w: %d values claimed, %d bytes there", ErrMalformed, n, len(b))
	}
	if depth++; depth > maxDepth {
		return nil, fmt.Errorf("%w: nested more than %d deep", ErrMalformed, maxDepth)
	}
	var err error
	for ; n > 0 && err == nil; n-- {
		if len(b) > 0 { // most values are of this kind: without a call
			if size := int(fixedSize[b[0]]); size > 0 && size <= len(b) {
				b = b[size:]
				continue
			}
		}
		b, err = skipValue(b, depth)
	}
	return b, err
}
