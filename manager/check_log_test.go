package manager

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbus/deskbus/events"
)

// replay folds a log into a new state, through its encoding.
func replay(t tester, log []events.Event) *State {
	t.Helper()
	s := New("main")
	for i := range log {
		fold(t, s, &log[i])
	}
	return s
}

func encode(t tester, e *events.Event) []byte {
	t.Helper()
	b, err := events.Encode(e)
	if err != nil {
		t.Fatalf("encode %s: %v", traceLine(e), err)
	}
	return b
}

// fold folds an event as a standby reads it: without the data that [NeedsData]
// leaves out.
func fold(t tester, s *State, e *events.Event) {
	t.Helper()
	body := encode(t, e)
	decoded, err := events.Decode(body)
	if err != nil {
		t.Fatalf("decode %s: %v", traceLine(e), err)
	}
	if !reflect.DeepEqual(*e, decoded) {
		t.Fatalf("%s is decoded as something else:\n%s", e.Name, cmp.Diff(*e, decoded))
	}
	if !NeedsData(e.Kind, e.Name) {
		decoded.Data = nil
	}
	read, err := events.NewDecoder(NeedsData).Decode(body)
	if err != nil || !reflect.DeepEqual(decoded, read) {
		t.Fatalf("a standby reads %s as something else: %v\n%s", e.Name, err, cmp.Diff(decoded, read))
	}
	if err := s.Evolve(&read); err != nil {
		t.Fatalf("fold: %v", err)
	}
}

// checkSame compares a leader's state with one that was only folded. A folded
// state may want to pace more campaigns: the leader knows that it need not.
func checkSame(t tester, live, folded *State) {
	t.Helper()
	a, errA := json.Marshal(live)
	b, errB := json.Marshal(folded)
	if errA != nil || errB != nil {
		t.Fatalf("marshal: %v, %v", errA, errB)
	}
	if string(a) != string(b) {
		t.Fatalf("the log gives another state:\n%s", cmp.Diff(decodeJSON(a), decodeJSON(b)))
	}
	for name, j := range live.Jobs {
		if k := folded.Jobs[name]; !slices.Equal(idsOf(&j.idle), idsOf(&k.idle)) || !slices.Equal(idsOf(&j.busy), idsOf(&k.busy)) || !slices.Equal(attachedIDs(j), attachedIDs(k)) {
			t.Errorf("job %s: idle %v and %v, attached %v and %v", name,
				idsOf(&j.idle), idsOf(&k.idle), attachedIDs(j), attachedIDs(k))
		}
	}
	if !slices.Equal(live.jobNames, folded.jobNames) {
		t.Errorf("jobs %v and %v", live.jobNames, folded.jobNames)
	}
	for timer, at := range live.unpaced.at {
		if sooner, set := folded.unpaced.at[timer]; !set || sooner > at {
			t.Errorf("the next leader would not pace as this one: %s at %d, set %v for %d", timer, at, set, sooner)
		}
	}
}

// restored returns the state as a snapshot gives it back.
func restored(t tester, s *State) *State {
	t.Helper()
	b, err := s.Encode()
	if err != nil {
		t.Fatalf("%v", err)
	}
	back, err := DecodeState(b)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if again, err := back.Encode(); err != nil || !bytes.Equal(b, again) {
		t.Fatalf("the snapshot of a snapshot is another one: %v", err)
	}
	checkSame(t, s, back)
	return back
}

func decodeJSON(b []byte) (v any) {
	if err := json.Unmarshal(b, &v); err != nil {
		panic(err)
	}
	return v
}
