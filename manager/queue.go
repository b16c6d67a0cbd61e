package manager

// Queue is the contacts still to be dialled in a round: a line for each time
// zone, so that the contacts of one whose calling window is closed are passed
// over at once. The next of a queue is the first of a line.
type Queue struct {
	// Lines are in the order in which their time zones were first seen.
	Lines []*Line
	// Length counts the contacts in all lines; Newest is the newest place.
	Length int
	Newest uint64
}

// Line is the contacts of one time zone, the first one first.
type Line struct {
	TimeZone string
	Places   []Place
}

// Place is a contact in a line. Who came first has the lowest number.
type Place struct {
	Number    uint64
	ContactID string
}

func (q *Queue) line(timeZone string) *Line {
	for _, line := range q.Lines {
		if line.TimeZone == timeZone {
			return line
		}
	}
	line := &Line{TimeZone: timeZone}
	q.Lines = append(q.Lines, line)
	return line
}

// enqueue puts a contact at the end of the queue.
func (j *Job) enqueue(contactID string) {
	q := &j.Queue
	line := q.line(j.Contacts[contactID].Details.TimeZone)
	q.Length++
	q.Newest++
	line.Places = append(line.Places, Place{q.Newest, contactID})
}

// takeNext takes a contact off the queue, where it must be the first of its
// line.
func (j *Job) takeNext(contactID string) bool {
	contact := j.Contacts[contactID]
	if contact == nil {
		return false
	}
	line := j.Queue.line(contact.Details.TimeZone)
	if len(line.Places) == 0 || line.Places[0].ContactID != contactID {
		return false
	}
	line.Places = line.Places[1:]
	j.Queue.Length--
	return true
}

// next returns the contact that is to be dialled next: the first of all whose
// calling window is open. Without one, nil.
func (t *turn) next(j *Job) *Contact {
	var first *Place
	for _, line := range j.Queue.Lines {
		if len(line.Places) == 0 || first != nil && first.Number < line.Places[0].Number {
			continue
		}
		if t.mayCall(line.TimeZone, j) {
			first = &line.Places[0]
		}
	}
	if first == nil {
		return nil
	}
	return j.Contacts[first.ContactID]
}

// mayCall tells whether customers in a time zone may be called now.
func (t *turn) mayCall(timeZone string, j *Job) bool {
	w := j.Campaign.CallingWindow
	return w == nil || t.s.clocks.Open(*w, t.now, timeZone, t.s.Settings.TimeZone)
}

// opening returns when customers in a time zone may be called, from a time on;
// false when they never may.
func (t *turn) opening(timeZone string, j *Job, from int64) (int64, bool) {
	w := j.Campaign.CallingWindow
	if w == nil {
		return from, true
	}
	return t.s.clocks.Opening(*w, from, timeZone, t.s.Settings.TimeZone)
}

// sleepUntilOpening has a campaign paced again when the first window opens in which
// somebody waits to be called.
func (t *turn) sleepUntilOpening(name string, j *Job) {
	for _, line := range j.Queue.Lines {
		if len(line.Places) == 0 {
			continue
		}
		if at, opens := t.opening(line.TimeZone, j, t.now); opens {
			t.s.paceAt(name, at)
		}
	}
}
