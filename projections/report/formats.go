package report

import (
	"encoding/csv"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/sheet"
	"github.com/deskbus/deskbus/projections/report/tally"
)

// The JSON of a report. Figures and rates are called as in package tally.
type (
	reportJSON struct {
		Zone     string          `json:"zone"`
		By       events.ReportBy `json:"by"`
		Interval string          `json:"interval"`
		From     string          `json:"from"`
		To       string          `json:"to"`
		// ZN and At say up to which event is counted.
		ZN   uint64    `json:"zn"`
		At   string    `json:"at"`
		Rows []rowJSON `json:"rows"`
	}
	rowJSON struct {
		Start        string              `json:"start"`
		End          string              `json:"end"`
		ID           string              `json:"id"`
		Figures      map[string]int64    `json:"figures"`
		Rates        map[string]rateJSON `json:"rates"`
		NotReady     []reasonJSON        `json:"notReady"`
		Dispositions []dispositionJSON   `json:"dispositions"`
	}
	// rateJSON has no value without a denominator.
	rateJSON struct {
		Value       *float64 `json:"value"`
		Numerator   int64    `json:"numerator"`
		Denominator int64    `json:"denominator"`
	}
	reasonJSON struct {
		Code string `json:"code"`
		Name string `json:"name"`
		Ms   int64  `json:"ms"`
	}
	dispositionJSON struct {
		Code  string `json:"code"`
		Name  string `json:"name"`
		Count int64  `json:"count"`
	}
)

// end is when an interval of a report ends.
func end(f *form, a *events.ReportAnswer, start int64) int64 {
	if f.request.Minutes == 0 {
		return a.To
	}
	return start + int64(f.request.Minutes)*60*second
}

func toJSON(f *form, a *events.ReportAnswer) reportJSON {
	out := reportJSON{
		Zone: a.ZoneName, By: f.request.By, Interval: f.interval, From: clock(a.From), To: clock(a.To),
		ZN: a.ZN, At: clock(a.At), Rows: make([]rowJSON, 0, len(a.Rows)),
	}
	for i := range a.Rows {
		r := &a.Rows[i]
		row := rowJSON{
			Start: clock(r.Key.Start), End: clock(end(f, a, r.Key.Start)), ID: r.Key.ID,
			Figures: map[string]int64{}, Rates: map[string]rateJSON{},
			NotReady: []reasonJSON{}, Dispositions: []dispositionJSON{},
		}
		for _, m := range tally.Metrics() {
			row.Figures[m.Name] = r.Figures[m.Name]
		}
		for _, rate := range tally.Rates() {
			parts := r.Rates[rate.Name]
			out := rateJSON{Numerator: parts.Numerator, Denominator: parts.Denominator}
			if value, there := parts.Value(); there {
				out.Value = &value
			}
			row.Rates[rate.Name] = out
		}
		for _, c := range r.NotReady {
			row.NotReady = append(row.NotReady, reasonJSON{c.Code, c.Name, c.Count})
		}
		for _, c := range r.Dispositions {
			row.Dispositions = append(row.Dispositions, dispositionJSON(c))
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// writeCSV writes a line for each row. The last two columns list codes and
// amounts: "7:60000;lunch:1800000".
func writeCSV(to io.Writer, f *form, a *events.ReportAnswer) error {
	w := csv.NewWriter(to)
	header := []string{"start", "end", string(f.request.By)}
	for _, m := range tally.Metrics() {
		header = append(header, m.Name)
	}
	for _, rate := range tally.Rates() {
		header = append(header, rate.Name, rate.Name+"_numerator", rate.Name+"_denominator")
	}
	if err := w.Write(append(header, "not_ready_by_reason", "dispositions")); err != nil {
		return err
	}
	for i := range a.Rows {
		r := &a.Rows[i]
		line := []string{clock(r.Key.Start), clock(end(f, a, r.Key.Start)), sheet.Text(r.Key.ID)}
		for _, m := range tally.Metrics() {
			line = append(line, strconv.FormatInt(r.Figures[m.Name], 10))
		}
		for _, rate := range tally.Rates() {
			line = append(line, rateFields(r.Rates[rate.Name])...)
		}
		if err := w.Write(append(line, pairs(r.NotReady), pairs(r.Dispositions))); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func rateFields(r events.ReportRate) []string {
	value := ""
	if v, there := r.Value(); there {
		value = strconv.FormatFloat(v, 'f', 4, 64)
	}
	return []string{value, strconv.FormatInt(r.Numerator, 10), strconv.FormatInt(r.Denominator, 10)}
}

// pairs escapes the codes as in a URL, so that no separator can be among them.
func pairs(counts []events.ReportCount) string {
	var list []string
	for _, c := range counts {
		list = append(list, url.QueryEscape(c.Code)+":"+strconv.FormatInt(c.Count, 10))
	}
	return sheet.Text(strings.Join(list, ";"))
}
