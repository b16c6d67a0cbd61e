package status

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/subject"
)

// aDay has agents in many states, of which one was never seen to log on.
func aDay() []events.Event {
	return newScript("z").logon("a", false, events.Success).logon("c", false, events.AuthenticationFailed).
		logon("b", false, events.Success).ready("a").ready("b").talking("a", "s1").events
}

// TestEncodeAnywhere: a fold that was stored after any event and goes on from there
// ends as one that never was.
func TestEncodeAnywhere(t *testing.T) {
	day := aDay()
	want := foldOf(t, day)
	for cut := range day {
		f := foldOf(t, day[:cut])
		body, err := f.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if f, err = Decode(body); err != nil {
			t.Fatal(err)
		}
		for i := cut; i < len(day); i++ {
			if err := f.Apply(&day[i]); err != nil {
				t.Fatalf("stored after event %d: %v", cut, err)
			}
		}
		if !reflect.DeepEqual(f, want) {
			t.Fatalf("stored after event %d: %+v, want %+v", cut, f, want)
		}
	}
}

// TestFrozenCheckpoint holds a checkpoint that was written once against what is
// read from it. When it fails, CheckpointVersion must change; then the test writes
// the first one of the new version.
func TestFrozenCheckpoint(t *testing.T) {
	file := filepath.Join("testdata", fmt.Sprintf("checkpoint-v%d.bin", CheckpointVersion))
	body, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if body, err = foldOf(t, aDay()).Encode(); err == nil {
			err = os.WriteFile(file, body, 0o644)
		}
		t.Errorf("%s is new: commit it (%v)", file, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(body)
	if err != nil {
		t.Fatal(err)
	}
	if want := foldOf(t, aDay()); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func FuzzDecode(f *testing.F) {
	day := aDay()
	var fold Fold
	for i := range day {
		if err := fold.Apply(&day[i]); err != nil {
			f.Fatal(err)
		}
	}
	body, err := fold.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Fuzz(func(t *testing.T, body []byte) {
		if events.WellFormed(body) != nil {
			return // the store's reader refuses it
		}
		got, err := Decode(body)
		if err != nil {
			return
		}
		if _, err := got.Encode(); err != nil {
			t.Error(err)
		}
	})
}

// TestGoesOnFromACheckpoint: a broker that starts knows what only the checkpoint
// has any more.
func TestGoesOnFromACheckpoint(t *testing.T) {
	b := newBus(t)
	b.createStreams("z")
	day := aDay()
	b.publish(day)
	nc, js := b.connect()
	c := b.config(nc, js, "z")
	stream, err := js.Stream(t.Context(), subject.EventsStream("z"))
	if err != nil {
		t.Fatal(err)
	}
	cut := len(day) - 1 - rand.IntN(3)
	z := &zone{name: "z", fold: *foldOf(t, day[:cut])}
	z.keep(t.Context(), feed.NewCheckpoints(c.Checkpoints, "z.status.1", stream, quiet))
	for deadline := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		if _, err := c.Checkpoints.GetInfo(t.Context(), "z.status.1"); err == nil {
			break
		} else if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	for n := range cut - 1 {
		if err := stream.DeleteMsg(t.Context(), uint64(n+1)); err != nil {
			t.Fatal(err)
		}
	}
	b.run(quiet, "z")
	a := b.askUntilSuccess("z", uint64(len(day)))
	if len(a.Agents) != 2 {
		t.Fatalf("%+v", a)
	}
	for i, id := range []string{"a", "b"} {
		if want, _ := foldOf(t, day).Agent(id); !reflect.DeepEqual(a.Agents[i], want) {
			t.Errorf("%+v, want %+v", a.Agents[i], want)
		}
	}
}
