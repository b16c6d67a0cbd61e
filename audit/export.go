package audit

import (
	"encoding/csv"
	"io"
	"strconv"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/sheet"
)

// JSONLines returns a function that writes each event as one line: the envelope
// as it stands in the feed, with all its fields in their order.
func JSONLines(w io.Writer) func(*Record) error {
	var line []byte
	return func(r *Record) (err error) {
		if line, err = events.AppendJSON(line[:0], r.Body); err != nil {
			return err
		}
		_, err = w.Write(append(line, '\n'))
		return err
	}
}

// Columns are those of the CSV. New ones come behind them.
var Columns = []string{
	"zn", "id", "at", "kind", "name", "agent", "n", "cause", "session", "job", "switch", "actor", "data",
}

// csvTime is how a time stands in a CSV, always in UTC.
const csvTime = "2006-01-02T15:04:05.000000Z"

// CSV writes events as rows under [Columns]: numbers in digits, the time in UTC
// with microseconds, data as JSON, texts as package sheet writes them. What does
// not apply is empty.
type CSV struct {
	w    *csv.Writer
	row  []string
	data []byte
}

// NewCSV writes the heading.
func NewCSV(w io.Writer) (*CSV, error) {
	c := &CSV{w: csv.NewWriter(w), row: make([]string, 0, len(Columns))}
	return c, c.w.Write(Columns)
}

// Write writes one event.
func (c *CSV) Write(r *Record) (err error) {
	if c.data, err = events.AppendJSON(c.data[:0], r.raw); err != nil {
		return err
	}
	e := &r.Event
	n := ""
	if e.N != 0 {
		n = strconv.FormatUint(e.N, 10)
	}
	c.row = append(c.row[:0], strconv.FormatUint(e.ZN, 10), e.ID(), time.UnixMicro(e.At).UTC().Format(csvTime),
		string(e.Kind), sheet.Text(e.Name), sheet.Text(e.Agent), n, sheet.Text(e.Cause), sheet.Text(e.Session),
		sheet.Text(e.Job), sheet.Text(e.Switch), sheet.Text(e.Actor), string(c.data))
	return c.w.Write(c.row)
}

// Flush writes what is left, and returns the first error there was.
func (c *CSV) Flush() error {
	c.w.Flush()
	return c.w.Error()
}
