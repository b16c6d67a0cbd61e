package status

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/events"
)

// fullStatus has every field at its longest encoding and every text of this
// length.
func fullStatus(textLength int) events.AgentStatus {
	text := strings.Repeat("x", textLength)
	a := events.AgentStatus{
		AgentID: text, LoggedOn: true, AgentSince: 1 << 60, N: 1 << 63,
		ReasonCode: text, ReasonName: text, CampaignName: text,
		PendingConsults: []string{text, text, text}, PendingCallback: text, Disconnected: true, Inbound: true,
		Status: events.POMAgentStatus{
			AgentState: events.PendingNotReady, NailupStatus: events.PendingNailupDrop,
			CallState: events.ConferencePassive, SessionID: text, Since: 1 << 60,
		},
	}
	capabilities := reflect.ValueOf(&a.Capabilities).Elem()
	for i := range capabilities.NumField() {
		capabilities.Field(i).SetBool(true)
	}
	return a
}

func TestSizeIsAnUpperBound(t *testing.T) {
	for _, length := range []int{0, 1, 200, 1 << 16} {
		a := fullStatus(length)
		b, err := events.Marshal(&a)
		if err != nil {
			t.Fatal(err)
		}
		if len(b) > size(&a) {
			t.Errorf("texts of %d: %d bytes, size says %d", length, len(b), size(&a))
		}
	}
}

func TestAnswerPages(t *testing.T) {
	s := newScript("z")
	const agents = 3000
	for i := range agents {
		s.logon(fmt.Sprintf("a%04d", i), false, 0)
	}
	f := foldOf(t, s.events)
	after, pages := "", 0
	var ids []string
	for more := true; more; pages++ {
		a := answer(f, &events.StatusRequest{ZoneName: "z", AfterID: after})
		b, err := events.Marshal(&a)
		if err != nil {
			t.Fatal(err)
		}
		if len(b) > maxAnswer {
			t.Errorf("an answer of %d bytes", len(b))
		}
		for _, one := range a.Agents {
			ids = append(ids, one.AgentID)
		}
		more, after = a.More, ids[len(ids)-1]
	}
	if pages < 2 || len(ids) != agents || ids[0] != "a0000" || ids[agents-1] != "a2999" {
		t.Errorf("%d agents on %d pages, from %s to %s", len(ids), pages, ids[0], ids[len(ids)-1])
	}
}
