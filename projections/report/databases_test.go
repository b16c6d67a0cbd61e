package report

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/natstest"
	"github.com/deskbus/deskbus/projections/report/tally"
)

// patience is how long a test waits for what must happen.
const patience = 60 * time.Second

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// onEachDatabase runs a test on SQLite and, where it is installed, on a PostgreSQL
// server of its own. Fresh returns the place of a new, empty database.
func onEachDatabase(t *testing.T, test func(t *testing.T, fresh func() string)) {
	t.Run("sqlite", func(t *testing.T) {
		test(t, func() string { return filepath.Join(t.TempDir(), "reports.db") })
	})
	t.Run("postgres", func(t *testing.T) {
		server := postgresServer(t)
		test(t, func() string { return server.createDatabase(t) })
	})
}

// postgres is a PostgreSQL server for the tests of this package.
type postgres struct {
	bin, dir string
	port     string
	owner    *syscall.Credential
	server   *exec.Cmd
	number   int
}

var (
	onlyOne sync.Mutex
	running *postgres
)

// TestMain stops the server.
func TestMain(m *testing.M) {
	if child := os.Getenv(childVariable); child != "" {
		runChild(child)
		return
	}
	code := m.Run()
	if running != nil {
		running.stop()
		_ = os.RemoveAll(running.dir)
	}
	os.Exit(code)
}

// postgresServer starts the server for the first test that wants it. Without
// PostgreSQL the test is skipped, and says so; CI installs it.
func postgresServer(t *testing.T) *postgres {
	t.Helper()
	onlyOne.Lock()
	defer onlyOne.Unlock()
	if running != nil {
		return running
	}
	bin := postgresBinaries()
	if bin == "" {
		t.Skip("PostgreSQL is not installed (no initdb in the PATH nor in /usr/lib/postgresql): only SQLite is tested")
	}
	p := &postgres{bin: bin, owner: unprivileged(t)}
	var err error
	if p.dir, err = os.MkdirTemp("", "deskbus-postgres-"); err != nil {
		t.Fatal(err)
	}
	if p.owner != nil {
		if err := os.Chown(p.dir, int(p.owner.Uid), int(p.owner.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	_, port, err := net.SplitHostPort(natstest.Address(t))
	if err != nil {
		t.Fatal(err)
	}
	p.port = port
	if out, err := p.command("initdb", "-A", "trust", "-U", "deskbus", "-D", p.data(), "--no-sync").CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	running = p
	p.start(t)
	return p
}

func postgresBinaries() string {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path)
		}
	}
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb"); len(found) > 0 {
		return filepath.Dir(found[len(found)-1])
	}
	return ""
}

// unprivileged is another user, because PostgreSQL refuses to run as root.
func unprivileged(t *testing.T) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	uid, errUID := strconv.ParseUint(nobody.Uid, 10, 32)
	gid, errGID := strconv.ParseUint(nobody.Gid, 10, 32)
	if errUID != nil || errGID != nil {
		t.Fatalf("nobody is %+v", nobody)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func (p *postgres) data() string { return filepath.Join(p.dir, "data") }

func (p *postgres) command(name string, args ...string) *exec.Cmd {
	c := exec.Command(filepath.Join(p.bin, name), args...)
	c.Dir = p.dir
	c.SysProcAttr = &syscall.SysProcAttr{Credential: p.owner}
	return c
}

func (p *postgres) start(t *testing.T) {
	t.Helper()
	p.server = p.command("postgres", "-D", p.data(), "-p", p.port, "-k", p.dir, "-h", "127.0.0.1", "-c", "fsync=off")
	if err := p.server.Start(); err != nil {
		t.Fatal(err)
	}
	d := open(t, p.url("postgres"))
	eventually(t, "PostgreSQL answers", func() bool { return d.db.PingContext(t.Context()) == nil })
}

func (p *postgres) stop() {
	_ = p.server.Process.Signal(syscall.SIGINT) // fast shutdown
	_ = p.server.Wait()
}

func (p *postgres) url(database string) string {
	return fmt.Sprintf("postgres://deskbus@127.0.0.1:%s/%s?sslmode=disable", p.port, database)
}

func (p *postgres) createDatabase(t *testing.T) string {
	t.Helper()
	p.number++
	name := fmt.Sprint("reports", p.number)
	if _, err := open(t, p.url("postgres")).db.ExecContext(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	return p.url(name)
}

// open opens a database for a test.
func open(t *testing.T, where string) *database {
	t.Helper()
	d, err := openDatabase(where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.db.Close() })
	return d
}

// migrated opens a database that has the schema.
func migrated(t *testing.T, where string) *database {
	t.Helper()
	d := open(t, where)
	if err := d.migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return d
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("in vain: %s", what)
		}
	}
}

// tables are the tables of the schema, and what sorts their rows.
var tables = map[string]string{
	"report_intervals": "1, 2, 3, 4", "report_not_ready": "1, 2, 3, 4, 5, 6", "report_dispositions": "1, 2, 3, 4, 5, 6",
	"report_names": "1, 2, 3", "report_checkpoints": "1", "report_open": "1, 2, 3",
}

// dump is all a database has.
func dump(t *testing.T, d *database) string {
	t.Helper()
	var b strings.Builder
	err := d.transaction(t.Context(), d.reading, func(ctx context.Context, tx tx) error {
		for _, table := range slices.Sorted(maps.Keys(tables)) {
			values := make([]any, len(columnsOf(t, tx, table)))
			err := tx.query(ctx, "SELECT * FROM "+table+" ORDER BY "+tables[table], nil, func(scan func(...any) error) error {
				into := make([]any, len(values))
				for i := range values {
					into[i] = &values[i]
				}
				err := scan(into...)
				fmt.Fprintln(&b, table, values)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func columnsOf(t *testing.T, tx tx, table string) []string {
	t.Helper()
	rows, err := tx.QueryContext(t.Context(), "SELECT * FROM "+table+" WHERE 1 = 0")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	return columns
}

// rebuild counts events from the first one into an empty database.
func rebuild(t *testing.T, where string, list []events.Event) *database {
	t.Helper()
	d := migrated(t, where)
	saveAll(t, d, tally.New(), list)
	return d
}

// saveAll counts events and saves them in one transaction.
func saveAll(t *testing.T, d *database, f *tally.Fold, list []events.Event) {
	t.Helper()
	last := f.ZN()
	for i := range list {
		if err := f.Apply(&list[i]); err != nil {
			t.Fatal(err)
		}
	}
	changes, err := f.Take()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.save(t.Context(), list[0].Zone, last, changes); err != nil {
		t.Fatal(err)
	}
}
