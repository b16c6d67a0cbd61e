package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/deskbus/deskbus/internal/natstest"
)

// binaries are built once for all tests.
var binaries string

func TestMain(m *testing.M) {
	if agent := os.Getenv(remoteAgent); agent != "" {
		fmt.Fprintln(os.Stderr, "desktop of", agent, "ends:", runRemote(agent))
		os.Exit(1)
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "deskbus-e2e-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		binaries = dir
		build := exec.Command("go", "build", "-o", dir, "../cmd/broker", "../cmd/replay",
			"../examples/desktop", "../examples/wallboard", "../examples/blender", "github.com/nats-io/nats-server/v2")
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
			return 1
		}
		return m.Run()
	}())
}

// process is a broker that runs as a process of its own. The addresses stay the
// same when it is started again.
type process struct {
	t      *testing.T
	dir    string
	listen string
	http   string
	// flags are those that differ from test to test.
	flags  []string
	cmd    *exec.Cmd
	out    *bytes.Buffer
	exited chan error
}

// newProcess starts a broker on the given configuration.
func newProcess(t *testing.T, configuration string) *process {
	t.Helper()
	p := &process{t: t, dir: t.TempDir()}
	p.write("deskbus.yaml", configuration)
	return newBroker(t, p.dir, "--config", filepath.Join(p.dir, "deskbus.yaml"))
}

// newBroker starts a broker with flags of the test's own.
func newBroker(t *testing.T, dir string, flags ...string) *process {
	t.Helper()
	p := &process{t: t, dir: dir, listen: natstest.Address(t), http: natstest.Address(t), flags: flags}
	p.start()
	t.Cleanup(func() {
		if p.cmd != nil {
			p.kill()
		}
		if t.Failed() {
			t.Logf("the broker said:\n%s", p.out)
		}
	})
	return p
}

func (p *process) write(name, text string) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

func (p *process) url() string  { return "nats://" + p.listen }
func (p *process) data() string { return filepath.Join(p.dir, "data") }

// start starts the process and waits until it is ready.
func (p *process) start() {
	p.t.Helper()
	if p.out == nil {
		p.out = &bytes.Buffer{}
	}
	flags := append([]string{"--listen", p.listen, "--http", p.http, "--data", p.data()}, p.flags...)
	p.cmd = exec.Command(filepath.Join(binaries, "broker"), flags...)
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.exited = make(chan error, 1)
	go func(cmd *exec.Cmd, exited chan<- error) { exited <- cmd.Wait() }(p.cmd, p.exited)
	deadline := time.Now().Add(patience)
	for !p.ready() {
		select {
		case err := <-p.exited:
			p.t.Fatalf("the broker ended: %v\n%s", err, p.out)
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			p.t.Fatal("the broker does not get ready")
		}
	}
}

func (p *process) ready() bool { return ready(p.t, p.http) }

// ready asks a broker whether it is ready.
func ready(t *testing.T, address string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/readyz", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// kill ends the process as a power switch would, as far as a process can tell.
func (p *process) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		p.t.Fatal(err)
	}
	<-p.exited
	p.cmd = nil
}

// stop ends the process the polite way and expects it to succeed.
func (p *process) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	select {
	case err := <-p.exited:
		if err != nil {
			p.t.Fatalf("the broker ended with %v", err)
		}
	case <-time.After(patience):
		_ = p.cmd.Process.Signal(syscall.SIGQUIT) // it says where it hangs
		<-p.exited
		p.cmd = nil
		p.t.Fatal("the broker does not stop")
	}
	p.cmd = nil
}

// patience is how long anything may take that must happen: it costs time only when
// it does not, and machines can be slow.
const patience = 3 * time.Minute

// password is what all agents of the tests have.
const password = "secret"

// configuration returns a zone with a quick switch and many contacts. Talk is
// how long customers stay on the line at most.
func configuration(t *testing.T, dir string, agents int, talk time.Duration) string {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	var contacts strings.Builder
	contacts.WriteString("id,firstName,lastName,timeZone,phone1,phone2,balance:WRITE,iban:MASKED_WRITE\n")
	for i := range 2000 {
		fmt.Fprintf(&contacts, "c%d,Ada,Example,Europe/Berlin,+4930231250%04d,,10.00,DE00 %d\n", i, i, i)
	}
	list := filepath.Join(dir, "contacts.csv")
	if err := os.WriteFile(list, []byte(contacts.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	var y strings.Builder
	fmt.Fprintf(&y, `zones: [{name: main, switch: sim}]
switches:
  - name: sim
    simulator:
      {seed: 7, answer: 0.9, busy: 0.05, ring: {min: 10ms, max: 50ms}, talk: {min: %s, max: %s}, agentAnswer: 5ms}
campaigns:
  - name: Load
    zone: main
    skill: sales
    mode: Progressive
    ringTimeout: 2s
    wrapup: {time: 20s, extensions: 1, defaultCode: none}
    completionCodes: [{code: sold, name: Sold}, {code: none, name: Not disposed}]
    contacts: %s
    repeat: true
agents:
`, talk/4, talk, list)
	for i := range agents {
		fmt.Fprintf(&y, "  - {id: %q, name: Agent %d, passwordHash: %q, skills: [{name: sales, level: 1}]}\n",
			agentID(i), i, hash)
	}
	return y.String()
}

func agentID(i int) string { return fmt.Sprintf("a.%d", 1001+i) }
