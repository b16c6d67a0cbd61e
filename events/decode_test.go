package events

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a decoder remembers never shows: it says of every event what one says that
// has read nothing before.
func TestDecoderRemembersRight(t *testing.T) {
	all := []Event{
		{Zone: "z", Turn: 1, ZN: 1, Kind: KindNotification, Name: AGTCallStateChangedNotify, Agent: "a", N: 1,
			Cause: "c.1", Session: "s", Job: "j", Data: CallStateData{CallState: Talking}},
		{Zone: "z", Turn: 1, Index: 1, ZN: 2, Kind: KindNotification, Name: AGTCapabilitiesChanged, Agent: "b", N: 1,
			Cause: "c.1", Data: CapabilitiesData{Capabilities: POMCapabilities{CanHold: true}}},
		{Zone: "z", Turn: 2, ZN: 3, Kind: KindNotification, Name: AGTCallStateChangedNotify, Agent: "a", N: 2,
			Cause: "c.2", Session: "t", Data: CallStateData{CallState: Held}},
		{Zone: "z", Turn: 3, ZN: 4, Kind: KindFact, Name: ContactAdded, Job: "k",
			Cause: "leader.contacts", Data: POMCustomerDetails{ContactID: "c", Numbers: []POMContactNumber{{Name: "home", Number: "1"}}}},
	}
	d := NewDecoder(nil)
	for range 3 {
		for _, want := range all {
			b, err := Encode(&want)
			if err != nil {
				t.Fatal(err)
			}
			got, err := d.Decode(b)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		}
	}
	if d.known[ContactAdded].forms != nil {
		t.Error("data with parts that can be changed is remembered")
	}
	if n := len(d.known[AGTCallStateChangedNotify].forms); n != 2 {
		t.Errorf("%d call states are remembered, want 2", n)
	}
}

// nothing is what a decoder needs that reads envelopes only.
func nothing(Kind, string) bool { return false }

// What is not needed is left out, and still has to be whole and of a known name.
func TestDecoderLeavesOut(t *testing.T) {
	want := Event{Zone: "z", Turn: 1, ZN: 1, Kind: KindFact, Name: LeaderClaimed, Data: LeaderData{Epoch: 1, Broker: "b"}}
	b, err := Encode(&want)
	if err != nil {
		t.Fatal(err)
	}
	d := NewDecoder(nothing)
	got, err := d.Decode(b)
	if want.Data = nil; err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := d.Decode(b[:len(b)-1]); !errors.Is(err, ErrMalformed) {
		t.Errorf("cut short: %v", err)
	}
	strange := bytes.Replace(b, []byte(LeaderClaimed), []byte("LeaderBlamed!"), 1)
	if _, err := d.Decode(strange); !errors.Is(err, ErrUnknownName) {
		t.Errorf("an unknown name: %v", err)
	}
}

// Events that follow one another are read one by one.
func TestDecoderReadsOn(t *testing.T) {
	var b []byte
	var encoder Encoder
	for i := range uint64(3) {
		e := Event{Zone: "z", Turn: i + 1, ZN: i + 1, Kind: KindFact, Name: LeaderClaimed, Data: LeaderData{Epoch: i, Broker: "b"}}
		var err error
		if b, err = encoder.Append(b, &e); err != nil {
			t.Fatal(err)
		}
	}
	d := NewDecoder(nil)
	for i := range uint64(3) {
		var e Event
		rest, err := d.Next(b, &e)
		if err != nil || e.ZN != i+1 || e.Data.(LeaderData).Epoch != i {
			t.Fatalf("event %d: %+v, %v", i, e, err)
		}
		b = rest
	}
	if len(b) > 0 {
		t.Errorf("%d bytes are left", len(b))
	}
}

// Data that never comes again is not kept.
func TestDecoderForgets(t *testing.T) {
	d := NewDecoder(nil)
	for i := range uint64(2 * mostMisses) {
		b, err := Encode(&Event{
			Zone: "z", Turn: i + 1, ZN: i + 1, Kind: KindFact, Name: LeaderClaimed, Data: LeaderData{Epoch: i, Broker: "b"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if e, err := d.Decode(b); err != nil || e.Data.(LeaderData).Epoch != i {
			t.Fatalf("%+v, %v", e, err)
		}
	}
	if d.known[LeaderClaimed].forms != nil {
		t.Error("all of them are kept")
	}
}
