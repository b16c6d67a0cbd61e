package config

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/bcrypt"
)

const (
	maxName        = 64 // bytes of an id or a name
	maxScript      = 1000
	maxSkills      = 64
	maxLevel       = 16
	maxExtensions  = 100
	maxAttempts    = 100
	maxRingTimeout = 5 * time.Minute
	maxAgentAnswer = time.Minute
	maxSpan        = time.Hour // of wrap-up, ringing and talking
	maxRetryPause  = 24 * time.Hour
	maxDownGrace   = 24 * time.Hour
	maxExpiry      = 30 * 24 * time.Hour

	// The settings of a zone and each campaign are an event of their own. These
	// keep it well below 1 MiB, the size of a message of the bus.
	maxZones        = 64
	maxCampaigns    = 200 // of a zone
	maxCodes        = 100
	maxAddresses    = 500
	maxErrorStrings = 256 << 10 // bytes

	// Below 4 bcrypt does not go; above 14 one logon takes seconds.
	minCost, maxCost = bcrypt.MinCost, 14
)

const wantHash = "want a bcrypt hash of cost 4 to 14, as `broker hash-password` prints it"

const wantName = "want 1 to 64 bytes of printable text without spaces around it"

func (c *Config) validate(p *problems) {
	switches := c.validateSwitches(p)
	zones := c.validateZones(p, switches)
	c.validateCampaigns(p, zones)
	c.validateAgents(p)
	c.validateServices(p)
}

func (c *Config) validateSwitches(p *problems) unique {
	names := unique{}
	for i, s := range c.Switches {
		key := fmt.Sprintf("switches[%d]", i)
		names.name(p, key+".name", s.Name)
		if s.Simulator == nil {
			p.add(key+".simulator", "missing; it is the only kind of switch so far")
			continue
		}
		s.Simulator.validate(p, key+".simulator")
	}
	return names
}

func (s *Simulator) validate(p *problems, key string) {
	shares := []struct {
		key   string
		value float64
	}{{"answer", s.Answer}, {"busy", s.Busy}, {"invalid", s.Invalid}, {"machine", s.Machine}}
	sum := 0.0
	for _, share := range shares {
		if !(share.value >= 0 && share.value <= 1) { // so that NaN is wrong too
			p.add(key+"."+share.key, "want a share from 0 to 1")
		}
		sum += share.value
	}
	// Shares such as 0.1 have no exact binary form; forgive what adds up by that.
	if sum > 1+1e-9 {
		p.add(key, "answer, busy, invalid and machine add up to %.3g; want 1 at most", sum)
	}
	s.Ring.validate(p, key+".ring")
	s.Talk.validate(p, key+".talk")
	if s.AgentAnswer < 0 || s.AgentAnswer > maxAgentAnswer {
		p.add(key+".agentAnswer", "want 0s to 1m")
	}
}

func (r Range) validate(p *problems, key string) {
	if r.Min < 0 || r.Max > maxSpan || r.Min > r.Max {
		p.add(key, "want min and max from 0s to 1h, min not above max")
	}
}

func (c *Config) validateAgents(p *problems) {
	ids := unique{}
	for i, a := range c.Agents {
		key := fmt.Sprintf("agents[%d]", i)
		ids.name(p, key+".id", a.ID)
		if !validName(a.Name) {
			p.add(key+".name", wantName)
		}
		if !validHash(a.PasswordHash) {
			p.add(key+".passwordHash", wantHash)
		}
		if len(a.Skills) > maxSkills {
			p.add(key+".skills", "want at most 64 skills")
		}
		skills := unique{}
		for j, s := range a.Skills {
			at := fmt.Sprintf("%s.skills[%d]", key, j)
			skills.name(p, at+".name", s.Name)
			if s.Level < 1 || s.Level > maxLevel {
				p.add(at+".level", "want a level from 1 (best) to 16")
			}
		}
	}
}

// unique is the set of the names that stand in one list, with their keys.
type unique map[string]string

// name adds a name that must be valid and new.
func (u unique) name(p *problems, key, name string) {
	if !validName(name) {
		p.add(key, wantName)
		return
	}
	u.add(p, key, name)
}

// add adds a name that must be new.
func (u unique) add(p *problems, key, name string) {
	if first, taken := u[name]; taken {
		p.add(key, "%q stands in %s already; want a name of its own", name, first)
		return
	}
	u[name] = key
}

// refer checks a name that must be in the set.
func (u unique) refer(p *problems, key, list, name string) {
	if _, known := u[name]; !known {
		p.add(key, "%q is not there; want a name out of %s", name, list)
	}
}

// validName tells whether s can be an id or a name: people must be able to read
// it, and a subject must be able to hold it.
func validName(s string) bool {
	if s == "" || len(s) > maxName || !utf8.ValidString(s) || strings.TrimSpace(s) != s {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

var bcryptHash = regexp.MustCompile(`^\$2[aby]\$[0-9]{2}\$[./A-Za-z0-9]{53}$`)

func validHash(hash string) bool {
	cost, err := bcrypt.Cost([]byte(hash))
	return err == nil && minCost <= cost && cost <= maxCost && bcryptHash.MatchString(hash)
}

// span checks a duration in whole seconds.
func (p *problems) span(key string, d, least, most time.Duration, want string) {
	if d < least || d > most || d%time.Second != 0 {
		p.add(key, "%s", want)
	}
}
