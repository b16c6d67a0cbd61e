// Package subject is the only place that builds or takes apart a subject of the
// bus. subjects.md at the top of the repository lists them for people.
//
// An id becomes one token of a subject through [Escape], which is reversible:
// letters, digits, '-' and '_' stand for themselves, every other byte is '%'
// and two upper-case hex digits, and the empty id is '%' alone. So
// "sip:1001@example.com" is "sip%3A1001%40example%2Ecom".
//
// Zone names are never escaped: [ValidZone] allows only what is safe in a
// subject and in a stream name.
package subject

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/deskbus/deskbus/events"
)

const (
	root = "pom"
	svc  = "svc"
)

// The services of the brokers: core NATS requests, never stored.
const (
	ServiceLogon  = root + "." + svc + ".logon"
	ServiceStatus = root + "." + svc + ".status"
	ServiceReport = root + "." + svc + ".report"
)

const upperhex = "0123456789ABCDEF"

func plain(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_'
}

// Escape turns any string into one subject token.
func Escape(id string) string {
	if id == "" {
		return "%"
	}
	i := 0
	for i < len(id) && plain(id[i]) {
		i++
	}
	if i == len(id) {
		return id
	}
	b := make([]byte, i, len(id)+16)
	copy(b, id)
	for ; i < len(id); i++ {
		if c := id[i]; plain(c) {
			b = append(b, c)
		} else {
			b = append(b, '%', upperhex[c>>4], upperhex[c&15])
		}
	}
	return string(b)
}

// Unescape is the inverse of [Escape]. It refuses every string that Escape does
// not make, so that one id has one subject.
func Unescape(token string) (string, error) {
	if token == "%" {
		return "", nil
	}
	if token == "" {
		return "", errors.New("subject: empty token")
	}
	b := make([]byte, 0, len(token))
	for i := 0; i < len(token); i++ {
		c := token[i]
		if plain(c) {
			b = append(b, c)
			continue
		}
		if c != '%' || i+2 >= len(token) {
			return "", fmt.Errorf("subject: token %q is not escaped", token)
		}
		hi, lo := strings.IndexByte(upperhex, token[i+1]), strings.IndexByte(upperhex, token[i+2])
		if hi < 0 || lo < 0 || plain(byte(hi<<4|lo)) {
			return "", fmt.Errorf("subject: token %q is not escaped by the rule", token)
		}
		b = append(b, byte(hi<<4|lo))
		i += 2
	}
	return string(b), nil
}

// ValidZone tells whether a zone may have this name: 1 to 32 letters, digits,
// '-' and '_', and not "svc", which the services have taken.
func ValidZone(zone string) bool {
	if zone == "" || len(zone) > 32 || zone == svc {
		return false
	}
	for i := 0; i < len(zone); i++ {
		if !plain(zone[i]) {
			return false
		}
	}
	return true
}

// Names of the streams of a zone.

// InboxStream holds commands and switch events until they are decided.
func InboxStream(zone string) string { return "INBOX_" + zone }

// JournalStream holds the commits of the leader: the truth.
func JournalStream(zone string) string { return "JOURNAL_" + zone }

// EventsStream holds the public feed.
func EventsStream(zone string) string { return "EVENTS_" + zone }

// InboxSubjects is what the inbox stream of a zone captures.
func InboxSubjects(zone string) []string { return []string{root + "." + zone + ".in.>"} }

// FeedSubjects is what the feed stream of a zone captures.
func FeedSubjects(zone string) []string {
	p := root + "." + zone + "."
	return []string{p + "agent.>", p + "call.>", p + "job.>", p + "switch.>", p + "zone.>"}
}

// Journal is where the leader writes its commits.
func Journal(zone string) string { return root + "." + zone + ".journal" }

// Heartbeat is where the leader says which numbers are the newest.
func Heartbeat(zone string) string { return root + "." + zone + ".heartbeat" }

// Command is where a connector puts a command of an agent.
func Command(zone, agent, command string) string {
	return root + "." + zone + ".in.agent." + Escape(agent) + "." + Escape(command)
}

// SwitchEvent is where a switch connector puts an event of its switch.
func SwitchEvent(zone, sw, event string) string {
	return root + "." + zone + ".in.switch." + Escape(sw) + "." + Escape(event)
}

