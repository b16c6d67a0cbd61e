package manager

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/deskbus/deskbus/events"
)

// callAgain decides what becomes of a contact nobody reached: the same number
// again after a pause, as long as the campaign has a rule for the outcome with
// attempts left; else the next number, at the end of the queue. A machine
// without a rule has been told whatever the campaign has to tell.
func (s *State) callAgain(j *Job, c *Call) {
	contact := j.Contacts[c.ContactID]
	rule, found := retryAfter(j.Campaign, c.Missed)
	switch {
	case found && contact.Retries[c.Missed] < rule.Attempts:
		contact.countRetry(c.Missed)
		contact.NextNumber--
		j.Retrying++
		s.setTimer(timerRetry, contactKey(c.Job, c.ContactID), s.At+int64(rule.After)*second)
	case c.Missed == events.OutcomeMachine && !found:
	case contact.NextNumber < len(contact.Details.Numbers):
		j.enqueue(c.ContactID)
	}
}

func retryAfter(c events.Campaign, outcome events.Cause) (events.Retry, bool) {
	for _, rule := range c.Retries {
		if rule.Outcome == outcome {
			return rule, true
		}
	}
	return events.Retry{}, false
}

func (c *Contact) countRetry(outcome events.Cause) {
	if c.Retries == nil {
		c.Retries = map[events.Cause]int{}
	}
	c.Retries[outcome]++
}

// retryDue ends the pause after an attempt. The contact is dialled in its turn,
// when its calling window is open.
func (t *turn) retryDue(key string) {
	job, contactID := splitContactKey(key)
	t.jobFact(job, events.ContactQueued, events.ContactIDData{ContactID: contactID})
}

// evolveContactQueued ends the pause after an attempt, or puts back a contact who
// was shown to an agent and not dialled.
func (s *State) evolveContactQueued(j *Job, e *events.Event) error {
	id := e.Data.(events.ContactIDData).ContactID
	if j.Contacts[id] == nil {
		return fmt.Errorf("manager: event %s: there is no contact %q", e.ID(), id)
	}
	if key := contactKey(e.Job, id); s.hasTimer(timerRetry, key) {
		s.clearTimer(timerRetry, key)
		j.Retrying--
	}
	j.enqueue(id)
	s.unpace(e.Job)
	return nil
}

// contactKey names a contact of a campaign in one string. The quotes keep apart
// what dots would not.
func contactKey(job, contactID string) string { return strconv.Quote(job) + "." + contactID }

func splitContactKey(key string) (job, contactID string) {
	quoted, _ := strconv.QuotedPrefix(key) // contactKey made it
	job, _ = strconv.Unquote(quoted)
	return job, strings.TrimPrefix(key, quoted+".")
}
