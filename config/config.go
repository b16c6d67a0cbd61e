// Package config reads the two files an installation is made of: the
// configuration (YAML) and the contact list of a campaign (CSV).
//
// Contract: [Load] returns a configuration that is right in every part, or an
// error that lists everything that is wrong with it, each with the file, the
// line, the key and what is expected. Nothing is half-loaded and nothing is
// guessed: an unknown key is an error. [LoadContacts] is as strict about the
// header, but a list of contacts comes from elsewhere and is never quite clean,
// so a bad row is reported and the others are loaded, in the order of the file.
//
// Both are plain functions without state: any number may run at once, and a
// crash leaves nothing behind. They only read files. A [Config] is not changed
// after Load and may be read from any goroutine.
//
// The package embeds the IANA time zones, so that a broker in a bare container
// knows the same zones as every other.
package config

import (
	"time"
	_ "time/tzdata" // the time zones of contacts, wherever the broker runs

	"github.com/deskbus/deskbus/events"
)

// Config is the whole configuration of an installation.
type Config struct {
	// Zones has 1 to 64 entries.
	Zones    []Zone   `yaml:"zones"`
	Switches []Switch `yaml:"switches"`
	// Campaigns has at most 200 entries for a zone.
	Campaigns []Campaign `yaml:"campaigns"`
	Agents    []Agent    `yaml:"agents"`
	Services  []Service  `yaml:"services"`
	// TicketKeyFile is where brokers keep the key they share, relative to the
	// configuration file until Load has resolved it; empty when not given.
	TicketKeyFile string `yaml:"ticketKeyFile"`
}

// Switch is a telephone system.
type Switch struct {
	// Name is unique.
	Name string `yaml:"name"`
	// Simulator says how the switch behaves. It is never nil: there is no other
	// kind of switch yet.
	Simulator *Simulator `yaml:"simulator"`
}

// Simulator is a switch without telephones, whose customers are drawn by lot.
//
// The shares run from 0 to 1 and add up to 1 at most; the customers that remain
// never answer. External parties who are consulted behave like customers.
type Simulator struct {
	// Seed makes the lots: the same seed gives the same calls.
	Seed uint64 `yaml:"seed"`
	// Answer is the share of customers who answer.
	Answer float64 `yaml:"answer"`
	// Busy is the share of customers whose line is busy.
	Busy float64 `yaml:"busy"`
	// Invalid is the share of numbers that do not exist.
	Invalid float64 `yaml:"invalid"`
	// Machine is the share of calls that an answering machine takes.
	Machine float64 `yaml:"machine"`
	// Ring is how long a customer's phone rings before it is answered.
	Ring Range `yaml:"ring"`
	// Talk is how long a customer or an external party stays on the line.
	Talk Range `yaml:"talk"`
	// AgentAnswer is how long an agent's phone takes to answer, up to a minute.
	AgentAnswer time.Duration `yaml:"agentAnswer"`
}

// Range is a span of durations, 0 to 1 hour, Min not above Max.
type Range struct {
	Min time.Duration `yaml:"min"`
	Max time.Duration `yaml:"max"`
}

// Agent is somebody who may log on.
type Agent struct {
	// ID is unique.
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
	// PasswordHash is bcrypt's, of cost 4 to 14.
	PasswordHash string `yaml:"passwordHash"`
	// Skills has at most 64 entries. An agent without any cannot log on (L1075).
	Skills []Skill `yaml:"skills"`
}

// Skill is one skill of an agent.
type Skill struct {
	// Name is unique for the agent.
	Name string `yaml:"name"`
	// Level is 1 (best) to 16.
	Level int `yaml:"level"`
}

// ZoneNames lists all zones in the order of the file.
func (c *Config) ZoneNames() []string {
	names := make([]string, len(c.Zones))
	for i, z := range c.Zones {
		names[i] = z.Name
	}
	return names
}

// ContactsFile returns the path of a campaign's contact list, empty when there
// is no such campaign.
func (c *Config) ContactsFile(campaign string) string {
	for _, known := range c.Campaigns {
		if known.Name == campaign {
			return known.Contacts
		}
	}
	return ""
}

// AgentSkills returns the agent's skills as the specification has them.
func (a *Agent) AgentSkills() []events.POMAgentSkill {
	var skills []events.POMAgentSkill
	for _, s := range a.Skills {
		skills = append(skills, events.POMAgentSkill{SkillName: s.Name, SkillLevel: s.Level})
	}
	return skills
}
