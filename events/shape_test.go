package events

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// All data there is can be read by its shape, and says what the library reads.
func TestShapes(t *testing.T) {
	for _, kn := range named() {
		full := sample(t, Kind(kn[0]), kn[1]).Data
		for i, data := range []any{full, reflect.Zero(reflect.TypeOf(full)).Interface()} {
			raw, err := Marshal(data)
			if err != nil {
				t.Fatal(err)
			}
			got, rest, ok := readShape(reflect.TypeOf(data), append(raw, "more"...))
			if !ok && i == 0 || ok && string(rest) != "more" {
				t.Errorf("%s %s: %v, %q is left", kn[0], kn[1], ok, rest)
			}
			byLibrary, err := decodeData(raw, dataOf(Kind(kn[0]), kn[1]))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(byLibrary, got); ok && diff != "" {
				t.Errorf("%s %s: %s", kn[0], kn[1], diff)
			}
		}
	}
}

// readShape reads the value of a type that b begins with.
func readShape(t reflect.Type, b []byte) (v any, rest []byte, ok bool) {
	into := reflect.New(t).Elem()
	rest, ok = shapeOf(t)(b, into, new(texts))
	return into.Interface(), rest, ok
}

// FuzzShape: what a shape reads is well-formed and what the library reads.
func FuzzShape(f *testing.F) {
	all := named()
	for i, kn := range all {
		raw, err := Marshal(sample(f, Kind(kn[0]), kn[1]).Data)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint(i), raw)
	}
	f.Fuzz(func(t *testing.T, i uint, b []byte) {
		kn := all[i%uint(len(all))]
		decode := dataOf(Kind(kn[0]), kn[1])
		empty, err := decodeData([]byte{0x80}, decode)
		if err != nil {
			t.Fatal(err)
		}
		got, rest, ok := readShape(reflect.TypeOf(empty), b)
		if !ok {
			return
		}
		raw := b[:len(b)-len(rest)]
		if err := WellFormed(raw); err != nil {
			t.Fatalf("%x: %v", raw, err)
		}
		want, err := decodeData(raw, decode)
		if err != nil || !reflect.DeepEqual(want, got) {
			t.Fatalf("%x: %+v, the library reads %+v, %v", raw, got, want, err)
		}
	})
}

// What comes after the data is heeded too.
func TestDecoderReadsInAnyOrder(t *testing.T) {
	d := NewDecoder(nil)
	settings := Event{Zone: "z", Turn: 1, ZN: 1, Kind: KindFact, Name: LeaderClaimed, Data: LeaderData{Epoch: 1, Broker: "b"}}
	b, err := Encode(&settings)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time it knows the data
		if _, err := d.Decode(b); err != nil {
			t.Fatal(err)
		}
	}
	// The name comes again, and is another.
	b[0]++
	b = append(append(b, "\xa4name"...), 0xa0|byte(len(CampaignStarted)))
	b = append(b, CampaignStarted...)
	e, err := d.Decode(b)
	if err != nil || e.Name != CampaignStarted || e.Data != (NoData{}) {
		t.Errorf("%+v, %v", e, err)
	}
}
