package events

import (
	"bytes"
	"testing"

	"github.com/vmihailenco/msgpack/v5"
)

func TestWellFormed(t *testing.T) {
	for _, v := range []any{
		nil, true, 0, 1 << 40, -5, -1 << 40, 1.5, float32(1.5), "", string(make([]byte, 70_000)), []byte{}, make([]byte, 300),
		[]any{}, make([]any, 20), make([]string, 70_000), map[string]any{"a": []int{1}}, map[int]string{1: "x"},
	} {
		b, err := msgpack.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := WellFormed(b); err != nil {
			t.Errorf("%T: %v", v, err)
		}
		if WellFormed(append(b, 0)) == nil {
			t.Errorf("%T: a trailing byte was accepted", v)
		}
		if WellFormed(b[:len(b)-1]) == nil {
			t.Errorf("%T: cut short and accepted", v)
		}
	}
	if WellFormed(append(bytes.Repeat([]byte{0x91}, maxDepth), 0xc0)) != nil {
		t.Errorf("%d deep is allowed", maxDepth)
	}
	if WellFormed(append(bytes.Repeat([]byte{0x91}, maxDepth+1), 0xc0)) == nil {
		t.Errorf("%d deep was accepted", maxDepth+1)
	}
}

// FuzzWellFormed: what passes can be read by the library to the last byte.
func FuzzWellFormed(f *testing.F) {
	f.Add([]byte{0x93, 0x01, 0xa1, 'x', 0xc0})
	f.Fuzz(func(t *testing.T, b []byte) {
		if WellFormed(b) != nil {
			return
		}
		r := bytes.NewReader(b)
		if err := msgpack.NewDecoder(r).Skip(); err != nil || r.Len() != 0 {
			t.Fatalf("%x: %v, %d bytes left", b, err, r.Len())
		}
	})
}
