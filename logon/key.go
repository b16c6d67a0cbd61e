package logon

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Key signs tickets. All brokers of an installation have the same.
type Key [32]byte

// String does not show the key, so that it cannot get into a log by accident.
func (Key) String() string { return "(ticket key)" }

// GoString does not show the key either.
func (k Key) GoString() string { return k.String() }

// NewKey returns a random key.
func NewKey() Key {
	var k Key
	rand.Read(k[:]) // never fails
	return k
}

// LoadOrCreateKey reads the key from a file of 64 hex digits, which only its
// owner may read or write. If there is none it makes one, in a directory that
// must be there. Of several brokers that do so at the same time on a shared
// volume one wins, and all return its key.
func LoadOrCreateKey(path string) (Key, error) {
	key, err := loadKey(path)
	if !errors.Is(err, os.ErrNotExist) {
		return key, err
	}
	if err := createKey(path); err != nil {
		return Key{}, fmt.Errorf("ticket key: create %s: %w", path, err)
	}
	return loadKey(path)
}

func loadKey(path string) (Key, error) {
	f, err := os.Open(path)
	if err != nil {
		return Key{}, fmt.Errorf("ticket key: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return Key{}, fmt.Errorf("ticket key: %w", err)
	}
	// Whoever reads the key can log on as any agent.
	if mode := info.Mode(); !mode.IsRegular() || mode.Perm()&0o077 != 0 {
		return Key{}, fmt.Errorf("ticket key: %s has mode %v: want a file for its owner alone; run chmod 600", path, mode)
	}
	text, err := io.ReadAll(io.LimitReader(f, 1024))
	if err != nil {
		return Key{}, fmt.Errorf("ticket key: %w", err)
	}
	digits, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(digits) != len(Key{}) {
		return Key{}, fmt.Errorf("ticket key: %s: want %d hex digits", path, 2*len(Key{}))
	}
	return Key(digits), nil
}

// createKey makes the key file, or leaves the one that another broker made
// meanwhile. The file appears under its name only when all of it is on disk:
// a link to a finished file either succeeds as a whole or finds the name taken.
func createKey(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".ticket-key-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	key := NewKey()
	_, err = f.WriteString(hex.EncodeToString(key[:]) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return syncDirectory(filepath.Dir(path))
}

// syncDirectory makes the new name last through a power failure. Otherwise a
// broker that starts after it would make another key than those still running.
func syncDirectory(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
