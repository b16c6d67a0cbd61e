package logon

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/deskbus/deskbus/events"
)

const (
	// ticketVersion is the version of the claims this package writes and reads.
	ticketVersion = 1
	// lifetime is how long a ticket is good for. The broker that makes a ticket
	// and the leader that reads it each go by their own clock, so the clocks of
	// an installation must differ by well under this.
	lifetime = time.Minute
	// maxTicket bounds the work that a hostile ticket can cause, in bytes.
	maxTicket = 32 << 10
)

// Why a ticket is refused. Test with errors.Is.
var (
	// ErrForged: not signed with this key, or not a ticket at all.
	ErrForged = errors.New("ticket is not signed with the key of this installation")
	// ErrExpired: older than a minute.
	ErrExpired = errors.New("ticket has expired")
	// ErrForeign: made for another agent, zone or connector session.
	ErrForeign = errors.New("ticket was made for somebody else")
)

// Claims is what a ticket says.
type Claims struct {
	V int `msgpack:"v"`
	// AgentID, Zone and Conn say who may use the ticket, where, and from which
	// connector session.
	AgentID string `msgpack:"agentID"`
	Zone    string `msgpack:"zone"`
	Conn    string `msgpack:"conn"`
	// Verdict is 0 when the agent may log on, else the code that tells why not.
	Verdict events.Code `msgpack:"verdict"`
	// Name and Skills are the agent's, empty when his password was not right.
	Name   string                 `msgpack:"name,omitempty"`
	Skills []events.POMAgentSkill `msgpack:"skills,omitempty"`
	// Service is who vouched for the agent; empty when his password did.
	Service string `msgpack:"service,omitempty"`
	// Expires is when the ticket ends, in microseconds since 1970, UTC.
	Expires int64 `msgpack:"exp"`
}

// Sign makes a ticket: the claims as msgpack and their HMAC-SHA256, each in
// base64url, parted by a dot. It sets V, and Expires to one minute after now.
func Sign(key Key, c Claims, now time.Time) (string, error) {
	c.V, c.Expires = ticketVersion, now.Add(lifetime).UnixMicro()
	return seal(key, "", c)
}

// Verify returns the claims of a ticket that is good at the time now for this
// agent, zone and connector session. The error is ErrForged, ErrExpired or
// ErrForeign, and then the claims are empty.
func Verify(key Key, ticket string, now time.Time, agentID, zone, conn string) (Claims, error) {
	c, err := unseal[Claims](key, "", ticket)
	switch {
	case err != nil:
		return Claims{}, err
	case c.V != ticketVersion:
		return Claims{}, ErrForged
	case now.UnixMicro() >= c.Expires:
		return Claims{}, ErrExpired
	case c.AgentID != agentID || c.Zone != zone || c.Conn != conn:
		return Claims{}, ErrForeign
	}
	return c, nil
}

// seal writes claims and signs them for a purpose.
func seal(key Key, purpose string, claims any) (string, error) {
	body, err := events.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("logon: %w", err)
	}
	text := base64.RawURLEncoding.EncodeToString(body)
	return text + "." + signature(key, purpose+text), nil
}

// unseal reads claims that were signed for this purpose. The error is ErrForged.
func unseal[T any](key Key, purpose, ticket string) (claims T, err error) {
	text, mac, found := strings.Cut(ticket, ".")
	// The texts are compared, not what they decode to: one ticket has one form.
	if !found || len(ticket) > maxTicket || !hmac.Equal([]byte(mac), []byte(signature(key, purpose+text))) {
		return claims, ErrForged
	}
	body, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return claims, ErrForged
	}
	if claims, err = events.Unmarshal[T](body); err != nil {
		return claims, ErrForged
	}
	return claims, nil
}

func signature(key Key, text string) string {
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// Resolve returns the parameters of AGTLogon as they are decided and stored: in
// place of the ticket stands its verdict. The leader calls it with the agent,
// zone and connector session that the command came from. A ticket that is
// missing, expired, forged or somebody else's gives PasswordNotVerified (L1073).
//
// What a service vouches for is what it has told the logon service, whatever the
// command says. With the agent's own password the name and the skills of the
// AACC form (L1035) stay as they are, otherwise the ticket's are filled in.
// Skills in the command also make up for a verdict of SkillsNotFound, which only
// says that the directory has none.
func Resolve(key Key, in events.LogonParams, agentID, zone, conn string, now time.Time) events.LogonParams {
	claims, err := Verify(key, in.Ticket, now, agentID, zone, conn)
	in.Ticket, in.Service = "", claims.Service
	if err != nil {
		in.Verdict = events.PasswordNotVerified
		return in
	}
	in.Verdict = claims.Verdict
	if in.Service != "" {
		in.AgentName, in.AgentSkills = claims.Name, claims.Skills
		return in
	}
	if in.AgentName == "" {
		in.AgentName = claims.Name
	}
	if len(in.AgentSkills) == 0 {
		in.AgentSkills = claims.Skills
	} else if in.Verdict == events.SkillsNotFound {
		in.Verdict = events.Success
	}
	return in
}
