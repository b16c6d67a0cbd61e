package main

import (
	"slices"
	"strings"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

// clockSkew is how far the clocks of brokers and servers may be apart without an
// event being missed at the edges of the asked time.
const clockSkew = time.Minute

// maxCalls is up to how many calls are read each by its own subject. Beyond it,
// the facts of all calls are read and sifted here.
const maxCalls = 500

// filter says which events are shown. The zero value shows all.
type filter struct {
	agent   string
	session string
	names   []string
	// since and until are inclusive; zero is no bound.
	since, until time.Time
}

// matches tells whether an event is shown. The calls are those of the agent.
func (f *filter) matches(e *events.Event, calls map[string]bool) bool {
	at := e.Time()
	return !at.Before(f.since) &&
		(f.until.IsZero() || !at.After(f.until)) &&
		(len(f.names) == 0 || slices.Contains(f.names, e.Name)) &&
		(f.session == "" || f.session == sessionOf(e)) &&
		(f.agent == "" || f.agent == e.Agent || isBackground(e.Kind) && (calls[sessionOf(e)] || f.named(e)))
}

// named tells whether an event names the agent: whose desktop is gone, whose
// callback it is.
func (f *filter) named(e *events.Event) bool {
	data, _ := e.Data.(map[string]any)
	return data["agentID"] == f.agent || data["createdBy"] == f.agent
}

// past tells that no event from here on can be early enough.
func (f *filter) past(e *events.Event) bool {
	return !f.until.IsZero() && e.Time().After(f.until.Add(clockSkew))
}

// isBackground tells what belongs to a call from what is addressed to an agent.
func isBackground(kind events.Kind) bool {
	return kind == events.KindFact || kind == events.KindSwitch
}

// sessionOf is the call an event belongs to, or names in its parameters.
func sessionOf(e *events.Event) string {
	if e.Session != "" {
		return e.Session
	}
	data, _ := e.Data.(map[string]any)
	if session, ok := data["sessionID"].(string); ok {
		return session
	}
	session, _ := data["callbackID"].(string) // which its call will have
	return session
}

// learnCall adds the call an agent is told of by this event. Commands and
// responses do not count: they repeat whatever the desktop sent.
func learnCall(e *events.Event, agent string, calls map[string]bool) {
	if e.Kind == events.KindNotification && e.Agent == agent {
		if session := sessionOf(e); session != "" {
			calls[session] = true
		}
	}
}

// callSubjects are where the facts about these calls, or about the one asked
// for, are found.
func (f *filter) callSubjects(zone string, calls map[string]bool) []string {
	if f.session != "" {
		return []string{subject.Call(zone, f.session)}
	}
	if len(calls) > maxCalls {
		return []string{tree(zone, "call")}
	}
	var list []string
	for session := range calls {
		list = append(list, subject.Call(zone, session))
	}
	return list
}

// besides are the facts that are neither about a call nor addressed to the
// agent, and may be about him.
func besides(zone string) []string {
	return []string{
		tree(zone, "zone"), subject.JobFact(zone, events.CallbackCreated), subject.JobFact(zone, events.CallbackDue),
		subject.JobFact(zone, events.CallbackEnded),
	}
}

// tree is the subject that matches all of one of the branches of the feed.
func tree(zone, branch string) string {
	all := subject.FeedSubjects(zone)
	return all[slices.IndexFunc(all, func(s string) bool { return strings.HasSuffix(s, "."+branch+".>") })]
}
