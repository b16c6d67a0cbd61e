package manager

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/deskbus/deskbus/events"
)

const frozenSnapshot = "testdata/snapshot-v1.bin"

// TestFrozenSnapshot holds a snapshot that was written once against what is read
// now: a field that is renamed or lost would be forgotten without a word. It is
// of the state at the end of all scripts that are about calls, written with
// -update when it is not there; it is never changed.
func TestFrozenSnapshot(t *testing.T) {
	old, err := os.ReadFile(frozenSnapshot)
	if os.IsNotExist(err) && *update {
		old = fullState(t)
		if err := os.WriteFile(frozenSnapshot, old, 0o644); err != nil {
			t.Fatal(err)
		}
	} else if err != nil {
		t.Fatal(err)
	}
	s, err := DecodeState(old)
	if err != nil {
		t.Fatal(err)
	}
	now, err := s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if path := lostField(unpackSnapshot(t, old), unpackSnapshot(t, now)); path != "" {
		t.Errorf("what a snapshot had is not there any more: %s", path)
	}
}

// fullState is a state in which as many fields as possible have a value.
func fullState(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "snapshot.txt"))
	if err != nil {
		t.Fatal(err)
	}
	p := newPlayer(t)
	playOn(t, p, string(text))
	b, err := p.s.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func unpackSnapshot(t *testing.T, b []byte) any {
	t.Helper()
	v, err := events.Unmarshal[map[string]any](b)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// lostField returns where old has something that now has not, "" for nowhere.
func lostField(old, now any) string {
	switch old := old.(type) {
	case map[string]any:
		m, _ := now.(map[string]any)
		for key, value := range old {
			if _, there := m[key]; !there {
				return key
			}
			if path := lostField(value, m[key]); path != "" {
				return key + "." + path
			}
		}
	case []any:
		list, _ := now.([]any)
		if len(list) != len(old) {
			return "a list"
		}
		for i := range old {
			if path := lostField(old[i], list[i]); path != "" {
				return path
			}
		}
	default:
		if !reflect.DeepEqual(old, now) {
			return "a value"
		}
	}
	return ""
}
