package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/projections/report/tally"
)

// query is a request in the terms of the database: whole intervals, in seconds.
type query struct {
	zone string
	// column is what the rows are by: agent or campaign.
	column string
	id     string
	// from and to are the range. Length is that of an interval.
	from, to, length int64
	after            events.ReportKey
	limit            int
}

func queryOf(r *events.ReportRequest, limit int) query {
	q := query{zone: r.ZoneName, column: string(r.By), id: r.ID, length: int64(r.Minutes) * 60, limit: limit}
	unit, ahead := cmp.Or(q.length, tally.Base), int64(r.Offset)*60
	q.from = (r.From/second+ahead)/unit*unit - ahead
	q.to = ((r.To+second-1)/second+ahead+unit-1)/unit*unit - ahead
	if q.length == 0 {
		q.length = q.to - q.from
	}
	if r.After != nil {
		q.after = events.ReportKey{Start: r.After.Start / second, ID: r.After.ID}
	}
	return q
}

// bucket is the start of the interval that an interval of the table belongs to.
// The range of a report without intervals is one.
func (q *query) bucket(start int64) int64 { return q.from + (start-q.from)/q.length*q.length }

// bucketSQL is the same as an expression.
func (q *query) bucketSQL() string {
	return fmt.Sprintf("%d + (starts_at - %d) / %d * %d", q.from, q.from, q.length, q.length)
}

// part is some of the intervals of a query, and some of its ids.
type part struct {
	from, to int64
	// behind and last bound the ids, unless they are empty.
	behind, last string
}

// starts chooses the intervals of the table. Where only some ids are wanted, each is
// named, so that an index leads to the ids of each and nothing else is looked at.
func (p *part) starts() string {
	if p.behind == "" && p.last == "" {
		return fmt.Sprintf("starts_at >= %d AND starts_at < %d", p.from, p.to)
	}
	var list []string
	for start := p.from; start < p.to; start += tally.Base {
		list = append(list, strconv.FormatInt(start, 10))
	}
	return "starts_at IN (" + strings.Join(list, ", ") + ")"
}

// where chooses the rows of a table, and its parameters.
func (q *query) where(p part) (string, []any) {
	condition := fmt.Sprintf("zone = ? AND %s AND %s > ?", p.starts(), q.column)
	args := []any{q.zone, p.behind}
	if p.last != "" {
		condition += " AND " + q.column + " <= ?"
		args = append(args, p.last)
	}
	if q.id != "" {
		condition += " AND " + q.column + " = ?"
		args = append(args, q.id)
	}
	return condition, args
}

// result is what the database has for a query.
type result struct {
	// known is false for an id that never was.
	known bool
	mark  tally.Mark
	rows  []events.ReportRow
	more  bool
}

// report answers a query out of one state of the database.
func (d *database) report(ctx context.Context, q query) (r result, err error) {
	err = d.transaction(ctx, d.reading, func(ctx context.Context, t tx) error {
		r, err = t.report(ctx, q)
		return err
	})
	return r, err
}

func (t tx) report(ctx context.Context, q query) (result, error) {
	r := result{known: true}
	var err error
	if r.mark, err = t.mark(ctx, q.zone); err != nil {
		return r, err
	}
	if r.known, err = t.knows(ctx, q); !r.known || err != nil {
		return r, err
	}
	sums, err := t.sums(ctx, q)
	if err != nil {
		return r, err
	}
	if len(sums) > q.limit {
		sums, r.more = sums[:q.limit], true
	}
	rows := newPage(sums)
	if err := t.addLabels(ctx, q, rows); err != nil {
		return r, err
	}
	if err := t.addOpen(ctx, q, r.mark, rows); err != nil {
		return r, err
	}
	r.rows = rows.finish()
	return r, nil
}

// knows tells whether there has been the agent or the campaign of the query.
func (t tx) knows(ctx context.Context, q query) (known bool, err error) {
	if q.id == "" {
		return true, nil
	}
	names := "SELECT name FROM report_names WHERE zone = ? AND kind = ? AND name = ?"
	err = t.query(ctx, names, []any{q.zone, q.column, q.id}, func(scan func(...any) error) error {
		known = true
		return scan(new(string))
	})
	return known, err
}

