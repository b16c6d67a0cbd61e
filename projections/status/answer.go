package status

import (
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/subject"
)

const (
	// maxAnswer bounds an answer in bytes, well below what NATS lets through.
	maxAnswer = 512 << 10
	// agentOverhead is the encoded size in bytes of an agent's status without
	// its texts, rounded up.
	agentOverhead = 800
	// textOverhead is the most that a text takes beside its bytes.
	textOverhead = 5
	// maxWaitMs is the longest wait a request may ask for.
	maxWaitMs = 10_000
)

// size returns an upper bound for the encoded size of an agent's status, without
// encoding it.
func size(a *events.AgentStatus) int {
	n := agentOverhead + len(a.AgentID) + len(a.Status.SessionID) + len(a.ReasonCode) + len(a.ReasonName) +
		len(a.CampaignName) + len(a.PendingCallback)
	for _, session := range a.PendingConsults {
		n += textOverhead + len(session)
	}
	return n
}

// valid tells whether a request can be answered at all.
func valid(r *events.StatusRequest) bool {
	return r.V == events.Version && subject.ValidZone(r.ZoneName) && 0 <= r.WaitMs && r.WaitMs <= maxWaitMs
}

// answer reads what is asked for off the fold.
func answer(f *Fold, r *events.StatusRequest) events.StatusAnswer {
	out := events.StatusAnswer{V: events.Version, ZoneName: r.ZoneName, ZN: f.ZN(), At: f.At()}
	if r.AgentID != "" {
		one, known := f.Agent(r.AgentID)
		if !known {
			out.Result = events.AgentUnknown
			return out
		}
		out.Agents = []events.AgentStatus{one}
		return out
	}
	left := maxAnswer
	for _, id := range f.After(r.AfterID) {
		one, _ := f.Agent(id)
		left -= size(&one)
		// A single agent is always told, or paging would not get past it.
		if left < 0 && len(out.Agents) > 0 {
			out.More = true
			break
		}
		out.Agents = append(out.Agents, one)
	}
	return out
}
