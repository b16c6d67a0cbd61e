package manager

import "slices"

// hasJobFor tells whether there is a campaign the agent may be nailed for.
func (s *State) hasJobFor(a *Agent) bool {
	for _, j := range s.Jobs {
		if j.takes(a) {
			return true
		}
	}
	return false
}

// takes tells whether a campaign is at work and the agent has the skill for it.
func (j *Job) takes(a *Agent) bool { return j.Running && !j.Withdrawn && a.hasSkill(j.Campaign.Skill) }

// jobFor returns the campaign the agent is nailed for: of those that are awake, or
// else of all, the one with the fewest agents, the first by name among equals; ""
// for none.
func (t *turn) jobFor(a *Agent) string {
	best, fewest, sleeps := "", 0, false
	for _, name := range t.s.jobNames {
		j := t.s.Jobs[name]
		fewer := best == "" || len(j.attached) < fewest
		if !j.takes(a) || !fewer && !sleeps {
			continue
		}
		if asleep := t.asleep(j); fewer && asleep == sleeps || best == "" || sleeps && !asleep {
			best, fewest, sleeps = name, len(j.attached), asleep
		}
	}
	return best
}

// asleep tells whether everybody a campaign has to call lives where its calling
// window is closed now.
func (t *turn) asleep(j *Job) bool {
	if j.Campaign.CallingWindow == nil || j.Told > 0 {
		return false
	}
	for _, line := range j.Queue.Lines {
		// Nobody counts by time zone who waits for another attempt.
		if (len(line.Places) > 0 || j.Retrying > 0) && t.mayCall(line.TimeZone, j) {
			return false
		}
	}
	for _, id := range j.Callbacks {
		if t.callbackAwake(t.s.Callbacks[id]) {
			return false
		}
	}
	return j.Queue.Length+j.Retrying > 0
}

// sendElsewhere drops the nailing of agents who wait for a campaign that is asleep,
// so that they are nailed for one that is awake. Nobody goes while somebody rings.
func (t *turn) sendElsewhere(j *Job) {
	if j.idle.live == 0 || j.Dialing+len(j.Waiting) > 0 || !t.asleep(j) {
		return
	}
	others := t.awakeJobs()
	if len(others) == 0 {
		return // as at night, when many may wait
	}
	for _, queued := range slices.Clone(j.idle.agents) {
		if t.dials == maxDials {
			return
		}
		a := queued.agent
		if a != nil && slices.ContainsFunc(others, func(other *Job) bool { return other.takes(a) }) {
			t.dropNailing(a)
			t.dials++
		}
	}
}

// awakeJobs returns the campaigns at work that are not asleep.
func (t *turn) awakeJobs() []*Job {
	var list []*Job
	for _, name := range t.s.jobNames {
		if j := t.s.Jobs[name]; j.Running && !j.Withdrawn && !t.asleep(j) {
			list = append(list, j)
		}
	}
	return list
}

// awake notes that a campaign has somebody to call. If it had nobody before, those
// that are asleep may have agents for it.
func (t *turn) awake(j *Job) {
	if j.awake {
		return
	}
	j.awake = true
	for _, name := range t.s.jobNames {
		if other := t.s.Jobs[name]; other.Running && !other.awake && other.idle.live > 0 {
			t.s.unpace(name)
		}
	}
}
