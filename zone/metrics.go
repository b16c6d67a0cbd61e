package zone

import (
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/manager"
)

// Metrics are what the zones of one broker count. What is counted is what this
// broker committed as the leader, so the sum over all brokers is the zone's.
type Metrics struct {
	commits, events, turns, dropped, commands   *prometheus.CounterVec
	dials, answers, machines, abandoned         *prometheus.CounterVec
	leaderships, snapshotFailures               *prometheus.CounterVec
	inputWait, decision, appending, commitBytes *prometheus.HistogramVec
	snapshotDuration                            *prometheus.HistogramVec
	takeover                                    *prometheus.GaugeVec
	gauges                                      *gauges
}

// NewMetrics registers the metrics of zones.
func NewMetrics(r prometheus.Registerer) *Metrics {
	f := promauto.With(r)
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return f.NewCounterVec(prometheus.CounterOpts{Namespace: "deskbus", Name: name, Help: help},
			append([]string{"zone"}, labels...))
	}
	histogram := func(name, help string, buckets []float64) *prometheus.HistogramVec {
		return f.NewHistogramVec(prometheus.HistogramOpts{Namespace: "deskbus", Name: name, Help: help, Buckets: buckets},
			[]string{"zone"})
	}
	m := &Metrics{
		commits: counter("zone_commits_total", "Commits appended to the journal."),
		events:  counter("zone_events_total", "Events committed, by kind.", "kind"),
		turns:   counter("zone_turns_total", "Turns committed, by what caused them.", "input"),
		dropped: counter("zone_inputs_dropped_total", "Inputs that caused no event, by reason.", "reason"),
		commands: counter("zone_commands_total",
			"Commands answered, by name and result code. A command that is sent again is answered again.", "command", "code"),
		dials: counter("campaign_dials_total", "Calls to customers that were begun.", "campaign"),
		answers: counter("campaign_answers_total",
			"Calls that were answered. Less those that machines answered, they are the live answers.", "campaign"),
		machines:    counter("campaign_machine_answers_total", "Calls that turned out to be answered by a machine.", "campaign"),
		abandoned:   counter("campaign_abandoned_calls_total", "Live answers that found no agent in time.", "campaign"),
		leaderships: counter("zone_leaderships_ended_total", "Leaderships of this broker that ended, by reason.", "reason"),
		snapshotFailures: counter("zone_snapshot_failures_total",
			"Snapshots that could not be made. The next attempt follows."),
		inputWait: histogram("zone_input_wait_seconds",
			"How long an input had been in the inbox when it was decided, by the clocks of the bus and of the broker.",
			prometheus.ExponentialBuckets(1e-4, 4, 10)),
		decision: histogram("zone_decision_duration_seconds", "How long it took to decide an input.",
			prometheus.ExponentialBuckets(1e-6, 4, 8)),
		appending: histogram("zone_commit_duration_seconds",
			"How long a commit took from its append to the acknowledgement of the bus.",
			prometheus.ExponentialBuckets(1e-4, 2.5, 13)),
		commitBytes: histogram("zone_commit_size_bytes", "Size of the events of a commit.",
			prometheus.ExponentialBuckets(256, 4, 7)),
		snapshotDuration: histogram("zone_snapshot_duration_seconds", "How long it took to make a snapshot.",
			prometheus.ExponentialBuckets(0.05, 2.5, 9)),
		takeover: f.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: "deskbus", Name: "zone_takeover_duration_seconds",
			Help: "How long this broker's last takeover of the zone took from the lease on, by step. The elections are those of NATS.",
		}, []string{"zone", "step"}),
		gauges: &gauges{},
	}
	if r != nil {
		r.MustRegister(m.gauges)
	}
	return m
}

// The reasons for which this package drops an input; those of the manager come
// in addition.
const (
	droppedSubject     = "unreadable_subject"
	droppedSwitchEvent = "unreadable_switch_event"
	droppedPoison      = "poison"
)

// Why a leadership ended.
const (
	endedStopped    = "stopped"
	endedHandedOver = "handed_over"
	endedLeaseLost  = "lease_lost"
	endedDeposed    = "deposed"
	endedBusLost    = "bus_lost"
	endedUnknown    = "unknown_outcome"
	endedPoison     = "poison"
	endedDamaged    = "damaged"
	endedOther      = "other"
)

// What causes a turn.
const (
	byCommand = "command"
	bySwitch  = "switch"
	byTimer   = "timer"
	byLeader  = "leader"
)

// counters are the metrics of one zone. Those of snapshots are for any goroutine,
// the others belong to the one that leads.
type counters struct {
	all  *Metrics
	zone string

	commits                                     prometheus.Counter
	events                                      map[events.Kind]prometheus.Counter
	turns                                       map[string]prometheus.Counter
	commands                                    map[answered]prometheus.Counter
	campaigns                                   map[string]*campaignCounters
	inputWait, decision, appending, commitBytes prometheus.Observer
	snapshotDuration                            prometheus.Observer
	snapshotFailed                              prometheus.Counter
}

// answered is a command and its result.
type answered struct {
	command string
	code    events.Code
}

type campaignCounters struct{ dials, answers, machines, abandoned prometheus.Counter }

