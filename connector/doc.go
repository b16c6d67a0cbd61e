// Package connector is what an agent desktop is built with: the POM Agent API
// 3.0.4 as a Go library on the bus.
//
//	factory, err := connector.Init(connector.Config{Addresses: []string{"nats://127.0.0.1:4222"}})
//	agent, err := factory.GetPOMAgent("1001", handler)
//	code := agent.AGTLogon("1001", password, false, "en", "UTC", "zone1")
//	...                                // handler.AGTLogonRESP(0), then everything else
//	factory.RemovePOMAgent("1001")     // after AGTAgentLoggedOut
//	factory.Deinit()
//
// An [Agent] has a method for each of the 46 commands, a [Handler] one for each
// response and notification. The desktop keeps no state machine: what the agent
// may do comes with AGTCapabilitiesChanged (L476).
//
// A program that acts for agents (a blender, a monitor of desktops, the system
// that has authenticated them) sets Config.Service. Then AGTLogonAACC needs no
// agent's password, and [Factory.Actor] sends six of the commands for any agent.
//
// # Results
//
// A command never waits. It returns 0 when it was accepted: then its response,
// and only one, will tell the result. Otherwise it returns the reason, and no
// response follows; nothing is reported twice (reading 33):
//
//   - 9997 InvalidArgument: an argument cannot be right, for example an empty
//     sessionID. What the catalogue has a code of its own for is left to the
//     broker.
//   - 9996 SDKFailure: the parameters cannot be sent, for example because they
//     are longer than events.MaxInbound.
//   - 9999 POMNotAvailableCode: there is no connection to the bus.
//   - 9012 Initializing: AGTLogon waits for its response.
//   - 9004 NotInThisState: the same command, with the same parameters, waits for
//     its response (L700). No code of the table says "twice"; this is the
//     one a desktop shows anyway when a button was pressed too often.
//     GetAgentStatusResponse and the digits of AGTSendDTMF may come twice.
//   - 9002 AgentUnknown: the agent is not logged on with this object, and the
//     command is not AGTLogon. The broker would answer the same, but before the
//     logon the library does not know which zone to ask.
//   - 7 AgentAlreadyLoggedIn: AGTLogon during a session or another logon.
//
// AGTLogonRESP has 7 when another desktop has the agent and lives. A session that
// was saved with AGTSaveAgentForHA is given to the next desktop without force
// when the one that has it does not answer GetAgentStatus for two seconds.
//
// A response comes from the broker. The library answers in its place with 9999
// when the bus has not acknowledged the command within Config.CommandTimeout,
// or has and two more seconds have passed; with 9998 when nobody serves the
// zone of an AGTLogon for three seconds. A command whose deadline has passed is
// not executed. One that was decided just in time, with an answer that came too
// late, was: the late response is dropped, what changed is notified all the
// same.
//
// # Order
//
// Commands of an agent reach the broker in the order of the calls. Its handler
// is called in the order of the events (L950): a turn's response, its
// notifications, AGTCapabilitiesChanged last. Each event comes once, whatever
// happened to the connection; the events of one agent have dense numbers, and
// what is missing is read from the stream (see package feed).
//
// Before the object's own AGTLogonRESP(0) its handler hears responses alone,
// after AGTAgentLoggedOut too. POMAvailable and POMNotAvailable come from the
// library, from the first AGTLogon on, when the zone has a leader and when the
// connection is lost or no heartbeat has come for three seconds.
//
// When another desktop takes the session over, commands that wait are answered
// with 9999, and AGTAgentLoggedOut ends the session.
//
// A desktop that takes a session over hears its AGTLogonRESP(0), then Missed with
// the notifications its former desktop may not have heard, and then the
// notifications that tell what is so now. What was missed counts from the newest
// command of the former desktop, so that one may have shown the first of it. It is
// history: the duties do nothing about it, and no other method is called for it.
// Of more than [MaxMissed] the newest are told; how many are left out, because of
// that or because the feed does not have them any more, is told too. A logon with
// force, and the first of a session, has missed nothing.
//
// # Duties
//
// The specification leaves a desktop with things to do that nobody presses a
// button for. The connector does them; [Config.Manual] gives any of them back.
//
//   - GetAgentStatus is answered with the state that was notified, at once, also
//     while the handler is busy.
//   - AGTAvailableForNailup is sent at the first Ready of a session (L2411), and
//     AGTReadyForNailup at PendingNailup (L642).
//   - When the time for the wrap-up is over, AGTWrapupContact with the default
//     code (L2682). Where that code is events.AnswerMachine it is sent at once
//     (L625), and what the desktop sends comes too late: 201. Otherwise no
//     time, acwMaxTime 0, is no limit (reading 21).
//   - When the time of a preview is over, AGTPreviewDial with the default number
//     of the contact (L666), unless a callback was agreed instead (L796). A
//     callback without time is dialled at once (L798).
//   - AGTStateChange(NotReady) with hasWalkedAway, before the second call in a row
//     is wrapped up without a sign of the agent (L621), so that there is no third
//     customer who hears nobody. A sign is a command of the
//     desktop, except for those that a desktop sends unasked, for example
//     AGTGetCustomerDetails. A call that a machine took does not count.
//   - AGTGetCompCodes asks the broker once for each campaign and job, as the
//     specification tells desktops (L1288). Then the response comes without it,
//     until the next AGTJobAttached, or until a code was refused.
//   - A button that is pressed twice is one command: see 9004 above.
//
// The handler hears all that follows, also the responses to commands it has not
// sent. A desktop that sends one of these by itself gives the duty back, or the
// command comes twice. A timer that is over waits for what the agent has just
// pressed. A duty that comes too late is refused, which does no harm; the broker
// does most of them by itself some seconds later. After a logon that resumes a
// session the notifications tell everything anew, so the duties go on, with the
// time that is left.
//
// The move of an agent from inbound to outbound is not among them: after
// AGTBlendedToOutbound whoever moved the agent sends AGTNailupAgent (L536,
// L2178).
//
// # Concurrency
//
// All methods may be called from any goroutine, also from a handler. A handler
// is called by one goroutine at a time. It should return soon (L950), but a
// slow one delays only its own agent: its events wait in a queue without bound.
// An idle agent has no goroutine.
//
// The library does not recover from a panic in a handler. A desktop that lost
// its way in the middle of a call must not go on with a wrong picture; its
// session is safe on the bus, and the next logon resumes it.
//
// # Crashes
//
// Each Agent object is a session of its own. Its commands are numbered from 1
// without gaps, and one is repeated, to the byte, until the bus has it; the
// broker executes a number once. An unacknowledged command is repeated even
// past its deadline, because the next number must not overtake it. Nothing is
// kept on disk: what a dead desktop had queued and not published is gone. The
// password goes to the logon service alone, which gives a ticket for it.
//
// # Traces
//
// In an application that has set a tracer and a propagator of OpenTelemetry,
// each command is a span, from the call of its method to its response. Its
// context travels with the command, and from the broker to the feed, where it is
// in the headers of all that the command caused.
//
// # Rights
//
// The desktop of agent <agent> in zone <zone> (ids escaped as package subject
// does) needs these rights of a NATS user and no others:
//
//	publish    pom.<zone>.in.agent.<agent>.*
//	publish    pom.svc.logon
//	publish    $JS.API.CONSUMER.CREATE.EVENTS_<zone>.*.pom.<zone>.agent.<agent>.>
//	publish    $JS.API.CONSUMER.MSG.NEXT.EVENTS_<zone>.*
//	subscribe  pom.<zone>.agent.<agent>.>
//	subscribe  pom.<zone>.heartbeat
//	subscribe  <inbox>.>
//
// An [Actor] needs the right to publish each command it sends for any agent, to
// subscribe to the responses, and no stream:
//
//	publish    pom.<zone>.in.agent.*.<Command>
//	publish    pom.svc.logon
//	subscribe  pom.<zone>.agent.*.resp.<Command>RESP
//	subscribe  pom.<zone>.heartbeat
//	subscribe  <inbox>.>
//
// Give each user an <inbox> of its own: a user in Config.Addresses has
// "_INBOX_<user>", for others set nats.CustomInboxPrefix in Config.NATS. Whoever may subscribe to the common "_INBOX.>" reads the answers
// to everybody else, their tickets and history included. The names of consumers
// are random, so MSG.NEXT opens nothing of another agent.
package connector
