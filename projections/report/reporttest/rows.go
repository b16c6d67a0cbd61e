package reporttest

import "github.com/deskbus/deskbus/projections/report/tally"

// NoRows returns rows to add others to.
func NoRows() tally.Rows {
	return tally.Rows{
		Figures: map[tally.Key]*tally.Figures{}, NotReady: map[tally.Label]int64{}, Dispositions: map[tally.Label]int64{},
	}
}

// AddRows adds rows to others.
func AddRows(rows *tally.Rows, more tally.Rows) {
	for k, figures := range more.Figures {
		if rows.Figures[k] == nil {
			rows.Figures[k] = &tally.Figures{}
		}
		rows.Figures[k].Add(figures)
	}
	for l, amount := range more.NotReady {
		rows.NotReady[l] += amount
	}
	for l, amount := range more.Dispositions {
		rows.Dispositions[l] += amount
	}
}
