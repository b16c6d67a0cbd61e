package manager

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/deskbus/deskbus/events"
)

var modelCallbackTypes = []events.POMCallbackType{events.CallbackStandard, events.CallbackAgent, events.CallbackCampaign}

// dialStep is what an agent does who decides on a preview, dials again or agrees
// on a callback; otherwise the step that was chosen.
func (m *model) dialStep(a *Agent, choice int, name string, data any) (string, any) {
	c := m.s.Calls[a.Session]
	if c == nil || c.Agent != a.ID {
		return name, data
	}
	session := events.SessionParams{SessionID: c.Session}
	switch {
	case c.inPreview() && choice < 5:
		return events.AGTPreviewDial, events.PreviewDialParams{ContactNumber: c.Number, SessionID: c.Session}
	case c.inPreview() && choice < 6:
		return events.AGTPreviewCancel, session
	case a.CallState == events.Wrapup && choice < 3:
		return events.AGTRedial, events.RedialParams{ContactNumber: c.Number}
	case m.s.CapabilitiesOf(a).CanCreateCallback:
		return events.AGTCreateCallback, m.callback(c, choice)
	}
	return name, data
}

// callback is for the next full minute or the one after, so that its time comes
// within the walk.
func (m *model) callback(c *Call, choice int) events.CreateCallbackParams {
	p := events.CreateCallbackParams{
		CallbackType: modelCallbackTypes[choice%3], ContactNumber: c.Number, SessionID: c.Session,
		CallbackTime:       events.FormatCallbackTime(m.now + int64(1+choice%2)*60*second),
		CallbackExpiryTime: fmt.Sprint(choice % 4),
	}
	switch p.CallbackType {
	case events.CallbackAgent:
		p.CallbackDest.ID = modelAgents[choice%len(modelAgents)]
	case events.CallbackCampaign:
		p.CallbackDest.ID = []string{"A", "B"}[choice%2]
	}
	return p
}

func (m *model) anyNumber(t *rapid.T) events.POMContactNumber {
	return events.POMContactNumber{
		Name:   rapid.SampledFrom([]string{"", "home", events.ExternalNumber}).Draw(t, "name"),
		Number: rapid.SampledFrom([]string{"", "12", modelNumber(m.contacts, 0), modelNumber(m.contacts, 1), "+15559999"}).Draw(t, "number"),
	}
}

func anyCallbackType(t *rapid.T) events.POMCallbackType {
	return rapid.SampledFrom(append([]events.POMCallbackType{"", "Monthly"}, modelCallbackTypes...)).Draw(t, "type")
}

func (m *model) anyCallback(t *rapid.T, session string) events.CreateCallbackParams {
	minutes := rapid.SampledFrom([]int64{-1, 0, 1, 1, 2}).Draw(t, "minutes")
	return events.CreateCallbackParams{
		CallbackType:       anyCallbackType(t),
		CallbackDest:       events.POMCallbackDest{ID: rapid.SampledFrom(append([]string{"", "A", "B"}, modelAgents...)).Draw(t, "dest")},
		CallbackTime:       rapid.SampledFrom([]string{"", events.FormatCallbackTime(m.now + minutes*60*second)}).Draw(t, "time"),
		CallbackExpiryTime: rapid.SampledFrom([]string{"", "0", "1", "-1", "soon"}).Draw(t, "expiry"),
		CallbackTimezone:   rapid.SampledFrom([]string{"", "Europe/Berlin", "Mars"}).Draw(t, "zone"),
		AgentNotes:         rapid.SampledFrom([]string{"", "note"}).Draw(t, "note"),
		ContactNumber:      m.anyNumber(t), SessionID: session,
	}
}
