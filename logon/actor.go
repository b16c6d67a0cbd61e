package logon

import (
	"slices"
	"time"

	"github.com/deskbus/deskbus/events"
)

// forActors is what the signature of a service's own ticket covers beside its
// text. So none passes for an agent's ticket: those have no dot in their text.
const forActors = "actor."

// ActorClaims is what the ticket says with which a service acts for agents who
// are logged on.
type ActorClaims struct {
	V       int    `msgpack:"v"`
	Service string `msgpack:"service"`
	// Commands are what the service may send.
	Commands []string `msgpack:"commands,omitempty"`
	// Zone and Conn say where the ticket may be used and from which connector
	// session.
	Zone string `msgpack:"zone"`
	Conn string `msgpack:"conn"`
	// Expires is when the ticket ends, in microseconds since 1970, UTC.
	Expires int64 `msgpack:"exp"`
}

// SignActor makes a service's own ticket, in the form of [Sign].
func SignActor(key Key, c ActorClaims, now time.Time) (string, error) {
	c.V, c.Expires = ticketVersion, now.Add(lifetime).UnixMicro()
	return seal(key, forActors, c)
}

// VerifyActor returns the service whose ticket it is, if it is good at the time
// now for this zone, connector session and command. Errors are those of [Verify];
// ErrForeign is also for a command that the service may not send.
func VerifyActor(key Key, ticket string, now time.Time, zone, conn, command string) (string, error) {
	c, err := unseal[ActorClaims](key, forActors, ticket)
	switch {
	case err != nil:
		return "", err
	case c.V != ticketVersion || c.Service == "":
		return "", ErrForged
	case now.UnixMicro() >= c.Expires:
		return "", ErrExpired
	case c.Zone != zone || c.Conn != conn || !slices.Contains(c.Commands, command):
		return "", ErrForeign
	}
	return c.Service, nil
}

// vouch takes what a service says of an agent, who may not log on without a name
// (L1081) or without skills (L1075).
func (c *Claims) vouch(r events.LogonRequest) {
	if r.AgentName != nil {
		c.Name = *r.AgentName
	}
	c.Skills = r.AgentSkills
	switch {
	case c.Name == "":
		c.Verdict = events.InvalidAgentName
	case len(c.Skills) == 0:
		c.Verdict = events.SkillsNotFound
	}
}
