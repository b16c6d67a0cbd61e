package main

import (
	"encoding/json"
	"io"

	"github.com/deskbus/deskbus/events"
)

// envelope is an event in JSON, with the keys of the feed in their order. What
// the feed leaves out is left out here.
type envelope struct {
	V       int         `json:"v"`
	ID      string      `json:"id"`
	Zone    string      `json:"zone"`
	ZN      uint64      `json:"zn"`
	At      int64       `json:"at"`
	Kind    events.Kind `json:"kind"`
	Name    string      `json:"name"`
	Agent   string      `json:"agent,omitempty"`
	N       uint64      `json:"n,omitempty"`
	Cause   string      `json:"cause,omitempty"`
	Session string      `json:"session,omitempty"`
	Job     string      `json:"job,omitempty"`
	Switch  string      `json:"switch,omitempty"`
	Actor   string      `json:"actor,omitempty"`
	Data    any         `json:"data"`
}

// lines prints one envelope a line.
type lines struct{ encoder *json.Encoder }

func newLines(w io.Writer) *lines {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return &lines{encoder}
}

func (l *lines) print(e *events.Event) error {
	return l.encoder.Encode(envelope{
		V: events.Version, ID: e.ID(), Zone: e.Zone, ZN: e.ZN, At: e.At, Kind: e.Kind, Name: e.Name,
		Agent: e.Agent, N: e.N, Cause: e.Cause, Session: e.Session, Job: e.Job, Switch: e.Switch, Actor: e.Actor, Data: e.Data,
	})
}
