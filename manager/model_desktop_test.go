package manager

import (
	"fmt"
	"reflect"
	"strings"

	"pgregory.net/rapid"

	"github.com/deskbus/deskbus/events"
)

// desk is the desktops of one agent: what they sent, and how it was answered.
type desk struct {
	sent map[string][]Command // by connector session
	// answers has the first response to each command, by its id.
	answers map[string]*Response
}

func (m *model) desk(agent string) *desk {
	d := m.desks[agent]
	if d == nil {
		d = &desk{sent: map[string][]Command{}, answers: map[string]*Response{}}
		m.desks[agent] = d
	}
	return d
}

// note remembers the first response to a command, in whatever turn it comes.
func (d *desk) note(e *events.Event) {
	if e.Kind == events.KindResponse && d.answers[e.Cause] == nil {
		d.answers[e.Cause] = &Response{e.Name, e.Data}
	}
}

// desktopStep is a desktop that does what an agent would do next.
func (m *model) desktopStep(t *rapid.T) {
	id := rapid.SampledFrom(modelAgents).Draw(t, "agent")
	choice := rapid.IntRange(0, 9).Draw(t, "choice")
	a := m.s.Agents[id]
	if a == nil || !a.LoggedOn {
		m.send(Command{Agent: id, Name: events.AGTLogon, Data: logonData(false)}, "desk-"+id)
		return
	}
	if !a.SavedForHA && choice == 7 {
		m.send(Command{Agent: id, Name: events.AGTSaveAgentForHA, Data: events.NoParams{}}, a.Conn)
		return
	}
	if a.SavedForHA && choice == 8 {
		// Another desktop, while this one may live or not.
		m.send(Command{Agent: id, Name: events.AGTLogon, Data: logonData(false)}, "laptop-"+id)
		return
	}
	if a.Disconnected && choice < 8 {
		return
	}
	if choice == 6 && rapid.IntRange(0, 5).Draw(t, "blend") == 0 {
		m.send(Command{Agent: id, Name: blending(a), Data: events.NoParams{}}, a.Conn)
		return
	}
	if (a.StatusAsked || a.Waiting != nil) && choice < 6 {
		m.send(Command{Agent: id, Name: events.GetAgentStatusResponse, Data: events.AgentStatusParams{Status: a.status()}}, a.Conn)
		return
	}
	dialled := ""
	if c := m.s.Calls[a.Session]; c != nil {
		dialled = c.Number.Number
	}
	name, data := m.consultCommand(t, a)
	if name == "" {
		name, data = nextCommand(a, dialled, choice)
	}
	if rapid.IntRange(0, 3).Draw(t, "dials") == 0 {
		name, data = m.dialStep(a, choice, name, data)
	}
	m.send(Command{Agent: id, Name: name, Data: data}, a.Conn)
}

// blending is what a blender sends next.
func blending(a *Agent) string {
	switch {
	case a.Inbound:
		return events.AGTBlendToOutbound
	case !a.Available:
		return events.AGTNailupAgent
	}
	return events.AGTBlendToInbound
}

func nextCommand(a *Agent, dialled string, choice int) (string, any) {
	session := events.SessionParams{SessionID: a.Session}
	switch {
	case a.CallState == events.Talking && choice < 3:
		return events.AGTHoldCall, session
	case a.CallState == events.Talking && choice < 5:
		return events.AGTSetCustomerDetail, events.SetCustomerDetailParams{
			KeyValuePair: modelAttributes[choice-3], SessionID: a.Session,
		}
	case a.CallState == events.Talking && choice == 5, a.CallState == events.Wrapup && choice == 0:
		return events.AGTAddAgentNote, events.AgentNoteParams{AgentNote: strings.Repeat("note ", 700)}
	case a.CallState == events.Talking && choice < 8:
		return events.AGTReleaseLine, session
	case a.CallState == events.Held:
		return events.AGTUnholdCall, session
	case a.CallState == events.Wrapup && choice < 3:
		return events.AGTExtendWrapup, session
	case a.CallState == events.Wrapup && choice < 8:
		return events.AGTWrapupContact, events.WrapupParams{
			SessionID: a.Session, CompletionCode: events.POMCompletionCode{Code: "SALE"},
		}
	case a.CallState == events.Talking && choice == 8:
		return events.AGTPendingLogout, events.NoParams{}
	case a.CallState == events.Wrapup && choice == 9:
		return events.AGTAgentDisconnected, events.NoParams{}
	case a.CallState == events.Wrapup && choice == 8:
		return events.AGTAddToDNC, events.AddToDNCParams{AddressList: []events.POMAttribute{{Value: dialled}}}
	case a.NailupStatus == events.PendingNailup && a.NailLeg == "":
		return events.AGTReadyForNailup, events.NoParams{}
	case a.AgentState != events.Ready && choice == 9:
		return events.AGTLogoff, events.NoParams{}
	case a.AgentState != events.Ready:
		return events.AGTStateChange, events.StateChangeParams{AgentState: events.Ready}
	case !a.Available:
		return events.AGTAvailableForNailup, events.NoParams{}
	case choice == 9:
		return events.AGTStateChange, events.StateChangeParams{AgentState: events.NotReady}
	case choice == 8 && a.NailupStatus == events.NailedUp:
		return events.AGTLostNailing, events.NoParams{}
	}
	return events.AGTGetCustomerDetails, session
}

