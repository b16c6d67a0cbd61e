package manager

// checkContacts checks that each contact of a job is in one place at most: in
// the line of its time zone, waiting for its retry, or in a call; and that a
// line is in order.
func checkContacts(t tester, s *State, name string) {
	t.Helper()
	j := s.Jobs[name]
	places := map[string][]string{}
	length, retrying := 0, 0
	for _, line := range j.Queue.Lines {
		newest := uint64(0)
		for _, place := range line.Places {
			length++
			places[place.ContactID] = append(places[place.ContactID], "queue")
			if zone := j.Contacts[place.ContactID].Details.TimeZone; zone != line.TimeZone || place.Number <= newest {
				t.Errorf("job %s: contact %s of %q is in line %q at %d after %d", name, place.ContactID, zone, line.TimeZone, place.Number, newest)
			}
			newest = place.Number
		}
	}
	for id := range j.Contacts {
		if s.hasTimer(timerRetry, contactKey(name, id)) {
			retrying++
			places[id] = append(places[id], "retry")
		}
	}
	for _, c := range s.Calls {
		if c.Job == name && c.Callback == nil {
			places[c.ContactID] = append(places[c.ContactID], "call "+c.Session)
		}
	}
	checkPromises(t, s, name)
	for id, in := range places {
		if len(in) > 1 {
			t.Errorf("job %s: contact %s is in %v", name, id, in)
		}
	}
	if length != j.Queue.Length || retrying != j.Retrying {
		t.Errorf("job %s: %d in the queue, counted %d; %d wait for a retry, counted %d", name,
			length, j.Queue.Length, retrying, j.Retrying)
	}
}

// checkPromises checks that each contact has the callbacks that wait or are made, and
// no more than it may; and that one call has agreed each of them but once.
func checkPromises(t tester, s *State, name string) {
	t.Helper()
	for id, contact := range s.Jobs[name].Contacts {
		agreed := map[string]bool{}
		for _, c := range contact.promises {
			call := s.Calls[c.CallbackID]
			waits := s.Callbacks[c.CallbackID] == c
			if waits == (call != nil && call.Callback == c) || c.List != name || c.ContactID != id {
				t.Errorf("job %s: contact %s has callback %+v, which waits: %v, and has call %+v", name, id, c, waits, call)
			}
			what := c.AgreedIn + " " + c.Job + " " + c.ContactNumber.Number
			if waits && c.AgreedIn != "" && agreed[what] {
				t.Errorf("job %s: contact %s has two callbacks agreed as %s", name, id, what)
			}
			agreed[what] = agreed[what] || waits
		}
		if len(contact.promises) > maxPromises {
			t.Errorf("job %s: contact %s has %d callbacks", name, id, len(contact.promises))
		}
	}
}

// checkCampaignsOn counts again how many campaigns are on each switch.
func checkCampaignsOn(t tester, s *State) {
	t.Helper()
	on := map[string]int{}
	for _, j := range s.Jobs {
		on[j.Campaign.Switch]++
	}
	for name, n := range s.campaignsOn {
		if n != on[name] {
			t.Errorf("%d campaigns are on switch %q, counted %d", on[name], name, n)
		}
	}
}

// checkNobodyWaitsInVain: no agent waits for a campaign that may call nobody now,
// while there is one with the same skill that may. What is to be paced has yet to
// see to it.
func checkNobodyWaitsInVain(t tester, s *State) {
	t.Helper()
	now := &turn{s: s, now: s.At}
	for name, j := range s.Jobs {
		asleep := j.Queue.Length > 0 && j.Retrying+j.Dialing+len(j.Waiting)+j.Told+len(j.Callbacks) == 0 && now.next(j) == nil
		at, paced := s.unpaced.at[timerOf(timerPace, name)]
		if !asleep || !j.Running || j.Withdrawn || j.awake || paced && at <= s.At+second || s.Settings.Down || !s.switchUp(j.Campaign.Switch) {
			continue
		}
		for _, queued := range j.idle.agents {
			for other, k := range s.Jobs {
				if queued.agent != nil && k.awake && k.takes(queued.agent) && now.next(k) != nil && k.lacks() > j.leaving() {
					t.Errorf("agent %s waits for %s, which may call nobody now, and not for %s", queued.agent.ID, name, other)
				}
			}
		}
	}
}
