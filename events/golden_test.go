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
	actor := ""
	if (kind == KindCommand || kind == KindResponse) && ServiceMaySend(strings.TrimSuffix(name, "RESP")) {
		actor = "blender"
	}
	return Event{
		Zone: "main", Turn: 7, Index: 2, ZN: 1 << 33, At: 1_795_000_000_123_456, Kind: kind, Name: name,
		Agent: "1001", N: 300, Cause: "conn.9", Session: "main-5", Job: "Spring renewal", Switch: "sim", Actor: actor, Data: v.Interface(),
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
// line of the file is never changed. -add adds one for a new name, and one for an
// event that has gained fields; the last line of a name is how it is written now.
func TestFrozenEncodings(t *testing.T) {
	text, err := os.ReadFile(frozen)
	if err != nil {
		t.Fatal(err)
	}
	lines := map[string][][]byte{}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		body, err := hex.DecodeString(f[2])
		if err != nil {
			t.Fatal(err)
		}
		lines[f[0]+" "+f[1]] = append(lines[f[0]+" "+f[1]], body)
	}
	var added strings.Builder
	for _, kn := range named() {
		name := kn[0] + " " + kn[1]
		ev := sample(t, Kind(kn[0]), kn[1])
		body, err := Encode(&ev)
		if err != nil {
			t.Fatal(err)
		}
		written := lines[name]
		delete(lines, name)
		for _, old := range written {
			checkFrozen(t, name, old, body)
		}
		switch {
		case len(written) > 0 && bytes.Equal(written[len(written)-1], body):
		case *add:
			fmt.Fprintf(&added, "%s %x\n", name, body)
		default:
			t.Errorf("%s: the encoding is new: run with -add\n got %x", name, body)
		}
	}
	for name := range lines {
		t.Errorf("%s is in the log and not in the vocabulary", name)
	}
	if added.Len() > 0 && !t.Failed() {
		if err := os.WriteFile(frozen, append(text, added.String()...), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// checkFrozen checks that what was written once is still read, and that nothing
// of it is written differently now: fields are only ever added.
func checkFrozen(t *testing.T, name string, old, now []byte) {
	t.Helper()
	ev, err := Decode(old)
	if err != nil {
		t.Errorf("%s: what was written is not read any more: %v", name, err)
		return
	}
	again, err := Encode(&ev)
	if err != nil {
		t.Fatal(err)
	}
	for what, body := range map[string][]byte{"read and written again": again, "written now": now} {
		if path := missing(unpack(t, old), unpack(t, body)); path != "" {
			t.Errorf("%s, %s: %s has changed", name, what, path)
		}
	}
}

// missing returns where old has something that is not in now, "" when all is
// there.
func missing(old, now any) string {
	switch old := old.(type) {
	case map[string]any:
		m, isMap := now.(map[string]any)
		for key, value := range old {
			if _, there := m[key]; !isMap || !there {
				return key
			}
			if path := missing(value, m[key]); path != "" {
				return key + "." + path
			}
		}
		return ""
	case []any:
		list, isList := now.([]any)
		if !isList || len(list) != len(old) {
			return "the list"
		}
		for i := range old {
			if path := missing(old[i], list[i]); path != "" {
				return fmt.Sprintf("%d.%s", i, path)
			}
		}
		return ""
	}
	if !reflect.DeepEqual(old, now) {
		return "the value"
	}
	return ""
}

func unpack(t *testing.T, body []byte) any {
	t.Helper()
	v, err := Unmarshal[map[string]any](body)
	if err != nil {
		t.Fatal(err)
	}
	return v
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
		bare, err := NewDecoder(nothing).Decode(b)
		if bare.Data = ev.Data; err != nil || !reflect.DeepEqual(bare, ev) {
			t.Fatalf("without the data it is another event: %+v, %v", bare, err)
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
		body, err := EncodeInbound(Inbound{ID: ID{"c", 1}, Deadline: 9, Ticket: "t", Data: sample(f, KindCommand, name).Data})
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
