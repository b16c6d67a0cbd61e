package config

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"time"

	"github.com/deskbus/deskbus/events"
)

func (c *Config) validateCampaigns(p *problems, zones unique) {
	names, count := unique{}, map[string]int{}
	for i := range c.Campaigns {
		campaign := &c.Campaigns[i]
		key := fmt.Sprintf("campaigns[%d]", i)
		names.name(p, key+".name", campaign.Name)
		zones.refer(p, key+".zone", "zones", campaign.Zone)
		if count[campaign.Zone]++; count[campaign.Zone] == maxCampaigns+1 {
			p.add(key, "want at most %d campaigns for zone %q", maxCampaigns, campaign.Zone)
		}
		campaign.validate(p, key)
	}
}

func (c *Campaign) validate(p *problems, key string) {
	if c.Skill != "" && !validName(c.Skill) {
		p.add(key+".skill", "%s, or leave it out for any agent", wantName)
	}
	switch c.Mode {
	case events.ContactProgressive, events.ContactPredictive, events.ContactPreview:
	default:
		p.add(key+".mode", "want Progressive, Predictive or Preview")
	}
	if c.CallerID != "" && !validName(c.CallerID) {
		p.add(key+".callerID", "%s, or leave it out", wantName)
	}
	c.validateDialling(p, key)
	c.validateWrapup(p, key)
	c.validateAddressBook(p, key)
	c.validateCallbacks(p, key)
	if c.Script != "" && !validScript(c.Script) {
		p.add(key+".script", "want an http or https address of at most 1000 bytes, or leave it out")
	}
	if info, err := os.Stat(c.Contacts); err != nil || !info.Mode().IsRegular() {
		p.add(key+".contacts", "no file %q; want a contact list, its path relative to this file", c.Contacts)
	}
}

func validScript(s string) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= maxScript && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

func (c *Campaign) validateDialling(p *problems, key string) {
	p.span(key+".ringTimeout", c.RingTimeout, time.Second, maxRingTimeout, "want whole seconds from 1s to 5m")
	p.span(key+".preview.time", c.Preview.Time, 0, maxSpan, "want whole seconds up to 1h, or 0s for untimed")
	if c.AbandonLimit > 100 {
		p.add(key+".abandonLimit", "want 0%% to 10%%")
	}
	if w := c.CallingWindow; w != nil {
		if w.From >= w.To {
			p.add(key+".callingWindow", "want from before to; a window cannot span midnight")
		}
		days := map[Weekday]bool{}
		for i, day := range w.Days {
			if days[day] {
				p.add(fmt.Sprintf("%s.callingWindow.days[%d]", key, i), "%s stands there twice", weekdays[day])
			}
			days[day] = true
		}
	}
	outcomes := unique{}
	for i, r := range c.Retries {
		at := fmt.Sprintf("%s.retries[%d]", key, i)
		if outcomes.add(p, at+".outcome", string(r.Outcome)); !slices.Contains(retryOutcomes, r.Outcome) {
			p.add(at+".outcome", "want one of %s", list(retryOutcomes))
		}
		p.span(at+".after", r.After, time.Second, maxRetryPause, "want whole seconds from 1s to 24h")
		if r.Attempts < 1 || r.Attempts > maxAttempts {
			p.add(at+".attempts", "want a number from 1 to 100")
		}
	}
}

// retryOutcomes are how an attempt ends that nobody has spoken in.
var retryOutcomes = []events.Cause{
	events.CauseBusy, events.CauseNoAnswer, events.OutcomeMachine, events.CauseRejected, events.CauseUnreachable,
	events.CauseCongestion, events.CauseInvalidNumber, events.CauseSwitchFailure,
}

func (c *Campaign) validateWrapup(p *problems, key string) {
	w := c.Wrapup
	p.span(key+".wrapup.time", w.Time, 0, maxSpan, "want whole seconds up to 1h, or 0s for untimed")
	if w.Extensions < 0 || w.Extensions > maxExtensions {
		p.add(key+".wrapup.extensions", "want a number from 0 to 100")
	}
	codes := unique{}
	if len(c.CompletionCodes) == 0 || len(c.CompletionCodes) > maxCodes {
		p.add(key+".completionCodes", "want 1 to %d codes", maxCodes)
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

func (c *Campaign) validateAddressBook(p *problems, key string) {
	if len(c.AddressBook) > maxAddresses {
		p.add(key+".addressBook", "want at most %d entries", maxAddresses)
	}
	names, numbers := unique{}, unique{}
	for i, a := range c.AddressBook {
		at := fmt.Sprintf("%s.addressBook[%d]", key, i)
		names.name(p, at+".name", a.Name)
		number := separators.Replace(a.Number)
		if !validNumber(number) {
			p.add(at+".number", "want + and 3 to 20 digits")
			continue
		}
		numbers.add(p, at+".number", number)
	}
}

func (c *Campaign) validateCallbacks(p *problems, key string) {
	known := []events.POMCallbackType{events.CallbackStandard, events.CallbackAgent, events.CallbackCampaign}
	types := unique{}
	for i, kind := range c.Callbacks.Types {
		at := fmt.Sprintf("%s.callbacks.types[%d]", key, i)
		if types.add(p, at, string(kind)); !slices.Contains(known, kind) {
			p.add(at, "want one of %s", list(known))
		}
	}
	if e := c.Callbacks.Expiry; e < time.Minute || e > maxExpiry || e%time.Minute != 0 {
		p.add(key+".callbacks.expiry", "want whole minutes from 1m to 720h")
	}
}
