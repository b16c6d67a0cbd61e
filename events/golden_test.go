package events

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vmihailenco/msgpack/v5"
)

var add = flag.Bool("add", false, "add encodings of new names to the frozen ones")

const frozen = "testdata/v1/events.txt"

// named is every kind and name there is.
func named() [][2]string {
	var all [][2]string
	for _, n := range Commands() {
		all = append(all, [2]string{string(KindCommand), n}, [2]string{string(KindResponse), RESP(n)})
	}
	for kind, names := range map[Kind][]string{
		KindNotification: Notifications(), KindFact: Facts(),
	} {
		for _, n := range names {
			all = append(all, [2]string{string(kind), n})
		}
	}
	for _, n := range append(SwitchCommands(), SwitchEvents()...) {
		all = append(all, [2]string{string(KindSwitch), n})
	}
	return all
}

// sample returns an event of this kind and name with every field set.
func sample(t testing.TB, kind Kind, name string) Event {
	t.Helper()
	decode := dataOf(kind, name)
	if decode == nil {
		t.Fatalf("%s %s has no data", kind, name)
	}
	data, err := decode(msgpack.NewDecoder(bytes.NewReader([]byte{0x80})))
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.New(reflect.TypeOf(data)).Elem()
	fill(v)
	return Event{
		Zone: "main", Turn: 7, Index: 2, ZN: 1 << 33, At: 1_795_000_000_123_456, Kind: kind, Name: name,
		Agent: "1001", N: 300, Cause: "conn.9", Session: "main-5", Job: "Spring renewal", Switch: "sim", Data: v.Interface(),
	}
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.String:
		v.SetString("ünï")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(70_000)
	case reflect.Uint64:
		v.SetUint(5_000_000_000)
	default:
		panic("no sample for " + v.Kind().String())
	}
}

// TestFrozenEncodings holds what was ever written against what is read now. A
// line of the file is never changed; -add only adds names that are not there.
func TestFrozenEncodings(t *testing.T) {
	text, err := os.ReadFile(frozen)
	if err != nil && !*add {
		t.Fatal(err)
	}
	lines := map[string]string{}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		lines[f[0]+" "+f[1]] = f[2]
	}
	var added strings.Builder
	for _, kn := range named() {
		ev := sample(t, Kind(kn[0]), kn[1])
		body, err := Encode(&ev)
		if err != nil {
			t.Fatal(err)
		}
		want, there := lines[kn[0]+" "+kn[1]]
		if !there && *add {
			fmt.Fprintf(&added, "%s %s %x\n", kn[0], kn[1], body)
			continue
		}
		if got := hex.EncodeToString(body); got != want {
			t.Errorf("%s %s: the encoding has changed\n got %s\nwant %s", kn[0], kn[1], got, want)
		}
		delete(lines, kn[0]+" "+kn[1])
		old, _ := hex.DecodeString(want)
		back, err := Decode(old)
		if err != nil {
			t.Errorf("%s %s: %v", kn[0], kn[1], err)
		} else if diff := cmp.Diff(ev, back); diff != "" {
			t.Errorf("%s %s: %s", kn[0], kn[1], diff)
		}
	}
	for name := range lines {
		t.Errorf("%s is in the log and not in the vocabulary", name)
	}
	if added.Len() > 0 {
		if err := os.MkdirAll("testdata/v1", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(frozen, append(text, added.String()...), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, kn := range named() {
		ev := sample(f, Kind(kn[0]), kn[1])
		body, err := Encode(&ev)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _ = DecodeLoose(b)
		ev, err := Decode(b)
		if err != nil {
			return
		}
		again, err := Encode(&ev)
		if err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		back, err := Decode(again)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		once, _ := Encode(&back)
		if !bytes.Equal(again, once) {
			t.Fatalf("%x and %x are the same event", again, once)
		}
	})
}

func FuzzDecodeInbound(f *testing.F) {
	for _, name := range Commands() {
		body, err := EncodeInbound(Inbound{ID: ID{"c", 1}, Deadline: 9, Data: sample(f, KindCommand, name).Data})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(name, body)
	}
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		for _, decode := range []func(string, []byte) (Inbound, error){DecodeCommand, DecodeSwitchEvent} {
			in, err := decode(name, b)
			if err == nil && (in.ID.N == 0 || in.Data == nil) {
				t.Fatalf("accepted without id or data: %+v", in)
			}
			if err != nil && CodeOf(err) == Success {
				t.Fatalf("error without a code: %v", err)
			}
		}
	})
}
