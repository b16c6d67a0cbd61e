// Command wallboard tells what the agents of a zone do, a line for each change. It
// is written from subjects.md alone, with a NATS client and a MessagePack library.
package main

import (
	"flag"
	"fmt"
	"log"
	"maps"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/vmihailenco/msgpack/v5"
)

// message is an event, or a heartbeat, which has no kind, or a page of the status.
type message struct {
	ZN     uint64           `msgpack:"zn"`
	Kind   string           `msgpack:"kind"`
	Name   string           `msgpack:"name"`
	Agent  string           `msgpack:"agent"`
	Data   map[string]any   `msgpack:"data"`
	Result int              `msgpack:"result"`
	Agents []map[string]any `msgpack:"agents"`
	More   bool             `msgpack:"more"`
}

// shown is what to see of an agent, as status and notifications name it.
var shown = [...]string{"agentState", "nailupStatus", "callState", "campaignName"}

type board map[string][len(shown)]string

func main() {
	url := flag.String("url", "nats://127.0.0.1:4222", "address of the bus")
	zone := flag.String("zone", "main", "zone to show")
	flag.Parse()
	nc, err := nats.Connect(*url, nats.MaxReconnects(-1), nats.CustomInboxPrefix("_INBOX_wallboard"))
	arrived := make(chan *nats.Msg, 65536)
	for _, part := range []string{"agent.>", "call.>", "job.>", "switch.>", "zone.>", "heartbeat"} {
		if err == nil {
			_, err = nc.ChanSubscribe("pom."+*zone+"."+part, arrived)
		}
	}
	if err != nil {
		log.Fatal(err)
	}
	b, zn := board{}, uint64(0) // zn is the newest event that the board includes
	for {
		var m message
		err := msgpack.Unmarshal((<-arrived).Data, &m)
		switch {
		case err != nil || m.ZN <= zn: // known already
		case m.ZN > zn+1 || m.Kind == "": // something is missing, at first everything
			zn = b.ask(nc, *zone, "", m.ZN)
		default:
			if zn = m.ZN; m.Kind == "ntf" {
				b.show(m.Agent, m.Data, m.Name != "AGTAgentLoggedOut")
			}
		}
	}
}

// ask gets the states of the agents behind an id as of an event or later, page by
// page, and returns the event of the first, 0 without an answer: try again then.
func (b board) ask(nc *nats.Conn, zone, after string, atLeast uint64) uint64 {
	var page message
	request, _ := msgpack.Marshal(map[string]any{"v": 1, "zoneName": zone, "afterID": after, "atLeast": atLeast, "waitMs": 5000})
	m, err := nc.Request("pom.svc.status", request, 10*time.Second)
	if err != nil || msgpack.Unmarshal(m.Data, &page) != nil || page.Result != 0 {
		return 0
	}
	for _, a := range page.Agents {
		after = a["agentID"].(string)
		maps.Copy(a, a["status"].(map[string]any))
		b.show(after, a, a["loggedOn"] == true)
	}
	if page.More && b.ask(nc, zone, after, atLeast) == 0 {
		return 0
	}
	return page.ZN
}

// show takes what is told of an agent and prints it.
func (b board) show(agent string, told map[string]any, loggedOn bool) {
	now := b[agent]
	for i, name := range shown {
		if value, is := told[name].(string); is {
			now[i] = value
		}
	}
	if !loggedOn {
		now[0] = "LoggedOut"
	}
	if now != b[agent] {
		b[agent] = now
		fmt.Println(agent, now)
	}
}
