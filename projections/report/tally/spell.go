package tally

import "github.com/deskbus/deskbus/events"

// spell is what an agent does, from since on: nothing has changed since then that
// matters to a report.
type spell struct {
	// since is in milliseconds since 1970, UTC. The time before is in the rows.
	since   int64
	metrics []Metric
	// campaign is that of the call, or else the one the agent is nailed up for.
	campaign string
	// code and name are the reason of an agent who is not ready.
	code, name string
}

// count adds the time up to a moment to the rows, split at the boundaries of the
// intervals.
func (s *spell) count(r *Rows, agent string, at int64) {
	for s.since < at {
		end := min(at, s.since/base*base+base)
		k := key(s.since, agent, s.campaign)
		row := r.of(k)
		for _, m := range s.metrics {
			row[m] += end - s.since
			if m == NotReady {
				r.NotReady[Label{k, s.code, s.name}] += end - s.since
			}
		}
		s.since = end
	}
}

// spellOf says what an agent who is logged on does; call is the one he has a part
// in, nil for none.
func spellOf(a *events.AgentStatus, call *Call, since int64) spell {
	s := spell{since: since, campaign: a.CampaignName, metrics: []Metric{Staffed, availability(a)}}
	if call != nil {
		s.campaign = call.Campaign
	}
	if a.Status.AgentState == events.NotReady {
		s.code, s.name = label(a.ReasonCode), label(a.ReasonName)
	}
	s.metrics = append(s.metrics, activity(a, call)...)
	return s
}

func availability(a *events.AgentStatus) Metric {
	switch a.Status.AgentState {
	case events.Ready:
		return Ready
	case events.PendingNotReady:
		return PendingNotReady
	}
	return NotReady
}

// activity is what the agent does, and the part of it that has a figure of its
// own.
func activity(a *events.AgentStatus, call *Call) []Metric {
	switch a.Status.CallState {
	case events.Preview, events.Callback:
		return []Metric{Preview}
	case events.Dialing:
		return []Metric{Dialing}
	case events.Talking:
		return []Metric{Talk}
	case events.Held:
		return []Metric{Hold}
	case events.Consult:
		if call != nil && call.Agent != a.AgentID {
			return []Metric{Assist}
		}
		return []Metric{Hold, Consult}
	case events.ConferenceOwner:
		return []Metric{Talk, Conference}
	case events.ConferencePassive:
		return []Metric{Assist}
	case events.Wrapup:
		return []Metric{Wrapup}
	}
	return withoutContact(a)
}

func withoutContact(a *events.AgentStatus) []Metric {
	switch {
	case a.Inbound:
		return []Metric{Inbound}
	case a.Status.AgentState != events.Ready || a.Disconnected:
		return []Metric{Unavailable}
	case a.Status.NailupStatus == events.NailedUp:
		return []Metric{Idle, NailedIdle}
	}
	return []Metric{Idle}
}
