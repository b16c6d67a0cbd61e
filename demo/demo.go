// Package demo plays agents: desktops that log on, take calls and dial previews,
// hold, consult each other, transfer, confer, promise callbacks, wrap up and take
// breaks, through the public connector over TCP like any other desktop. Run it
// against a broker to have something to look at.
//
// A demo desktop goes by what it is told, so one that was killed resumes where
// the broker says it was. What the broker refuses is counted and shown; the
// call then goes on without it.
package demo

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/deskbus/deskbus/connector"
)

// Password is the one all agents of the example configuration have.
const Password = "demo"

// Config says whom to play.
type Config struct {
	URL    string
	Zone   string
	Agents []string
	// Out gets the live line.
	Out    io.Writer
	Logger *slog.Logger
}

// Run plays the agents until the context ends. Their sessions stay logged on,
// saved for the next desktop, as if the machines had lost power.
func Run(ctx context.Context, c Config) error {
	factory, err := connector.Init(connector.Config{Addresses: []string{c.URL}, Logger: c.Logger})
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer factory.Deinit()
	refused := &refusals{}
	for i, id := range c.Agents {
		d := &desktop{
			ctx: ctx, zone: c.Zone, refusals: refused, extension: fmt.Sprintf("sip:%s@phones.example.com", id),
			dice: rand.New(rand.NewPCG(uint64(i), uint64(time.Now().UnixNano()))),
		}
		if d.agent, err = factory.GetPOMAgent(id, d); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		d.logon(false)
	}
	return showLive(ctx, c, refused)
}