// modelAttributes are what desktops write. secret is what must not be seen.
var modelAttributes = []events.POMKeyValuePair{
	{Key: "PIN", Value: secret}, {Key: "Balance", Value: "20"}, {Key: "Plan", Value: "Silver"}, {Key: "Shoe size", Value: "42"},
	{Key: "Balance", Value: "ABCD"},
}

const secret = "the secret"

func logonData(force bool) events.LogonParams {
	text := "x"
	return events.LogonParams{
		AgentExt: "ext", IsForce: force, Locale: &text, TimeZone: &text, ZoneName: "main",
		AgentSkills: []events.POMAgentSkill{{SkillName: "sales"}},
	}
}

// anyCommand is a desktop that sends anything, whatever the state.
func (m *model) anyCommand(t *rapid.T) {
	m.t = t
	id := rapid.SampledFrom(append(modelAgents, "1005")).Draw(t, "agent")
	conn := rapid.SampledFrom([]string{"desk-" + id, "laptop-" + id}).Draw(t, "conn")
	c := Command{Agent: id, Name: rapid.SampledFrom(modelCommands).Draw(t, "command")}
	c.Data = m.anyData(t, id, c.Name)
	switch rapid.IntRange(0, 12).Draw(t, "defect") {
	case 9:
		c.Deadline = m.now - 1
	case 10:
		c.Deadline = m.now
	case 11:
		c.Fault, c.Data = events.TooFewParameters, nil
	case 12:
		c.Name, c.Fault, c.Data = "AGTFly", events.InvalidCommandNameCode, nil
	}
	m.send(c, conn)
}

// modelCommands are all commands, those with rules of their own more often.
var modelCommands = append(events.Commands(),
	events.AGTLogon, events.AGTLogoff, events.AGTStateChange, events.AGTHoldCall, events.AGTUnholdCall,
	events.AGTReleaseLine, events.AGTWrapupContact, events.AGTExtendWrapup, events.AGTAvailableForNailup,
	events.AGTReadyForNailup, events.AGTLostNailing, events.AGTLogon, events.AGTLogon,
	events.AGTSetCustomerDetail, events.AGTGetContactAttributes, events.AGTAddAgentNote, events.AGTRefreshAgentNotes,
	events.AGTAddToDNC, events.AGTAddToDNC, events.AGTPendingLogout, events.AGTSkillsChanged,
	events.AGTPreviewDial, events.AGTPreviewCancel, events.AGTRedial, events.AGTCreateCallback, events.AGTCreateCallback,
	events.AGTGetCallbackDestsForType,
	events.AGTConsultCall, events.AGTCancelConsult, events.AGTCompleteTransfer, events.AGTStartConf, events.AGTEndConf,
	events.AGTConfChangeOwnership, events.AGTSendDTMF,
	events.AGTAgentDisconnected, events.AGTAgentDisconnected, events.GetAgentStatusResponse,
	events.AGTBlendToInbound, events.AGTBlendToOutbound, events.AGTNailupAgent,
)

