package logtest

// Day is a script with a bit of everything a reader of the log has to do with.
// Agent 1001 has a call with Ada Byron, consults 1002, makes a conference of it,
// wraps up with more time, has a second call, calls Ada back, and goes home. Agent 1002 loses the
// desktop, agent 1003 takes no part in any of it.
const Day = `
given zone {callbackTypes: [Standard, Agent], callbackExpiry: 45, freeConsult: true}
settings {callbackNotice: 60, callbackPreview: 20}
contacts {contactID: C1, firstName: Ada, lastName: Byron, contactNumbers: [{name: home, number: "5550001"}], attributes: [{name: Plan, value: Gold, attributeType: READ_ONLY}, {name: Mood, value: "", attributeType: WRITE}, {name: PIN, value: "1234", attributeType: MASKED_WRITE}]}
contacts {contactID: C2, lastName: Noether, contactNumbers: [{name: work, number: "5550002"}]}

at 09:01:00.000
agent 1003 AGTLogon {agentName: Clara Zetkin}
agent 1001 AGTLogon {agentName: Ben Hart}
agent 1001 AGTSaveAgentForHA
agent 1001 AGTStateChange {agentState: Ready}
agent 1001 AGTAvailableForNailup
timer
+1s
agent 1001 AGTReadyForNailup
+2s
switch Established {legID: $nail.1001}

at 09:02:00.000
switch Alerting {legID: $leg.5550001}
+4s
switch Established {legID: $leg.5550001}
+1s
agent 1001 AGTGetCustomerDetails {sessionID: $call.1001}
+10s
agent 1001 AGTSetCustomerDetail {pomKeyValuePair: {key: Mood, value: merry}, sessionID: $call.1001}
agent 1001 AGTHoldCall {sessionID: $call.1001}
+5s
# Held is not Talking: refused.
agent 1001 AGTHoldCall {sessionID: $call.1001}
agent 1001 AGTUnholdCall {sessionID: $call.1001}

at 09:03:00.000
agent 1002 AGTLogon {agentName: Ida Wells}
agent 1002 AGTStateChange {agentState: Ready}
agent 1002 AGTAvailableForNailup
timer
agent 1002 AGTReadyForNailup
+1s
switch Established {legID: $nail.1002}
+10s
agent 1001 AGTConsultCall {destination: {destinationType: Agent, id: '1002'}, sessionID: $call.1001}
+20s
agent 1001 AGTStartConf {sessionID: $call.1001}
+20s
agent 1002 AGTEndConf {sessionID: $call.1001}
+5s
agent 1001 AGTCreateCallback {sessionID: $call.1001, callbackType: Agent, callbackDest: {id: '1001'}, callbackTime: "2026/03/02 09:10", callbackTimezone: Europe/London}

at 09:04:30.000
agent 1002 AGTAgentDisconnected

at 09:05:00.000
agent 1001 AGTReleaseLine {sessionID: $call.1001}
+100ms
switch Cleared {legID: $leg.5550001, cause: normal, by: local}
+10s
agent 1001 AGTExtendWrapup {sessionID: $call.1001}
+10s
agent 1001 AGTWrapupContact {sessionID: $call.1001, completionCode: {code: SALE}}

at 09:05:30.000
switch Established {legID: $leg.5550002}
agent 1003 AGTHoldCall {sessionID: nothing}

at 09:09:00.000
timer
+30s
agent 1001 AGTReleaseLine {sessionID: $call.1001}
switch Cleared {legID: $leg.5550002, cause: normal, by: local}
at 09:09:50.000
agent 1001 AGTWrapupContact {sessionID: $call.1001, completionCode: {code: NONE}}
at 09:10:00.000
timer
+5s
agent 1001 AGTPreviewDial {contactNumber: {name: home, number: "5550001"}, sessionID: $callback.C1}
+3s
switch Failed {legID: $leg.5550001, cause: busy}
+4s
agent 1001 AGTWrapupContact {sessionID: $callback.C1, completionCode: {code: NONE}}

at 09:15:00.000
agent 1001 AGTStateChange {agentState: NotReady, reasonCode: "9", reasonName: end of shift}
agent 1001 AGTLogoff
+1s
switch Cleared {legID: $nail.1001, cause: normal, by: local}
`
