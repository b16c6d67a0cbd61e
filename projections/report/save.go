package report

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/deskbus/deskbus/projections/report/tally"
)

// errOtherWriter: somebody else has written to the database meanwhile.
var errOtherWriter = errors.New("another broker writes to the same database")

var (
	keyColumns   = []string{"zone", "starts_at", "agent", "campaign"}
	labelColumns = append(keyColumns[:4:4], "code", "name", "amount")
	rowColumns   = append(keyColumns[:4:4], metricColumns()...)
)

func metricColumns() (names []string) {
	for _, m := range tally.Metrics() {
		names = append(names, m.Name)
	}
	return names
}

// adding says that the values of a row are added to those that are there. The
// last columns are the values.
func adding(table string, columns []string, values int) string {
	keys, sums := columns[:len(columns)-values], columns[len(columns)-values:]
	var set []string
	for _, c := range sums {
		set = append(set, fmt.Sprintf("%s = %s.%s + excluded.%s", c, table, c, c))
	}
	return "ON CONFLICT (" + strings.Join(keys, ", ") + ") DO UPDATE SET " + strings.Join(set, ", ")
}

var (
	addRow         = adding("report_intervals", rowColumns, len(tally.Metrics()))
	addNotReady    = adding("report_not_ready", labelColumns, 1)
	addDisposition = adding("report_dispositions", labelColumns, 1)
)

// save writes what has changed since event number last, all of it or nothing.
//
// The checkpoint is what keeps two writers apart, whatever they believe about a
// lease: of two that go on from the same event, the second finds another one.
func (d *database) save(ctx context.Context, zone string, last uint64, c tally.Changes) error {
	return d.transaction(ctx, nil, func(ctx context.Context, t tx) error { return t.save(ctx, zone, last, c) })
}

func (t tx) save(ctx context.Context, zone string, last uint64, c tally.Changes) error {
	if err := t.advance(ctx, zone, last, c.Mark); err != nil {
		return err
	}
	if err := t.insert(ctx, "report_intervals", rowColumns, figureRows(zone, c.Figures), addRow); err != nil {
		return err
	}
	if err := t.insert(ctx, "report_not_ready", labelColumns, labelRows(zone, c.NotReady), addNotReady); err != nil {
		return err
	}
	if err := t.insert(ctx, "report_dispositions", labelColumns, labelRows(zone, c.Dispositions), addDisposition); err != nil {
		return err
	}
	return t.saveState(ctx, zone, c)
}

func figureRows(zone string, figures map[tally.Key]*tally.Figures) (rows [][]any) {
	for k, values := range figures {
		row := []any{zone, k.Start, k.Agent, k.Campaign}
		for _, value := range values {
			row = append(row, value)
		}
		rows = append(rows, row)
	}
	return rows
}

func labelRows(zone string, amounts map[tally.Label]int64) (rows [][]any) {
	for l, amount := range amounts {
		rows = append(rows, []any{zone, l.Start, l.Agent, l.Campaign, l.Code, l.Name, amount})
	}
	return rows
}

// advance moves the checkpoint from event number last.
func (t tx) advance(ctx context.Context, zone string, last uint64, m tally.Mark) error {
	_, err := t.exec(ctx, "INSERT INTO report_checkpoints (zone, zn, at, trimmed) VALUES (?, 0, 0, false) ON CONFLICT DO NOTHING", zone)
	if err != nil {
		return err
	}
	result, err := t.exec(ctx, "UPDATE report_checkpoints SET zn = ?, at = ?, trimmed = ? WHERE zone = ? AND zn = ?",
		int64(m.ZN), m.At, m.Trimmed, zone, int64(last))
	if err != nil {
		return err
	}
	moved, err := result.RowsAffected()
	if err == nil && moved != 1 {
		err = errOtherWriter
	}
	return err
}

func (t tx) saveState(ctx context.Context, zone string, c tally.Changes) error {
	var names, open [][]any
	for _, n := range c.Names {
		names = append(names, []any{zone, n.By, n.Name})
	}
	if err := t.insert(ctx, "report_names", []string{"zone", "kind", "name"}, names, "ON CONFLICT DO NOTHING"); err != nil {
		return err
	}
	for item, state := range c.Open {
		if state != nil {
			open = append(open, []any{zone, item.Kind, item.ID, state})
			continue
		}
		_, err := t.exec(ctx, "DELETE FROM report_open WHERE zone = ? AND kind = ? AND id = ?", zone, item.Kind, item.ID)
		if err != nil {
			return err
		}
	}
	return t.insert(ctx, "report_open", []string{"zone", "kind", "id", "state"}, open,
		"ON CONFLICT (zone, kind, id) DO UPDATE SET state = excluded.state")
}

// load returns the fold as of the checkpoint, a new one for a zone without any.
func (d *database) load(ctx context.Context, zone string) (fold *tally.Fold, err error) {
	err = d.transaction(ctx, d.reading, func(ctx context.Context, t tx) error {
		fold, err = t.load(ctx, zone)
		return err
	})
	return fold, err
}

func (t tx) load(ctx context.Context, zone string) (*tally.Fold, error) {
	mark, err := t.mark(ctx, zone)
	if err != nil || mark.ZN == 0 {
		return tally.New(), err
	}
	open := map[tally.Item][]byte{}
	err = t.query(ctx, "SELECT kind, id, state FROM report_open WHERE zone = ?", []any{zone}, func(scan func(...any) error) error {
		var item tally.Item
		var state []byte
		err := scan(&item.Kind, &item.ID, &state)
		open[item] = state
		return err
	})
	if err != nil {
		return nil, err
	}
	return tally.Restore(mark, open)
}

func (t tx) mark(ctx context.Context, zone string) (m tally.Mark, err error) {
	err = t.query(ctx, "SELECT zn, at, trimmed FROM report_checkpoints WHERE zone = ?", []any{zone}, func(scan func(...any) error) error {
		return scan(&m.ZN, &m.At, &m.Trimmed)
	})
	return m, err
}

// forget drops the state of a zone whose feed has lost what comes next, up to an
// event. The rows stay.
func (d *database) forget(ctx context.Context, zone string, last uint64, to tally.Mark) error {
	return d.transaction(ctx, nil, func(ctx context.Context, t tx) error {
		if err := t.advance(ctx, zone, last, to); err != nil {
			return err
		}
		_, err := t.exec(ctx, "DELETE FROM report_open WHERE zone = ?", zone)
		return err
	})
}
