package events

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/vmihailenco/msgpack/v5"
)

// asJSON is the JSON of a msgpack value, and what a reader makes of it.
func asJSON(t *testing.T, b []byte) (string, any) {
	t.Helper()
	out, err := AppendJSON(nil, b)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(out))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil || d.More() {
		t.Fatalf("%s: %v", out, err)
	}
	return string(out), v
}

func TestAppendJSON(t *testing.T) {
	for _, test := range []struct {
		value any
		want  string
	}{
		{nil, "null"}, {true, "true"}, {false, "false"}, {0, "0"}, {127, "127"}, {128, "128"}, {70_000, "70000"},
		{uint64(math.MaxUint64), "18446744073709551615"}, {-1, "-1"}, {-32, "-32"}, {-33, "-33"}, {-1 << 40, "-1099511627776"},
		{int64(math.MinInt64), "-9223372036854775808"}, {1.5, "1.5"}, {float32(0.1), "0.1"}, {math.NaN(), "null"}, {math.Inf(-1), "null"},
		{"", `""`}, {"a\"\\\n\t\x1b\x7f<ü>", `"a\"\\\n\u0009\u001b\u007f<ü>"`}, {"\u009b\u2028", `"\u009b\u2028"`}, {"\xff", `"` + "\ufffd" + `"`},
		{[]byte{1, 2, 3}, `"AQID"`}, {[]any{}, "[]"}, {[]any{1, []any{"x"}}, `[1,["x"]]`},
		{map[string]any{"k": map[string]any{}}, `{"k":{}}`},
		{strings.Repeat("long ", 100), `"` + strings.Repeat("long ", 100) + `"`},
		{make([]bool, 20), "[" + strings.Repeat("false,", 19) + "false]"},
	} {
		b, err := msgpack.Marshal(test.value)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := asJSON(t, b); got != test.want {
			t.Errorf("%v: %s, want %s", test.value, got, test.want)
		}
	}
}

func TestAppendJSONRefuses(t *testing.T) {
	for name, b := range map[string][]byte{
		"nothing": {}, "cut short": {0x92, 1}, "trailing": {1, 1}, "extension": {0xd4, 1, 1}, "a number for a key": {0x81, 1, 1},
	} {
		if out, err := AppendJSON(nil, b); err == nil {
			t.Errorf("%s: %s", name, out)
		}
	}
}

// TestAppendJSONOfEvents: each event there is says the same as DecodeLoose.
func TestAppendJSONOfEvents(t *testing.T) {
	for _, kn := range named() {
		name := kn[1]
		e := sample(t, Kind(kn[0]), name)
		b, err := Encode(&e)
		if err != nil {
			t.Fatal(err)
		}
		_, got := asJSON(t, b)
		loose, err := DecodeLoose(b)
		if err != nil {
			t.Fatal(err)
		}
		want, err := msgpack.Marshal(loose.Data)
		if err != nil {
			t.Fatal(err)
		}
		_, data := asJSON(t, want)
		fields := got.(map[string]any)
		if !reflect.DeepEqual(fields["data"], data) || fields["name"] != e.Name || fields["id"] != e.ID() {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// FuzzAppendJSON: what is taken is one line of JSON that steers no terminal.
func FuzzAppendJSON(f *testing.F) {
	f.Add([]byte{0x81, 0xa1, 'k', 0x93, 0xcb, 0x7f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc4, 1, 1, 0xa2, 0xff, '"'})
	f.Fuzz(func(t *testing.T, b []byte) {
		out, err := AppendJSON([]byte("x"), b)
		if err != nil {
			return
		}
		if out = out[1:]; !json.Valid(out) || bytes.ContainsFunc(out, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }) {
			t.Fatalf("%x became %q", b, out)
		}
	})
}
