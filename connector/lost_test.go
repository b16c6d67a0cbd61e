package connector_test

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/natstest"
)

// TestALostAnswer loses each message of a desktop that asks for an answer, and the
// answer to each: what comes behind it waits for a second or two, and not for the 5 s
// for which the library waits.
func TestALostAnswer(t *testing.T) {
	t.Parallel()
	var lossy natstest.Lossy
	_, d := busWith(t, connector.Config{Manual: byHand, NATS: []nats.Option{nats.SetCustomDialer(&lossy)}})
	d.logOn(t)
	for _, unheard := range []bool{true, false} {
		lost := 0
		for n := 1; ; n++ {
			const most = 4 * time.Second
			took := time.Hour
			for tries := 0; tries < 3 && took > most; tries++ { // on a busy machine all may be late for once
				lossy.Lose(n, unheard)
				begun := time.Now()
				for range 2 {
					accepted(t, d.AGTGetZoneList())
					d.wantResult(t, "AGTGetZoneListRESP", events.Success)
				}
				took = time.Since(begun)
			}
			if lossy.Lost() == "" {
				break
			}
			lost++
			if took > most {
				t.Errorf("%s is lost (unheard: %t): two commands take %s", lossy.Lost(), unheard, took)
			}
		}
		if lost < 2 { // what is sent again may be lost as well
			t.Errorf("%d messages were lost, want one for each command", lost)
		}
	}
}
