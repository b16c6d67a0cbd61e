package broker

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/deskbus/deskbus/config"
	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/natstest"
)

// patience is how long anything may take on a busy machine.
const patience = time.Minute

const password = "secret"

// running is a broker that runs in this process, beside others.
type running struct {
	*Broker
	t    *testing.T
	log  *syncBuffer
	stop func()
}

// syncBuffer keeps the log of a broker that may still write it.
type syncBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// twoZones is the configuration of brokers of the zones main and south, with the
// agents 1001 and 1002. Dir has what brokers share.
func twoZones(t *testing.T, dir, more string) *config.Config {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "deskbus.yaml")
	text := strings.NewReplacer("HASH", string(hash), "KEY", filepath.Join(dir, "ticket.key")).Replace(`
zones: [{name: main, switch: sim}, {name: south, switch: sim}]
switches: [{name: sim, simulator: {}}]
agents:
  - {id: "1001", name: Ada, passwordHash: "HASH", skills: [{name: sales, level: 1}]}
  - {id: "1002", name: Ben, passwordHash: "HASH", skills: [{name: sales, level: 1}]}
ticketKeyFile: KEY
`) + more
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// start starts a broker on a bus. It may not be ready yet.
func start(t *testing.T, bus *natstest.Bus, name string, c *config.Config) *running {
	t.Helper()
	r := &running{t: t, log: &syncBuffer{}}
	var err error
	r.Broker, err = Start(t.Context(), Options{
		Config: c, Name: name, NATS: bus.URL, HTTP: "127.0.0.1:0", Data: t.TempDir(),
		Logger: slog.New(slog.NewTextHandler(r.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	r.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("%s: %v", name, err)
		}
	})
	t.Cleanup(func() {
		r.stop()
		if t.Failed() {
			t.Logf("%s said:\n%s", name, r.log)
		}
	})
	return r
}

// readyz returns what the broker says about itself.
func (r *running) readyz() (int, string) { return readyz(r.t, r.Broker) }

func readyz(t *testing.T, b *Broker) (int, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+b.HTTPAddress()+"/readyz", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// becomes waits until the broker is ready, or is not any more.
func (r *running) becomes(ready bool) {
	r.t.Helper()
	becomes(r.t, r.Broker, ready)
}

func becomes(t *testing.T, b *Broker, ready bool) {
	t.Helper()
	want := http.StatusServiceUnavailable
	if ready {
		want = http.StatusOK
	}
	eventually(t, fmt.Sprintf("%s becomes ready %v", b.options.Name, ready), func() bool {
		code, _ := readyz(t, b)
		return code == want
	})
}

// eventually waits until something is true.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	deadline := time.After(patience)
	for tick := time.NewTicker(20 * time.Millisecond); !is(); {
		select {
		case <-deadline:
			t.Fatalf("not in %v: %s", patience, what)
		case <-tick.C:
		}
	}
}

// desk is a desktop of one agent that asks and waits for the answer.
type desk struct {
	connector.BaseHandler
	agent   *connector.Agent
	results chan events.Code
	reason  int
}

func newDesk(t *testing.T, url, agent string) *desk {
	t.Helper()
	f, err := connector.Init(connector.Config{Addresses: []string{url}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Deinit)
	d := &desk{results: make(chan events.Code, 1)}
	if d.agent, err = f.GetPOMAgent(agent, d); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) AGTLogonRESP(result events.Code)                               { d.results <- result }
func (d *desk) AGTStateChangeRESP(_ events.POMAgentState, result events.Code) { d.results <- result }

// ask returns the result of a command.
func (d *desk) ask(code events.Code) events.Code {
	if code != events.Success {
		return code
	}
	return <-d.results
}

func (d *desk) logOn(zone string) events.Code {
	return d.ask(d.agent.AGTLogon("sip:x@example.com", password, false, "en", "UTC", zone))
}

// work does something that leaves a trace.
func (d *desk) work() events.Code {
	d.reason++
	return d.ask(d.agent.AGTStateChange(events.NotReady, string(rune('a'+d.reason%26)), "Break", false))
}
