package connector

import "github.com/deskbus/deskbus/events"

// The commands of an agent, in the order of the specification; the commands
// about a call are in call_commands.go. Each returns 0 when its response will
// tell the result, and otherwise the reason why there will be none: see
// "Results" in the package comment.

// AGTLogoff ends the session; allowed in NotReady only (L1090).
func (a *Agent) AGTLogoff() events.Code { return a.send(events.AGTLogoff, "", events.NoParams{}) }

// AGTStateChange asks for another agent state: Ready or NotReady. The reason
// goes with NotReady; hasWalkedAway says that nobody sits at the desktop
// (L1119).
func (a *Agent) AGTStateChange(agentState events.POMAgentState, reasonCode, reasonName string, hasWalkedAway bool) events.Code {
	switch agentState {
	case events.Ready, events.NotReady, events.PendingNotReady:
	default:
		return events.InvalidArgument
	}
	return a.send(events.AGTStateChange, "", events.StateChangeParams{
		AgentState: agentState, ReasonCode: reasonCode, ReasonName: reasonName, HasWalkedAway: hasWalkedAway,
	})
}

// AGTGetErrorString asks for the text of a code. Obsolete, says the
// specification: use AGTGetErrorInfo (L1884).
func (a *Agent) AGTGetErrorString(errorCode string) events.Code {
	return a.send(events.AGTGetErrorString, "", events.ErrorStringParams{ErrorCode: errorCode})
}

// AGTGetErrorInfo asks for the text and the weight of a code (L1922).
func (a *Agent) AGTGetErrorInfo(errorCode events.POMErrorCode) events.Code {
	return a.send(events.AGTGetErrorInfo, "", events.ErrorInfoParams{ErrorCode: &errorCode})
}

// AGTBlendToInbound moves the agent to inbound calls (L2109).
func (a *Agent) AGTBlendToInbound() events.Code {
	return a.send(events.AGTBlendToInbound, "", events.NoParams{})
}

// AGTBlendToOutbound moves the agent to outbound calls (L2140).
func (a *Agent) AGTBlendToOutbound() events.Code {
	return a.send(events.AGTBlendToOutbound, "", events.NoParams{})
}

// AGTNailupAgent asks for the nailing after the move to outbound (L2171).
func (a *Agent) AGTNailupAgent() events.Code {
	return a.send(events.AGTNailupAgent, "", events.NoParams{})
}

// AGTReadyForNailup answers AGTNailupChange(PendingNailup): the nailing call
// may come (L2197).
func (a *Agent) AGTReadyForNailup() events.Code {
	return a.send(events.AGTReadyForNailup, "", events.NoParams{})
}

// GetAgentStatusResponse answers GetAgentStatus with the state as the desktop
// knows it (L2221).
func (a *Agent) GetAgentStatusResponse(status events.POMAgentStatus) events.Code {
	return a.send(events.GetAgentStatusResponse, "", events.AgentStatusParams{Status: status})
}

// AGTLostNailing says that the agent's phone has lost the nailing (L2249).
func (a *Agent) AGTLostNailing() events.Code {
	return a.send(events.AGTLostNailing, "", events.NoParams{})
}

// AGTPendingLogout logs the agent out as soon as the current call is wrapped up
// (L2283).
func (a *Agent) AGTPendingLogout() events.Code {
	return a.send(events.AGTPendingLogout, "", events.NoParams{})
}

// AGTAddAgentNote adds a note to the current contact (L2311).
func (a *Agent) AGTAddAgentNote(agentNote string) events.Code {
	return a.send(events.AGTAddAgentNote, "", events.AgentNoteParams{AgentNote: agentNote})
}

// AGTGetTimezones asks for the time zones for callbacks (L2375).
func (a *Agent) AGTGetTimezones() events.Code {
	return a.send(events.AGTGetTimezones, "", events.NoParams{})
}

// AGTAvailableForNailup says that the agent can be nailed up; sent after the
// first Ready of a session (L2403).
func (a *Agent) AGTAvailableForNailup() events.Code {
	return a.send(events.AGTAvailableForNailup, "", events.NoParams{})
}

// AGTAgentDisconnected is for a proxy that has lost its desktop (L2429).
func (a *Agent) AGTAgentDisconnected() events.Code {
	return a.send(events.AGTAgentDisconnected, "", events.NoParams{})
}

// AGTAddToDNC adds addresses to the do-not-call list (L2455).
func (a *Agent) AGTAddToDNC(addressList []events.POMAttribute) events.Code {
	return a.send(events.AGTAddToDNC, "", events.AddToDNCParams{AddressList: addressList})
}

// AGTGetZoneList asks for the zones of the installation (L2522).
func (a *Agent) AGTGetZoneList() events.Code {
	return a.send(events.AGTGetZoneList, "", events.NoParams{})
}

// AGTSaveAgentForHA asks that the session outlive a crash of the desktop: the
// next logon without force then resumes it (L2550, reading 2).
func (a *Agent) AGTSaveAgentForHA() events.Code {
	return a.send(events.AGTSaveAgentForHA, "", events.NoParams{})
}

// AGTSkillsChanged replaces the agent's skills (L2580).
func (a *Agent) AGTSkillsChanged(agentSkills []events.POMAgentSkill) events.Code {
	return a.send(events.AGTSkillsChanged, "", events.SkillsParams{AgentSkills: agentSkills})
}

// AGTGetContactAttributes asks which attributes the current contact has
// (L2606).
func (a *Agent) AGTGetContactAttributes() events.Code {
	return a.send(events.AGTGetContactAttributes, "", events.NoParams{})
}
