package report

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/deskbus/deskbus/events"
)

// maxRows bounds a report over HTTP, which is not paged: half a minute's work.
const maxRows = 50_000

// ServeHTTP answers GET /api/reports?zone=&from=&to=&interval=&by=&id=&format=,
// as JSON or, with format=csv or Accept: text/csv, as CSV.
func (s *Service) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	f, err := s.readForm(req.URL.Query(), time.Now())
	if err != nil {
		refuse(w, events.InvalidData, err.Error())
		return
	}
	a := s.answer(req.Context(), f.request, maxRows)
	switch {
	case a.Result != events.Success:
		refuse(w, a.Result, a.Message)
	case a.More:
		refuse(w, events.InvalidData, fmt.Sprintf("the report has more than %d rows: ask for less time, longer intervals or one id", maxRows))
	case f.format == "csv" || f.format == "" && strings.HasPrefix(req.Header.Get("Accept"), "text/csv"):
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		_ = writeCSV(w, &f, &a)
	default:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(toJSON(&f, &a))
	}
}

// refuse answers with an error, as a code for programs and a line for people.
func refuse(w http.ResponseWriter, code events.Code, message string) {
	status := http.StatusBadRequest
	switch code {
	case events.ZoneNotFound, events.AgentUnknown, events.NoCampaigns:
		status = http.StatusNotFound
	case events.SystemNotAvailable:
		status = http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"code": code, "message": message})
}

// form is what the query of a URL says.
type form struct {
	request  events.ReportRequest
	interval string
	format   string
}

// Intervals are the values of interval and the minutes they mean.
var intervals = map[string]int{"15m": 15, "30m": 30, "1h": 60, "total": 0}

func (s *Service) readForm(values url.Values, now time.Time) (f form, err error) {
	for name := range values {
		if !slices.Contains([]string{"zone", "from", "to", "interval", "by", "id", "format"}, name) {
			return f, fmt.Errorf("%q is unknown: want zone, from, to, interval, by, id, format", name)
		}
	}
	or := func(name, otherwise string) string {
		if value := values.Get(name); value != "" {
			return value
		}
		return otherwise
	}
	f.request = events.ReportRequest{
		V: events.Version, ZoneName: or("zone", s.config.Host.Zones[0]), By: events.ReportBy(or("by", string(events.ReportByAgent))), ID: values.Get("id"),
	}
	if len(s.config.Host.Zones) > 1 && values.Get("zone") == "" {
		return f, fmt.Errorf("there are several zones: want zone=, one of %q", s.config.Host.Zones)
	}
	f.interval, f.format = or("interval", "1h"), values.Get("format")
	minutes, known := intervals[f.interval]
	if f.request.Minutes = minutes; !known {
		return f, fmt.Errorf("interval=%q is unknown: want 15m, 30m, 1h or total", f.interval)
	}
	if !slices.Contains([]string{"", "json", "csv"}, f.format) {
		return f, fmt.Errorf("format=%q is unknown: want json or csv", f.format)
	}
	from, err := readTime(values, "from", now.UTC().Truncate(24*time.Hour))
	if err != nil {
		return f, err
	}
	to, err := readTime(values, "to", now)
	_, ahead := from.Zone()
	f.request.From, f.request.To, f.request.Offset = from.UnixMicro(), to.UnixMicro(), ahead/60
	return f, err
}

// readTime reads a time, UTC where it does not say otherwise.
func readTime(values url.Values, name string, otherwise time.Time) (time.Time, error) {
	text := values.Get(name)
	if text == "" {
		return otherwise, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%s=%q is no time: use for example 2026-03-02 or 2026-03-02T09:00 (UTC), or 2026-03-02T09:00:00%%2B01:00", name, text)
}