// sum is the figures of one row of a report.
type sum struct {
	key     events.ReportKey
	figures tally.Figures
}

// sums returns the rows behind q.after, one more than the limit if there are so
// many. It adds up little more than these: where a page has no place for all ids,
// it looks at as many ids as it has place for in one interval, and otherwise at all
// of one interval, then of two more, then of four.
func (t tx) sums(ctx context.Context, q query) (sums []sum, err error) {
	p := part{from: q.from}
	if from := q.bucket(q.after.Start); from >= q.from {
		p = part{from: from, behind: q.after.ID}
	}
	for length := q.length; len(sums) <= q.limit; {
		if p.behind == "" {
			if p.from, err = t.firstInterval(ctx, q, p.from); err != nil {
				return nil, err
			}
		}
		if p.from >= q.to {
			break
		}
		left := q.limit + 1 - len(sums)
		if p.last, err = t.idBehind(ctx, q, p.behind, left); err != nil {
			return nil, err
		}
		p.to = p.from + q.length
		if p.behind == "" && p.last == "" {
			p.to = p.from + length
			length *= 2
		}
		p.to = min(p.to, q.to)
		more, err := t.sumsOf(ctx, q, p, left)
		if err != nil {
			return nil, err
		}
		sums = append(sums, more...)
		if p.behind = p.last; p.last == "" {
			p.from = p.to
		}
	}
	return sums, nil
}

// firstInterval returns the first interval of a query that has a row, from one on,
// or its end.
func (t tx) firstInterval(ctx context.Context, q query, from int64) (int64, error) {
	first := q.to
	err := t.query(ctx, "SELECT starts_at FROM report_intervals WHERE zone = ? AND starts_at >= ? AND starts_at < ? ORDER BY starts_at LIMIT 1",
		[]any{q.zone, from, q.to}, func(scan func(...any) error) error {
			err := scan(&first)
			first = q.bucket(first)
			return err
		})
	return first, err
}

// idBehind returns the n-th id behind one, or nothing if there are not so many.
func (t tx) idBehind(ctx context.Context, q query, id string, n int) (behind string, err error) {
	if q.id != "" {
		return "", nil
	}
	err = t.query(ctx, "SELECT name FROM report_names WHERE zone = ? AND kind = ? AND name > ? ORDER BY name LIMIT 1 OFFSET ?",
		[]any{q.zone, q.column, id, n - 1}, func(scan func(...any) error) error { return scan(&behind) })
	return behind, err
}

// sumsOf adds up a part.
func (t tx) sumsOf(ctx context.Context, q query, p part, limit int) (sums []sum, err error) {
	where, args := q.where(p)
	var columns strings.Builder
	for _, name := range metricColumns() {
		columns.WriteString(", CAST(SUM(" + name + ") AS BIGINT)") // PostgreSQL adds integers up to a decimal number
	}
	statement := "SELECT " + q.bucketSQL() + ", " + q.column + columns.String() + " FROM report_intervals WHERE " + where +
		" GROUP BY 1, 2 ORDER BY 1, 2 LIMIT ?"
	err = t.query(ctx, statement, append(args, limit), func(scan func(...any) error) error {
		var s sum
		into := []any{&s.key.Start, &s.key.ID}
		for i := range s.figures {
			into = append(into, &s.figures[i])
		}
		err := scan(into...)
		sums = append(sums, s)
		return err
	})
	return sums, err
}

// page is the rows of an answer while they are put together.
type page struct {
	sums []sum
	rows map[events.ReportKey]*pageRow
}

type pageRow struct {
	figures                *tally.Figures
	notReady, dispositions map[[2]string]int64
}

func newPage(sums []sum) *page {
	p := &page{sums: sums, rows: make(map[events.ReportKey]*pageRow, len(sums))}
	for i := range sums {
		p.rows[sums[i].key] = &pageRow{
			figures: &sums[i].figures, notReady: map[[2]string]int64{}, dispositions: map[[2]string]int64{},
		}
	}
	return p
}

