package config

import (
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/bcrypt"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

const (
	maxName        = 64 // bytes of an id or a name
	maxScript      = 1000
	maxSkills      = 64
	maxLevel       = 16
	maxExtensions  = 100
	maxRingTimeout = 5 * time.Minute
	maxAgentAnswer = time.Minute
	maxSpan        = time.Hour // of wrap-up, ringing and talking

	// Below 4 bcrypt does not go; above 14 one logon takes seconds.
	minCost, maxCost = bcrypt.MinCost, 14
)

const wantName = "want 1 to 64 bytes of printable text without spaces around it"

func (c *Config) validate(p *problems) {
	switches := c.validateSwitches(p)
	zones := c.validateZones(p, switches)
	c.validateCampaigns(p, zones)
	c.validateAgents(p)
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

func (c *Config) validateZones(p *problems, switches unique) unique {
	names := unique{}
	if len(c.Zones) == 0 {
		p.add("zones", "want at least one zone")
	}
	for i, z := range c.Zones {
		key := fmt.Sprintf("zones[%d]", i)
		if names.add(p, key+".name", z.Name); !subject.ValidZone(z.Name) {
			p.add(key+".name", `want 1 to 32 letters, digits, "-" and "_", and not "svc"`)
		}
		switches.refer(p, key+".switch", "switches", z.Switch)
	}
	return names
}

func (c *Config) validateCampaigns(p *problems, zones unique) {
	names := unique{}
	for i := range c.Campaigns {
		campaign := &c.Campaigns[i]
		key := fmt.Sprintf("campaigns[%d]", i)
		names.name(p, key+".name", campaign.Name)
		zones.refer(p, key+".zone", "zones", campaign.Zone)
		campaign.validate(p, key)
	}
}

func (c *Campaign) validate(p *problems, key string) {
	if c.Skill != "" && !validName(c.Skill) {
		p.add(key+".skill", "%s, or leave it out for any agent", wantName)
	}
	switch c.Mode {
	case events.ContactProgressive:
	case events.ContactPredictive, events.ContactPreview:
		p.add(key+".mode", "%s is not built yet; want Progressive", c.Mode)
	default:
		p.add(key+".mode", "want Progressive")
	}
	if c.CallerID != "" && !validName(c.CallerID) {
		p.add(key+".callerID", "%s, or leave it out", wantName)
	}
	if c.RingTimeout < time.Second || c.RingTimeout > maxRingTimeout || !wholeSeconds(c.RingTimeout) {
		p.add(key+".ringTimeout", "want whole seconds from 1s to 5m")
	}
	c.validateWrapup(p, key)
	if c.Script != "" && !validScript(c.Script) {
		p.add(key+".script", "want an http or https address of at most 1000 bytes, or leave it out")
	}
	if info, err := os.Stat(c.Contacts); err != nil || !info.Mode().IsRegular() {
		p.add(key+".contacts", "no file %q; want a contact list, its path relative to this file", c.Contacts)
	}
}

func (c *Campaign) validateWrapup(p *problems, key string) {
	w := c.Wrapup
	if w.Time < 0 || w.Time > maxSpan || !wholeSeconds(w.Time) {
		p.add(key+".wrapup.time", "want whole seconds up to 1h, or 0s for untimed")
	}
	if w.Extensions < 0 || w.Extensions > maxExtensions {
		p.add(key+".wrapup.extensions", "want a number from 0 to 100")
	}
	codes := unique{}
	if len(c.CompletionCodes) == 0 {
		p.add(key+".completionCodes", "want at least one code")
	}
	for i, code := range c.CompletionCodes {
		at := fmt.Sprintf("%s.completionCodes[%d]", key, i)
		codes.name(p, at+".code", code.Code)
		if code.Name != "" && !validName(code.Name) {
			p.add(at+".name", "%s, or leave it out", wantName)
		}
	}
	codes.refer(p, key+".wrapup.defaultCode", "the campaign's completionCodes", w.DefaultCode)
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
			p.add(key+".passwordHash", "want a bcrypt hash of cost 4 to 14, as `broker hash-password` prints it")
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

func validScript(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= maxScript && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

var bcryptHash = regexp.MustCompile(`^\$2[aby]\$[0-9]{2}\$[./A-Za-z0-9]{53}$`)

func validHash(hash string) bool {
	cost, err := bcrypt.Cost([]byte(hash))
	return err == nil && minCost <= cost && cost <= maxCost && bcryptHash.MatchString(hash)
}

func wholeSeconds(d time.Duration) bool { return d%time.Second == 0 }
