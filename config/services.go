package config

import "fmt"

// Service is a program that acts for agents: the system that has authenticated
// them, a monitor of their desktops, a blender. Whoever has its password can log
// on every agent and speak for every one.
type Service struct {
	// ID is unique among the services.
	ID string `yaml:"id"`
	// PasswordHash is bcrypt's, of cost 4 to 14.
	PasswordHash string `yaml:"passwordHash"`
}

func (c *Config) validateServices(p *problems) {
	ids := unique{}
	for i, s := range c.Services {
		key := fmt.Sprintf("services[%d]", i)
		ids.name(p, key+".id", s.ID)
		if !validHash(s.PasswordHash) {
			p.add(key+".passwordHash", wantHash)
		}
	}
}
