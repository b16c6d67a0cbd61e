package broker

import (
	"context"
	"time"

	"github.com/deskbus/deskbus/config"
	"github.com/deskbus/deskbus/connector/switchsim"
	"github.com/deskbus/deskbus/journal"
)

// simulators returns an actor for each simulated switch of each zone. Of several
// brokers one runs it, by a lease of its own: the switch is not the zone.
func (b *Broker) simulators() []func(context.Context) error {
	var all []func(context.Context) error
	for _, name := range b.options.Config.ZoneNames() {
		settings, _ := b.options.Config.ZoneSettings(name)
		for _, s := range b.options.Config.Switches {
			if s.Name != settings.Switch {
				continue
			}
			c := switchsim.Config{
				Zone: name, Switch: s.Name, Behaviour: behaviour(s.Simulator), Logger: b.log,
			}
			all = append(all, func(ctx context.Context) error { return b.runSimulator(ctx, c) })
		}
	}
	return all
}

func (b *Broker) runSimulator(ctx context.Context, c switchsim.Config) error {
	for {
		err := b.leases.Hold(ctx, "switch."+c.Zone, b.options.Name, journal.Anybody, func(ctx context.Context) error {
			nc, js, err := b.dial("switch " + c.Switch)
			if err != nil {
				return err
			}
			defer nc.Close()
			return switchsim.Run(ctx, nc, js, c)
		})
		if ctx.Err() != nil {
			return nil
		}
		b.log.Warn("simulated switch stopped, starting again", "switch", c.Switch, "zone", c.Zone, "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
	}
}

func behaviour(s *config.Simulator) switchsim.Behaviour {
	return switchsim.Behaviour{
		Seed: s.Seed, Answer: s.Answer, Busy: s.Busy, Invalid: s.Invalid, Machine: s.Machine,
		RingMin: s.Ring.Min, RingMax: s.Ring.Max, TalkMin: s.Talk.Min, TalkMax: s.Talk.Max,
		AgentAnswer: s.AgentAnswer,
	}
}
