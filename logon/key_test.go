package logon

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Brokers that start at the same moment on a shared volume end up with one key.
func TestLoadOrCreateKeyAtTheSameTime(t *testing.T) {
	for range 20 {
		dir := t.TempDir()
		path := filepath.Join(dir, "ticket.key")
		const brokers = 8
		keys, errs := make([]Key, brokers), make([]error, brokers)
		var group sync.WaitGroup
		start := make(chan struct{})
		for i := range brokers {
			group.Go(func() {
				<-start
				keys[i], errs[i] = LoadOrCreateKey(path)
			})
		}
		close(start)
		group.Wait()
		for i := range brokers {
			if errs[i] != nil || keys[i] != keys[0] || keys[i] == (Key{}) {
				t.Fatalf("broker %d: error %v, same key as broker 0: %v", i, errs[i], keys[i] == keys[0])
			}
		}
		if left, _ := os.ReadDir(dir); len(left) != 1 {
			t.Fatalf("left in the directory: %v", left)
		}
		if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
			t.Fatalf("%v, %v; want mode 0600", info.Mode(), err)
		}
		if again, err := LoadOrCreateKey(path); err != nil || again != keys[0] {
			t.Fatalf("read again: %v, same key: %v", err, again == keys[0])
		}
	}
}

func TestLoadOrCreateKeyRefuses(t *testing.T) {
	digits := strings.Repeat("0a", 32)
	for _, c := range []struct {
		name, text string
		mode       os.FileMode
		want       string
	}{
		{"others may read", digits, 0o604, "want a file for its owner alone"},
		{"group may read", digits, 0o640, "want a file for its owner alone"},
		{"empty", "", 0o600, "want 64 hex digits"},
		{"short", digits[2:], 0o600, "want 64 hex digits"},
		{"long", digits + "00", 0o600, "want 64 hex digits"},
		{"no hex", strings.Repeat("zz", 32), 0o600, "want 64 hex digits"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ticket.key")
			if err := os.WriteFile(path, []byte(c.text), c.mode); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, c.mode); err != nil {
				t.Fatal(err)
			}
			if _, err := LoadOrCreateKey(path); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %s", err, c.want)
			}
		})
	}
	if _, err := LoadOrCreateKey(t.TempDir()); err == nil {
		t.Error("a directory was accepted as a key")
	}
	if _, err := LoadOrCreateKey(filepath.Join(t.TempDir(), "none", "ticket.key")); err == nil {
		t.Error("a directory that is not there was accepted")
	}
}

func TestKeyDoesNotShow(t *testing.T) {
	key := Key{1: 0xab, 2: 171}
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, value := range []any{key, &key, struct{ K Key }{key}} {
			if text := fmt.Sprintf(format, value); strings.Contains(text, "171") || strings.Contains(text, "ab") {
				t.Errorf("%s shows the key: %s", format, text)
			}
		}
	}
}
