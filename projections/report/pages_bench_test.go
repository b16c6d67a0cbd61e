package report

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/projections/report/reporttest"
	"github.com/deskbus/deskbus/projections/report/tally"
)

// BenchmarkPages reads a day of 10,000 agents, ten hours in two campaigns, page by
// page as replay does, out of a database that has other days too.
func BenchmarkPages(b *testing.B) {
	where := filepath.Join(b.TempDir(), "reports.db")
	s, err := New(config(nil, nil, where, nil))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	day := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	fillDays(b, s, day.AddDate(0, 0, -2), 3)
	for _, minutes := range []int{0, 60, 15} {
		for _, by := range []events.ReportBy{events.ReportByAgent, events.ReportByCampaign} {
			b.Run(fmt.Sprintf("%s/%d", by, minutes), func(b *testing.B) {
				for b.Loop() {
					r := events.ReportRequest{
						V: events.Version, ZoneName: reporttest.Zone, By: by, Minutes: minutes,
						From: day.UnixMicro(), To: day.AddDate(0, 0, 1).UnixMicro(),
					}
					rows, pages := 0, 0
					for more := true; more; pages++ {
						a := s.Answer(b.Context(), r)
						if a.Result != events.Success {
							b.Fatal(a.Message)
						}
						if more = a.More; more {
							r.After = &a.Rows[len(a.Rows)-1].Key
						}
						rows += len(a.Rows)
					}
					b.ReportMetric(float64(rows), "rows")
					b.ReportMetric(float64(pages), "pages")
				}
			})
		}
	}
}

// fillDays writes rows of days as the fold would.
func fillDays(b *testing.B, s *Service, first time.Time, days int) {
	b.Helper()
	d := s.database
	const of = ` FROM (WITH RECURSIVE n(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 9999) SELECT n FROM n) AS agents,
		(WITH RECURSIVE i(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM i WHERE i < 39) SELECT i FROM i) AS intervals`
	zeros := strings.Repeat(", 7", len(tally.Metrics())-1)
	statements := []string{
		`INSERT INTO report_names SELECT '` + reporttest.Zone + `', 'agent', 'agent-' || (10000 + n)` + of + ` WHERE i = 0`,
		`INSERT INTO report_names VALUES ('` + reporttest.Zone + `', 'campaign', 'Spring'), ('` + reporttest.Zone + `', 'campaign', 'Autumn')`,
	}
	for i := range days {
		start := first.AddDate(0, 0, i).Add(8 * time.Hour).Unix()
		key := fmt.Sprintf(`'%s', %d + 900 * i, 'agent-' || (10000 + n), CASE WHEN n %% 2 = 0 THEN 'Spring' ELSE 'Autumn' END`, reporttest.Zone, start)
		statements = append(statements,
			`INSERT INTO report_intervals SELECT `+key+`, 900000`+zeros+of,
			`INSERT INTO report_not_ready SELECT `+key+`, '7', 'Lunch', 60000`+of,
			`INSERT INTO report_dispositions SELECT `+key+`, 'sold', 'Sold', 3`+of,
			`INSERT INTO report_dispositions SELECT `+key+`, 'none', 'None', 4`+of)
	}
	if err := d.migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	for _, statement := range statements {
		if _, err := d.db.ExecContext(b.Context(), statement); err != nil {
			b.Fatal(err, statement)
		}
	}
}
