package report

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/projections/report/reporttest"
)

// TestPagesAreTheWhole: however many rows a page has, the pages have the rows of
// the whole report, in its order.
func TestPagesAreTheWhole(t *testing.T) {
	onEachDatabase(t, func(t *testing.T, fresh func() string) {
		where := fresh()
		rebuild(t, where, reporttest.Random(7, 2000).Events)
		s, err := New(config(nil, nil, where, nil))
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for by, one := range map[events.ReportBy]string{events.ReportByAgent: "agent3", events.ReportByCampaign: reporttest.Campaign} {
			for _, minutes := range []int{0, 15, 60} {
				for _, id := range []string{"", one} {
					r := wholeDay()
					r.By, r.Minutes, r.ID = by, minutes, id
					whole := s.answer(t.Context(), r, maxRows)
					if len(whole.Rows) == 0 {
						t.Fatalf("nothing is reported by %s of %q: %s", by, id, whole.Message)
					}
					for limit := 1; limit <= 9; limit++ {
						name := fmt.Sprintf("by %s of %q, %d minutes, %d rows on a page", by, id, minutes, limit)
						if diff := cmp.Diff(whole.Rows, allPages(t, s, r, limit)); diff != "" {
							t.Fatalf("%s (- whole, + pages):\n%s", name, diff)
						}
					}
				}
			}
		}
	})
}

func allPages(t *testing.T, s *Service, r events.ReportRequest, limit int) (rows []events.ReportRow) {
	t.Helper()
	for {
		a := s.answer(t.Context(), r, limit)
		if len(a.Rows) > limit || a.More && len(a.Rows) < limit {
			t.Fatalf("a page of %d rows, want %d", len(a.Rows), limit)
		}
		rows = append(rows, a.Rows...)
		if !a.More {
			return rows
		}
		r.After = &a.Rows[limit-1].Key
	}
}
