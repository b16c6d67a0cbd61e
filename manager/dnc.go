package manager

import (
	"slices"
	"strings"

	"github.com/deskbus/deskbus/events"
)

// maxAddresses bounds one AGTAddToDNC, because a turn is one message.
const maxAddresses = 100

// addToDNC decides AGTAddToDNC (L2451): all addresses or none. What is on the
// list already does not count unless nothing else is left.
func (t *turn) addToDNC(a *Agent, c Command) {
	addresses, code := t.s.newAddresses(c.Data.(events.AddToDNCParams).AddressList)
	if code != events.Success {
		t.refuse(a, c, code)
		return
	}
	t.respond(a, c.Name, events.SessionResult{SessionID: a.Session})
	for _, address := range addresses {
		t.emit(events.Event{
			Kind: events.KindFact, Name: events.AddressAddedToDNC, Agent: a.ID, Session: a.Session,
			Data: events.AddressData{Address: address},
		})
	}
}

// newAddresses returns those that are not on the list, each once.
func (s *State) newAddresses(list []events.POMAttribute) ([]string, events.Code) {
	if len(list) == 0 || len(list) > maxAddresses {
		return nil, events.DNCInvalid
	}
	var addresses []string
	for _, attribute := range list {
		if attribute.Value == "" {
			return nil, events.DNCInvalid
		}
		address, valid := normalAddress(attribute.Value)
		if !valid {
			return nil, events.DNCInvalidAddress
		}
		if !s.DNC[address] && !slices.Contains(addresses, address) {
			addresses = append(addresses, address)
		}
	}
	if len(addresses) == 0 {
		return nil, events.DNCAlreadyPresent
	}
	return addresses, events.Success
}

// isInDNC decides AGTIsInDNC (L2488). The list is the zone's, so the session
// does not matter. Of what is no address nobody can say that it is not there.
func (t *turn) isInDNC(a *Agent, c Command) {
	address, valid := normalAddress(c.Data.(events.IsInDNCParams).AddressValue)
	if !valid {
		t.refuse(a, c, events.InvalidData)
		return
	}
	t.respond(a, c.Name, events.IsInDNCResult{Present: t.s.DNC[address]})
}

var separators = strings.NewReplacer(" ", "", "-", "", ".", "", "(", "", ")", "")

// normalAddress returns a number as a contact list has it, + and 3 to 20 digits,
// and false for anything else. The + may be missing: it is better not to call a
// number than to call one that was meant to be on the list.
func normalAddress(text string) (string, bool) {
	digits := strings.TrimPrefix(separators.Replace(text), "+")
	return "+" + digits, len(digits) >= 3 && len(digits) <= 20 && strings.Trim(digits, "0123456789") == ""
}

// sameNumber tells whether two numbers call the same phone, however they are written.
func sameNumber(a, b events.POMContactNumber) bool {
	one, _ := normalAddress(a.Number)
	other, _ := normalAddress(b.Number)
	return one == other
}

// nextNumber returns where among the contact's numbers the next one is that may
// be dialled in this round, and false when there is none.
func (s *State) nextNumber(c *Contact) (int, bool) {
	for i := c.NextNumber; i < len(c.Details.Numbers); i++ {
		if s.mayDial(c.Details.Numbers[i]) {
			return i, true
		}
	}
	return 0, false
}

func (s *State) mayDial(n events.POMContactNumber) bool {
	address, valid := normalAddress(n.Number)
	return !valid || !s.DNC[address]
}

// canRepeat tells whether another round of the campaign would dial anybody.
func (s *State) canRepeat(j *Job) bool {
	return j.Campaign.Repeat && !j.Withdrawn && slices.ContainsFunc(j.Order, func(id string) bool {
		return slices.ContainsFunc(j.Contacts[id].Details.Numbers, s.mayDial)
	})
}
