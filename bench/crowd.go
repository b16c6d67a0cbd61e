package main

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/logon"
	"github.com/deskbus/deskbus/subject"
)

// crowd is the desktops of many agents on one connection for each NATS server, so
// that some of it is heard whichever server dies.
type crowd struct {
	key   logon.Key
	conns []*nats.Conn
	// numbers are those of the agents' newest commands.
	numbers []uint64
	ready   []bool
	next    int
}

func gather(urls []string, key logon.Key) (*crowd, error) {
	k := &crowd{key: key, numbers: make([]uint64, crowdSize), ready: make([]bool, crowdSize)}
	for _, url := range urls {
		nc, err := nats.Connect(url, nats.Name("bench crowd"), nats.MaxReconnects(-1),
			nats.ReconnectWait(100*time.Millisecond), nats.ReconnectBufSize(-1), nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}))
		if err != nil {
			return nil, err
		}
		k.conns = append(k.conns, nc)
	}
	return k, nil
}

func (k *crowd) leave() {
	for _, nc := range k.conns {
		nc.Close()
	}
}

// send publishes a command of an agent and does not wait for anything.
func (k *crowd) send(nc *nats.Conn, i int, name string, data any) error {
	k.numbers[i]++
	body, err := events.EncodeInbound(events.Inbound{ID: events.ID{Conn: "bench-" + agentID(i), N: k.numbers[i]}, Data: data})
	if err != nil {
		return err
	}
	return nc.Publish(subject.Command(zoneName, agentID(i), name), body)
}

// logOn logs all agents on, a few at a time: nothing says when a server is full.
func (k *crowd) logOn(ctx context.Context) error {
	const atATime = 250
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	heard := make(chan *nats.Msg, 2*atATime)
	responses, err := k.conns[0].ChanSubscribe("pom."+zoneName+".agent.*.resp."+events.RESP(events.AGTLogon), heard)
	if err != nil {
		return err
	}
	defer func() { _ = responses.Unsubscribe() }()
	for begin := 0; begin < crowdSize; begin += atATime {
		for i := begin; i < begin+atATime; i++ {
			conn := events.ID{Conn: "bench-" + agentID(i)}
			ticket, err := logon.Sign(k.key, logon.Claims{
				AgentID: agentID(i), Zone: zoneName, Conn: conn.Public().Conn, Name: agentID(i),
				Skills: []events.POMAgentSkill{{SkillName: "sales", SkillLevel: 1}},
			}, time.Now())
			if err != nil {
				return err
			}
			err = k.send(k.conns[0], i, events.AGTLogon, events.LogonParams{
				AgentExt: "sip:" + agentID(i), Locale: new("en-US"), TimeZone: new("UTC"), ZoneName: zoneName, Ticket: ticket,
			})
			if err != nil {
				return err
			}
		}
		if err := awaitLogons(ctx, heard, atATime); err != nil {
			return err
		}
	}
	return nil
}

func awaitLogons(ctx context.Context, heard <-chan *nats.Msg, missing int) error {
	for ; missing > 0; missing-- {
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d logons are not answered: %w", missing, ctx.Err())
		case msg := <-heard:
			ev, err := events.Decode(msg.Data)
			if err != nil {
				return err
			}
			if d, ok := ev.Data.(events.LogonResult); !ok || d.Result != events.Success {
				return fmt.Errorf("agent %s is not logged on: %+v", ev.Agent, ev.Data)
			}
		}
	}
	return nil
}

// load sends commands at a steady rate until the context ends: the agents in turn
// become ready and not ready. What a cluster in trouble does not take is not sent
// again.
func (k *crowd) load(ctx context.Context, rate int) error {
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		nc := k.conns[k.next%len(k.conns)]
		if !nc.IsConnected() {
			k.next++
			continue
		}
		if _, err := k.sendNext(nc); err != nil && nc.IsConnected() {
			return err
		}
	}
}

// sendNext sends a command of the next agent and returns which one that is.
func (k *crowd) sendNext(nc *nats.Conn) (int, error) {
	i := k.next % crowdSize
	k.next++
	state := events.Ready
	if k.ready[i] {
		state = events.NotReady
	}
	k.ready[i] = !k.ready[i]
	return i, k.send(nc, i, events.AGTStateChange, events.StateChangeParams{AgentState: state})
}
