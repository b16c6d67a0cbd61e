package events

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vmihailenco/msgpack/v5"
)

func TestTheVocabularyIsComplete(t *testing.T) {
	if n := len(Commands()); n != 46 {
		t.Errorf("%d commands, the specification has 46", n)
	}
	if n := len(Notifications()); n != 29 {
		t.Errorf("%d notifications, the specification has 29", n)
	}
	all := slices.Concat(Commands(), Notifications(), Facts(), SwitchCommands(), SwitchEvents())
	slices.Sort(all)
	for i := 1; i < len(all); i++ {
		// A call state and the switch event of being held share a word.
		if all[i] == all[i-1] {
			t.Errorf("%s is named twice", all[i])
		}
	}
	for _, name := range Facts() {
		if Scope(name) == ScopeNone {
			t.Errorf("fact %s has no scope", name)
		}
	}
}

func TestEveryCommandCanBeRefused(t *testing.T) {
	for _, name := range Commands() {
		in := Event{Zone: "z", Turn: 1, ZN: 1, Kind: KindResponse, Name: RESP(name), Data: Refusal(name, "s", InvalidData)}
		b, err := Encode(&in)
		if err != nil {
			t.Fatal(err)
		}
		out, err := Decode(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if diff := cmp.Diff(in, out); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if code, is := ResultOf(out.Data); code != InvalidData || !is {
			t.Errorf("%s: its result is %d, %v", name, code, is)
		}
	}
	if _, is := ResultOf(NoData{}); is {
		t.Error("what is no response has a result")
	}
	if Refusal("AGTNothing", "", 1) != nil {
		t.Error("a name that is no command has a refusal")
	}
}

func TestParseID(t *testing.T) {
	good := ID{Conn: "0198-abc_D", N: 42}
	if got, err := ParseID(good.String()); err != nil || got != good {
		t.Errorf("got %v, %v", got, err)
	}
	for _, bad := range []string{
		"inbox.1", "timer.1", "leader.1", "", "x", ".1", "x.", "x.0", "x.01", "x.+1", "x.-1", "x.1.2", "a b.1", "a.b.1", "x.18446744073709551616",
		strings.Repeat("x", 65) + ".1",
	} {
		if id, err := ParseID(bad); err == nil {
			t.Errorf("%q was read as %v", bad, id)
		}
	}
}

func TestTheCatalogueIsInOrder(t *testing.T) {
	all := Catalogue()
	for i, e := range all {
		if i > 0 && all[i-1].Code >= e.Code {
			t.Errorf("%d does not follow %d", e.Code, all[i-1].Code)
		}
		if got, known := Lookup(e.Code); !known || got != e {
			t.Errorf("Lookup(%d) = %v, %v", e.Code, got, known)
		}
	}
	if _, known := Lookup(4); known {
		t.Error("code 4 is not in the table")
	}
}

// TestDecodeRefuses lists what a reader must not take for an event.
func TestDecodeRefuses(t *testing.T) {
	valid := map[string]any{
		"v": 1, "id": "1.0", "zone": "z", "zn": 1, "at": 1, "kind": "ntf", "name": AGTAgentLoggedOut, "data": map[string]any{},
	}
	with := func(key string, value any) []byte {
		m := map[string]any{}
		for k, v := range valid {
			m[k] = v
		}
		if m[key] = value; value == nil {
			delete(m, key)
		}
		b, err := msgpack.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if _, err := Decode(with("later", "an unknown field")); err != nil {
		t.Errorf("an unknown field is to be passed over: %v", err)
	}
	for name, c := range map[string]struct {
		body []byte
		want error
	}{
		"nothing":        {nil, ErrMalformed},
		"not a map":      {[]byte{0x01}, ErrMalformed},
		"nil":            {[]byte{0xc0}, ErrMalformed},
		"cut short":      {with("", nil)[:20], ErrMalformed},
		"trailing bytes": {append(with("", nil), 0), ErrMalformed},
		"later version":  {with("v", 2), ErrVersion},
		"no version":     {with("v", nil), ErrVersion},
		"unknown name":   {with("name", "AGTFlyNotify"), ErrUnknownName},
		"unknown kind":   {with("kind", "rumour"), ErrUnknownName},
		"no data":        {with("data", nil), ErrMissing},
		"data a string":  {with("data", "x"), ErrMistyped},
		"number a text":  {with("zn", "1"), ErrMistyped},
		"id not numbers": {with("id", "a.b"), ErrMalformed},
	} {
		if _, err := Decode(c.body); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestDecodeCommandFaults(t *testing.T) {
	id := ID{"conn", 7}
	body := func(data any) []byte {
		b, err := EncodeInbound(Inbound{ID: id, Deadline: 5, Data: data})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	type m = map[string]any
	for name, c := range map[string]struct {
		command string
		body    []byte
		code    Code
		known   bool
	}{
		"right":                {AGTHoldCall, body(m{"sessionID": "s"}), Success, true},
		"unknown field":        {AGTHoldCall, body(m{"sessionID": "s", "later": 1}), Success, true},
		"null":                 {AGTHoldCall, body(m{"sessionID": nil}), Success, true},
		"missing":              {AGTHoldCall, body(m{}), TooFewParameters, true},
		"mistyped":             {AGTHoldCall, body(m{"sessionID": 5}), InvalidData, true},
		"no map":               {AGTHoldCall, body("s"), InvalidData, true},
		"nested mistyped":      {AGTWrapupContact, body(m{"sessionID": "s", "completionCode": "x"}), InvalidData, true},
		"number out of range":  {AGTGetErrorInfo, body(m{"errorCode": m{"errorCode": "1"}}), InvalidData, true},
		"unknown command":      {"AGTFly", body(m{}), InvalidCommandNameCode, true},
		"not msgpack":          {AGTHoldCall, []byte("hello"), InvalidData, false},
		"too large":            {AGTHoldCall, body(m{"sessionID": strings.Repeat("x", MaxInbound)}), InvalidData, false},
		"a hostile array size": {AGTHoldCall, []byte{0xdf, 0xff, 0xff, 0xff, 0xff}, InvalidData, false},
	} {
		in, err := DecodeCommand(c.command, c.body)
		if got := CodeOf(err); got != c.code {
			t.Errorf("%s: code %d (%v), want %d", name, got, err, c.code)
		}
		if (in.ID == id) != c.known {
			t.Errorf("%s: id %v", name, in.ID)
		}
	}
}

func TestInboundTicket(t *testing.T) {
	for _, ticket := range []string{"", "claims.signature"} {
		want := Inbound{ID: ID{"conn", 7}, Ticket: ticket, Data: NoParams{}}
		b, err := EncodeInbound(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := DecodeCommand(AGTBlendToInbound, b)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("ticket %q: %v\n%s", ticket, err, diff)
		}
	}
	b, err := msgpack.Marshal(map[string]any{"v": 1, "id": "conn.7", "ticket": 5, "data": map[string]any{}})
	if err != nil {
		t.Fatal(err)
	}
	if in, err := DecodeCommand(AGTBlendToInbound, b); CodeOf(err) != InvalidData || in.Ticket != "" {
		t.Errorf("a ticket that is a number was read as %q, %v", in.Ticket, err)
	}
}

func TestResultOf(t *testing.T) {
	for _, command := range Commands() {
		if code, found := ResultOf(Refusal(command, "S", InvalidData)); !found || code != InvalidData {
			t.Errorf("%s: %d, %v", command, code, found)
		}
	}
	for _, data := range []any{nil, NoData{}, SessionData{}, 7, map[string]any{"result": 0}} {
		if code, found := ResultOf(data); found {
			t.Errorf("%T has the result %d", data, code)
		}
	}
}
