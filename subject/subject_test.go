package subject

import (
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/deskbus/deskbus/events"
)

func TestEscape(t *testing.T) {
	for id, want := range map[string]string{
		"1001": "1001", "": "%", "sip:1001@example.com": "sip%3A1001%40example%2Ecom", "a b": "a%20b", "%": "%25",
		"*": "%2A", ">": "%3E", "ä": "%C3%A4", "Spring renewal": "Spring%20renewal",
	} {
		if got := Escape(id); got != want {
			t.Errorf("Escape(%q) = %q, want %q", id, got, want)
		}
	}
	for _, bad := range []string{"", "a.b", "%2", "%zz", "%3a", "%41", "a b", "%%", "x%"} {
		if got, err := Unescape(bad); err == nil {
			t.Errorf("Unescape(%q) = %q, want an error", bad, got)
		}
	}
}

func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "1001", "sip:1001@example.com", "a.b.>", "%", "\x00\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, id string) {
		token := Escape(id)
		if strings.Contains(token, ".") || !server.IsValidLiteralSubject("pom."+token) {
			t.Fatalf("Escape(%q) = %q is not one token", id, token)
		}
		back, err := Unescape(token)
		if err != nil || back != id {
			t.Fatalf("%q came back as %q, %v", id, back, err)
		}
		// The other way round: a token that is accepted is the only one of its id.
		if plainID, err := Unescape(id); err == nil && Escape(plainID) != id {
			t.Fatalf("%q and %q are both %q", id, Escape(plainID), plainID)
		}
	})
}

func TestValidZone(t *testing.T) {
	for zone, want := range map[string]bool{
		"main": true, "zone-1_A": true, "": false, "svc": false, "a.b": false, "a b": false, "*": false,
		strings.Repeat("z", 32): true, strings.Repeat("z", 33): false,
	} {
		if ValidZone(zone) != want {
			t.Errorf("ValidZone(%q) = %v", zone, !want)
		}
	}
}

// TestEveryEventHasItsSubject also shows that the feed captures all of them and
// the inbox none.
func TestEveryEventHasItsSubject(t *testing.T) {
	of := func(kind events.Kind, name string) string {
		t.Helper()
		s, err := Of(&events.Event{
			Zone: "main", Kind: kind, Name: name, Agent: "a.1", Session: "main-5", Job: "Spring renewal", Switch: "sim",
		})
		if err != nil {
			t.Fatal(err)
		}
		captured := false
		for _, filter := range FeedSubjects("main") {
			captured = captured || server.SubjectsCollide(filter, s)
		}
		if !captured {
			t.Errorf("%s is not captured by the feed", s)
		}
		if server.SubjectsCollide(InboxSubjects("main")[0], s) {
			t.Errorf("%s is captured by the inbox", s)
		}
		return s
	}
	for _, name := range events.Commands() {
		if got, want := of(events.KindCommand, name), "pom.main.agent.a%2E1.cmd."+name; got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if got, want := of(events.KindResponse, events.RESP(name)), "pom.main.agent.a%2E1.resp."+name+"RESP"; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	for _, name := range events.Notifications() {
		if got, want := of(events.KindNotification, name), "pom.main.agent.a%2E1.ntf."+name; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	for _, name := range events.Facts() {
		of(events.KindFact, name)
	}
	if got := of(events.KindFact, events.CallEnded); got != "pom.main.call.main-5.CallEnded" {
		t.Error(got)
	}
	if got := of(events.KindFact, events.CampaignStarted); got != "pom.main.job.Spring%20renewal.CampaignStarted" {
		t.Error(got)
	}
	if got := of(events.KindFact, events.LeaderClaimed); got != "pom.main.zone.LeaderClaimed" {
		t.Error(got)
	}
	for _, name := range events.SwitchCommands() {
		if got, want := of(events.KindSwitch, name), "pom.main.switch.sim.cmd."+name; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	for _, name := range events.SwitchEvents() {
		if got, want := of(events.KindSwitch, name), "pom.main.switch.sim.evt."+name; got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	if s, err := Of(&events.Event{Zone: "main", Kind: events.KindFact, Name: "Rumour"}); err == nil {
		t.Errorf("an unknown fact has subject %s", s)
	}
}

func TestParseInbound(t *testing.T) {
	for s, want := range map[string]Inbound{
		Command("main", "a.1", events.AGTHoldCall):         {Zone: "main", Sender: "a.1", Name: events.AGTHoldCall},
		SwitchEvent("main", "sim", events.Established):     {Zone: "main", FromSwitch: true, Sender: "sim", Name: events.Established},
		Command("main", "", "no such command, and spaces"): {Zone: "main", Name: "no such command, and spaces"},
	} {
		if got, err := ParseInbound(s); err != nil || got != want {
			t.Errorf("ParseInbound(%q) = %+v, %v", s, got, err)
		}
	}
	for _, bad := range []string{
		"", "pom.main.in.agent.1001", "pom.main.in.agent.1001.X.Y", "pom.main.out.agent.1001.X", "pom.main.in.robot.1.X",
		"cti.main.in.agent.1001.X", "pom.main.in.agent.%zz.X", "pom.main.in.agent..X",
	} {
		if got, err := ParseInbound(bad); err == nil {
			t.Errorf("ParseInbound(%q) = %+v, want an error", bad, got)
		}
	}
}

func TestInbox(t *testing.T) {
	for address, want := range map[string]string{
		"nats://127.0.0.1:4222":                            "_INBOX",
		"nats://token@127.0.0.1:4222":                      "_INBOX",
		"nats://desktop:secret@127.0.0.1:4222":             "_INBOX_desktop",
		"nats://a.b:secret@n1:4222,nats://c:secret@n2:422": "_INBOX_a%2Eb",
		"nats://:secret@127.0.0.1:4222":                    "_INBOX_%",
		"127.0.0.1:4222":                                   "_INBOX",
		"":                                                 "_INBOX",
	} {
		if got := Inbox(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}

func TestReplayed(t *testing.T) {
	for _, prefix := range []string{ReplayPrefix, "training", "acme.training-1", "pom2", "pomp.om"} {
		if !ValidPrefix(prefix) {
			t.Errorf("%q is not allowed", prefix)
		}
	}
	for _, prefix := range []string{"", "pom", "pom.main", "a..b", ".a", "a.", "a b", "a.*", ">", "$SYS", "$JS.API", "_INBOX", "a._b", "ä", strings.Repeat("x", 65)} {
		if ValidPrefix(prefix) {
			t.Errorf("%q is allowed", prefix)
		}
	}
	if got := Replayed("a.b", Call("main", "S 1")); got != "a.b.main.call.S%201.*" {
		t.Error(got)
	}
}
