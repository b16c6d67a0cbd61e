package manager

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/events"
)

// A turn is one message, so what many agents wait for takes several turns.
func TestPacingIsBounded(t *testing.T) {
	const agents = 2*maxDials + 5
	p := newPlayer(t)
	p.run([]string{"given zone", "given contacts 1"})
	for i := range agents {
		p.run([]string{fmt.Sprintf("given nailed %d", 1000+i)})
	}
	dialled := func(input string) int { return strings.Count(p.run([]string{input}), "fact ContactDialed") }
	if got := dialled(fmt.Sprintf("contacts %d", MaxContacts)); got != maxDials {
		t.Errorf("%d contacts were dialled at once, want %d", got, maxDials)
	}
	// One agent has had the first contact dialled; the timers see to the rest.
	if got := dialled("timer"); got != agents-1-maxDials {
		t.Errorf("%d more contacts were dialled, want %d", got, agents-1-maxDials)
	}
	if trace := p.run([]string{"timer"}); trace != "" {
		t.Errorf("there is more to do:\n%s", trace)
	}
	perTurn := map[uint64]int{}
	for _, e := range p.log {
		if e.Name != events.ContactDialed {
			continue
		}
		if perTurn[e.Turn]++; perTurn[e.Turn] > maxDials {
			t.Errorf("turn %d dialled %d contacts", e.Turn, perTurn[e.Turn])
		}
	}
	p.finish()
}
