package wallboard

import (
	"slices"

	"github.com/deskbus/deskbus/events"
)

// The rows of the messages. Times are milliseconds since 1970, UTC, because that
// is what a page counts in.

type zoneRow struct {
	Key    string `json:"key"`
	Leader string `json:"leader,omitempty"`
	Epoch  uint64 `json:"epoch,omitempty"`
	ZN     uint64 `json:"zn"`
	health
	Figures *figures `json:"figures,omitempty"`
}

type campaignRow struct {
	Key          string                `json:"key"`
	Zone         string                `json:"zone"`
	Name         string                `json:"name"`
	Mode         events.POMContactType `json:"mode"`
	AbandonLimit int                   `json:"abandonLimit,omitempty"`
	Running      bool                  `json:"running"`
	Withdrawn    bool                  `json:"withdrawn,omitempty"`
	Figures      *figures              `json:"figures"`
}

type agentRow struct {
	Key      string                 `json:"key"`
	Zone     string                 `json:"zone"`
	ID       string                 `json:"id"`
	Name     string                 `json:"name"`
	Activity Activity               `json:"activity"`
	Since    int64                  `json:"since"`
	LoggedOn int64                  `json:"loggedOn"`
	Campaign string                 `json:"campaign,omitempty"`
	State    events.POMAgentState   `json:"agentState"`
	Nailing  events.POMNailupStatus `json:"nailupStatus"`
	Call     events.POMCallState    `json:"callState"`
	Reason   string                 `json:"reason,omitempty"`
	// Session and CallSince are those of a conversation.
	Session   string `json:"session,omitempty"`
	CallSince int64  `json:"callSince,omitempty"`
	// Consults wait for the agent, and so does a callback.
	Consults int  `json:"consults,omitempty"`
	Callback bool `json:"callback,omitempty"`
	Gone     bool `json:"disconnected,omitempty"`
}

// minutesRow has the changed minutes of a campaign: the minute since 1970,
// answered, abandoned, handled.
type minutesRow struct {
	Key     string     `json:"key"`
	Minutes [][4]int64 `json:"minutes"`
}

// key is unique in the installation: no zone has a slash in its name.
func key(zone, id string) string { return zone + "/" + id }

func (f *fold) agentRow(zone, id string, a *agent) agentRow {
	s := &a.status
	row := agentRow{
		Key: key(zone, id), Zone: zone, ID: id, Name: f.name(id), Activity: a.Activity, Since: a.Since / 1000,
		LoggedOn: a.LoggedOn / 1000, Campaign: s.CampaignName, State: s.Status.AgentState,
		Nailing: s.Status.NailupStatus, Call: s.Status.CallState, Consults: len(s.PendingConsults),
		Callback: s.PendingCallback != "", Gone: s.Disconnected,
	}
	if s.Status.AgentState != events.Ready {
		row.Reason = reasonOf(s.ReasonCode, s.ReasonName)
	}
	if a.Activity.inConversation() {
		row.Session = s.Status.SessionID
		if c := f.calls[row.Session]; c != nil {
			row.CallSince = c.Answered / 1000
		}
	}
	return row
}

func campaignRowOf(zone, name string, c *campaign, n *figures) campaignRow {
	return campaignRow{
		Key: key(zone, name), Zone: zone, Name: name, Mode: c.Mode, AbandonLimit: c.AbandonLimit,
		Running: c.Running, Withdrawn: c.Withdrawn, Figures: n,
	}
}

// minutes returns those of the last hour for which want is true, in order.
func (c *campaign) minutesOf(now int64, want func(int64) bool) [][4]int64 {
	var all [][4]int64
	for m, n := range c.Minutes {
		if m > now/minute-hour && want(m) {
			all = append(all, [4]int64{m, int64(n.Answered), int64(n.Abandoned), int64(n.Handled)})
		}
	}
	slices.SortFunc(all, func(a, b [4]int64) int { return int(a[0] - b[0]) })
	return all
}
