package events

// ReportBy says what the rows of a report are about.
type ReportBy string

const (
	// ReportByAgent: one row for each agent and interval.
	ReportByAgent ReportBy = "agent"
	// ReportByCampaign: one row for each campaign and interval.
	ReportByCampaign ReportBy = "campaign"
)

// ReportRequest asks the service at subject.ServiceReport for rows.
type ReportRequest struct {
	V        int    `msgpack:"v"`
	ZoneName string `msgpack:"zoneName"`
	// From and To are microseconds since 1970, UTC. Both are cut to the interval
	// they lie in: From is in the report, the interval in which To lies is too,
	// unless To is its very beginning.
	From int64 `msgpack:"from"`
	To   int64 `msgpack:"to"`
	// Minutes is the length of an interval: 15, 30 or 60; 0 makes one of the
	// whole range.
	Minutes int `msgpack:"minutes"`
	// Offset is how many minutes the clocks of the reader are ahead of UTC, a
	// multiple of 15. Intervals begin when these clocks show a whole one.
	Offset int      `msgpack:"offset,omitempty"`
	By     ReportBy `msgpack:"by"`
	// ID is one agent or campaign; empty asks for all.
	ID string `msgpack:"id,omitempty"`
	// After leaves out the rows up to this one.
	After *ReportKey `msgpack:"after,omitempty"`
}

// ReportKey names a row: an interval by its start in microseconds since 1970,
// UTC, and the agent or the campaign.
type ReportKey struct {
	Start int64  `msgpack:"start"`
	ID    string `msgpack:"id"`
}

// ReportAnswer is the service's answer.
type ReportAnswer struct {
	V int `msgpack:"v"`
	// Result is 0, ZoneNotFound, AgentUnknown, NoCampaigns, InvalidData, or
	// SystemNotAvailable when the database is. Message says what is wrong.
	Result   Code   `msgpack:"result"`
	Message  string `msgpack:"message,omitempty"`
	ZoneName string `msgpack:"zoneName"`
	// ZN and At say up to which event is counted.
	ZN uint64 `msgpack:"zn"`
	At int64  `msgpack:"at"`
	// From and To are the range, as it was cut.
	From int64 `msgpack:"from"`
	To   int64 `msgpack:"to"`
	// Rows are sorted by start, then by id. A list that would not fit into a
	// message is cut and More is set; ask again with After.
	Rows []ReportRow `msgpack:"rows,omitempty"`
	More bool        `msgpack:"more,omitempty"`
}

// ReportRow is one interval of an agent or a campaign.
type ReportRow struct {
	Key ReportKey `msgpack:"key"`
	// Figures are the values by their names; those that are 0 are left out.
	Figures map[string]int64 `msgpack:"figures"`
	// Rates are derived from them; one whose parts are both 0 is left out.
	Rates map[string]ReportRate `msgpack:"rates"`
	// NotReady is the time in NotReady by reason, Dispositions the contacts by
	// completion code.
	NotReady     []ReportCount `msgpack:"notReady,omitempty"`
	Dispositions []ReportCount `msgpack:"dispositions,omitempty"`
}

// ReportRate is a rate by what it is made of.
type ReportRate struct {
	Numerator   int64 `msgpack:"numerator"`
	Denominator int64 `msgpack:"denominator"`
}

// Value returns the rate, and false when there is none.
func (r ReportRate) Value() (float64, bool) {
	if r.Denominator == 0 {
		return 0, false
	}
	return float64(r.Numerator) / float64(r.Denominator), true
}

// ReportCount is what there is of one code: milliseconds of a reason, contacts
// of a completion code.
type ReportCount struct {
	Code  string `msgpack:"code"`
	Name  string `msgpack:"name,omitempty"`
	Count int64  `msgpack:"count"`
}
