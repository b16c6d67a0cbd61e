package logon

import (
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"github.com/deskbus/deskbus/config"
	"github.com/deskbus/deskbus/events"
)

func TestHashPassword(t *testing.T) {
	t.Parallel()
	for _, password := range []string{"", strings.Repeat("x", 72)} {
		hash, err := HashPassword(password)
		if err != nil {
			t.Fatal(err)
		}
		if err := bcrypt.CompareHashAndPassword([]byte(hash), []byte(password)); err != nil {
			t.Errorf("%q: %v", password, err)
		}
	}
	if _, err := HashPassword(strings.Repeat("x", 73)); err == nil || strings.Contains(err.Error(), "xx") {
		t.Errorf("73 bytes: error %v, want one that does not show the password", err)
	}
}

// The password of an unknown agent costs as much as that of the known agent
// whose hash costs most.
func TestUnknownAgentsCostAsMuch(t *testing.T) {
	agents := []config.Agent{agent(t, "1", "a", 5), agent(t, "2", "b", 6), agent(t, "3", "c", 4)}
	d, err := NewDirectory(agents, nil)
	if err != nil {
		t.Fatal(err)
	}
	if cost, err := bcrypt.Cost(d.nobody); err != nil || cost != 6 {
		t.Errorf("cost %d, %v; want 6", cost, err)
	}
}

func TestNewDirectoryRefusesWrongHash(t *testing.T) {
	if _, err := NewDirectory([]config.Agent{{ID: "1", PasswordHash: "demo"}}, nil); err == nil || strings.Contains(err.Error(), "demo") {
		t.Errorf("error %v, want one that does not show the hash", err)
	}
}

// The password that the example configuration names is that of all its
// agents and services.
func TestExamplePasswords(t *testing.T) {
	t.Parallel()
	c, err := config.Load("../examples/deskbus.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d, err := NewDirectory(c.Agents, c.Services)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Services {
		if _, right := d.checkService(s.ID, new("demo")); !right {
			t.Errorf("the password of service %s is another one", s.ID)
		}
	}
	for _, a := range c.Agents {
		t.Run(a.ID, func(t *testing.T) {
			t.Parallel()
			if cost, err := bcrypt.Cost([]byte(a.PasswordHash)); err != nil || cost != 10 {
				t.Errorf("cost %d, %v; want 10", cost, err)
			}
			if got, verdict := d.check(a.ID, new("demo")); verdict != events.Success || got.Name != a.Name {
				t.Errorf("verdict %d for %q", verdict, got.Name)
			}
		})
	}
}
