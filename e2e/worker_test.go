package e2e

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
)

// worker is a desktop that works as fast as it can: each call is held and taken
// back once, released and wrapped up. It remembers everything it was told.
type worker struct {
	connector.BaseHandler
	t     *testing.T
	id    string
	agent *connector.Agent
	// calls gets the session of each call that was wrapped up.
	calls chan<- string
	off   chan struct{}

	mu   sync.Mutex
	told []string
	// state, session and held are those of the call.
	state   events.POMCallState
	session string
	held    bool
	leaving bool
}

func newWorker(t *testing.T, f *connector.Factory, id string, calls chan<- string) *worker {
	t.Helper()
	w := &worker{t: t, id: id, calls: calls, off: make(chan struct{})}
	agent, err := f.GetPOMAgent(id, w)
	if err != nil {
		t.Fatal(err)
	}
	w.agent = agent
	if code := agent.AGTLogon("sip:"+id+"@example.com", password, false, "en", "Europe/Berlin", "main"); code != 0 {
		t.Fatalf("AGTLogon: %d", code)
	}
	return w
}

func (w *worker) note(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, fmt.Sprintf(format, args...))
}

// answered notes a response, and tries again what the bus could not take.
func (w *worker) answered(command string, result events.Code) {
	if result != events.POMNotAvailableCode {
		w.note("%sRESP %d", command, result)
		return
	}
	w.note("! %s", command)
	switch command {
	case events.AGTStateChange:
		w.changeState()
	case events.AGTLogoff:
		w.insist(w.agent.AGTLogoff)
	default:
		w.step()
	}
}

// insist sends a command, again and again while there is no connection.
func (w *worker) insist(send func() events.Code) {
	for send() == events.POMNotAvailableCode {
		time.Sleep(100 * time.Millisecond)
	}
}

// changeState makes the agent ready, or not ready when the day is over.
func (w *worker) changeState() {
	w.mu.Lock()
	leaving := w.leaving
	w.mu.Unlock()
	w.insist(func() events.Code {
		if leaving {
			return w.agent.AGTStateChange(events.NotReady, "9", "Home", false)
		}
		return w.agent.AGTStateChange(events.Ready, "", "", false)
	})
}

// step does the next thing of the call.
func (w *worker) step() {
	switch w.state {
	case events.Talking:
		if !w.held {
			w.agent.AGTHoldCall(w.session)
		} else {
			w.agent.AGTReleaseLine(w.session)
		}
	case events.Held:
		w.agent.AGTUnholdCall(w.session)
	case events.Wrapup:
		w.agent.AGTWrapupContact(events.POMCompletionCode{Code: "sold"}, w.session)
	}
}

// leave ends the day after the present call.
func (w *worker) leave() {
	w.mu.Lock()
	w.leaving = true
	w.mu.Unlock()
	w.changeState()
}

func (w *worker) AGTLogonRESP(result events.Code) {
	w.note("%sRESP %d", events.AGTLogon, result)
	if result != events.Success {
		w.t.Errorf("agent %s: AGTLogon is answered with %d", w.id, result)
		return
	}
	w.changeState()
}

func (w *worker) AGTStateChangeRESP(_ events.POMAgentState, result events.Code) {
	w.answered(events.AGTStateChange, result)
}

func (w *worker) AGTStateChangedNotify(state events.POMAgentState) {
	w.note(events.AGTStateChangedNotify)
	w.mu.Lock()
	leaving := w.leaving
	w.mu.Unlock()
	if state == events.NotReady && leaving {
		w.insist(w.agent.AGTLogoff)
	}
}

func (w *worker) AGTAvailableForNailupRESP(result events.Code) {
	w.answered(events.AGTAvailableForNailup, result)
}

func (w *worker) AGTNailupChange(events.POMNailupStatus) { w.note(events.AGTNailupChange) }

func (w *worker) AGTReadyForNailupRESP(result events.Code) {
	w.answered(events.AGTReadyForNailup, result)
}

func (w *worker) GetAgentStatus(string) { w.note(events.GetAgentStatus) }

func (w *worker) GetAgentStatusResponseRESP(result events.Code) {
	w.answered(events.GetAgentStatusResponse, result)
}

func (w *worker) AGTJobAttached(string) { w.note(events.AGTJobAttached) }
func (w *worker) AGTCapabilitiesChanged(_ events.POMCapabilities) {
	w.note(events.AGTCapabilitiesChanged)
}

func (w *worker) AGTCallNotify(_ events.POMContact, session string) {
	w.note(events.AGTCallNotify)
	w.session, w.held = session, false
}

func (w *worker) AGTCallStateChangedNotify(state events.POMCallState) {
	w.note(events.AGTCallStateChangedNotify)
	w.held = w.held || state == events.Held
	w.state = state
	w.step()
}

func (w *worker) AGTAutoReleaseLine(events.WrapupData, string) { w.note(events.AGTAutoReleaseLine) }

func (w *worker) AGTHoldCallRESP(_ string, result events.Code) {
	w.answered(events.AGTHoldCall, result)
}

func (w *worker) AGTUnholdCallRESP(_ string, result events.Code) {
	w.answered(events.AGTUnholdCall, result)
}

func (w *worker) AGTReleaseLineRESP(_ *events.WrapupData, _ string, result events.Code) {
	w.answered(events.AGTReleaseLine, result)
}

func (w *worker) AGTWrapupContactRESP(session string, result events.Code) {
	w.answered(events.AGTWrapupContact, result)
	if result == events.Success {
		w.calls <- session
	}
}

func (w *worker) AGTLogoffRESP(result events.Code) { w.answered(events.AGTLogoff, result) }

func (w *worker) AGTAgentLoggedOut() {
	w.note(events.AGTAgentLoggedOut)
	close(w.off)
}
