package broker

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/ordered"
	"github.com/deskbus/deskbus/internal/scrape"
	"github.com/deskbus/deskbus/subject"
)

// TestSecrets: neither log nor metrics hold a password, a ticket, a connector
// session or a masked value, at the most talkative level.
func TestSecrets(t *testing.T) {
	o := open(t, nil)
	o.workDay(o.connect(), 2)
	o.ask(t, rightPassword) // what cannot be read might be logged
	o.disturb()
	o.settled()
	secrets := o.secrets()
	resp, err := http.Get("http://" + o.HTTPAddress() + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	metrics, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	o.stop()
	for where, text := range map[string]string{"log": o.log.String(), "metrics": string(metrics)} {
		for what, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("the %s has %s, %q", where, what, secret)
			}
		}
	}
}

// disturb sends what leads to a line in the log: a command nobody can read, one
// without a sender, one that does not exist, one of a stranger.
func (o *office) disturb() {
	o.t.Helper()
	before := scrape.Read(o.t, o.HTTPAddress()).Sum("deskbus_zone_inputs_dropped_total")
	stranger, err := events.EncodeInbound(events.Inbound{ID: events.ID{Conn: "stranger", N: 1}, Data: events.NoParams{}})
	if err != nil {
		o.t.Fatal(err)
	}
	for to, body := range map[string][]byte{
		subject.Command(zoneName, agentID(0), events.AGTLogoff):   []byte(maskedChange),
		subject.Command(zoneName, "nobody", events.AGTHoldCall):   stranger,
		subject.Command(zoneName, agentID(1), "AGTFly"):           stranger,
		subject.Command(zoneName, agentID(2), events.AGTHoldCall): stranger,
	} {
		if _, err := o.js.Publish(o.t.Context(), to, body); err != nil {
			o.t.Fatal(err)
		}
	}
	for scrape.Read(o.t, o.HTTPAddress()).Sum("deskbus_zone_inputs_dropped_total") == before {
		if o.t.Context().Err() != nil {
			o.t.Fatal("nothing is dropped")
		}
	}
}

// secrets returns all that nobody may read, by what it is. Tickets and sessions
// are taken from the inbox.
func (o *office) secrets() map[string]string {
	o.t.Helper()
	all := map[string]string{
		"the right password": rightPassword, "the wrong password": wrongPassword, "the broker's password": o.password,
		"a masked value": maskedValue, "a masked change": maskedChange, "digits": digits,
	}
	for _, a := range o.options.Config.Agents {
		all["the hash of "+a.ID] = a.PasswordHash
	}
	tickets := 0
	err := ordered.Read(o.t.Context(), o.js, subject.InboxStream(zoneName), jetstream.OrderedConsumerConfig{}, false,
		func(msg jetstream.Msg) error {
			s, err := subject.ParseInbound(msg.Subject())
			if err != nil || s.FromSwitch {
				return err
			}
			m, err := events.DecodeCommand(s.Name, msg.Data())
			if err != nil || m.ID.Conn == "stranger" {
				return nil // one of disturb's
			}
			all["the session of "+s.Sender] = m.ID.Conn
			if p, ok := m.Data.(events.LogonParams); ok {
				tickets++
				all["ticket "+m.ID.String()] = p.Ticket
			}
			return nil
		})
	if err != nil {
		o.t.Fatal(err)
	}
	if tickets != 6 {
		o.t.Fatalf("%d tickets in the inbox, want one for each logon", tickets)
	}
	for what, secret := range all {
		if len(secret) < 8 {
			o.t.Fatalf("%s is %q, too short to look for", what, secret)
		}
	}
	return all
}

// TestLogLines: what is said about a command names the zone, the agent and the
// cause, so that it can be found in the log of the zone.
func TestLogLines(t *testing.T) {
	o := open(t, nil)
	o.workDay(o.connect(), 1)
	o.disturb()
	o.stop()
	commands := map[string]map[string]bool{} // of each the causes: one may be sent again
	for text := range strings.Lines(o.log.String()) {
		var line map[string]any
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		name, about := line["command"].(string)
		if !about || strings.HasPrefix(line["msg"].(string), "connector: logon failed") {
			continue // a logon that failed before it became a command
		}
		for _, key := range []string{"zone", "agent", "cause"} {
			if value, _ := line[key].(string); value == "" {
				t.Errorf("no %s: %s", key, text)
			}
		}
		cause, _ := line["cause"].(string)
		if _, err := events.ParseID(cause); err != nil && !strings.HasPrefix(cause, "inbox.") {
			t.Errorf("the cause is none: %s", text)
		}
		if commands[name] == nil {
			commands[name] = map[string]bool{}
		}
		commands[name][cause] = true
	}
	if len(commands[events.AGTHoldCall]) < 4 || len(commands[events.AGTLogon]) != 6 {
		t.Errorf("commands in the log: %v", commands)
	}
}
