package wallboard

import (
	"cmp"
	"maps"
	"slices"

	"github.com/deskbus/deskbus/events"
)

// figures are what is shown of a campaign, and of a whole zone.
type figures struct {
	// The agents by what they do. LoggedOn is all of them.
	LoggedOn  int `json:"loggedOn"`
	Available int `json:"available"`
	// OnContact: talks with a customer, alone, in a consult or in a conference.
	OnContact int `json:"onContact"`
	OnHold    int `json:"onHold"`
	// Preview: looks at a contact, or has it dialled.
	Preview  int `json:"preview"`
	WrapUp   int `json:"wrapUp"`
	NotReady int `json:"notReady"`
	Nailing  int `json:"nailing"`
	Inbound  int `json:"inbound"`
	Gone     int `json:"gone"`
	// Pending agents asked for NotReady during a call. They are counted above, by
	// what they do.
	Pending int      `json:"pending"`
	Reasons []reason `json:"reasons,omitempty"`

	// Ringing customers, and live ones who wait for an agent.
	Ringing int `json:"ringing"`
	Waiting int `json:"waiting"`
	// Dials are those of the last minute.
	Dials int    `json:"dials"`
	Hour  counts `json:"hour"`
	Today counts `json:"today"`
	// Callbacks that nobody has made yet: their time has not come, has come, came
	// more than a minute ago.
	Planned int `json:"planned"`
	Due     int `json:"due"`
	Overdue int `json:"overdue"`
}

// reason counts the agents who are not ready for one reason, "" for none.
type reason struct {
	Reason string `json:"reason"`
	Agents int    `json:"agents"`
}

// figures returns those of the zone, and those of each campaign.
func (f *fold) figures(now int64) (zone figures, campaigns map[string]*figures) {
	campaigns = make(map[string]*figures, len(f.campaigns))
	for name, c := range f.campaigns {
		n := f.called(c, now)
		campaigns[name] = &n
		zone.addCalls(&n)
	}
	for _, c := range f.calls {
		ofJob := campaigns[c.Job]
		if ofJob == nil {
			continue
		}
		switch {
		case c.Ringing:
			ofJob.Ringing++
			zone.Ringing++
		case c.Answered != 0 && !c.Agent:
			ofJob.Waiting++
			zone.Waiting++
		}
	}
	f.staff(&zone, campaigns)
	return zone, campaigns
}

// called counts what is kept for each campaign.
func (f *fold) called(c *campaign, now int64) figures {
	n := figures{Dials: len(c.dialsAt(now)), Hour: c.lastHour(now), Today: c.todayAt(now, f.location)}
	n.Planned, n.Due, n.Overdue = c.waiting(now)
	return n
}

func (n *figures) addCalls(o *figures) {
	n.Dials += o.Dials
	n.Hour, n.Today = n.Hour.plus(o.Hour), n.Today.plus(o.Today)
	n.Planned, n.Due, n.Overdue = n.Planned+o.Planned, n.Due+o.Due, n.Overdue+o.Overdue
}

// staff counts the agents of the zone and of the campaigns they are attached to.
func (f *fold) staff(zone *figures, campaigns map[string]*figures) {
	reasons := map[*figures]map[string]int{}
	for _, a := range f.agents {
		for _, n := range []*figures{zone, campaigns[a.status.CampaignName]} {
			if n == nil {
				continue
			}
			n.addAgent(a)
			if a.Activity == NotReady {
				if reasons[n] == nil {
					reasons[n] = map[string]int{}
				}
				reasons[n][reasonOf(a.status.ReasonCode, a.status.ReasonName)]++
			}
		}
	}
	for n, all := range reasons {
		for _, name := range slices.Sorted(maps.Keys(all)) {
			n.Reasons = append(n.Reasons, reason{name, all[name]})
		}
		slices.SortStableFunc(n.Reasons, func(a, b reason) int { return cmp.Compare(b.Agents, a.Agents) })
	}
}

func (n *figures) addAgent(a *agent) {
	n.LoggedOn++
	if a.status.Status.AgentState == events.PendingNotReady && a.Activity != NotReady {
		n.Pending++
	}
	switch a.Activity {
	case Available:
		n.Available++
	case Talking, Consulting, Conferring:
		n.OnContact++
	case OnHold:
		n.OnHold++
	case Previewing, Dialing:
		n.Preview++
	case WrappingUp:
		n.WrapUp++
	case NotReady:
		n.NotReady++
	case Nailing:
		n.Nailing++
	case Inbound:
		n.Inbound++
	case Gone:
		n.Gone++
	}
}
