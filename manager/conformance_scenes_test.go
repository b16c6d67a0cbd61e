package manager

import (
	"encoding/json"
	"fmt"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/script"
)

// scene is a zone in which agent 1001 is in one call state, brought there by
// commands and events of the switch.
type scene struct {
	name  string
	state events.POMCallState
	lines []string
}

// prelude is how each scene begins: agent 1003 has had a call that is over,
// agent 1004 has one, and there are contacts with an attribute to write.
var prelude = []string{
	"given zone",
	"campaign {freeConsult: true, callbackTypes: [Standard, Agent, Campaign], previewCancel: true}",
	"given contacts 1",
	"given talking 1003",
	"agent 1003 AGTReleaseLine {sessionID: $call.1003}",
	"agent 1003 AGTWrapupContact {completionCode: {code: SALE}, sessionID: $call.1003}",
	"agent 1003 AGTStateChange {agentState: NotReady}",
	"timer",
	contact("D1"), contact("D2"), contact("D3"), contact("D4"), contact("D5"),
	"given talking 1004",
}

func contact(id string) string {
	return fmt.Sprintf("contacts {contactID: %s, contactNumbers: [{name: home, number: '55510%s'}], "+
		"attributes: [{name: Balance, value: '10', attributeType: WRITE}]}", id, id[1:])
}

// How an agent gets somewhere; 1002 is free to be consulted.
var (
	ready      = []string{"agent 1001 AGTLogon", "agent 1001 AGTStateChange {agentState: Ready}"}
	lent       = []string{"given nailed 1001", "agent 1001 AGTBlendToInbound", "switch Cleared {legID: $nail.1001, cause: normal, by: local}"}
	talking    = []string{"given talking 1001", "given nailed 1002"}
	consulting = then(talking, "given consult 1001 1002")
	consulted  = []string{"given talking 1002", "given nailed 1001", "given consult 1002 1001"}
	outside    = then(talking,
		"agent 1001 AGTConsultCall {destination: {destinationType: External, number: '4711'}, sessionID: $call.1001}",
		"switch Established {legID: $leg.4711}")
	preview = []string{"campaign {mode: Preview}", "given nailed 1001"}
	called  = []string{
		"given talking 1001",
		"agent 1001 AGTCreateCallback {callbackType: Agent, callbackDest: {id: '1001'}, callbackTime: 2026/03/02 09:30, contactNumber: {name: home, number: '555102'}, sessionID: $call.1001}",
		"agent 1001 AGTReleaseLine {sessionID: $call.1001}",
		"agent 1001 AGTWrapupContact {completionCode: {code: SALE}, sessionID: $call.1001}",
		"at 09:30:00.000", "timer",
		"+20s", "timer", // a customer rang for the agent
	}
	conferring = "agent 1001 AGTStartConf {sessionID: $call.1001}"
)

// scenes are the columns of the table of commands.
var scenes = []scene{
	{"logged off", events.NoState, []string{"agent 1001 AGTLogon", "agent 1001 AGTLogoff"}},
	{"NoState", events.NoState, ready[:1]},
	{"Idle (not nailed)", events.Idle, ready},
	{"Idle (being nailed)", events.Idle, then(ready, "agent 1001 AGTAvailableForNailup", "timer")},
	{"Idle", events.Idle, []string{"given nailed 1001", "given nailed 1002"}},
	{"Idle (inbound)", events.Idle, lent},
	{"Idle (back from inbound)", events.Idle, then(lent, "agent 1001 AGTBlendToOutbound")},
	{"Preview", events.Preview, preview},
	{"Callback", events.Callback, called},
	{"Dialing", events.Dialing, then(preview, "agent 1001 AGTPreviewDial {contactNumber: {name: home, number: '555102'}, sessionID: $call.1001}")},
	{"Talking", events.Talking, talking},
	{"Held", events.Held, then(talking, "agent 1001 AGTHoldCall {sessionID: $call.1001}")},
	{"Consult owner", events.Consult, consulting},
	{"Consult owner (outside)", events.Consult, outside},
	{"Consult recipient", events.Consult, consulted},
	{"ConferenceOwner", events.ConferenceOwner, then(consulting, conferring)},
	{"ConferenceOwner (outside)", events.ConferenceOwner, then(outside, conferring)},
	{"ConferencePassive", events.ConferencePassive, then(consulted, "agent 1002 AGTStartConf {sessionID: $call.1002}")},
	{"Wrapup", events.Wrapup, then(talking, "agent 1001 AGTReleaseLine {sessionID: $call.1001}")},
}

