package deploytest

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/deskbus/deskbus/internal/natstest"
)

// patience is how long anything may take. An election among the nodes alone can
// take nine seconds.
const patience = 3 * time.Minute

// deployment is what docker-compose.yml describes, on loopback.
type deployment struct {
	compose
	t *testing.T
	// loopback has the "127.0.0.1:port" that stands for "service:port".
	loopback map[string]string
	// roots has the directory that stands for the file system of a service.
	roots   map[string]string
	running map[string]*process
}

type process struct {
	command *exec.Cmd
	out     bytes.Buffer
	// exited is closed after err was set.
	exited chan struct{}
	err    error
}

// newDeployment prepares files and addresses and starts nothing.
func newDeployment(t *testing.T) *deployment {
	t.Helper()
	d := &deployment{
		compose: readCompose(t), t: t,
		loopback: map[string]string{}, roots: map[string]string{}, running: map[string]*process{},
	}
	d.reserve()
	volumes := map[string]string{}
	for name, s := range d.Services {
		d.roots[name] = t.TempDir()
		for path, source := range s.mounts() {
			target := filepath.Join(d.roots[name], path)
			if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
				t.Fatal(err)
			}
			var err error
			if strings.HasPrefix(source, "./") {
				err = os.WriteFile(target, []byte(d.outside(name, read(t, source))), 0o600)
			} else {
				if volumes[source] == "" {
					volumes[source] = t.TempDir()
				}
				err = os.Symlink(volumes[source], target)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	return d
}

// reserve finds a free port for every address.
func (d *deployment) reserve() {
	var inside []string
	for _, node := range d.nodes() {
		inside = append(inside, node+":4222", node+":6222", node+":8222")
	}
	for _, broker := range d.brokers() {
		inside = append(inside, broker+":8080")
	}
	for _, address := range inside {
		d.loopback[address] = natstest.Address(d.t)
	}
}

// outside rewrites the addresses and paths in a text that is meant for the
// inside of a service.
func (d *deployment) outside(name, text string) string {
	var pairs []string
	for inside, address := range d.loopback {
		service, port, _ := strings.Cut(inside, ":")
		pairs = append(pairs, inside, address)
		if service == name {
			pairs = append(pairs, "0.0.0.0:"+port, address, "127.0.0.1:"+port, address)
		}
	}
	for _, directory := range []string{"/etc/", "/var/lib/", "/data"} {
		pairs = append(pairs, directory, d.roots[name]+directory)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// start starts a service and returns at once.
func (d *deployment) start(name string) {
	d.t.Helper()
	s := d.Services[name]
	arguments := slices.Clone(s.Command)
	if s.Build != "" {
		arguments = slices.Insert(arguments, 0, "broker") // the entry point of the image
	}
	for i, argument := range arguments {
		if flag, value, found := strings.Cut(argument, "="); found {
			arguments[i] = flag + "=" + d.outside(name, value)
		}
	}
	p := &process{
		command: exec.Command(filepath.Join(programs, arguments[0]), arguments[1:]...),
		exited:  make(chan struct{}),
	}
	p.command.Env = append(os.Environ(), s.environment(d.t)...)
	p.command.Stdout, p.command.Stderr = &p.out, &p.out
	if err := p.command.Start(); err != nil {
		d.t.Fatal(err)
	}
	go func() {
		p.err = p.command.Wait()
		close(p.exited)
	}()
	d.running[name] = p
	d.t.Cleanup(func() {
		_ = p.command.Process.Kill()
		<-p.exited
		if d.t.Failed() {
			d.t.Logf("%s %q said:\n%s", name, arguments, p.out.Bytes())
		}
	})
}

// kill ends a service as a power switch would, as far as a process can tell.
func (d *deployment) kill(name string) {
	d.t.Helper()
	p := d.running[name]
	if err := p.command.Process.Kill(); err != nil {
		d.t.Fatal(err)
	}
	<-p.exited
}

// stop ends a service as the engine does, and expects it to agree in the time
// the engine gives it.
func (d *deployment) stop(name string) {
	d.t.Helper()
	p := d.running[name]
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		d.t.Fatal(err)
	}
	select {
	case <-p.exited:
	case <-time.After(10 * time.Second):
		_ = p.command.Process.Signal(syscall.SIGQUIT) // it says where it hangs
		<-p.exited
		d.t.Fatalf("%s does not stop", name)
	}
	if p.err != nil {
		d.t.Fatalf("%s stopped with: %v", name, p.err)
	}
}

// healthy waits for the health check of a service.
func (d *deployment) healthy(name string) {
	d.t.Helper()
	s := d.Services[name]
	check := d.outside(name, s.healthURL(d.t).String())
	client := http.Client{Timeout: 3 * time.Second}
	d.eventually(name+" is healthy", func() bool {
		select {
		case <-d.running[name].exited:
			d.t.Fatalf("%s ended: %v", name, d.running[name].err)
		default:
		}
		answer, err := client.Get(check)
		if err != nil {
			return false
		}
		_ = answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	})
}

// eventually waits until something is true.
func (d *deployment) eventually(what string, is func() bool) {
	d.t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-deadline:
			d.t.Fatalf("not in %s: %s", patience, what)
		case <-tick.C:
		}
	}
}
