package manager

import (
	"slices"
	"unicode/utf8"

	"github.com/deskbus/deskbus/events"
)

const (
	// mask stands in the log for the value of a MASKED_WRITE attribute.
	mask = "****"
	// maxValue is the greatest size of an attribute's value in bytes, as in a
	// contact list.
	maxValue = 1000
)

// masked returns an attribute as it may stand in the log. An empty value stays
// empty, so that a desktop can tell that there is none.
func masked(a events.POMAttribute) events.POMAttribute {
	if a.Type == events.AttributeMaskedWrite && a.Value != "" {
		a.Value = mask
	}
	return a
}

func (t *turn) detailsOf(c *Call) events.POMCustomerDetails {
	return t.s.contactOf(c).Details
}

// getCustomerDetails decides AGTGetCustomerDetails (L2035).
func (t *turn) getCustomerDetails(a *Agent, c Command) {
	call := t.callOf(a, c.Data.(events.SessionParams).SessionID)
	if call == nil {
		t.refuse(a, c, events.NoCustomerDetails)
		return
	}
	details := t.detailsOf(call)
	t.respond(a, c.Name, events.CustomerDetailsResult{CustomerDetails: &details, SessionID: call.Session})
}

// getContactAttributes decides AGTGetContactAttributes (L2602): names and types,
// no values (reading 28).
func (t *turn) getContactAttributes(a *Agent, c Command) {
	call := t.callOf(a, "")
	if call == nil {
		t.refuse(a, c, events.NoCustomerDetails)
		return
	}
	var list []events.POMAttribute
	for _, attribute := range t.detailsOf(call).Attributes {
		attribute.Value = ""
		list = append(list, attribute)
	}
	t.respond(a, c.Name, events.ContactAttributesResult{Attributes: list})
}

// setCustomerDetail decides AGTSetCustomerDetail (L2069): where the matrix has
// UpdateRecord. The attribute is one that AGTGetContactAttributes lists; what is
// not for writing counts as read only, whatever else it is for.
func (t *turn) setCustomerDetail(a *Agent, c Command) {
	p := c.Data.(events.SetCustomerDetailParams)
	call := t.callOf(a, p.SessionID)
	if call == nil {
		t.refuse(a, c, events.NoCustomerDetails)
		return
	}
	attribute, known := t.attribute(call, p.KeyValuePair.Key)
	switch {
	case !t.s.CapabilitiesOf(a).CanUpdateRecord:
		t.refuse(a, c, events.NotInThisState)
	case !known:
		t.refuse(a, c, events.AttributeInvalidValue)
	case attribute.Type != events.AttributeWrite && attribute.Type != events.AttributeMaskedWrite:
		t.refuse(a, c, events.AttributeReadOnlyCode)
	case len(p.KeyValuePair.Value) > maxValue || !utf8.ValidString(p.KeyValuePair.Value),
		!attribute.DataType.Accepts(p.KeyValuePair.Value):
		t.refuse(a, c, events.AttributeInvalidValue)
	default:
		attribute.Value = p.KeyValuePair.Value
		t.respond(a, c.Name, events.SessionResult{SessionID: call.Session})
		t.callFact(call, events.ContactAttributeChanged, events.AttributeChangedData{
			ContactID: call.ContactID, Attribute: masked(attribute),
		})
		t.tellParty(call, masked(attribute))
	}
}

// tellParty tells the passive agent what the owner has changed (L580).
func (t *turn) tellParty(c *Call, changed events.POMAttribute) {
	if c.Consult == nil || !c.Consult.Started {
		return
	}
	if party := t.s.Agents[c.Consult.Agent]; party != nil {
		t.notify(party, events.AGTCustomerDetailsChanged, events.CustomerDetailsChangedData{
			Attribute: changed, SessionID: c.Session,
		})
	}
}

func (t *turn) attribute(c *Call, name string) (events.POMAttribute, bool) {
	list := t.detailsOf(c).Attributes
	if i := indexOfAttribute(list, name); i >= 0 {
		return list[i], true
	}
	return events.POMAttribute{}, false
}

func indexOfAttribute(list []events.POMAttribute, name string) int {
	return slices.IndexFunc(list, func(a events.POMAttribute) bool { return a.Name == name })
}

// loggable returns a command's parameters as they may stand in the log. A digit
// may be one of a card number. The value for an attribute that is masked, or of
// which nobody can say that it is not, is masked: a desktop that is a moment too
// late names a call that is over.
func (t *turn) loggable(a *Agent, data any) any {
	switch p := data.(type) {
	case events.DTMFParams:
		p.DTMF = mask
		return p
	case events.SetCustomerDetailParams:
		return t.loggableDetail(a, p)
	}
	return data
}

func (t *turn) loggableDetail(a *Agent, p events.SetCustomerDetailParams) events.SetCustomerDetailParams {
	attribute := events.POMAttribute{Type: events.AttributeMaskedWrite}
	if call := t.callOf(a, p.SessionID); call != nil {
		if known, found := t.attribute(call, p.KeyValuePair.Key); found {
			attribute = known
		}
	}
	attribute.Value = p.KeyValuePair.Value
	p.KeyValuePair.Value = masked(attribute).Value
	return p
}
