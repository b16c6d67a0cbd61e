package config

import (
	"time"

	"github.com/deskbus/deskbus/events"
)

// Campaign is a list of contacts and how they are called.
type Campaign struct {
	// Name is unique in the installation.
	Name string `yaml:"name"`
	Zone string `yaml:"zone"`
	// Skill is what an agent needs to take part; empty means any agent.
	Skill string `yaml:"skill"`
	// Mode is how contacts are dialled: [events.ContactProgressive],
	// [events.ContactPredictive] or [events.ContactPreview].
	Mode events.POMContactType `yaml:"mode"`
	// CallerID is the number customers see; empty leaves it to the switch.
	CallerID string `yaml:"callerID"`
	// RingTimeout is how long a customer's phone may ring: whole seconds, 1
	// second to 5 minutes.
	RingTimeout time.Duration `yaml:"ringTimeout"`
	// CallingWindow is when contacts may be dialled, in their own time zone; at
	// any time when not given.
	CallingWindow *CallingWindow `yaml:"callingWindow"`
	// Retries says after which outcomes a contact is dialled again.
	Retries []Retry `yaml:"retries"`
	// AbandonLimit is the share of live answers that a predictive campaign may
	// abandon: 0% to 10%, 3% when not given. Other modes abandon none.
	AbandonLimit PerMille `yaml:"abandonLimit"`
	// Preview is for campaigns of that mode.
	Preview Preview `yaml:"preview"`
	Wrapup  Wrapup  `yaml:"wrapup"`
	// CompletionCodes has 1 to 100 entries.
	CompletionCodes []CompletionCode `yaml:"completionCodes"`
	// AddressBook lists the external parties agents may consult, at most 500.
	AddressBook []Address `yaml:"addressBook"`
	// FreeConsult allows agents to consult any number.
	FreeConsult bool      `yaml:"freeConsult"`
	Callbacks   Callbacks `yaml:"callbacks"`
	// Script is the http or https address the desktop opens; may be empty.
	Script string `yaml:"script"`
	// Contacts is the path of the contact list, relative to the configuration
	// file until Load has resolved it.
	Contacts string `yaml:"contacts"`
	// Repeat starts the list again when its last contact is done.
	Repeat bool `yaml:"repeat"`
}

func (c *Campaign) setDefaults() {
	c.AbandonLimit, c.Callbacks.Expiry = 30, 24*time.Hour
}

// Preview says how agents decide on a contact before it is dialled (L657).
type Preview struct {
	// Time is whole seconds up to 1 hour; 0 is untimed.
	Time time.Duration `yaml:"time"`
	// Cancel allows agents to leave a contact out.
	Cancel bool `yaml:"cancel"`
}

// Wrapup says how calls of a campaign are wrapped up (L1241).
type Wrapup struct {
	// Time is whole seconds up to 1 hour; 0 is untimed.
	Time time.Duration `yaml:"time"`
	// Extensions is how often an agent may ask for Time again, 0 to 100.
	Extensions int `yaml:"extensions"`
	// DefaultCode is one of the campaign's completion codes.
	DefaultCode string `yaml:"defaultCode"`
}

// CompletionCode is a disposition agents can choose.
type CompletionCode struct {
	// Code is unique in its campaign.
	Code string `yaml:"code"`
	Name string `yaml:"name"`
}

// Address is an external party of an address book.
type Address struct {
	// Name and Number are unique in the campaign. A number is as in a contact
	// list.
	Name   string `yaml:"name"`
	Number string `yaml:"number"`
}

// Callbacks says which callbacks agents may create (L1747).
type Callbacks struct {
	// Types lists them, each once; none when empty.
	Types []events.POMCallbackType `yaml:"types"`
	// Expiry is proposed for each, from its time on: whole minutes up to 30
	// days, 24 hours when not given.
	Expiry time.Duration `yaml:"expiry"`
}

// CallingWindow is the time of day at which a contact may be dialled.
type CallingWindow struct {
	// From and To are times of day from 00:00 to 24:00, From before To.
	From TimeOfDay `yaml:"from"`
	To   TimeOfDay `yaml:"to"`
	// Days are the days of the week, each once; empty means every day.
	Days []Weekday `yaml:"days"`
}

// Retry says how a contact is dialled again.
type Retry struct {
	// Outcome is how the attempt ended, each at most once.
	Outcome events.Cause `yaml:"outcome"`
	// After is the pause: whole seconds, 1 second to 24 hours.
	After time.Duration `yaml:"after"`
	// Attempts is how often at most while the list is done once, 1 to 100.
	Attempts int `yaml:"attempts"`
}

// ZoneCampaigns returns the campaigns of a zone in the order of the file.
func (c *Config) ZoneCampaigns(zone string) []events.Campaign {
	settings, _ := c.ZoneSettings(zone)
	var campaigns []events.Campaign
	for i := range c.Campaigns {
		if c.Campaigns[i].Zone == zone {
			campaigns = append(campaigns, c.Campaigns[i].definition(settings.Switch))
		}
	}
	return campaigns
}

func (c *Campaign) definition(switchName string) events.Campaign {
	d := events.Campaign{
		Name: c.Name, Skill: c.Skill, Mode: c.Mode, Switch: switchName, CallerID: c.CallerID,
		RingTimeout: seconds(c.RingTimeout), ACWMaxTime: seconds(c.Wrapup.Time),
		ACWExtensions: c.Wrapup.Extensions, AgentScriptURL: c.Script, Repeat: c.Repeat,
		PreviewTime: seconds(c.Preview.Time), PreviewCancel: c.Preview.Cancel, FreeConsult: c.FreeConsult,
		CallingWindow: c.CallingWindow.definition(),
	}
	if c.Mode == events.ContactPredictive {
		d.AbandonLimit = int(c.AbandonLimit)
	}
	if len(c.Callbacks.Types) > 0 {
		d.CallbackTypes = c.Callbacks.Types
		d.CallbackExpiry = int(c.Callbacks.Expiry / time.Minute)
	}
	for _, code := range c.CompletionCodes {
		completion := events.POMCompletionCode(code)
		d.CompletionCodes = append(d.CompletionCodes, completion)
		if code.Code == c.Wrapup.DefaultCode {
			d.DefaultCompCode = completion
		}
	}
	for _, a := range c.AddressBook {
		d.AddressBook = append(d.AddressBook, events.POMDestination{
			Type: events.DestinationExternal, Name: a.Name, Number: separators.Replace(a.Number),
		})
	}
	for _, r := range c.Retries {
		d.Retries = append(d.Retries, events.Retry{Outcome: r.Outcome, After: seconds(r.After), Attempts: r.Attempts})
	}
	return d
}

func (w *CallingWindow) definition() *events.CallingWindow {
	if w == nil {
		return nil
	}
	d := &events.CallingWindow{From: int(w.From), To: int(w.To)}
	for _, day := range w.Days {
		d.Days = append(d.Days, int(day))
	}
	return d
}
