package zone

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/feed"
	"github.com/deskbus/deskbus/subject"
)

// TestADeletedStream: an inbox or a feed that somebody deletes is made again, and
// the zone goes on. What was in the feed is published again from the journal.
func TestADeletedStream(t *testing.T) {
	for what, stream := range map[string]string{"inbox": subject.InboxStream(name), "feed": subject.EventsStream(name)} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			stop := r.start()
			r.logons(0, 3)
			if err := r.JS.DeleteStream(r.Ctx, stream); err != nil {
				t.Fatal(err)
			}
			// As a connector does, until the command is answered and the stream is there.
			for n := 10; ; n++ {
				agent := fmt.Sprint("agent", n)
				sending, cancel := context.WithTimeout(r.Ctx, time.Second)
				_, err := r.JS.Publish(sending, subject.Command(name, agent, events.AGTLogon), r.logon(agent, events.ID{Conn: "c" + agent, N: 1}))
				_, gone := r.JS.Stream(sending, stream)
				cancel()
				if err == nil {
					for e := r.await("AGTLogonRESP"); e.Agent != agent; e = r.await("AGTLogonRESP") {
					}
				}
				if err == nil && gone == nil {
					break
				}
				if r.Ctx.Err() != nil {
					t.Fatalf("the %s is not made again: %v, %v", what, err, gone)
				}
			}
			r.logons(100, 3)
			if err := stop(); err != nil {
				t.Fatal(err)
			}
			log := r.check()
			if n := responsesTo(log.Events, events.AGTLogon); n < 7 {
				t.Errorf("%d logons, want 7 or more", n)
			}
			r.hears(feed.FollowConfig{From: 1}, log.State.ZN)
		})
	}
}
