package manager

import (
	"reflect"
	"slices"

	"github.com/deskbus/deskbus/events"
)

// maxDials bounds how many contacts one turn dials, connects or skips.
const maxDials = 25

// leastRound is how long a round of a list that repeats lasts at least.
const leastRound = 60 * second

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
	for t.dials < maxDials {
		timer, at, set := t.s.unpaced.next()
		if !set || at > t.now {
			return
		}
		t.s.unpaced.clear(timer)
		_, name := timer.split()
		t.paceJob(name, t.s.Jobs[name])
		if t.dials == maxDials {
			t.s.paceAt(name, t.now)
		}
	}
}

func (t *turn) paceJob(name string, j *Job) {
	for ; t.dials < maxDials && len(j.Waiting) > 0; t.dials++ {
		c := t.s.Calls[j.Waiting[0]]
		a := t.freeFor(c)
		if a == nil {
			break
		}
		t.connect(a, c)
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
	lines := j.lines() - t.promised(j)
	for ; t.dials < maxDials && j.Queue.Length > 0; t.dials++ {
		contact := t.next(j)
		if contact == nil {
			j.awake = false
			t.sleepUntilOpening(name, j)
			t.sendElsewhere(name, j)
			return
		}
		t.awake(j)
		number, left := t.s.nextNumber(contact)
		switch {
		case !left, len(contact.promises) > 0: // a callback was agreed: not before it
			t.jobFact(name, events.ContactSkipped, events.ContactIDData{ContactID: contact.Details.ContactID})
			t.turnList(name, j) // it may have been the last
		case j.Dialing >= lines:
			return
		case j.Campaign.Mode == events.ContactPreview:
			t.preview(name, j, contact, contact.Details.Numbers[number])
			lines = j.lines() - t.promised(j)
		default:
			t.dial(name, j, contact, contact.Details.Numbers[number])
		}
	}
}

// turnList starts a campaign that has contacts or callbacks and ends one that
// has none left or was withdrawn. A list that repeats waits until its round has
// lasted long enough: a switch that refuses every call would be asked for them
// without end.
func (t *turn) turnList(name string, j *Job) {
	callbacks := len(j.Callbacks) + j.Told
	if j.Running && j.Open == 0 && (j.Queue.Length+j.Retrying == 0 || j.Withdrawn) {
		next := j.RoundAt + leastRound
		switch repeats := t.s.canRepeat(j); {
		case repeats && next > t.now:
			t.s.paceAt(name, next)
		case repeats:
			t.jobFact(name, events.CampaignStarted, events.NoData{})
		case callbacks == 0:
			t.jobFact(name, events.CampaignFinished, events.NoData{})
		}
	}
	if !j.Running && (j.Queue.Length > 0 || callbacks > 0) && !j.Withdrawn {
		t.jobFact(name, events.CampaignStarted, events.NoData{})
	}
}

// dial calls the next contact of the campaign.
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
