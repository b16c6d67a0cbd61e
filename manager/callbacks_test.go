package manager

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/events"
)

// callback returns the parameters of a callback that is granted.
func callback() events.CreateCallbackParams {
	return events.CreateCallbackParams{
		CallbackType: events.CallbackStandard, CallbackTime: "2026/03/02 09:30", CallbackExpiryTime: "30",
		ContactNumber: events.POMContactNumber{Name: "home", Number: "5550001"},
	}
}

func TestCallbackNote(t *testing.T) {
	p := newPlayer(t)
	p.run([]string{"given zone {callbackTypes: [Standard]}", "given contacts 1", "given talking 1001"})
	for note, want := range map[string]events.Code{
		strings.Repeat("x", maxNote):   events.Success,
		strings.Repeat("x", maxNote+1): events.NoteInvalid,
		"\xff":                         events.NoteInvalid,
	} {
		data := callback()
		data.AgentNotes = note
		if got := p.result("1001", events.AGTCreateCallback, data); got != want {
			t.Errorf("a note of %d bytes: result %d, want %d", len(note), got, want)
		}
	}
	if len(p.s.Callbacks) != 1 {
		t.Errorf("%d callbacks", len(p.s.Callbacks))
	}
	p.finish()
}

// A response is 16,000 bytes at most, and says when there are more (L1807).
func TestCallbackDestsAreTruncated(t *testing.T) {
	const agents = 600
	p := newPlayer(t)
	p.run([]string{"given zone {callbackTypes: [Agent]}", "given contacts 1", "given talking 1001"})
	for i := range agents {
		p.run([]string{fmt.Sprintf("agent agent-with-a-long-name-%04d AGTLogon", i)})
	}
	p.run([]string{"agent 1001 AGTGetCallbackDestsForType {callbackType: Agent, zoneName: main, sessionID: $call.1001}"})
	answer := p.s.Agents["1001"].LastResponse.Data.(events.CallbackDestsResult)
	b, err := events.Marshal(answer.CallbackDests)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > maxDests || len(answer.CallbackDests) < agents/2 || !answer.Truncated {
		t.Errorf("%d destinations in %d bytes, truncated: %v", len(answer.CallbackDests), len(b), answer.Truncated)
	}
	p.finish()
}

// A turn is one message: what concerns many callbacks takes many turns.
func TestCallbackTurnsAreShort(t *testing.T) {
	const callbacks, longest = 100, 12
	p := newPlayer(t)
	p.run([]string{"given zone {callbackTypes: [Standard]}",
		fmt.Sprintf("given contacts %d", 2*callbacks/maxPromises+1), "given talking 1001"})
	for i := range 2 * callbacks {
		data := callback()
		data.ContactNumber = events.POMContactNumber{Name: events.ExternalNumber, Number: fmt.Sprint(6660000 + i)}
		if got := p.result("1001", events.AGTCreateCallback, data); got != events.Success {
			t.Fatalf("result %d", got)
		}
		if i%maxPromises == maxPromises-1 {
			p.run([]string{"agent 1001 AGTReleaseLine {sessionID: ''}",
				"agent 1001 AGTWrapupContact {sessionID: '', completionCode: {code: NONE}}",
				"switch Established {legID: $leg.last}"})
		}
	}
	for i := range callbacks {
		p.run([]string{fmt.Sprintf("given nailed %d", 2000+i)})
	}
	first := len(p.log)
	for _, step := range []struct {
		input        string
		told, looked int
	}{
		// All are due at once: each agent calls back one and is told about another.
		{"at 09:30:00.000", callbacks, 0},
		{"switch SwitchState {state: up, epoch: two}", 0, callbacks},
		{"withdraw", 0, 0},
	} {
		p.run([]string{step.input, "timer"})
		if j := p.s.Jobs["Spring renewal"]; j.Told != step.told || len(j.Callbacks) != step.looked {
			t.Errorf("%s: %d were told about callbacks and %d callbacks look for somebody, want %d and %d",
				step.input, j.Told, len(j.Callbacks), step.told, step.looked)
		}
	}
	perTurn := map[uint64]int{}
	for _, e := range p.log[first:] {
		if perTurn[e.Turn]++; perTurn[e.Turn] == longest+1 {
			t.Errorf("turn %d has more than %d events", e.Turn, longest)
		}
	}
	p.finish()
}