func then(lines []string, more ...string) []string {
	return append(append([]string(nil), lines...), more...)
}

// place is a scene that was played up to its state. What is tried there happens
// to a copy.
type place struct {
	scene
	t     *testing.T
	p     *player
	names script.Names
	// before is the state of p, unnumbered.
	before string
}

func enterAll(t *testing.T) []*place {
	t.Helper()
	var places []*place
	for _, s := range scenes {
		places = append(places, s.enter(t))
	}
	return places
}

func (s scene) enter(t *testing.T) *place {
	t.Helper()
	p := newPlayer(t)
	p.quietly(prelude...)
	p.quietly(s.lines...)
	a := p.s.Agents["1001"]
	if a.CallState != s.state || a.LoggedOn != (s.name != "logged off") {
		t.Fatalf("%s: agent 1001 is %s, logged on: %v", s.name, a.CallState, a.LoggedOn)
	}
	names := script.Names{
		"own.session": a.Session, "own.agentState": string(a.AgentState), "own.nailupStatus": string(a.NailupStatus),
		"own.callState": string(a.CallState), "own.since": fmt.Sprint(a.CallSince), "own.party": "1002", "own.number": "5550001",
		"ended.session": p.names["call.1003"], "other.session": p.names["call.1004"],
	}
	if c := p.s.Calls[a.Session]; c != nil {
		names["own.number"] = p.s.contactOf(c).Details.Numbers[0].Number
	}
	if c := p.s.Calls[a.Session]; c != nil && p.s.partOf(a) == ownerWithExternal {
		names["own.party"] = c.Consult.Destination.Number
	}
	return &place{s, t, p, names, unnumbered(t, p.s)}
}

// params reads a request.
func (at *place) params(request string) map[string]any {
	at.t.Helper()
	line, err := at.names.Expand(request)
	at.p.must(err)
	in, err := script.Parse(line)
	at.p.must(err)
	return script.Params(in.Verb, "1001", in.Params)
}

// encode writes the next message of the desktop of agent 1001.
func (at *place) encode(params map[string]any) []byte {
	at.t.Helper()
	body, err := maps.Clone(at.p.numbers).Encode(script.Input{}, "desk-1001", params)
	at.p.must(err)
	return body
}

// decide sends a message of agent 1001 and returns the turn and the result. A
// refusal must change nothing but the numbers of commands and events.
func (at *place) decide(command string, body []byte) ([]events.Event, events.Code) {
	at.t.Helper()
	s := replay(at.t, at.p.log)
	m, err := events.DecodeCommand(command, body)
	turn, _ := s.Decide(at.p.now, Command{
		Agent: "1001", Name: command, ID: m.ID, Sequence: 1, Data: m.Data, Fault: events.CodeOf(err),
	}, nil)
	checkTurn(at.t, turn)
	checkState(at.t, s)
	for _, e := range turn {
		if e.Kind != events.KindResponse {
			continue
		}
		result := resultOf(e.Data)
		if after := unnumbered(at.t, s); result != events.Success && after != at.before {
			at.t.Errorf("%s: %s was refused with %d and changed\n%s", at.name, command, result,
				cmp.Diff(decodeJSON([]byte(at.before)), decodeJSON([]byte(after))))
		}
		return turn, result
	}
	at.t.Fatalf("%s: %s was not answered", at.name, command)
	return nil, 0
}