// part is what the rows of a page were added up from.
func (p *page) part(q query) part {
	if len(p.sums) == 0 {
		return part{}
	}
	first, last := p.sums[0].key, p.sums[len(p.sums)-1].key
	of := part{from: first.Start, to: last.Start + q.length}
	if first.Start == last.Start {
		of.last = last.ID
		if first.Start == q.after.Start {
			of.behind = q.after.ID
		}
	}
	return of
}

// addLabels adds the reasons and the dispositions to the rows of a page.
func (t tx) addLabels(ctx context.Context, q query, p *page) error {
	where, args := q.where(p.part(q))
	read := func(table string, of func(*pageRow) map[[2]string]int64) error {
		statement := "SELECT " + q.bucketSQL() + ", " + q.column + ", code, name, CAST(SUM(amount) AS BIGINT) FROM " + table +
			" WHERE " + where + " GROUP BY 1, 2, 3, 4"
		return t.query(ctx, statement, args, func(scan func(...any) error) error {
			var k events.ReportKey
			var label [2]string
			var amount int64
			err := scan(&k.Start, &k.ID, &label[0], &label[1], &amount)
			if row := p.rows[k]; row != nil {
				of(row)[label] += amount
			}
			return err
		})
	}
	if err := read("report_not_ready", (*pageRow).reasons); err != nil {
		return err
	}
	return read("report_dispositions", (*pageRow).codes)
}

func (r *pageRow) reasons() map[[2]string]int64 { return r.notReady }
func (r *pageRow) codes() map[[2]string]int64   { return r.dispositions }

// addOpen adds what agents do in the newest interval and is not in the rows yet.
// Each of them has a row there from the beginning of the interval or the logon.
func (t tx) addOpen(ctx context.Context, q query, m tally.Mark, p *page) error {
	newest := m.At / second / tally.Base * tally.Base
	if of := p.part(q); m.ZN == 0 || newest < of.from || newest >= of.to {
		return nil
	}
	fold, err := t.load(ctx, q.zone)
	if err != nil {
		return err
	}
	open := fold.Open()
	for k, figures := range open.Figures {
		if row := p.rows[q.key(k)]; row != nil {
			row.figures.Add(figures)
		}
	}
	for l, ms := range open.NotReady {
		if row := p.rows[q.key(l.Key)]; row != nil {
			row.notReady[[2]string{l.Code, l.Name}] += ms
		}
	}
	return nil
}

// key is the row of a report that a row of the table is part of.
func (q *query) key(k tally.Key) events.ReportKey {
	id := k.Agent
	if q.column == tally.ByCampaign {
		id = k.Campaign
	}
	return events.ReportKey{Start: q.bucket(k.Start), ID: id}
}

// finish writes the rows as they are sent.
func (p *page) finish() []events.ReportRow {
	var rows []events.ReportRow
	for _, s := range p.sums {
		r := p.rows[s.key]
		row := events.ReportRow{
			Key:     events.ReportKey{Start: s.key.Start * second, ID: s.key.ID},
			Figures: map[string]int64{}, Rates: map[string]events.ReportRate{},
			NotReady: counts(r.notReady), Dispositions: counts(r.dispositions),
		}
		for i, definition := range tally.Metrics() {
			if value := r.figures[i]; value != 0 {
				row.Figures[definition.Name] = value
			}
		}
		for _, rate := range tally.Rates() {
			if numerator, denominator := rate.Of(r.figures); numerator != 0 || denominator != 0 {
				row.Rates[rate.Name] = events.ReportRate{Numerator: numerator, Denominator: denominator}
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// counts lists the amounts that are not 0, sorted by code.
func counts(amounts map[[2]string]int64) (list []events.ReportCount) {
	for label, amount := range amounts {
		if amount != 0 {
			list = append(list, events.ReportCount{Code: label[0], Name: label[1], Count: amount})
		}
	}
	slices.SortFunc(list, func(a, b events.ReportCount) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Name, b.Name))
	})
	return list
}
