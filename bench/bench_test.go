package main

import (
	"testing"

	"github.com/deskbus/deskbus/events"
)

// What the raw program writes is what a hold is.
func TestSampleTurn(t *testing.T) {
	feed, journal, err := sampleTurn()
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	for i, want := range []string{
		events.AGTHoldCall, events.RESP(events.AGTHoldCall),
		events.AGTCallStateChangedNotify, events.AGTCapabilitiesChanged,
	} {
		if ev, err := events.Decode(feed[i]); err != nil || ev.Name != want {
			t.Errorf("message %d is %s, %v; want %s", i, ev.Name, err, want)
		}
		size += len(feed[i])
	}
	if len(journal) <= size {
		t.Errorf("the journal has %d bytes for a feed of %d: the switch command is missing", len(journal), size)
	}
}

// Both commands of the pair that is timed are decided, not refused.
func TestHoldAndUnhold(t *testing.T) {
	talk, err := newTalk()
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		for _, name := range []string{events.AGTHoldCall, events.AGTUnholdCall} {
			talk.command(name, events.SessionParams{SessionID: talk.session})
			if len(talk.turn) != 5 || talk.turn[1].Data.(events.SessionResult).Result != events.Success {
				t.Errorf("%s caused %+v", name, talk.turn)
			}
		}
	}
}