// unnumbered is a state, written down without what every command moves on.
func unnumbered(t *testing.T, s *State) string {
	t.Helper()
	still := *s
	still.Turn, still.ZN, still.At = 0, 0, 0
	still.Agents = map[string]*Agent{}
	for id, a := range s.Agents {
		unmoved := *a
		unmoved.N, unmoved.LastNumber, unmoved.LastResponse, unmoved.Heard = 0, 0, Response{}, 0
		unmoved.Unheard, unmoved.UnheardFrom = 0, 0
		still.Agents[id] = &unmoved
	}
	b, err := json.Marshal(&still)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// requests are the commands as a desktop would send them, one a line, in the
// order of the specification.
var requests = []string{
	"AGTLogon {agentName: Ada, agentSkills: [{skillName: sales, skillLevel: 1}]}",
	"AGTLogoff",
	"AGTStateChange {agentState: NotReady, reasonCode: '7', reasonName: Lunch}",
	"AGTHoldCall {sessionID: '$own.session'}",
	"AGTUnholdCall {sessionID: '$own.session'}",
	"AGTReleaseLine {sessionID: '$own.session'}",
	"AGTGetCompCodes {sessionID: '$own.session'}",
	"AGTWrapupContact {completionCode: {code: SALE, name: Sale}, sessionID: '$own.session'}",
	"AGTExtendWrapup {sessionID: '$own.session'}",
	"AGTGetConsultTypes {sessionID: '$own.session'}",
	"AGTGetConsultDestsForType {destinationType: Agent, sessionID: '$own.session'}",
	"AGTConsultCall {destination: {destinationType: Agent, id: '1002', name: '', number: ''}, sessionID: '$own.session'}",
	"AGTCompleteTransfer {sessionID: '$own.session'}",
	"AGTCancelConsult {destAgentID: '$own.party', sessionID: '$own.session'}",
	"AGTStartConf {sessionID: '$own.session'}",
	"AGTEndConf {sessionID: '$own.session'}",
	"AGTConfChangeOwnership {sessionID: '$own.session'}",
	"AGTRedial {contactNumber: {name: home, number: '$own.number'}}",
	"AGTSendDTMF {dtmf: '1', sessionID: '$own.session'}",
	"AGTGetCallbackTypes {sessionID: '$own.session'}",
	"AGTGetCallbackDestsForType {callbackType: Standard, zoneName: main, sessionID: '$own.session'}",
	"AGTCreateCallback {callbackType: Standard, callbackDest: {id: '', name: ''}, callbackTime: 2026/03/03 10:00, " +
		"callbackTimezone: Europe/Berlin, callbackExpiryTime: '60', contactNumber: {name: home, number: '$own.number'}, " +
		"agentNotes: '', sessionID: '$own.session'}",
	"AGTGetErrorString {errorCode: '81'}",
	"AGTGetErrorInfo {errorCode: {errorCode: 81, apiName: AGTReleaseLine}}",
	"AGTPreviewDial {contactNumber: {name: home, number: '$own.number'}, sessionID: '$own.session'}",
	"AGTPreviewCancel {sessionID: '$own.session'}",
	"AGTGetCustomerDetails {sessionID: '$own.session'}",
	"AGTSetCustomerDetail {pomKeyValuePair: {key: Balance, value: '20'}, sessionID: '$own.session'}",
	"AGTBlendToInbound",
	"AGTBlendToOutbound",
	"AGTNailupAgent",
	"AGTReadyForNailup",
	"AGTLostNailing",
	"AGTPendingLogout",
	"AGTAddAgentNote {agentNote: Call after six}",
	"AGTRefreshAgentNotes {sessionID: '$own.session'}",
	"AGTGetTimezones",
	"AGTAvailableForNailup",
	"AGTAgentDisconnected",
	"GetAgentStatusResponse {status: {agentState: $own.agentState, nailupStatus: $own.nailupStatus, callState: $own.callState, sessionID: '$own.session', since: $own.since}}",
	"AGTAddToDNC {addressList: [{name: home, value: '5559999', attributeType: WRITE, dataType: ''}]}",
	"AGTGetZoneList",
	"AGTIsInDNC {addressValue: '5550001', sessionID: '$own.session'}",
	"AGTSaveAgentForHA",
	"AGTSkillsChanged {agentSkills: [{skillName: sales, skillLevel: 1}]}",
	"AGTGetContactAttributes",
}

// TestRequests: each command has its line.
func TestRequests(t *testing.T) {
	for i, name := range events.Commands() {
		if i >= len(requests) || nameOf(requests[i]) != name {
			t.Fatalf("line %d is not about %s", i+1, name)
		}
	}
}
