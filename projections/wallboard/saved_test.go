package wallboard

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/projections/report/reporttest"
)

// shown is all that somebody who comes now is told of a fold.
func shown(t *testing.T, f *fold) string {
	t.Helper()
	for id := range f.agents {
		f.changed[id] = true
	}
	b := New(Config{Zones: []string{reporttest.Zone}, Logger: quiet})
	z := b.zones[0]
	z.fold, z.started, z.heard = f, true, morning
	b.update(morning)
	return string(encode(b.snapshot(morning)))
}

func foldDay(t *testing.T, f *fold, log []events.Event) *fold {
	t.Helper()
	for i := range log {
		if err := f.apply(&log[i]); err != nil {
			t.Fatalf("event %d, %s: %v", log[i].ZN, log[i].Name, err)
		}
	}
	return f
}

// TestEncodeAnywhere: a fold that was stored after any event and goes on from there
// shows what one shows that never was.
func TestEncodeAnywhere(t *testing.T) {
	for seed := range uint64(5) {
		log := reporttest.Random(seed, 150).Events
		want := shown(t, foldDay(t, newFold(nil), log))
		for cut := 0; cut < len(log); cut += 7 {
			body, err := foldDay(t, newFold(nil), log[:cut]).encode()
			if err != nil {
				t.Fatal(err)
			}
			f, err := decodeFold(body, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, shown(t, foldDay(t, f, log[cut:]))); diff != "" {
				t.Fatalf("day %d, stored after event %d: -want +got:\n%s", seed, cut, diff)
			}
		}
	}
}

// TestRestoredIsNew: who looked before the checkpoint was loaded is told all of it.
func TestRestoredIsNew(t *testing.T) {
	f := foldDay(t, newFold(nil), handedOn().Events)
	body, err := f.encode()
	if err != nil {
		t.Fatal(err)
	}
	b := New(Config{Zones: []string{reporttest.Zone}, Logger: quiet})
	if err := b.zones[0].restore(body); err != nil {
		t.Fatal(err)
	}
	b.zones[0].started = true
	end := time.UnixMicro(f.status.At())
	told := b.update(end)
	if len(told.Agents) != len(f.agents) || len(told.Campaigns) != 1 || len(told.News) != len(f.news) {
		t.Errorf("told %d agents of %d, %d campaigns, %d news of %d", len(told.Agents), len(f.agents), len(told.Campaigns), len(told.News), len(f.news))
	}
	if len(told.Minutes) != 1 || !reflect.DeepEqual(told.Minutes, b.snapshot(end).Minutes) {
		t.Errorf("told the minutes %v, there are %v", told.Minutes, b.snapshot(end).Minutes)
	}
}

// TestFrozenCheckpoint holds a checkpoint that was written once against what is
// read from it. When it fails, checkpointVersion must change; then the test writes
// the first one of the new version.
func TestFrozenCheckpoint(t *testing.T) {
	want := foldDay(t, newFold(nil), handedOn().Events)
	file := filepath.Join("testdata", fmt.Sprintf("checkpoint-v%d.bin", checkpointVersion))
	body, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		if body, err = want.encode(); err == nil {
			err = os.WriteFile(file, body, 0o644)
		}
		t.Errorf("%s is new: commit it (%v)", file, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeFold(body, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(shown(t, want), shown(t, got)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func FuzzDecodeFold(f *testing.F) {
	fold := newFold(nil)
	for _, e := range handedOn().Events {
		if err := fold.apply(&e); err != nil {
			f.Fatal(err)
		}
	}
	body, err := fold.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Fuzz(func(t *testing.T, body []byte) {
		if events.WellFormed(body) != nil {
			return // the store's reader refuses it
		}
		got, err := decodeFold(body, nil)
		if err != nil {
			return
		}
		if _, err := got.encode(); err != nil {
			t.Error(err)
		}
	})
}
