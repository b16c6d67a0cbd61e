package logon

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbus/deskbus/events"
)

var (
	noon   = time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)
	skills = []events.POMAgentSkill{{SkillName: "renewal", SkillLevel: 1}}
	ada    = Claims{AgentID: "1001", Zone: "main", Conn: "desk-1", Name: "Ada Osei", Skills: skills}
)

func sign(t testing.TB, key Key, c Claims) string {
	t.Helper()
	ticket, err := Sign(key, c, noon)
	if err != nil {
		t.Fatal(err)
	}
	return ticket
}

func TestVerify(t *testing.T) {
	key := NewKey()
	ticket := sign(t, key, ada)
	want := ada
	want.V, want.Expires = 1, noon.Add(time.Minute).UnixMicro()
	for _, c := range []struct {
		name                string
		key                 Key
		ticket              string
		now                 time.Time
		agentID, zone, conn string
		err                 error
	}{
		{"good", key, ticket, noon, "1001", "main", "desk-1", nil},
		{"good to the last", key, ticket, noon.Add(time.Minute - time.Microsecond), "1001", "main", "desk-1", nil},
		{"expired", key, ticket, noon.Add(time.Minute), "1001", "main", "desk-1", ErrExpired},
		{"other agent", key, ticket, noon, "1002", "main", "desk-1", ErrForeign},
		{"other zone", key, ticket, noon, "1001", "night", "desk-1", ErrForeign},
		{"other connector", key, ticket, noon, "1001", "main", "desk-2", ErrForeign},
		{"other key", NewKey(), ticket, noon, "1001", "main", "desk-1", ErrForged},
		{"no ticket", key, "", noon, "1001", "main", "desk-1", ErrForged},
		{"signed nothing", key, "." + signature(key, ""), noon, "1001", "main", "desk-1", ErrForged},
		{"signed something else", key, "aGk." + signature(key, "aGk"), noon, "1001", "main", "desk-1", ErrForged},
		{"twice", key, ticket + "." + ticket, noon, "1001", "main", "desk-1", ErrForged},
		{"line break", key, ticket + "\n", noon, "1001", "main", "desk-1", ErrForged},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Verify(c.key, c.ticket, c.now, c.agentID, c.zone, c.conn)
			if !errors.Is(err, c.err) {
				t.Fatalf("error %v, want %v", err, c.err)
			}
			if err != nil {
				if diff := cmp.Diff(Claims{}, got); diff != "" {
					t.Errorf("claims of a refused ticket: %s", diff)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestVerifyRefusesEveryChangedByte(t *testing.T) {
	key := NewKey()
	ticket := sign(t, key, ada)
	for i := range len(ticket) {
		for change := 1; change < 256; change++ {
			changed := []byte(ticket)
			changed[i] ^= byte(change)
			if _, err := Verify(key, string(changed), noon, "1001", "main", "desk-1"); !errors.Is(err, ErrForged) {
				t.Fatalf("byte %d changed from %q to %q: error %v", i, ticket[i], changed[i], err)
			}
		}
		if _, err := Verify(key, ticket[:i], noon, "1001", "main", "desk-1"); !errors.Is(err, ErrForged) {
			t.Fatalf("cut after %d bytes: error %v", i, err)
		}
	}
}

func TestResolve(t *testing.T) {
	key := NewKey()
	refused := Claims{AgentID: "1001", Zone: "main", Conn: "desk-1", Verdict: events.AuthenticationFailed}
	unskilled := Claims{AgentID: "1001", Zone: "main", Conn: "desk-1", Verdict: events.SkillsNotFound, Name: "Ada Osei"}
	own := []events.POMAgentSkill{{SkillName: "billing"}}
	form := events.LogonParams{AgentExt: "1001", IsForce: true, ZoneName: "main"}
	with := func(change func(p *events.LogonParams)) events.LogonParams {
		p := form
		change(&p)
		return p
	}
	for _, c := range []struct {
		name     string
		in, want events.LogonParams
	}{
		{
			"good",
			with(func(p *events.LogonParams) { p.Ticket = sign(t, key, ada) }),
			with(func(p *events.LogonParams) { p.AgentName, p.AgentSkills = "Ada Osei", skills }),
		},
		{
			"the AACC form keeps its own",
			with(func(p *events.LogonParams) { p.Ticket, p.AgentName, p.AgentSkills = sign(t, key, ada), "Ada", own }),
			with(func(p *events.LogonParams) { p.AgentName, p.AgentSkills = "Ada", own }),
		},
		{
			"wrong password",
			with(func(p *events.LogonParams) { p.Ticket = sign(t, key, refused) }),
			with(func(p *events.LogonParams) { p.Verdict = events.AuthenticationFailed }),
		},
		{
			"wrong password with own skills",
			with(func(p *events.LogonParams) { p.Ticket, p.AgentSkills = sign(t, key, refused), own }),
			with(func(p *events.LogonParams) { p.Verdict, p.AgentSkills = events.AuthenticationFailed, own }),
		},
		{
			"no skills",
			with(func(p *events.LogonParams) { p.Ticket = sign(t, key, unskilled) }),
			with(func(p *events.LogonParams) { p.Verdict, p.AgentName = events.SkillsNotFound, "Ada Osei" }),
		},
		{
			"no skills but own ones",
			with(func(p *events.LogonParams) { p.Ticket, p.AgentSkills = sign(t, key, unskilled), own }),
			with(func(p *events.LogonParams) { p.AgentName, p.AgentSkills = "Ada Osei", own }),
		},
		{
			"no ticket",
			form,
			with(func(p *events.LogonParams) { p.Verdict = events.PasswordNotVerified }),
		},
		{
			"a verdict of its own",
			with(func(p *events.LogonParams) { p.Ticket, p.Verdict = sign(t, key, refused), events.Success }),
			with(func(p *events.LogonParams) { p.Verdict = events.AuthenticationFailed }),
		},
		{
			"somebody else's",
			with(func(p *events.LogonParams) {
				p.Ticket = sign(t, key, Claims{AgentID: "1002", Zone: "main", Conn: "desk-1"})
			}),
			with(func(p *events.LogonParams) { p.Verdict = events.PasswordNotVerified }),
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Resolve(key, c.in, "1001", "main", "desk-1", noon)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Whatever is sent as a ticket, and even whatever is signed as one, does not
// panic, and is good only if it says the right things.
func FuzzVerify(f *testing.F) {
	key := Key{1}
	f.Add(sign(f, key, ada))
	f.Add("")
	f.Add("aGk")
	f.Fuzz(func(t *testing.T, text string) {
		for _, ticket := range []string{text, text + "." + signature(key, text)} {
			c, err := Verify(key, ticket, noon, "1001", "main", "desk-1")
			if err == nil && (c.AgentID != "1001" || c.Zone != "main" || c.Conn != "desk-1" || c.Expires <= noon.UnixMicro()) {
				t.Errorf("%q was accepted: %+v", ticket, c)
			}
		}
	})
}
