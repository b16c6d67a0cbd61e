package config

import (
	"fmt"
	"slices"

	"github.com/deskbus/deskbus/events"
)

// Service is a program that acts for agents: the system that has authenticated
// them, a monitor of their desktops, a blender. Whoever has its password can send
// its commands for every agent.
type Service struct {
	// ID is unique among the services.
	ID string `yaml:"id"`
	// PasswordHash is bcrypt's, of cost 4 to 14.
	PasswordHash string `yaml:"passwordHash"`
	// Commands are what it may send: AGTLogon, to log agents on for whom it vouches,
	// and any of events.ServiceCommands. There is at least one.
	Commands []string `yaml:"commands"`
}

// serviceCommands are the commands that a service may be allowed.
func serviceCommands() []string {
	return append([]string{events.AGTLogon}, events.ServiceCommands()...)
}

func (c *Config) validateServices(p *problems) {
	ids := unique{}
	for i, s := range c.Services {
		key := fmt.Sprintf("services[%d]", i)
		ids.name(p, key+".id", s.ID)
		if !validHash(s.PasswordHash) {
			p.add(key+".passwordHash", wantHash)
		}
		if len(s.Commands) == 0 {
			p.add(key+".commands", "missing; want one or more of %s", list(serviceCommands()))
		}
		commands := unique{}
		for k, command := range s.Commands {
			at := fmt.Sprintf("%s.commands[%d]", key, k)
			if commands.add(p, at, command); !slices.Contains(serviceCommands(), command) {
				p.add(at, "want one of %s", list(serviceCommands()))
			}
		}
	}
}
