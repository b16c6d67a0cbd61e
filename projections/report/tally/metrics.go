package tally

// Metric is one figure of a row. The names are those of the columns, of the
// JSON and of the CSV, and may never change; [Metrics] says what each means.
type Metric int

// The metrics. Times are in milliseconds.
const (
	Staffed Metric = iota
	Ready
	PendingNotReady
	NotReady
	Idle
	NailedIdle
	Unavailable
	Inbound
	Preview
	Dialing
	Talk
	Conference
	Hold
	Consult
	Wrapup
	Assist
	ContactsHandled
	TransferredOut
	TransferredIn
	Consulted
	Conferenced
	Held
	AgentHungUpFirst
	Attempts
	LiveAnswers
	MachineAnswers
	Busy
	NoAnswer
	Failed
	Abandoned
	CallbacksScheduled
	CallbacksKept
	CallbacksExpired
	DNCAdditions
	metricCount
)

// Figures are the values of all metrics of one row.
type Figures [metricCount]int64

// Add adds another row.
func (f *Figures) Add(other *Figures) {
	for i, value := range other {
		f[i] += value
	}
}

// Definition says what a metric or a rate is called and what it means.
type Definition struct{ Name, Meaning string }

var definitions = [metricCount]Definition{
	Staffed:         {"staffed_ms", "logged on; for a campaign, nailed up for it or in one of its calls"},
	Ready:           {"ready_ms", "of the staffed time: agent state Ready, in a call or not"},
	PendingNotReady: {"pending_not_ready_ms", "of the staffed time: agent state PendingNotReady"},
	NotReady:        {"not_ready_ms", "of the staffed time: agent state NotReady, which has its reasons in rows of their own"},

	Idle:        {"idle_ms", "Ready with a desktop and no contact, nailed up or not"},
	NailedIdle:  {"nailed_idle_ms", "of the idle time: nailed up; never hold"},
	Unavailable: {"unavailable_ms", "no contact and not idle: not ready, about to be, or the desktop is gone"},
	Inbound:     {"inbound_ms", "no contact, lent to inbound calls"},
	Preview:     {"preview_ms", "deciding on a preview or a callback"},
	Dialing:     {"dialing_ms", "waiting for the customer whose number the agent had dialled"},
	Talk:        {"talk_ms", "in conversation with a customer of one's own, alone or leading a conference"},
	Conference:  {"conference_ms", "of the talk time: leading a conference"},
	Hold:        {"hold_ms", "a customer of one's own hears music: on hold, or while the agent consults"},
	Consult:     {"consult_ms", "of the hold time: consulting somebody"},
	Wrapup:      {"wrapup_ms", "from the end of the conversation, or of an attempt, to the disposition"},
	Assist:      {"assist_ms", "in another agent's consult or conference; neither talk nor hold"},

	ContactsHandled: {"contacts_handled", "conversations an agent has disposed of or handed to another agent"},
	TransferredOut:  {"transferred_out", "customers given to another agent or to somebody outside, by transfer or as the lead of a conference"},
	TransferredIn:   {"transferred_in", "customers taken from another agent in the same ways"},
	Consulted:       {"consulted", "contacts during which the agent consulted somebody, each once"},
	Conferenced:     {"conferenced", "contacts of which the agent made a conference, each once"},
	Held:            {"held", "contacts the agent put on hold, each once"},

	AgentHungUpFirst: {"agent_hung_up_first", "conversations that the agent ended and not the customer"},

	Attempts:       {"attempts", "calls made to customers; of an agent, those the agent had dialled"},
	LiveAnswers:    {"live_answers", "attempts that a person answered, in the interval of the answer"},
	MachineAnswers: {"machine_answers", "attempts that a machine or a fax answered"},
	Busy:           {"busy", "attempts that met a busy line"},
	NoAnswer:       {"no_answer", "attempts that nobody answered"},
	Failed:         {"failed", "attempts that ended in any other way without an answer"},
	Abandoned:      {"abandoned", "live answers that found no agent within two seconds or hung up before"},

	CallbacksScheduled: {"callbacks_scheduled", "callbacks agreed with customers; all three by the agent who agreed"},
	CallbacksKept:      {"callbacks_kept", "of those, the customer was called"},
	CallbacksExpired:   {"callbacks_expired", "of those, nobody was there in time"},
	DNCAdditions:       {"dnc_additions", "addresses put on the list of those not to be called"},
}

// Metrics returns the names and meanings, in the order of the columns.
func Metrics() []Definition { return definitions[:] }

// Rate is a metric derived from sums of others.
type Rate struct {
	Definition
	numerator, denominator []Metric
}

var handle = []Metric{Talk, Hold, Wrapup}

var rates = []Rate{
	{Definition{"aht_ms", "average handle time: talk, hold and wrap-up by contacts handled"}, handle, []Metric{ContactsHandled}},
	{
		Definition{"occupancy", "talk, hold and wrap-up by the same and idle"},
		handle, []Metric{Talk, Hold, Wrapup, Idle},
	},
	{
		Definition{"utilization", "talk and hold by talk, hold, wrap-up and idle"},
		[]Metric{Talk, Hold}, []Metric{Talk, Hold, Wrapup, Idle},
	},
	{Definition{"contact_rate", "live answers by attempts"}, []Metric{LiveAnswers}, []Metric{Attempts}},
	{Definition{"abandon_rate", "abandoned by live answers; the limit is 3 % over 30 days"}, []Metric{Abandoned}, []Metric{LiveAnswers}},
}

// Rates returns all rates.
func Rates() []Rate { return rates }

// Of returns what the rate of a row is made of. Without a denominator there is
// no rate.
func (r Rate) Of(f *Figures) (numerator, denominator int64) {
	return sum(f, r.numerator), sum(f, r.denominator)
}

func sum(f *Figures, metrics []Metric) (total int64) {
	for _, m := range metrics {
		total += f[m]
	}
	return total
}
