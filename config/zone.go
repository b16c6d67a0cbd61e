package config

import (
	"fmt"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

// Zone is a unit of order and leadership.
type Zone struct {
	// Name is unique and one that subject.ValidZone allows.
	Name string `yaml:"name"`
	// Switch is the name of the switch that carries the zone's calls.
	Switch string `yaml:"switch"`
	// TimeZone is that of contacts that have none, by its IANA name; UTC when
	// not given.
	TimeZone string `yaml:"timeZone"`
	// CallbackNotice is how long before a callback its agent is told: whole
	// seconds up to 1 hour, 5 minutes when not given.
	CallbackNotice time.Duration `yaml:"callbackNotice"`
	// CallbackPreview is the time to decide on a callback that is due: whole
	// seconds up to 1 hour, 30 seconds when not given; 0 dials at once (L798).
	CallbackPreview time.Duration `yaml:"callbackPreview"`
	// StatusAfter is after how much silence a desktop is asked for its status:
	// whole seconds up to 1 hour, 1 minute when not given; 0 never asks.
	StatusAfter time.Duration `yaml:"statusAfter"`
	// DisconnectGrace is how long a desktop may be gone before its agent is
	// logged out: whole seconds up to 1 hour, 1 minute when not given.
	DisconnectGrace time.Duration `yaml:"disconnectGrace"`
	// Down takes the zone down once the brokers run with it: agents are told
	// (L3085) and have DownGrace to finish, up to 24 hours, 5 minutes when not
	// given. Brokers that run without it again bring the zone back.
	Down      bool          `yaml:"down"`
	DownGrace time.Duration `yaml:"downGrace"`
	// KeepCommits is how many commits of the journal are kept at least when
	// snapshots stand for the older ones, from 100,000; 0, as when not given,
	// keeps all of them.
	KeepCommits int `yaml:"keepCommits"`
	// ErrorStrings are error messages in other languages than English, together
	// at most 256 KiB.
	ErrorStrings []ErrorStrings `yaml:"errorStrings"`
}

func (z *Zone) setDefaults() {
	z.CallbackNotice, z.CallbackPreview = 5*time.Minute, 30*time.Second
	z.StatusAfter, z.DisconnectGrace, z.DownGrace = time.Minute, time.Minute, 5*time.Minute
}

// ZoneSettings returns the settings of a zone, and false when there is no such
// zone.
func (c *Config) ZoneSettings(zone string) (events.ZoneSettings, bool) {
	for i := range c.Zones {
		if c.Zones[i].Name == zone {
			return c.Zones[i].settings(c.ZoneNames()), true
		}
	}
	return events.ZoneSettings{}, false
}

func (z *Zone) settings(zones []string) events.ZoneSettings {
	s := events.ZoneSettings{
		Zones: zones, Switch: z.Switch, TimeZone: z.TimeZone,
		CallbackNotice: seconds(z.CallbackNotice), CallbackPreview: seconds(z.CallbackPreview),
		StatusAfter: seconds(z.StatusAfter), DisconnectGrace: seconds(z.DisconnectGrace),
		Down: z.Down, DownGrace: int(z.DownGrace.Milliseconds()),
	}
	for _, catalogue := range z.ErrorStrings {
		s.ErrorStrings = append(s.ErrorStrings, catalogue.messages...)
	}
	return s
}

// KeepCommits returns how many commits the journal of a zone keeps at least, 0
// for all.
func (c *Config) KeepCommits(zone string) uint64 {
	for i := range c.Zones {
		if c.Zones[i].Name == zone {
			return uint64(c.Zones[i].KeepCommits)
		}
	}
	return 0
}

func seconds(d time.Duration) int { return int(d / time.Second) }

func (c *Config) validateZones(p *problems, switches unique) unique {
	names := unique{}
	if len(c.Zones) == 0 || len(c.Zones) > maxZones {
		p.add("zones", "want 1 to %d zones", maxZones)
	}
	for i := range c.Zones {
		z, key := &c.Zones[i], fmt.Sprintf("zones[%d]", i)
		if names.add(p, key+".name", z.Name); !subject.ValidZone(z.Name) {
			p.add(key+".name", `want 1 to 32 letters, digits, "-" and "_", and not "svc"`)
		}
		switches.refer(p, key+".switch", "switches", z.Switch)
		z.validate(p, key)
	}
	return names
}

func (z *Zone) validate(p *problems, key string) {
	if z.TimeZone != "" && !validTimeZone(z.TimeZone) {
		p.add(key+".timeZone", "%q is unknown; want an IANA name such as Europe/Berlin", clip(z.TimeZone))
	}
	const upToAnHour = "want whole seconds from 0s to 1h"
	p.span(key+".callbackNotice", z.CallbackNotice, 0, maxSpan, upToAnHour)
	p.span(key+".callbackPreview", z.CallbackPreview, 0, maxSpan, upToAnHour+"; 0s dials at once")
	p.span(key+".statusAfter", z.StatusAfter, 0, maxSpan, upToAnHour+"; 0s never asks")
	p.span(key+".disconnectGrace", z.DisconnectGrace, 0, maxSpan, upToAnHour)
	p.span(key+".downGrace", z.DownGrace, 0, maxDownGrace, "want whole seconds from 0s to 24h")
	if z.KeepCommits != 0 && z.KeepCommits < minKeptCommits {
		p.add(key+".keepCommits", "want 0, or %d and more", minKeptCommits)
	}
	z.validateErrorStrings(p, key)
}

// minKeptCommits is far more than a feed can have lost of its end in a crash of
// the server: it is repaired from them.
const minKeptCommits = 100_000

// validTimeZone tells whether a name is one of IANA's. LoadLocation also takes
// "Local", which would be the broker's own zone.
func validTimeZone(name string) bool {
	_, err := time.LoadLocation(name)
	return err == nil && name != "Local"
}
