package report

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// versionTable is where the migrations that are done are kept. The database may
// have others.
const versionTable = "report_versions"

// database is where the rows are: SQLite or PostgreSQL, with one schema and one
// dialect of SQL, but for the placeholders.
type database struct {
	db       *sql.DB
	postgres bool
	// reading is for a transaction that only reads, and sees one state throughout.
	reading *sql.TxOptions
}

// openDatabase takes a postgres:// URL, or else the path of an SQLite file. It
// does not connect: the database may come later.
func openDatabase(where string) (*database, error) {
	if IsPostgres(where) {
		config, err := pgx.ParseConfig(where)
		if err != nil {
			return nil, err
		}
		return &database{stdlib.OpenDB(*config), true, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}}, nil
	}
	// Readers do not wait for the writer (WAL). Its last transactions may be lost
	// with the power, as a whole: they are counted again.
	file := url.URL{Scheme: "file", Opaque: (&url.URL{Path: where}).EscapedPath(), RawQuery: url.Values{
		"_pragma": {"busy_timeout(2000)", "journal_mode(WAL)", "synchronous(NORMAL)"}, "_txlock": {"immediate"},
	}.Encode()}
	db, err := sql.Open("sqlite", file.String())
	if err != nil {
		return nil, err
	}
	return &database{db, false, &sql.TxOptions{ReadOnly: true}}, nil
}

// IsPostgres tells the URL of a PostgreSQL database from the path of a file.
func IsPostgres(where string) bool {
	return strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://")
}

// migrate brings the schema up to date.
func (d *database) migrate(ctx context.Context) error {
	provider, err := d.migrations()
	if err == nil {
		_, err = provider.Up(ctx)
	}
	return err
}

func (d *database) migrations() (*goose.Provider, error) {
	dialect := goose.DialectSQLite3
	if d.postgres {
		dialect = goose.DialectPostgres
	}
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(dialect, d.db, files, goose.WithTableName(versionTable), goose.WithDisableGlobalRegistry(true))
}

// timeout bounds a transaction: a server that is gone may not say so.
const timeout = 30 * time.Second

// transaction runs fn and keeps what it did, or nothing.
func (d *database) transaction(ctx context.Context, o *sql.TxOptions, fn func(context.Context, tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	began, err := d.db.BeginTx(ctx, o)
	if err != nil {
		return err
	}
	if err := fn(ctx, tx{began, d.postgres}); err != nil {
		return errors.Join(err, ignoreDone(began.Rollback()))
	}
	return began.Commit()
}

// ignoreDone: a transaction whose context has ended is rolled back already.
func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// tx is a transaction whose statements have ? for parameters.
type tx struct {
	*sql.Tx
	postgres bool
}

func (t tx) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return t.ExecContext(ctx, t.placeholders(query), args...)
}

// query calls fn for each row; fn scans it.
func (t tx) query(ctx context.Context, query string, args []any, fn func(scan func(...any) error) error) error {
	rows, err := t.QueryContext(ctx, t.placeholders(query), args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// placeholders writes $1, $2, … for PostgreSQL.
func (t tx) placeholders(query string) string {
	if !t.postgres {
		return query
	}
	parts := strings.Split(query, "?")
	var b strings.Builder
	for i, part := range parts {
		b.WriteString(part)
		if i < len(parts)-1 {
			b.WriteString("$" + strconv.Itoa(i+1))
		}
	}
	return b.String()
}

// maxParameters bounds a statement: SQLite takes 32,766 parameters.
const maxParameters = 16_000

// insert writes rows of the same columns with as few statements as it can. What
// comes after VALUES says what becomes of a row that is there already.
func (t tx) insert(ctx context.Context, table string, columns []string, rows [][]any, conflict string) error {
	row := "(?" + strings.Repeat(", ?", len(columns)-1) + ")"
	for len(rows) > 0 {
		n := min(len(rows), maxParameters/len(columns))
		args := make([]any, 0, n*len(columns))
		for _, r := range rows[:n] {
			args = append(args, r...)
		}
		statement := fmt.Sprintf("INSERT INTO %s (%s) VALUES %s%s %s", table, strings.Join(columns, ", "),
			row, strings.Repeat(", "+row, n-1), conflict)
		if _, err := t.exec(ctx, statement, args...); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}
