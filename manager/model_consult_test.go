package manager

import (
	"pgregory.net/rapid"

	"github.com/deskbus/deskbus/events"
)

// modelExternals are numbers to consult: of the address book, a free one, one
// that a contact has, nonsense.
var modelExternals = []string{"4711", "+1 555 9999", modelNumber(1, 0), "nobody"}

// consultCommand is what an agent does next about a third party, "" for nothing.
func (m *model) consultCommand(t *rapid.T, a *Agent) (string, any) {
	c := m.s.Calls[a.Session]
	session := events.SessionParams{SessionID: a.Session}
	choice := rapid.IntRange(0, 9).Draw(t, "consult")
	switch {
	case c == nil || c.Ended:
	case a.CallState == events.Talking && choice == 0:
		return events.AGTSendDTMF, events.DTMFParams{DTMF: "5", SessionID: a.Session}
	case a.CallState == events.Talking && c.Consult == nil && choice < 6:
		return events.AGTConsultCall, events.ConsultParams{Destination: m.colleague(t, a), SessionID: a.Session}
	case c.Consult == nil:
	case c.Consult.Started && c.Agent == a.ID && choice < 3:
		return events.AGTCompleteTransfer, session
	case c.Consult.Conference && choice < 6:
		return events.AGTConfChangeOwnership, session
	case c.Consult.Conference && choice < 9:
		return events.AGTEndConf, session
	case c.Consult.Started && c.Agent == a.ID && choice < 7:
		return events.AGTStartConf, session
	case choice == 9:
		return events.AGTCancelConsult, events.CancelConsultParams{SessionID: a.Session}
	}
	return "", nil
}

// staff begins the walk with agents at work in one campaign, most of them
// talking: it takes two of them and a customer to meet before there is a consult.
func (m *model) staff() {
	m.configure(2)
	m.addContacts("A", 6)
	for _, id := range modelAgents {
		send := func(name string, data any) { m.send(Command{Agent: id, Name: name, Data: data}, "desk-"+id) }
		send(events.AGTLogon, logonData(false))
		send(events.AGTStateChange, events.StateChangeParams{AgentState: events.Ready})
		send(events.AGTAvailableForNailup, events.NoParams{})
		m.fireTimers()
		send(events.AGTReadyForNailup, events.NoParams{})
		m.say(events.Established, events.LegData{LegID: m.s.Agents[id].NailLeg})
	}
	for _, leg := range m.phones.legs[:len(m.phones.legs)-1] {
		if !leg.up {
			m.say(events.Established, events.LegData{LegID: leg.id})
		}
	}
}

// thirdParty is an agent with a customer who does something about a third party:
// one who has a third party, when there is one. A phone outside is often answered.
func (m *model) thirdParty(t *rapid.T) {
	m.t = t
	var busy, consulting []*Agent
	for _, id := range modelAgents {
		a := m.s.Agents[id]
		if a == nil || a.Session == "" {
			continue
		}
		busy = append(busy, a)
		if m.s.Calls[a.Session].Consult != nil {
			consulting = append(consulting, a)
		}
	}
	if len(consulting) > 0 {
		busy = consulting
	}
	if len(busy) == 0 {
		return
	}
	a := busy[rapid.IntRange(0, len(modelAgents)).Draw(t, "agent")%len(busy)]
	if leg := m.ringing(a); leg != "" && rapid.Bool().Draw(t, "answered") {
		m.say(events.Established, events.LegData{LegID: leg})
		return
	}
	if name, data := m.consultCommand(t, a); name != "" {
		m.send(Command{Agent: a.ID, Name: name, Data: data}, a.Conn)
	}
}

// ringing returns the line to a party outside that the agent waits for.
func (m *model) ringing(a *Agent) string {
	x := m.s.Calls[a.Session].Consult
	if x == nil || x.Started {
		return ""
	}
	return x.LegID
}

// colleague is an agent of the same campaign, or now and then somebody else.
func (m *model) colleague(t *rapid.T, a *Agent) events.POMDestination {
	list := m.s.colleagues(m.s.Calls[a.Session])
	if i := rapid.IntRange(0, len(modelAgents)).Draw(t, "colleague"); i < len(list) {
		return list[i]
	}
	return anyDestination(t)
}

func anyDestination(t *rapid.T) events.POMDestination {
	if rapid.IntRange(0, 3).Draw(t, "external") > 0 {
		return events.POMDestination{
			Type: events.DestinationAgent, ID: rapid.SampledFrom(append(modelAgents, "")).Draw(t, "destination"),
		}
	}
	return events.POMDestination{
		Type: events.DestinationExternal, Number: rapid.SampledFrom(modelExternals).Draw(t, "number"),
	}
}

// anyConsultData is the parameters of commands about third parties, nil for any
// other command.
func anyConsultData(t *rapid.T, name, session string) any {
	switch name {
	case events.AGTConsultCall:
		return events.ConsultParams{Destination: anyDestination(t), SessionID: session}
	case events.AGTCancelConsult:
		return events.CancelConsultParams{
			DestAgentID: rapid.SampledFrom([]string{"", "1001", "4711"}).Draw(t, "name"), SessionID: session,
		}
	case events.AGTGetConsultDestsForType:
		return events.ConsultDestsParams{
			DestinationType: rapid.SampledFrom([]events.POMDestinationType{
				events.DestinationAgent, events.DestinationExternal, "",
			}).Draw(t, "type"), SessionID: session,
		}
	case events.AGTSendDTMF:
		return events.DTMFParams{DTMF: rapid.SampledFrom([]string{"", "#", "E"}).Draw(t, "digit"), SessionID: session}
	}
	return nil
}
