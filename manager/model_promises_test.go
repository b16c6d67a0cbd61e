package manager

import (
	"strings"

	"github.com/deskbus/deskbus/events"
)

// promises is what a reader of the feed knows of callbacks. He checks that no list
// calls a customer with whom one was agreed, and that the broker does not call by
// itself who is to be called later.
type promises struct {
	customers map[string]string // of each callback that is not done, by its id
	waiting   map[string]int    // those of each customer
	agreed    map[string]bool   // the calls in which one was agreed
}

func newPromises() promises {
	return promises{customers: map[string]string{}, waiting: map[string]int{}, agreed: map[string]bool{}}
}

func (p *promises) read(t tester, e *events.Event) {
	t.Helper()
	switch d := e.Data.(type) {
	case events.CallbackData:
		if d.AgreedIn == "" && p.agreed[d.Replaces] {
			t.Errorf("a callback is made anew, and another was agreed in its place: %s", traceLine(e))
		}
		customer := d.List + "/" + d.ContactID
		p.customers[d.CallbackID] = customer
		p.waiting[customer]++
		p.agreed[d.AgreedIn] = true
	case events.CallbackEndedData:
		p.done(d.CallbackID)
	case events.DispositionData:
		p.done(e.Session)
	case events.ContactDialedData:
		p.check(t, e, e.Job+"/"+d.ContactID)
	case events.ContactOfferedData:
		if !d.Callback {
			p.check(t, e, d.List+"/"+d.ContactID)
		}
	case events.NumberDialedData:
		if strings.HasPrefix(e.Cause, "timer.") && p.agreed[e.Session] {
			t.Errorf("nobody decided to dial, and a callback was agreed: %s", traceLine(e))
		}
	}
}

func (p *promises) done(callback string) {
	if customer, known := p.customers[callback]; known {
		delete(p.customers, callback)
		p.waiting[customer]--
	}
}

func (p *promises) check(t tester, e *events.Event, customer string) {
	t.Helper()
	if p.waiting[customer] > 0 {
		t.Errorf("a callback was agreed with the customer: %s", traceLine(e))
	}
}
