package manager

import (
	"strings"
	"testing"

	"github.com/deskbus/deskbus/events"
)

// result sends a command whose parameters no script can write, and returns how
// it was answered.
func (p *player) result(agent, name string, data any) events.Code {
	p.t.Helper()
	conn := "desk-" + agent
	p.numbers[conn]++
	first := len(p.log)
	p.decide(Command{Agent: agent, Name: name, ID: events.ID{Conn: conn, N: p.numbers[conn]}, Data: data})
	for _, e := range p.log[first:] {
		if e.Kind == events.KindResponse {
			return resultOf(e.Data)
		}
	}
	p.t.Fatalf("%s was not answered", name)
	return 0
}

// 642: what is too long or no text.
func TestAttributeValues(t *testing.T) {
	p := newPlayer(t)
	p.run([]string{
		"given zone",
		`contacts {contactID: C1, contactNumbers: [{name: home, number: "5550001"}], attributes: [{name: Balance, attributeType: WRITE}]}`,
		"given talking 1001",
	})
	for value, want := range map[string]events.Code{
		strings.Repeat("x", maxValue):   events.Success,
		strings.Repeat("x", maxValue+1): events.AttributeInvalidValue,
		"\xff":                          events.AttributeInvalidValue,
	} {
		pair := events.POMKeyValuePair{Key: "Balance", Value: value}
		if got := p.result("1001", events.AGTSetCustomerDetail, events.SetCustomerDetailParams{KeyValuePair: pair}); got != want {
			t.Errorf("%d bytes: result %d, want %d", len(value), got, want)
		}
	}
	p.finish()
}
