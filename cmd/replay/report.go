package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/spf13/cobra"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/projections/report/tally"
	"github.com/deskbus/deskbus/subject"
)

const reportHelp = `Print a report as a table: one row for each interval and agent or campaign.

Times are as for replay itself; without them the report is of today. Both are cut to
whole intervals, of the clocks where --timezone says. The table has the parts of every rate: aht is talk, hold
and wrap-up by contacts handled; occupancy is talk, hold and wrap-up by the same and
idle, utilization talk and hold by that; contact and abandon rate show their counts.
GET /api/reports of a broker has all figures, as JSON and CSV.`

// reportTimeout is how long the broker may take for a page.
const reportTimeout = 35 * time.Second

func (p *program) report() *cobra.Command {
	var request events.ReportRequest
	var by, interval string
	var d period
	c := &cobra.Command{
		Use: "report", Short: "Print a report by agent or by campaign", Long: reportHelp, Args: noArguments,
		Example: "  replay report --by agent --from 09:00\n" +
			"  replay report --by campaign --from 2026-02-01 --to 2026-03-02 --interval total",
		RunE: func(c *cobra.Command, _ []string) error {
			if err := p.readReportFlags(&request, by, interval, d); err != nil {
				return err
			}
			return p.work(c.Context(), func(ctx context.Context) error { return p.printReport(ctx, request) })
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&by, "by", "agent", "agent or campaign")
	flags.StringVar(&request.ID, "id", "", "only the agent or campaign with this `id`")
	d.add(flags)
	flags.StringVar(&interval, "interval", "1h", "15m, 30m, 1h, or total for one row each")
	return c
}

// readReportFlags finds every mistake that can be found without the bus. Without
// times the report is of today.
func (p *program) readReportFlags(r *events.ReportRequest, by, interval string, d period) error {
	r.V, r.By = events.Version, events.ReportBy(by)
	if r.By != events.ReportByAgent && r.By != events.ReportByCampaign {
		return usagef("--by %q is unknown: use agent or campaign", by)
	}
	minutes, known := map[string]int{"15m": 15, "30m": 30, "1h": 60, "total": 0}[interval]
	if r.Minutes = minutes; !known {
		return usagef("--interval %q is unknown: use 15m, 30m, 1h or total", interval)
	}
	from, to, err := d.moments(p.clock)
	switch {
	case err != nil:
		return err
	case from.ZN != 0 || to.ZN != 0:
		return usagef("a report is of a time: --from and --to cannot be events")
	}
	if from.IsZero() {
		y, m, day := p.clock.Now.In(p.clock.In).Date()
		from.Time = time.Date(y, m, day, 0, 0, 0, 0, p.clock.In)
	}
	if to.IsZero() {
		to.Time = p.clock.Now
	}
	if !from.Time.Before(to.Time) {
		return usagef("the period from %s to %s is empty", p.clock.Show(from.Time), p.clock.Show(to.Time))
	}
	r.From, r.To = from.Time.UnixMicro(), to.Time.UnixMicro()
	_, ahead := from.Time.In(p.clock.In).Zone()
	r.Offset = ahead / 60 / 15 * 15 // once some clocks were seconds off
	return nil
}

func (p *program) printReport(ctx context.Context, r events.ReportRequest) error {
	l, nc, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer nc.Close()
	r.ZoneName = l.Zone
	a, err := askReport(ctx, nc, r)
	if err != nil {
		return err
	}
	if len(a.Rows) == 0 {
		return nothingf("nothing is reported of zone %s from %s to %s, counted up to event %d of %s", a.ZoneName,
			p.second(a.From), p.second(a.To), a.ZN, p.second(a.At))
	}
	fmt.Fprintf(p.stdout, "zone %s, by %s, %s to %s, counted up to event %d of %s\n\n", a.ZoneName, r.By,
		p.second(a.From), p.second(a.To), a.ZN, p.second(a.At))
	return p.writeTable(r.By, a.Rows)
}

// second shows a time to the second.
func (p *program) second(at int64) string {
	return time.UnixMicro(at).In(p.clock.In).Format("2006-01-02 15:04:05Z07:00")
}

// askReport asks for all pages.
func askReport(ctx context.Context, nc *nats.Conn, r events.ReportRequest) (events.ReportAnswer, error) {
	var all events.ReportAnswer
	for more := true; more; {
		page, err := askPage(ctx, nc, &r)
		if err != nil {
			return all, err
		}
		rows := append(all.Rows, page.Rows...)
		all, more = page, page.More
		if all.Rows = rows; more {
			r.After = &rows[len(rows)-1].Key
		}
	}
	return all, nil
}

func askPage(ctx context.Context, nc *nats.Conn, r *events.ReportRequest) (events.ReportAnswer, error) {
	var a events.ReportAnswer
	body, err := events.Marshal(r)
	if err != nil {
		return a, err
	}
	ctx, cancel := context.WithTimeout(ctx, reportTimeout)
	defer cancel()
	m, err := nc.RequestWithContext(ctx, subject.ServiceReport, body)
	switch {
	case errors.Is(err, nats.ErrNoResponders):
		return a, errors.New("no broker answers reports here: start one, and not with --reports off")
	case err != nil:
		return a, fmt.Errorf("no report (%w): try again, or check that --creds may ask for it", err)
	}
	if a, err = events.Unmarshal[events.ReportAnswer](m.Data); err != nil {
		return a, err
	}
	switch a.Result {
	case events.Success:
		return a, nil
	case events.SystemNotAvailable:
		return a, errors.New(a.Message)
	case events.AgentUnknown, events.NoCampaigns:
		return a, nothingf("%s", a.Message)
	}
	return a, usagef("%s", a.Message)
}

// column is a column of the table: a title and what it shows of a row.
type column struct {
	title string
	show  func(r *events.ReportRow) string
}

func columns(by events.ReportBy) []column {
	time := func(title string, m tally.Metric) column {
		return column{title, func(r *events.ReportRow) string { return duration(figure(r, m)) }}
	}
	count := func(title string, m tally.Metric) column {
		return column{title, func(r *events.ReportRow) string { return fmt.Sprint(figure(r, m)) }}
	}
	rate := func(title string, name string, show func(events.ReportRate) string) column {
		return column{title, func(r *events.ReportRow) string { return show(r.Rates[name]) }}
	}
	shown := []column{
		time("staffed", tally.Staffed), time("not ready", tally.NotReady), time("idle", tally.Idle),
		time("talk", tally.Talk), time("hold", tally.Hold), time("wrap-up", tally.Wrapup),
		count("handled", tally.ContactsHandled), rate("aht", "aht_ms", average),
		rate("occupancy", "occupancy", percent), rate("utilization", "utilization", percent),
	}
	if by == events.ReportByAgent {
		return append(shown, count("out", tally.TransferredOut), count("in", tally.TransferredIn))
	}
	return append(shown, rate("contact", "contact_rate", counted), rate("abandoned", "abandon_rate", counted))
}

func figure(r *events.ReportRow, m tally.Metric) int64 { return r.Figures[tally.Metrics()[m].Name] }

// duration shows milliseconds as hours, minutes and seconds.
func duration(ms int64) string {
	s := (ms + 500) / 1000
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

func average(r events.ReportRate) string {
	if value, there := r.Value(); there {
		return duration(int64(value))
	}
	return "-"
}

func percent(r events.ReportRate) string {
	if value, there := r.Value(); there {
		return fmt.Sprintf("%.1f %%", 100*value)
	}
	return "-"
}

// counted shows a rate with its parts.
func counted(r events.ReportRate) string {
	return fmt.Sprintf("%d/%d %s", r.Numerator, r.Denominator, percent(r))
}

func (p *program) writeTable(by events.ReportBy, rows []events.ReportRow) error {
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	shown := columns(by)
	titles := []string{"start", string(by)}
	for _, c := range shown {
		titles = append(titles, c.title)
	}
	writeLine(w, titles)
	for i := range rows {
		cells := []string{time.UnixMicro(rows[i].Key.Start).In(p.clock.In).Format("2006-01-02 15:04Z07:00"), printable(rows[i].Key.ID)}
		for _, c := range shown {
			cells = append(cells, c.show(&rows[i]))
		}
		writeLine(w, cells)
	}
	return w.Flush()
}

func writeLine(w io.Writer, cells []string) { fmt.Fprintln(w, strings.Join(cells, "\t")+"\t") }
