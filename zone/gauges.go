package zone

import (
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/manager"
)

// watched is what the leader of a zone shows of it, once a second.
type watched struct {
	manager.Sample
	// pending is how many messages the inbox had at the last look that are not
	// decided by now.
	pending uint64
	// strangers is how many messages of the feed are no events.
	strangers uint64
}

// streams is what the last look at the streams of a zone has found.
type streams struct {
	journal.Sizes
	// lag is how many events that were committed before the look were not in the
	// feed.
	lag uint64
}

// gauges collects what is so at the moment. What only a leader knows is there
// only while this broker leads: the others say nothing of it, so that a sum over
// all brokers is right.
type gauges struct {
	mu    sync.Mutex
	zones []*Zone
}

func (g *gauges) add(z *Zone) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.zones = append(g.zones, z)
}

func gauge(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("deskbus_"+name, help, append([]string{"zone"}, labels...), nil)
}

var (
	descLeader  = gauge("zone_leader", "Whether this broker leads the zone.")
	descReady   = gauge("zone_ready", "Whether this broker can take the zone over without a delay, or leads it.")
	descTrouble = gauge("zone_trouble", "Whether this broker is of no use to the zone now; /readyz and the log say why.")

	descSnapshotTime = gauge("zone_snapshot_timestamp_seconds",
		"Time of the newest event in the newest snapshot that this broker has made or begun with.")
	descSnapshotSize = gauge("zone_snapshot_size_bytes", "Size of the state in that snapshot.")

	descEpoch        = gauge("zone_epoch", "Number of the leadership.")
	descNumber       = gauge("zone_number", "Number of the newest event.")
	descTimers       = gauge("zone_timers", "Timers that are set.")
	descPending      = gauge("zone_inbox_pending_messages", "Messages in the inbox that have waited for seconds and are not decided.")
	descFeedLag      = gauge("zone_feed_lag_events", "Events that were committed seconds ago and are not in the feed.")
	descStreamBytes  = gauge("zone_stream_size_bytes", "Size of a stream of the zone on disk.", "stream")
	descAgents       = gauge("agents", "Agents who are logged on, by agent state.", "agent_state")
	descNailups      = gauge("agents_by_nailup", "Agents who are logged on, by the state of their nailing.", "nailup_status")
	descCallStates   = gauge("agents_by_call_state", "Agents who are logged on, by call state.", "call_state")
	descDisconnected = gauge("agents_disconnected", "Agents who are logged on and whose desktop is gone.")
	descInbound      = gauge("agents_inbound", "Agents who are lent to inbound calls.")
	descCallbacks    = gauge("callbacks", "Callbacks that have no call yet.")

	descRunning   = gauge("campaign_running", "Whether contacts of the campaign are dialled.", "campaign")
	descContacts  = gauge("campaign_contacts", "Contacts still to be dialled in this round, now or once more later.", "campaign", "state")
	descCalls     = gauge("campaign_calls", "Calls of the campaign, by how far they are.", "campaign", "state")
	descIdle      = gauge("campaign_idle_agents", "Agents who wait for a call of the campaign.", "campaign")
	descDue       = gauge("campaign_callbacks_due", "Callbacks whose time is near or over, by whether an agent was told.", "campaign", "state")
	descLimit     = gauge("campaign_abandon_limit_ratio", "Share of live answers that may find no agent.", "campaign")
	descAllowance = gauge("campaign_abandon_allowance_calls", "How many customers pacing may still abandon.", "campaign")
)

// What there can be, so that each has its series from the beginning.
var (
	agentStates  = []events.POMAgentState{events.NotReady, events.Ready, events.PendingNotReady}
	nailupStates = []events.POMNailupStatus{
		events.NotNailedUp, events.PendingNailup, events.NailedUp, events.PendingNailupDrop, events.NailingLost,
	}
	callStates = []events.POMCallState{
		events.NoState, events.Idle, events.Preview, events.Callback, events.Dialing, events.Talking, events.Held,
		events.Consult, events.ConferenceOwner, events.ConferencePassive, events.Wrapup,
	}
)

// Describe sends no descriptions: which metrics there are depends on who leads.
func (g *gauges) Describe(chan<- *prometheus.Desc) {}

// Collect is called for each scrape.
func (g *gauges) Collect(to chan<- prometheus.Metric) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, z := range g.zones {
		collector{to, z.config.Name}.zone(z)
	}
}

// collector sends the gauges of one zone.
type collector struct {
	to   chan<- prometheus.Metric
	name string
}

func (c collector) send(d *prometheus.Desc, value float64, labels ...string) {
	c.to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, append([]string{c.name}, labels...)...)
}

func (c collector) zone(z *Zone) {
	w := z.watched.Load()
	c.send(descLeader, truth(w != nil))
	ready, trouble := false, z.Trouble() != nil
	select {
	case <-z.ready:
		ready = !trouble
	default:
	}
	c.send(descReady, truth(ready))
	c.send(descTrouble, truth(trouble))
	if s := z.snapshot.Load(); s != nil {
		c.send(descSnapshotTime, float64(s.at)/1e6)
		c.send(descSnapshotSize, float64(s.size))
	}
	if w == nil {
		return
	}
	c.leader(w)
	for i := range w.Jobs {
		c.campaign(&w.Jobs[i])
	}
	if s := z.streams.Load(); s != nil {
		c.send(descPending, float64(w.pending))
		c.send(descFeedLag, float64(s.lag))
		c.send(descStreamBytes, float64(s.JournalBytes), "journal")
		c.send(descStreamBytes, float64(s.InboxBytes), "inbox")
		c.send(descStreamBytes, float64(s.FeedBytes), "feed")
	}
}

func (c collector) leader(w *watched) {
	c.send(descEpoch, float64(w.Epoch))
	c.send(descNumber, float64(w.ZN))
	c.send(descTimers, float64(w.Timers))
	for _, state := range agentStates {
		c.send(descAgents, float64(w.AgentStates[state]), string(state))
	}
	for _, state := range nailupStates {
		c.send(descNailups, float64(w.NailupStates[state]), string(state))
	}
	for _, state := range callStates {
		c.send(descCallStates, float64(w.CallStates[state]), string(state))
	}
	c.send(descDisconnected, float64(w.Disconnected))
	c.send(descInbound, float64(w.Inbound))
	c.send(descCallbacks, float64(w.Callbacks))
}

func (c collector) campaign(j *manager.JobSample) {
	c.send(descRunning, truth(j.Running), j.Name)
	c.send(descContacts, float64(j.Queued), j.Name, "queued")
	c.send(descContacts, float64(j.Retrying), j.Name, "retrying")
	c.send(descCalls, float64(j.Dialing), j.Name, "dialing")
	c.send(descCalls, float64(j.Waiting), j.Name, "waiting")
	c.send(descCalls, float64(j.Open-j.Dialing-j.Waiting), j.Name, "with_agent")
	c.send(descIdle, float64(j.Idle), j.Name)
	c.send(descDue, float64(j.CallbacksDue), j.Name, "looking")
	c.send(descDue, float64(j.CallbacksTold), j.Name, "told")
	c.send(descLimit, float64(j.AbandonLimit)/1000, j.Name)
	c.send(descAllowance, float64(j.Allowance)/1000, j.Name)
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
