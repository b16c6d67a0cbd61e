package switchsim

import (
	"log/slog"
	"maps"
	"slices"
	"testing"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/subject"
)

// TestRestorePassesOverCopies: an order that stands in the feed twice is followed once,
// and one that is published once more behind what was missing is followed then.
func TestRestorePassesOverCopies(t *testing.T) {
	bus := natstest.Start(t)
	if err := journal.EnsureStreams(t.Context(), bus.JS, "z", 1); err != nil {
		t.Fatal(err)
	}
	write := func(n uint64, name string, data any) {
		t.Helper()
		e := events.Event{
			Zone: "z", ZN: 10 * n, Turn: 10 * n, At: int64(n), Kind: events.KindSwitch, Name: name, Switch: "s", N: n, Data: data,
		}
		body, err := events.Encode(&e)
		if err != nil {
			t.Fatal(err)
		}
		to, err := subject.Of(&e)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := bus.JS.Publish(t.Context(), to, body); err != nil {
			t.Fatal(err)
		}
	}
	order := func(n uint64, leg string) {
		t.Helper()
		write(n, events.Originate, events.OriginateData{LegID: leg, Role: events.RoleCustomer})
	}
	order(1, "a")
	write(2, events.Failed, events.FailedData{LegID: "a", Cause: events.CauseBusy})
	order(4, "c") // something stands in place of the third
	order(3, "b")
	order(4, "c")
	order(1, "a") // somebody's copy
	m, last, err := restore(t.Context(), bus.JS, Config{Zone: "z", Switch: "s", Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if legs := slices.Sorted(maps.Keys(m.legs)); last != 40 || !slices.Equal(legs, []string{"b", "c"}) {
		t.Errorf("legs %v up to event %d", legs, last)
	}
}
