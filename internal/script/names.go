package script

import (
	"fmt"
	"regexp"
	"strconv"

	"github.com/deskbus/deskbus/events"
)

// Names has what a script writes as $kind.key, without the dollar.
type Names map[string]string

var variable = regexp.MustCompile(`\$\w+\.\w+`)

// Expand replaces the names in a line by what they stand for.
func (n Names) Expand(line string) (string, error) {
	var missing error
	line = variable.ReplaceAllStringFunc(line, func(name string) string {
		value, known := n[name[1:]]
		if !known {
			missing = fmt.Errorf("%q: nothing is called %s yet", line, name)
		}
		return value
	})
	return line, missing
}

// Remember learns the names that an event gives.
func (n Names) Remember(e *events.Event) {
	switch d := e.Data.(type) {
	case events.OriginateData:
		if d.Role == events.RoleAgent {
			n["former."+e.Agent] = n["nail."+e.Agent]
			n["nail."+e.Agent] = d.LegID
		} else {
			n["leg."+d.Address], n["leg.last"] = d.LegID, d.LegID
		}
	case events.CallConnectedData:
		n["call."+d.AgentID] = e.Session
	case events.ContactOfferedData:
		n["call."+d.AgentID] = e.Session
	case events.CallbackData:
		n["callback."+d.ContactID] = d.CallbackID
	}
}

// Numbers has the newest number of each connector session.
type Numbers map[string]uint64

// Encode writes the message to the inbox that a line describes. The connector
// session counts by itself; conn=, number= and deadline= say otherwise,
// "garbage" is a message nobody can read.
func (n Numbers) Encode(in Input, conn string, params map[string]any) ([]byte, error) {
	if in.Word(2) == "garbage" {
		return []byte{0xc1}, nil
	}
	if c := in.Options["conn"]; c != "" {
		conn = c
	}
	id := events.ID{Conn: conn, N: n[conn] + 1}
	message := events.Inbound{ID: id, Data: params}
	var err error
	if text := in.Options["number"]; text != "" {
		if message.ID.N, err = strconv.ParseUint(text, 10, 64); err != nil {
			return nil, err
		}
	}
	if text := in.Options["deadline"]; text != "" {
		if message.Deadline, err = Clock(text); err != nil {
			return nil, err
		}
	}
	n[conn] = max(n[conn], message.ID.N)
	return events.EncodeInbound(message)
}
