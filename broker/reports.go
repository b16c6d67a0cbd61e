package broker

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"

	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/projections/report"
)

// NoReports is the value of Options.Reports for a broker without reports.
const NoReports = "off"

func checkReports(where string) error {
	if where == "" || where == NoReports || report.IsPostgres(where) {
		return nil
	}
	return errors.New(`--reports: want the URL of a PostgreSQL database, as postgres://user@host/database, or "off"`)
}

// newReports returns the reports, nil for none.
func (b *Broker) newReports() (*report.Service, error) {
	where := b.options.Reports
	if where == NoReports {
		return nil, nil
	}
	if where == "" {
		where = b.reportsFile()
	}
	reports, err := report.New(report.Config{
		NC: b.nc, JS: b.js, Host: b.services, Feeds: b.feeds, Database: where, Alone: b.aloneOn(where), Logger: b.log,
	})
	if err == nil {
		b.closers = append(b.closers, reports.Close)
	}
	return reports, err
}

func (b *Broker) reportsFile() string { return filepath.Join(b.options.Data, "reports.db") }

// aloneOn is how a broker comes to be the only one that writes to a database. The
// data directory is locked, so a file in it is its own; a database on a server it
// has by a lease.
func (b *Broker) aloneOn(where string) func(context.Context, func(context.Context) error) error {
	if !report.IsPostgres(where) {
		return func(ctx context.Context, fn func(context.Context) error) error { return fn(ctx) }
	}
	return func(ctx context.Context, fn func(context.Context) error) error {
		return b.leases.Hold(ctx, "report.writer", b.options.Name, journal.Anybody, fn)
	}
}

// ReportsDatabase is where the reports are, without a password; "" for none.
func (b *Broker) ReportsDatabase() string {
	switch where := b.options.Reports; where {
	case NoReports:
		return ""
	case "":
		return b.reportsFile()
	default:
		u, err := url.Parse(where)
		if err != nil {
			return "PostgreSQL"
		}
		return u.Redacted()
	}
}
