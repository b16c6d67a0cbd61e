package audit

import (
	"fmt"
	"slices"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

// Query says which events are wanted. The zero value wants all.
type Query struct {
	// Agents: only what concerns one of these agents.
	Agents []string
	// Session: only what concerns the call with this sessionID.
	Session string
	// Names: only events with one of these names.
	Names []string
	// From and To are inclusive.
	From, To Moment
	// Follow goes on with new events until the context ends.
	Follow bool
}

// Record is one message of the feed.
type Record struct {
	// Event is the envelope; its Data is nil.
	Event   events.Event
	Subject string
	// Body is the message. It must not be changed.
	Body []byte
	// Sequence is its place in the stream: the number of the event, or more where
	// somebody has written who should not.
	Sequence uint64
	// Err says why the message is no event; then Event is empty.
	Err error
	// raw is the parameters as they stand in the body, data what they say, once
	// somebody asked.
	raw  []byte
	data map[string]any
}

func recordOf(m jetstream.Msg) (*Record, error) {
	meta, err := m.Metadata()
	if err != nil {
		return nil, err
	}
	return newRecord(meta.Sequence.Stream, m.Subject(), m.Data()), nil
}

func newRecord(sequence uint64, subject string, body []byte) *Record {
	r := &Record{Sequence: sequence, Subject: subject, Body: body}
	r.Event, r.raw, r.Err = events.DecodeEnvelope(body)
	if r.Err == nil && r.Event.ZN > sequence {
		r.fail(fmt.Errorf("it says that it is event %d", r.Event.ZN))
	}
	if r.Err != nil {
		r.fail(r.Err)
	}
	return r
}

// fail makes it a message that is no event.
func (r *Record) fail(err error) { r.Event, r.raw, r.Err = events.Event{}, nil, err }

// Data returns the parameters by name, whatever version wrote them. It is not nil
// for an event that can be read.
func (r *Record) Data() map[string]any {
	if r.data == nil && r.Err == nil {
		e, err := events.DecodeLoose(r.Body)
		r.data, _ = e.Data.(map[string]any)
		if err != nil || r.data == nil {
			r.data = map[string]any{}
		}
	}
	return r.data
}

// session is the call an event belongs to, or names in its parameters.
func (r *Record) session() string {
	if r.Event.Session != "" {
		return r.Event.Session
	}
	data := r.Data()
	if session, ok := data["sessionID"].(string); ok {
		return session
	}
	session, _ := data["callbackID"].(string) // which its call will have
	return session
}

// namesAgent tells whether an event names an agent: whose desktop is gone, who created
// a callback, who was connected.
func (r *Record) namesAgent(agent string) bool {
	data := r.Data()
	return data["agentID"] == agent || data["createdBy"] == agent
}

// isBackground tells what belongs to a call from what is addressed to an agent.
func isBackground(e *events.Event) bool {
	return e.Kind == events.KindFact || e.Kind == events.KindSwitch
}

// covers tells whether an event is within the asked time and has an asked name.
func (q *Query) covers(r *Record) bool {
	e := &r.Event
	return !q.From.before(e) && !q.To.after(e) && (len(q.Names) == 0 || slices.Contains(q.Names, e.Name))
}

// wants tells whether an event is asked for. The calls are those of the agents.
// What cannot be read is always wanted: it could be anything.
func (q *Query) wants(r *Record, calls map[string]bool) bool {
	if r.Err != nil {
		return true
	}
	if !q.covers(r) || q.Session != "" && r.session() != q.Session {
		return false
	}
	if len(q.Agents) == 0 || slices.Contains(q.Agents, r.Event.Agent) {
		return true
	}
	return isBackground(&r.Event) && (calls[r.session()] || slices.ContainsFunc(q.Agents, r.namesAgent))
}

// learn adds the call an agent of the query is told of by this event. Commands
// and responses do not count: they repeat whatever the desktop sent.
func (q *Query) learn(r *Record, calls map[string]bool) {
	if r.Err == nil && r.Event.Kind == events.KindNotification && slices.Contains(q.Agents, r.Event.Agent) {
		if session := r.session(); session != "" {
			calls[session] = true
		}
	}
}

// desktopFacts are the subjects of the facts that an agent is not told, and that
// are about its desktop.
func desktopFacts(zone string) []string {
	var list []string
	for _, name := range []string{events.AgentDisconnected, events.AgentReconnected, events.LogonWaits, events.AgentStatusDiffers} {
		list = append(list, subject.ZoneFact(zone, name))
	}
	return list
}

// callbackFacts are the subjects on which a callback is spoken of before it is a
// call.
func callbackFacts(zone string) []string {
	return []string{
		subject.JobFact(zone, events.CallbackCreated), subject.JobFact(zone, events.CallbackDue), subject.JobFact(zone, events.CallbackEnded),
		subject.Notification(zone, events.AGTPreviewCallbackPending), subject.Notification(zone, events.AGTPreviewCallbackCancelled),
	}
}
