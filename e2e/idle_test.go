package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/logcheck"
)

// idler is a desktop with nobody in front of it: Ready, and nothing more.
type idler struct {
	connector.BaseHandler
	agent    *connector.Agent
	notReady chan struct{}
	ready    bool
}

func (d *idler) AGTLogonRESP(events.Code) { d.agent.AGTStateChange(events.Ready, "", "", false) }

func (d *idler) AGTStateChangedNotify(state events.POMAgentState) {
	if d.ready && state == events.NotReady {
		close(d.notReady)
	}
	d.ready = d.ready || state == events.Ready
}

// TestNobodyAtTheDesktop leaves everything to the connector: it nails the agent,
// wraps up two calls in time and sees that nobody is there.
func TestNobodyAtTheDesktop(t *testing.T) {
	dir := t.TempDir()
	p := newProcess(t, strings.Replace(configuration(t, dir, 1, 400*time.Millisecond), "{time: 20s,", "{time: 1s,", 1))
	factory, err := connector.Init(connector.Config{Addresses: []string{p.url()}})
	if err != nil {
		t.Fatal(err)
	}
	defer factory.Deinit()
	d := &idler{notReady: make(chan struct{})}
	if d.agent, err = factory.GetPOMAgent(agentID(0), d); err != nil {
		t.Fatal(err)
	}
	if code := d.agent.AGTLogon("sip:1001@example.com", password, false, "en", "Europe/Berlin", "main"); code != 0 {
		t.Fatalf("AGTLogon: %d", code)
	}
	select {
	case <-d.notReady:
	case <-time.After(patience):
		t.Fatal("nobody notices that nobody is there")
	}
	p.stop()

	calls, wrappedUp := 0, 0
	log := readLog(t, p)
	for _, e := range log.Events {
		if e.Name == events.AGTCallNotify {
			calls++
		}
		switch v := e.Data.(type) {
		case events.DispositionData:
			if e.Name == events.Disposition && v.By == events.PartyAgent {
				wrappedUp++
			} else if e.Name == events.Disposition && e.Agent != "" {
				t.Errorf("call %s was wrapped up by the %s", e.Session, v.By)
			}
		case events.StateChangeParams:
			if v.AgentState == events.NotReady && !v.HasWalkedAway {
				t.Errorf("the agent is not ready, but has not walked away")
			}
		case events.LogonResult, events.ResultData:
			if code := logcheck.Result(v); code != events.Success {
				t.Errorf("%s: %d", e.Name, code)
			}
		}
	}
	if calls != 2 || wrappedUp != 2 {
		t.Errorf("%d calls, %d were wrapped up in time, want 2: a third customer would hear nobody", calls, wrappedUp)
	}
}
