package manager

import (
	"fmt"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/events"
)

func TestNormalAddress(t *testing.T) {
	for text, want := range map[string]string{
		"5550001": "+5550001", "+1 (202) 555-0144": "+12025550144", "+44.20.7946.0820": "+442079460820", "112": "+112",
		"12": "", "": "", "+": "", "++123": "", "1+23": "", "sip:1001@example.com": "", "١٢٣٤": "",
		strings.Repeat("1", 20): "+" + strings.Repeat("1", 20), strings.Repeat("1", 21): "",
	} {
		got, valid := normalAddress(text)
		if valid != (want != "") || valid && got != want {
			t.Errorf("%q is %q, %v; want %q", text, got, valid, want)
		}
	}
}

// A turn is one message: neither a long request nor a list of contacts nobody
// may call makes it long.
func TestDNCIsBounded(t *testing.T) {
	p := newPlayer(t)
	p.run([]string{"given zone", "given contacts 1", "given talking 1001"})
	addresses := make([]events.POMAttribute, maxAddresses+1)
	for i := range addresses {
		addresses[i].Value = fmt.Sprintf("555%04d", i+2)
	}
	if got := p.result("1001", events.AGTAddToDNC, events.AddToDNCParams{AddressList: addresses}); got != events.DNCInvalid {
		t.Errorf("%d addresses: result %d", len(addresses), got)
	}
	addresses = addresses[:maxAddresses]
	if got := p.result("1001", events.AGTAddToDNC, events.AddToDNCParams{AddressList: addresses}); got != events.Success {
		t.Errorf("%d addresses: result %d", len(addresses), got)
	}
	skipped := func(input string) int { return strings.Count(p.run([]string{input}), "fact ContactSkipped") }
	if got := skipped(fmt.Sprintf("contacts %d", MaxContacts)); got != maxDials {
		t.Errorf("%d contacts were skipped at once, want %d", got, maxDials)
	}
	if got := skipped("timer"); got != MaxContacts-maxDials {
		t.Errorf("%d more contacts were skipped, want %d", got, MaxContacts-maxDials)
	}
	p.finish()
}