// Agent matches everything addressed to one agent: its commands, responses and
// notifications.
func Agent(zone, agent string) string { return root + "." + zone + ".agent." + Escape(agent) + ".>" }

// Call matches every fact about one call.
func Call(zone, session string) string { return root + "." + zone + ".call." + Escape(session) + ".*" }

// JobFact matches a fact about any campaign.
func JobFact(zone, fact string) string { return root + "." + zone + ".job.*." + fact }

// ZoneFact matches one fact about a zone.
func ZoneFact(zone, fact string) string { return root + "." + zone + ".zone." + Escape(fact) }

// Notification matches one notification to any agent.
func Notification(zone, name string) string {
	return root + "." + zone + ".agent.*.ntf." + Escape(name)
}

// Switches matches everything between the leader and any switch.
func Switches(zone string) string { return root + "." + zone + ".switch.>" }

// Switch matches everything between the leader and one switch, commands and
// accepted events.
func Switch(zone, sw string) string { return root + "." + zone + ".switch." + Escape(sw) + ".>" }

// Of returns the subject an event is published on.
func Of(e *events.Event) (string, error) {
	p := root + "." + e.Zone + "."
	switch e.Kind {
	case events.KindCommand, events.KindResponse, events.KindNotification:
		return p + "agent." + Escape(e.Agent) + "." + string(e.Kind) + "." + Escape(e.Name), nil
	case events.KindSwitch:
		direction := ".evt."
		if events.IsSwitchCommand(e.Name) {
			direction = ".cmd."
		}
		return p + "switch." + Escape(e.Switch) + direction + Escape(e.Name), nil
	case events.KindFact:
		switch events.Scope(e.Name) {
		case events.ScopeCall:
			return p + "call." + Escape(e.Session) + "." + Escape(e.Name), nil
		case events.ScopeJob:
			return p + "job." + Escape(e.Job) + "." + Escape(e.Name), nil
		case events.ScopeZone:
			return p + "zone." + Escape(e.Name), nil
		}
	}
	return "", fmt.Errorf("subject: no subject for %s %s", e.Kind, e.Name)
}

// ReplayPrefix is what stands in place of "pom" when a period is played again,
// unless told otherwise.
const ReplayPrefix = "pom-replay"

// ValidPrefix tells whether a replay may publish under a prefix: up to 64
// letters, digits, '-' and '_', in tokens with dots between them. It is not "pom",
// where the log is, and none of those the bus keeps for itself.
func ValidPrefix(prefix string) bool {
	if len(prefix) > 64 || prefix == root || strings.HasPrefix(prefix, root+".") {
		return false
	}
	for token := range strings.SplitSeq(prefix, ".") {
		if token == "" || token[0] == '_' || Escape(token) != token {
			return false
		}
	}
	return true
}

// Replayed returns where an event is published again under a prefix.
func Replayed(prefix, s string) string { return prefix + strings.TrimPrefix(s, root) }

// Inbox returns the prefix of the subjects on which a client hears answers that
// connects to a NATS URL: "_INBOX_<user>" where the URL names a user and a
// password, so that each user can be given the right to its own answers alone.
// Otherwise it is what NATS gives everybody, "_INBOX".
func Inbox(address string) string {
	const everybody = "_INBOX"
	first, _, _ := strings.Cut(address, ",")
	u, err := url.Parse(first)
	if err != nil {
		return everybody
	}
	if _, has := u.User.Password(); !has {
		return everybody // without a password it is a token, and a secret
	}
	return everybody + "_" + Escape(u.User.Username())
}

// Inbound is a subject of the inbox, taken apart. Sender is the id of a switch
// when FromSwitch is set, of an agent otherwise.
type Inbound struct {
	Zone       string
	FromSwitch bool
	Sender     string
	Name       string
}

// ParseInbound takes a subject of the inbox apart.
func ParseInbound(s string) (Inbound, error) {
	t := strings.Split(s, ".")
	if len(t) != 6 || t[0] != root || t[2] != "in" || t[3] != "agent" && t[3] != "switch" {
		return Inbound{}, fmt.Errorf("subject: %q is no subject of an inbox", s)
	}
	sender, err := Unescape(t[4])
	if err != nil {
		return Inbound{}, err
	}
	name, err := Unescape(t[5])
	if err != nil {
		return Inbound{}, err
	}
	return Inbound{Zone: t[1], FromSwitch: t[3] == "switch", Sender: sender, Name: name}, nil
}