// of returns the metrics of a zone. What can be told beforehand begins with 0, so
// that the first time is seen as a change.
func (m *Metrics) of(z *Zone) *counters {
	name := z.config.Name
	c := &counters{
		all: m, zone: name,
		commits:          m.commits.WithLabelValues(name),
		events:           map[events.Kind]prometheus.Counter{},
		turns:            map[string]prometheus.Counter{},
		commands:         map[answered]prometheus.Counter{},
		campaigns:        map[string]*campaignCounters{},
		inputWait:        m.inputWait.WithLabelValues(name),
		decision:         m.decision.WithLabelValues(name),
		appending:        m.appending.WithLabelValues(name),
		commitBytes:      m.commitBytes.WithLabelValues(name),
		snapshotDuration: m.snapshotDuration.WithLabelValues(name),
		snapshotFailed:   m.snapshotFailures.WithLabelValues(name),
	}
	for _, kind := range []events.Kind{
		events.KindCommand, events.KindResponse, events.KindNotification, events.KindFact, events.KindSwitch,
	} {
		c.events[kind] = m.events.WithLabelValues(name, string(kind))
	}
	for _, input := range []string{byCommand, bySwitch, byTimer, byLeader} {
		c.turns[input] = m.turns.WithLabelValues(name, input)
	}
	for _, reason := range []string{
		endedStopped, endedHandedOver, endedLeaseLost, endedDeposed, endedBusLost, endedUnknown, endedPoison,
		endedDamaged, endedOther,
	} {
		m.leaderships.WithLabelValues(name, reason)
	}
	for _, reason := range []string{
		droppedSubject, droppedSwitchEvent, droppedPoison, string(manager.DroppedUnknownSender),
		string(manager.DroppedDuplicate), string(manager.DroppedUnknownLeg), string(manager.DroppedNoChange),
	} {
		m.dropped.WithLabelValues(name, reason)
	}
	for _, campaign := range z.config.Campaigns {
		c.campaign(campaign.Name)
	}
	m.gauges.add(z)
	return c
}

// campaign returns the counters of a campaign: one of the configuration, or of
// an earlier one whose calls go on.
func (c *counters) campaign(name string) *campaignCounters {
	known := c.campaigns[name]
	if known == nil {
		known = &campaignCounters{
			dials:     c.all.dials.WithLabelValues(c.zone, name),
			answers:   c.all.answers.WithLabelValues(c.zone, name),
			machines:  c.all.machines.WithLabelValues(c.zone, name),
			abandoned: c.all.abandoned.WithLabelValues(c.zone, name),
		}
		c.campaigns[name] = known
	}
	return known
}

func (c *counters) dropped(why string) { c.all.dropped.WithLabelValues(c.zone, why).Inc() }

func (c *counters) ended(why string) { c.all.leaderships.WithLabelValues(c.zone, why).Inc() }

func (c *counters) tookOver(s *stopwatch) {
	for step, took := range s.took {
		c.all.takeover.WithLabelValues(c.zone, step).Set(took.Seconds())
	}
}

func (c *counters) decided(took time.Duration) { c.decision.Observe(took.Seconds()) }

// waited counts how long an input was in the inbox; clocks that differ do not
// make it less than nothing.
func (c *counters) waited(stored int64, now time.Time) {
	c.inputWait.Observe(max(0, float64(now.UnixNano()-stored)) / 1e9)
}

func (c *counters) appended(took time.Duration) { c.appending.Observe(took.Seconds()) }

// committed counts the events of one commit and their size.
func (c *counters) committed(turns []events.Event, size int) {
	c.commits.Inc()
	c.commitBytes.Observe(float64(size))
	for i := range turns {
		e := &turns[i]
		c.events[e.Kind].Inc()
		if e.Index == 0 {
			c.turns[causeOf(e)].Inc()
		}
		switch e.Kind {
		case events.KindResponse:
			code, _ := events.ResultOf(e.Data)
			c.answered(strings.TrimSuffix(e.Name, "RESP"), code)
		case events.KindNotification:
			if e.Name == events.AGTInvalidCommandName {
				// Not its name: senders make those up.
				c.answered("unknown", events.InvalidCommandNameCode)
			}
		case events.KindFact:
			c.fact(e)
		}
	}
}

// causeOf says what caused the turn that an event begins.
func causeOf(e *events.Event) string {
	switch {
	case strings.HasPrefix(e.Cause, "timer."):
		return byTimer
	case strings.HasPrefix(e.Cause, "leader."):
		return byLeader
	case e.Kind == events.KindSwitch:
		return bySwitch
	}
	return byCommand
}

func (c *counters) answered(command string, code events.Code) {
	key := answered{command, code}
	counter := c.commands[key]
	if counter == nil {
		counter = c.all.commands.WithLabelValues(c.zone, command, strconv.Itoa(int(code)))
		c.commands[key] = counter
	}
	counter.Inc()
}

func (c *counters) fact(e *events.Event) {
	switch e.Name {
	case events.ContactDialed, events.NumberDialed:
		c.campaign(e.Job).dials.Inc()
	case events.CallAnswered:
		c.campaign(e.Job).answers.Inc()
	case events.CallEnded:
		if d := e.Data.(events.CallEndedData); d.Machine {
			c.campaign(e.Job).machines.Inc()
		} else if d.Abandoned {
			c.campaign(e.Job).abandoned.Inc()
		}
	}
}
