package manager

import (
	"slices"

	"github.com/deskbus/deskbus/events"
)

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
// so that they are nailed for one that is awake: as many as have work there, lest
// the phones of all ring for one contact. It looks again a moment later, because one
// who goes may not come. Nobody goes while somebody rings.
func (t *turn) sendElsewhere(name string, j *Job) {
	if j.idle.live == 0 || j.Dialing+len(j.Waiting) > 0 || !t.asleep(j) {
		return
	}
	others, wanted := t.awakeJobs(), 0
	for _, other := range others {
		wanted += other.lacks()
	}
	if wanted == 0 {
		return // as at night, when many may wait
	}
	t.s.paceAt(name, t.now+second)
	wanted -= j.leaving()
	for _, queued := range slices.Clone(j.idle.agents) {
		if wanted <= 0 || t.dials == maxDials {
			return
		}
		a := queued.agent
		if a != nil && slices.ContainsFunc(others, func(other *Job) bool { return other.takes(a) }) {
			t.dropNailing(a)
			t.dials++
			wanted--
		}
	}
}

// lacks returns how many agents a campaign has work for beyond those it has.
func (j *Job) lacks() int {
	work := j.Queue.Length + j.Retrying + j.Open + j.Told
	if len(j.Callbacks) > 0 && j.idle.live == 0 {
		work = max(work, len(j.attached)+1) // one found nobody
	}
	return max(0, work-len(j.attached))
}

// leaving counts the agents who are on their way to another campaign.
func (j *Job) leaving() (n int) {
	for _, a := range j.attached {
		if a.NailupStatus == events.PendingNailupDrop {
			n++
		}
	}
	return n
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

// awake notes that a campaign has somebody to call. If it had nobody before, or lacks
// agents, those that are asleep may have some for it.
func (t *turn) awake(j *Job) {
	at := t.now
	if j.awake {
		at += second
	}
	if j.awake && j.lacks() == 0 {
		return
	}
	j.awake = true
	for _, name := range t.s.jobNames {
		if other := t.s.Jobs[name]; other.Running && !other.awake && other.idle.live > 0 {
			t.s.paceAt(name, at)
		}
	}
}
