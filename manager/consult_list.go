package manager

import (
	"slices"
	"strings"

	"github.com/deskbus/deskbus/events"
)

const (
	// maxDestinations is the greatest size in bytes of a list of destinations as
	// a response carries it (L1436).
	maxDestinations = 16_000
	// listHeader is what the encoding of a list adds to its entries at most.
	listHeader = 5
)

// getConsultTypes decides AGTGetConsultTypes (L1380): in Talking.
func (t *turn) getConsultTypes(a *Agent, c Command) {
	call := t.callOf(a, c.Data.(events.SessionParams).SessionID)
	if call == nil || a.CallState != events.Talking {
		t.refuse(a, c, events.NotInThisState)
		return
	}
	campaign := t.s.Jobs[call.Job].Campaign
	types := []events.POMDestinationType{events.DestinationAgent}
	if len(campaign.AddressBook) > 0 || campaign.FreeConsult {
		types = append(types, events.DestinationExternal)
	}
	t.respond(a, c.Name, events.ConsultTypesResult{
		DestinationTypes: types, AllowFreeForm: campaign.FreeConsult, SessionID: call.Session,
	})
}

// getConsultDests decides AGTGetConsultDestsForType (L1421): in Talking. That
// AGTGetConsultTypes came before is not asked for: it changes nothing.
func (t *turn) getConsultDests(a *Agent, c Command) {
	p := c.Data.(events.ConsultDestsParams)
	call := t.callOf(a, p.SessionID)
	switch {
	case call == nil || a.CallState != events.Talking:
		t.refuse(a, c, events.NotInThisState)
	case p.DestinationType == events.DestinationAgent:
		t.answerDests(a, c, t.s.colleagues(call), events.NoAgentsAvailable)
	case p.DestinationType == events.DestinationExternal:
		t.answerDests(a, c, t.s.addressBook(t.s.Jobs[call.Job].Campaign), events.NoDestinations)
	default:
		t.refuse(a, c, events.InvalidData)
	}
}

// answerDests answers with as much of the list as fits.
func (t *turn) answerDests(a *Agent, c Command, list []events.POMDestination, none events.Code) {
	if len(list) == 0 {
		t.refuse(a, c, none)
		return
	}
	fits := fitting(list)
	t.respond(a, c.Name, events.ConsultDestsResult{
		Destinations: list[:fits], SessionID: a.Session, Truncated: fits < len(list),
	})
}

// fitting counts the destinations that fit into a response.
func fitting(list []events.POMDestination) int {
	size := listHeader
	for i, d := range list {
		b, err := events.Marshal(d)
		if size += len(b); err != nil || size > maxDestinations {
			return i
		}
	}
	return len(list)
}

// colleagues are the agents who may be consulted in a call, by id (L1398).
func (s *State) colleagues(c *Call) []events.POMDestination {
	var list []events.POMDestination
	for _, a := range s.Jobs[c.Job].attached {
		if a.attends() && a.ID != c.Agent && s.nailedOn(a) == s.nailedOn(s.Agents[c.Agent]) {
			list = append(list, destinationOf(a))
		}
	}
	return list
}

// attends tells whether an agent is at the line to be asked something, or given
// a call when it has none.
func (a *Agent) attends() bool {
	return a.takesWork() && a.AgentState == events.Ready && a.NailupStatus == events.NailedUp
}

// attach adds an agent to a job's, which are in the order of their ids.
func (j *Job) attach(a *Agent) {
	i, _ := j.find(a)
	j.attached = slices.Insert(j.attached, i, a)
}

func (j *Job) detach(a *Agent) {
	if i, found := j.find(a); found {
		j.attached = slices.Delete(j.attached, i, i+1)
	}
}

func (j *Job) find(a *Agent) (int, bool) {
	return slices.BinarySearchFunc(j.attached, a.ID, func(other *Agent, id string) int {
		return strings.Compare(other.ID, id)
	})
}