func (m *model) anyData(t *rapid.T, agent, name string) any {
	session := rapid.SampledFrom([]string{"", "main-1", m.sessionOf(agent), m.sessionOf(agent)}).Draw(t, "session")
	switch name {
	case events.AGTLogon:
		data := logonData(rapid.IntRange(0, 3).Draw(t, "force") == 3)
		if rapid.IntRange(0, 5).Draw(t, "refused") == 0 {
			data.Verdict = events.AuthenticationFailed
		}
		return data
	case events.AGTStateChange:
		return events.StateChangeParams{
			AgentState: rapid.SampledFrom([]events.POMAgentState{
				events.Ready, events.NotReady, events.PendingNotReady, "",
			}).Draw(t, "state"),
			ReasonCode:    rapid.SampledFrom([]string{"", "1"}).Draw(t, "reason"),
			HasWalkedAway: rapid.Bool().Draw(t, "walkedAway"),
		}
	case events.AGTWrapupContact:
		code := rapid.SampledFrom([]string{"SALE", "MAYBE", events.AnswerMachine}).Draw(t, "code")
		return events.WrapupParams{SessionID: session, CompletionCode: events.POMCompletionCode{Code: code}}
	case events.AGTSetCustomerDetail:
		pair := rapid.SampledFrom(modelAttributes).Draw(t, "attribute")
		return events.SetCustomerDetailParams{KeyValuePair: pair, SessionID: session}
	case events.AGTAddAgentNote:
		return events.AgentNoteParams{AgentNote: rapid.SampledFrom([]string{"", "note"}).Draw(t, "note")}
	case events.AGTAddToDNC:
		address := rapid.SampledFrom([]string{"", "12", modelNumber(m.contacts, 0), modelNumber(m.contacts, 1)}).Draw(t, "address")
		return events.AddToDNCParams{AddressList: []events.POMAttribute{{Value: address}}}
	case events.AGTSkillsChanged:
		skill := rapid.SampledFrom([]string{"sales", "service"}).Draw(t, "skill")
		return events.SkillsParams{AgentSkills: []events.POMAgentSkill{{SkillName: skill}}}
	case events.AGTPreviewDial:
		return events.PreviewDialParams{ContactNumber: m.anyNumber(t), SessionID: session}
	case events.AGTRedial:
		return events.RedialParams{ContactNumber: m.anyNumber(t)}
	case events.AGTGetCallbackDestsForType:
		return events.CallbackDestsParams{CallbackType: anyCallbackType(t), SessionID: session}
	case events.AGTCreateCallback:
		return m.anyCallback(t, session)
	case events.GetAgentStatusResponse:
		return events.AgentStatusParams{Status: events.POMAgentStatus{
			AgentState:   rapid.SampledFrom([]events.POMAgentState{events.Ready, events.NotReady, "Sleepy"}).Draw(t, "agentState"),
			NailupStatus: rapid.SampledFrom([]events.POMNailupStatus{events.NailedUp, events.NotNailedUp}).Draw(t, "nailup"),
			CallState:    rapid.SampledFrom([]events.POMCallState{events.Idle, events.NoState, events.Talking}).Draw(t, "callState"),
			SessionID:    session,
		}}
	case events.AGTGetErrorString:
		return events.ErrorStringParams{ErrorCode: "81"}
	}
	if data := anyConsultData(t, name, session); data != nil {
		return data
	}
	return zeroData(t, name, session)
}

func (m *model) sessionOf(agent string) string {
	if a := m.s.Agents[agent]; a != nil {
		return a.Session
	}
	return ""
}

// zeroData returns a command's parameters, all empty but the sessionID.
func zeroData(t *rapid.T, name, session string) any {
	e := events.Event{Kind: events.KindCommand, Name: name, Data: map[string]any{"sessionID": session}}
	b, err := events.Encode(&e)
	if err == nil {
		e, err = events.Decode(b)
	}
	if err != nil {
		t.Fatalf("%v", err)
	}
	return e.Data
}

// send gives a command the next number of its connector session, and returns its
// turn.
func (m *model) send(c Command, conn string) []events.Event {
	d := m.desk(c.Agent)
	c.ID = events.ID{Conn: conn, N: uint64(len(d.sent[conn]) + 1)}
	d.sent[conn] = append(d.sent[conn], c)
	turn, _ := m.decide(commandLine(c), c)
	return turn
}

func commandLine(c Command) string {
	line := fmt.Sprintf("agent %s %s %s conn=%s number=%d", c.Agent, c.Name, showData(c.Data), c.ID.Conn, c.ID.N)
	if c.Actor != "" {
		line += " actor=" + c.Actor
	}
	if c.Deadline != 0 {
		line += fmt.Sprintf(" deadline=%d", c.Deadline)
	}
	return line
}

// retry sends a command again, the newest of its session or an older one.
func (m *model) retry(t *rapid.T) {
	m.t = t
	id := rapid.SampledFrom(modelAgents).Draw(t, "agent")
	conn := rapid.SampledFrom([]string{"desk-" + id, "laptop-" + id}).Draw(t, "conn")
	back := rapid.IntRange(1, 3).Draw(t, "back")
	d := m.desk(id)
	if back > len(d.sent[conn]) {
		return
	}
	c := d.sent[conn][len(d.sent[conn])-back]
	a := m.s.Agents[id]
	attached := a != nil && a.Conn == conn
	newest := attached && a.LastNumber == c.ID.N && a.LastResponse.Name != ""
	gone := a != nil && a.Disconnected
	turn, dropped := m.decide("again: "+commandLine(c), c)
	if gone && len(turn) > 1 && turn[1].Name == events.AgentReconnected {
		turn = turn[:1] // a retry is a sign of life, and work goes on
	}
	before := d.answers[c.ID.String()]
	switch {
	case !attached:
		m.checkForeign(c, turn)
	case !newest || before == nil:
		if dropped != DroppedDuplicate {
			t.Errorf("a retry was decided again")
		}
	case len(turn) != 1 || turn[0].Name != before.Name || !reflect.DeepEqual(turn[0].Data, before.Data):
		t.Errorf("a retry was answered differently: %+v, before %+v", turn, before)
	}
}

// checkForeign checks that a retry of a desktop that does not have the agent is
// granted nothing.
func (m *model) checkForeign(c Command, turn []events.Event) {
	for i := range turn {
		if e := &turn[i]; e.Kind == events.KindResponse && resultOf(e.Data) == events.Success {
			m.t.Errorf("a retry of %s was granted to a desktop that does not have the agent", c.Name)
		}
	}
}
