package events

import (
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

// Data that never comes again is not kept.
func TestDecoderForgets(t *testing.T) {
	d := NewDecoder(nil)
	for i := range uint64(2 * mostKnown) {
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
