package manager

import (
	"reflect"
	"slices"

	"github.com/deskbus/deskbus/events"
)

// maxDials bounds how many contacts one turn dials, connects or skips.
const maxDials = 25

// configure decides the settings of the zone and its campaigns.
func (t *turn) configure(in Configure) {
	if !reflect.DeepEqual(in.Settings, t.s.Settings) {
		t.zoneFact(events.ZoneConfigured, in.Settings)
	}
	configured := 0
	for _, c := range in.Campaigns {
		j := t.s.Jobs[c.Name]
		if j != nil && !j.Withdrawn && reflect.DeepEqual(c, j.Campaign) {
			continue
		}
		if configured++; configured > MaxConfigured {
			return
		}
		t.jobFact(c.Name, events.CampaignConfigured, c)
	}
	for _, name := range t.s.jobNames {
		named := slices.ContainsFunc(in.Campaigns, func(c events.Campaign) bool { return c.Name == name })
		if !named && !t.s.Jobs[name].Withdrawn {
			t.jobFact(name, events.CampaignWithdrawn, events.NoData{})
		}
	}
}

// addContacts adds the contacts the campaign does not have and that have a
// number. A masked value ends here: it never enters the log.
func (t *turn) addContacts(in AddContacts) {
	j := t.s.Jobs[in.Campaign]
	if j == nil {
		return
	}
	for _, d := range in.Contacts[:min(len(in.Contacts), MaxContacts)] {
		if j.Contacts[d.ContactID] != nil || len(d.Numbers) == 0 {
			continue
		}
		d.Attributes = append([]events.POMAttribute(nil), d.Attributes...)
		for i, attribute := range d.Attributes {
			d.Attributes[i] = masked(attribute)
		}
		t.jobFact(in.Campaign, events.ContactAdded, d)
	}
}

// pace looks at the campaigns in which something changed: calls that wait get
// agents, agents that wait get calls, a list that is done ends or begins again.
// What does not fit into this turn waits for the pace timer.
func (t *turn) pace() {
	for _, name := range t.s.jobNames {
		if t.dials == maxDials {
			return
		}
		if !t.s.unpaced[name] {
			continue
		}
		t.paceJob(name, t.s.Jobs[name])
		if t.dials < maxDials {
			delete(t.s.unpaced, name)
		}
	}
}

func (t *turn) paceJob(name string, j *Job) {
	for ; t.dials < maxDials && len(j.Waiting) > 0 && j.idle.live > 0; t.dials++ {
		t.connect(j.idle.longest(), t.s.Calls[j.Waiting[0]])
	}
	if t.s.Settings.Down {
		return // nothing new begins
	}
	t.tellCallbacks(j)
	if !t.s.switchUp(j.Campaign.Switch) {
		return
	}
	t.turnList(name, j)
	if !j.Running || j.Withdrawn {
		return
	}
	for ; t.dials < maxDials && len(j.Queue) > 0; t.dials++ {
		contact := j.Contacts[j.Queue[0]]
		next, left := t.s.nextNumber(contact)
		switch {
		case !left:
			t.jobFact(name, events.ContactSkipped, events.ContactIDData{ContactID: contact.Details.ContactID})
			t.turnList(name, j) // it may have been the last
		case j.idle.live <= j.Dialing:
			return
		case j.Campaign.Mode == events.ContactPreview:
			t.preview(name, j, contact, contact.Details.Numbers[next])
		default:
			t.dial(name, j, contact, contact.Details.Numbers[next])
		}
	}
}

// turnList starts a campaign that has contacts or callbacks and ends one that
// has none left or was withdrawn.
func (t *turn) turnList(name string, j *Job) {
	callbacks := len(j.Callbacks) + j.Told
	if j.Running && j.Open == 0 && (len(j.Queue) == 0 || j.Withdrawn) {
		if t.s.canRepeat(j) {
			t.jobFact(name, events.CampaignStarted, events.NoData{})
		} else if callbacks == 0 {
			t.jobFact(name, events.CampaignFinished, events.NoData{})
		}
	}
	if !j.Running && (len(j.Queue) > 0 || callbacks > 0) && !j.Withdrawn {
		t.jobFact(name, events.CampaignStarted, events.NoData{})
	}
}

// dial calls the next contact of the campaign: progressive, one for each agent
// who waits.
func (t *turn) dial(name string, j *Job, contact *Contact, number events.POMContactNumber) {
	session := t.newID()
	leg := session + "-c"
	t.emit(events.Event{
		Kind: events.KindFact, Name: events.ContactDialed, Session: session, Job: name,
		Data: events.ContactDialedData{
			ContactID: contact.Details.ContactID, ContactNumber: number, LegID: leg, Attempt: contact.Attempts + 1,
		},
	})
	t.order(j.Campaign.Switch, events.Originate, "", session, events.OriginateData{
		LegID: leg, Role: events.RoleCustomer, Address: number.Number, CallerID: j.Campaign.CallerID,
		RingTimeoutMs: j.Campaign.RingTimeout * 1000,
	})
}
