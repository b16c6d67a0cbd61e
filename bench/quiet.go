package main

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

// quietSwitch is a switch that answers calls and says nothing else. With it a
// command is one message to the inbox, as it is with the raw program; the
// simulated switch also confirms every hold, which makes it two.
type quietSwitch struct {
	js     jetstream.JetStream
	number uint64
}

// runQuiet is the switch until the context ends.
func runQuiet(ctx context.Context, url string) error {
	nc, err := nats.Connect(url, nats.Name("bench switch"))
	if err != nil {
		return err
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	commands := make(chan *nats.Msg, 2*maxAgents)
	if _, err := nc.ChanSubscribe(subject.Switch(zoneName, switchName), commands); err != nil {
		return err
	}
	s := &quietSwitch{js: js}
	if err := s.send(ctx, events.SwitchState, events.SwitchStateData{State: events.SwitchUp, Epoch: "1"}); err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case msg := <-commands:
			if err := s.command(ctx, msg.Data); err != nil {
				return err
			}
		}
	}
}

func (s *quietSwitch) command(ctx context.Context, body []byte) error {
	ev, err := events.Decode(body)
	if err != nil {
		return err
	}
	if d, ok := ev.Data.(events.OriginateData); ok {
		return s.send(ctx, events.Established, events.LegData{LegID: d.LegID})
	}
	return nil
}

func (s *quietSwitch) send(ctx context.Context, name string, data any) error {
	s.number++
	id := events.ID{Conn: "bench-switch", N: s.number}
	body, err := events.EncodeInbound(events.Inbound{ID: id, Data: data})
	if err != nil {
		return err
	}
	_, err = s.js.Publish(ctx, subject.SwitchEvent(zoneName, switchName, name), body, jetstream.WithMsgID(id.String()))
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("switch: %s: %w", name, err)
	}
	return nil
}
