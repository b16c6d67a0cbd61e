package script

import (
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/deskbus/deskbus/events"
)

// The world in which every script begins.

// Zone is the zone of every script, Switch the telephone system it has.
const (
	Zone   = "main"
	Switch = "sim"
)

// day is the day on which a script plays that names no other.
const day = "2026-03-02"

// Clock is a time of that day, or of the one before a T, in microseconds since
// 1970, UTC.
func Clock(text string) (int64, error) {
	if !strings.Contains(text, "T") {
		text = day + "T" + text
	}
	at, err := time.Parse("2006-01-02T15:04:05.000", text)
	return at.UnixMicro(), err
}

// Settings are those of the zone.
func Settings() events.ZoneSettings {
	return events.ZoneSettings{Zones: []string{Zone, "south"}, Switch: Switch}
}

// Campaign is the one campaign of the zone.
func Campaign() events.Campaign {
	return events.Campaign{
		Name: "Spring renewal", Skill: "sales", Mode: events.ContactProgressive, Switch: Switch,
		CallerID: "5550100", RingTimeout: 20, ACWMaxTime: 30, ACWExtensions: 1,
		CompletionCodes: []events.POMCompletionCode{{Code: "SALE", Name: "Sale"}, {Code: "NONE", Name: "No interest"}},
		DefaultCompCode: events.POMCompletionCode{Code: "AUTO", Name: "Not given"},
	}
}

// Changed returns a campaign, or settings, with the fields a line gives.
func Changed[T any](v T, params map[string]any) (T, error) {
	b, err := events.Marshal(v)
	if err != nil {
		return v, err
	}
	fields, err := events.Unmarshal[map[string]any](b)
	if err != nil {
		return v, err
	}
	maps.Copy(fields, params)
	if b, err = events.Marshal(fields); err != nil {
		return v, err
	}
	return events.Unmarshal[T](b)
}

// Contact is the contact with a number of its own: C1 with 5550001, and so on.
func Contact(n int) events.POMCustomerDetails {
	return events.POMCustomerDetails{
		ContactID: fmt.Sprintf("C%d", n), LastName: fmt.Sprintf("Customer %d", n),
		Numbers: []events.POMContactNumber{{Name: "home", Number: fmt.Sprintf("555%04d", n)}},
	}
}

// ContactOf is the contact a line describes.
func ContactOf(params map[string]any) (events.POMCustomerDetails, error) {
	b, err := events.Marshal(params)
	if err != nil {
		return events.POMCustomerDetails{}, err
	}
	return events.Unmarshal[events.POMCustomerDetails](b)
}

// Params are the parameters of a command: those of the line, and what it need
// not give.
func Params(command, agent string, given map[string]any) map[string]any {
	params := map[string]any{}
	switch command {
	case events.AGTLogon:
		params = map[string]any{
			"agentExt": agent, "isForce": false, "locale": "en_US", "timeZone": "Europe/Berlin", "zoneName": Zone,
			"agentSkills": []any{map[string]any{"skillName": "sales"}},
		}
	case events.AGTCreateCallback:
		params = map[string]any{
			"callbackType": "Standard", "callbackDest": map[string]any{"id": ""}, "callbackTime": "2026/03/02 10:00",
			"callbackTimezone": "Europe/Berlin", "callbackExpiryTime": "30", "agentNotes": "",
			"contactNumber": map[string]any{"name": "home", "number": "5550001"},
		}
	case events.AGTStateChange:
		params = map[string]any{"reasonCode": "", "reasonName": "", "hasWalkedAway": false}
	}
	maps.Copy(params, given)
	return params
}

// Given returns the lines that bring the zone or an agent where a script
// begins, or an agent together with another one, the party.
func Given(what, which, party string) []string {
	session := "sessionID: $call." + which
	switch what {
	case "zone":
		return []string{"zone", "switch SwitchState {state: up, epoch: one}"}
	case "contacts":
		return []string{"contacts " + which}
	case "consult", "conference":
		lines := []string{
			"agent " + which + " AGTConsultCall {destination: {destinationType: Agent, id: '" + party + "'}, " + session + "}",
		}
		if what == "conference" {
			lines = append(lines, "agent "+which+" AGTStartConf {"+session+"}")
		}
		return lines
	case "history":
		return history(which)
	}
	lines := []string{
		"agent " + which + " AGTLogon", "agent " + which + " AGTStateChange {agentState: Ready}",
		"agent " + which + " AGTAvailableForNailup", "timer", "agent " + which + " AGTReadyForNailup",
		"switch Established {legID: $nail." + which + "}",
	}
	if what != "nailed" {
		lines = append(lines, "switch Established {legID: $leg.last}")
	}
	switch what {
	case "held":
		lines = append(lines, "agent "+which+" AGTHoldCall {"+session+"}")
	case "wrapup":
		lines = append(lines, "agent "+which+" AGTReleaseLine {"+session+"}")
	}
	return lines
}

// history returns the lines of an idle agent's busy hour: 40 calls of half a
// minute, each after three attempts that failed.
func history(agent string) []string {
	session := "sessionID: $call." + agent
	var lines []string
	for range 40 {
		for range 3 {
			lines = append(lines, "switch Failed {legID: $leg.last, cause: no_answer}")
		}
		lines = append(lines, "+10s", "switch Established {legID: $leg.last}", "+30s",
			"agent "+agent+" AGTReleaseLine {"+session+"}", "switch Cleared {legID: $leg.last, cause: normal, by: local}",
			"agent "+agent+" AGTWrapupContact {"+session+", completionCode: {code: SALE}}")
	}
	return lines
}
