package broker

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/heard"
	"github.com/deskbus/deskbus/internal/logcheck"
	"github.com/deskbus/deskbus/internal/natstest"
)

// TestANewLeaderAsksTheDesktops: after a takeover each desktop is asked for its
// status (L2225). The connector's answer is right and changes nothing; a desktop that
// shows something else is told all anew.
func TestANewLeaderAsksTheDesktops(t *testing.T) {
	bus, dir := natstest.Start(t), t.TempDir()
	brokers := map[string]*running{}
	for i := range 2 {
		name := fmt.Sprint("broker-", i+1)
		brokers[name] = start(t, bus, name, twoZones(t, dir, ""))
	}
	eventually(t, "both are members", func() bool { return members(t, bus) == 2 })
	for _, b := range brokers {
		b.becomes(true)
	}
	right := listenTo(t, bus.URL, "1001", connector.Manual{})
	wrong := listenTo(t, bus.URL, "1002", connector.Manual{AgentStatus: true})

	brokers[leaseOn(t, bus, "main")].stop()
	right.await(events.GetAgentStatus)
	right.await(events.RESP(events.GetAgentStatusResponse), events.Success)
	wrong.await(events.GetAgentStatus)
	shown := events.POMAgentStatus{AgentState: events.Ready, NailupStatus: events.NailedUp, CallState: events.Talking}
	if code := wrong.agent.GetAgentStatusResponse(shown); code != events.Success {
		t.Fatalf("GetAgentStatusResponse: %d", code)
	}
	wrong.await(events.RESP(events.GetAgentStatusResponse), events.Success)
	wrong.await(events.AGTStateChangedNotify, events.NotReady)
	wrong.await(events.AGTNailupChange, events.NotNailedUp)
	wrong.await(events.AGTCallStateChangedNotify, events.NoState)
	wrong.await(events.AGTCapabilitiesChanged)

	for _, b := range brokers {
		b.stop()
	}
	log, err := logcheck.Read(bus.Ctx, bus.JS, "main")
	if err != nil {
		t.Fatal(err)
	}
	answered := map[string]int{}
	var differs []string
	for i := range log.Events {
		switch d := log.Events[i].Data.(type) {
		case events.AgentStatusParams:
			answered[log.Events[i].Agent]++
		case events.AgentStatusDiffersData:
			differs = append(differs, d.AgentID)
		}
	}
	if answered["1001"] == 0 || len(differs) != 1 || differs[0] != "1002" {
		t.Errorf("answers %v; %v show something else", answered, differs)
	}
}

// listener is a desktop that writes down what it hears.
type listener struct {
	t     *testing.T
	agent *connector.Agent
	calls heard.Recorder
}

// listenTo logs an agent on.
func listenTo(t *testing.T, url, agent string, manual connector.Manual) *listener {
	t.Helper()
	f, err := connector.Init(connector.Config{Addresses: []string{url}, Manual: manual, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Deinit)
	l := &listener{t: t, calls: make(heard.Recorder, 100)}
	if l.agent, err = f.GetPOMAgent(agent, l.calls); err != nil {
		t.Fatal(err)
	}
	if code := l.agent.AGTLogon("sip:x@example.com", password, false, "en", "UTC", "main"); code != events.Success {
		t.Fatalf("AGTLogon: %d", code)
	}
	l.await(events.RESP(events.AGTLogon), events.Success)
	l.await(events.AGTCapabilitiesChanged)
	return l
}

// await waits until the handler hears this, with these first arguments.
func (l *listener) await(name string, args ...any) {
	l.t.Helper()
	for deadline := time.After(patience); ; {
		select {
		case call := <-l.calls:
			if call.Name != name {
				continue
			}
			for i, want := range args {
				if call.Args[i] != want {
					l.t.Errorf("%s: argument %d is %v, want %v", name, i+1, call.Args[i], want)
				}
			}
			return
		case <-deadline:
			l.t.Fatalf("the desktop does not hear %s", name)
		}
	}
}
