package e2e

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/scrape"
	"github.com/deskbus/deskbus/subject"
)

// TestBadInput sends what no connector sends. The sender who is known gets a
// code, the one who is not is counted, and the zone works on.
func TestBadInput(t *testing.T) {
	p := newProcess(t, configuration(t, t.TempDir(), 1, 10*time.Minute))
	factory, err := connector.Init(connector.Config{Addresses: []string{p.url()}})
	if err != nil {
		t.Fatal(err)
	}
	defer factory.Deinit()
	calls := make(chan string, 10)
	w := newWorker(t, factory, agentID(0), calls)
	waitForCalls(t, calls, 1)

	nc, err := nats.Connect(p.url())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	answers, err := nc.SubscribeSync("pom.main.agent." + subject.Escape(w.id) + ".>")
	if err != nil {
		t.Fatal(err)
	}
	publish := func(to string, body []byte) {
		t.Helper()
		if _, err := js.Publish(ctx, to, body); err != nil {
			t.Fatal(err)
		}
	}
	body := func(conn string, n uint64, data any) []byte {
		b, err := events.EncodeInbound(events.Inbound{ID: events.ID{Conn: conn, N: n}, Data: data})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	type m = map[string]any
	hold := subject.Command("main", w.id, events.AGTHoldCall)
	for name, c := range map[string]struct {
		to   string
		body []byte
		code events.Code
	}{
		"not msgpack":                     {hold, []byte("{json?}"), events.InvalidData},
		"nothing":                         {hold, nil, events.InvalidData},
		"too large":                       {hold, body("x", 1, m{"sessionID": string(bytes.Repeat([]byte{'s'}, 70_000))}), events.InvalidData},
		"hostile":                         {hold, []byte{0xdf, 0xff, 0xff, 0xff, 0xff}, events.InvalidData},
		"missing":                         {hold, body("x", 2, m{}), events.TooFewParameters},
		"mistyped":                        {hold, body("x", 3, m{"sessionID": 1}), events.InvalidData},
		"not logged on with this session": {hold, body("x", 4, m{"sessionID": ""}), events.AgentUnknown},
		"unknown command":                 {subject.Command("main", w.id, "AGTFly"), body("x", 5, m{}), events.InvalidCommandNameCode},
	} {
		publish(c.to, c.body)
		if got := nextAnswer(t, answers, c.code == events.InvalidCommandNameCode); got != c.code {
			t.Errorf("%s: answered with %d, want %d", name, got, c.code)
		}
	}
	for _, to := range []string{
		subject.Command("main", "nobody", events.AGTHoldCall), subject.Command("main", strings.Repeat("x", 300), events.AGTHoldCall),
		"pom.main.in.agent.%zz.AGTHoldCall", "pom.main.in.agent.x", "pom.main.in.agent.b.c.d.e",
	} {
		publish(to, body("x", 1, m{"sessionID": "", "legID": ""}))
	}
	// The zone still takes calls.
	waitForCalls(t, calls, 1)
	metrics := scrape.Read(t, p.http)
	for why, n := range map[string]float64{
		"unknown_sender": 1, "unreadable_subject": 4,
	} {
		if dropped := metrics.Sum("deskbus_zone_inputs_dropped_total", "zone", "main", "reason", why); dropped != n {
			t.Errorf("%v inputs dropped as %s, want %v", dropped, why, n)
		}
	}
	p.stop()
	readLog(t, p)
}

// nextAnswer returns the code of the next refusal, or of the next notice that a
// command does not exist.
func nextAnswer(t *testing.T, answers *nats.Subscription, notice bool) events.Code {
	t.Helper()
	for {
		msg, err := answers.NextMsg(patience)
		if err != nil {
			t.Fatal(err)
		}
		e, err := events.Decode(msg.Data)
		if err != nil {
			t.Fatal(err)
		}
		if d, ok := e.Data.(events.InvalidCommandData); ok && notice && d.CommandName == "AGTFly" {
			return events.InvalidCommandNameCode
		}
		if d, ok := e.Data.(events.SessionResult); ok && d.Result != events.Success {
			return d.Result
		}
	}
}
