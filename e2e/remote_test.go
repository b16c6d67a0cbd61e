package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/heard"
)

// remoteAgent is set for a process of this test binary that is a desktop.
const remoteAgent = "DESKBUS_TEST_AGENT"

// order is a line to a remote desktop: a method of its agent.
type order struct {
	Method string
	Args   []json.RawMessage
}

// line is what a remote desktop says: a call of its handler, or under the name of
// a method what that has returned.
type line struct {
	Name string
	Args []json.RawMessage
}

// runRemote is the life of such a process. It does what it is told on standard
// input and writes down all it hears.
func runRemote(agent string) error {
	factory, err := connector.Init(connector.Config{Addresses: []string{os.Getenv("DESKBUS_TEST_BUS")}})
	if err != nil {
		return err
	}
	calls := make(heard.Recorder, 1000)
	a, err := factory.GetPOMAgent(agent, calls)
	if err != nil {
		return err
	}
	orders, failed := make(chan order), make(chan error, 1)
	go func() {
		for in := json.NewDecoder(os.Stdin); ; {
			var o order
			if err := in.Decode(&o); err != nil {
				failed <- err
				return
			}
			orders <- o
		}
	}()
	out := json.NewEncoder(os.Stdout)
	for {
		said := heard.Call{}
		select {
		case said = <-calls:
		case o := <-orders:
			code, err := carryOut(a, o)
			if err != nil {
				return err
			}
			said = heard.Call{Name: o.Method, Args: []any{code}}
		case err := <-failed:
			return err
		}
		if err := out.Encode(said); err != nil {
			return err
		}
	}
}

// carryOut calls a method of an agent.
func carryOut(a *connector.Agent, o order) (events.Code, error) {
	method := reflect.ValueOf(a).MethodByName(o.Method)
	if !method.IsValid() || method.Type().NumIn() != len(o.Args) {
		return 0, fmt.Errorf("there is no %s with %d arguments", o.Method, len(o.Args))
	}
	var args []reflect.Value
	for i, raw := range o.Args {
		arg := reflect.New(method.Type().In(i))
		if err := json.Unmarshal(raw, arg.Interface()); err != nil {
			return 0, err
		}
		args = append(args, arg.Elem())
	}
	return method.Call(args)[0].Interface().(events.Code), nil
}

// remote is a desktop in a process of its own.
type remote struct {
	t     *testing.T
	id    string
	cmd   *exec.Cmd
	in    io.Writer
	lines chan line
}

func startRemote(t *testing.T, url, id string) *remote {
	t.Helper()
	r := &remote{t: t, id: id, lines: make(chan line, 1000)}
	r.cmd = exec.Command(os.Args[0])
	r.cmd.Env = append(os.Environ(), remoteAgent+"="+id, "DESKBUS_TEST_BUS="+url)
	r.cmd.Stderr = os.Stderr
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if r.in, err = r.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(r.lines)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var l line
			if json.Unmarshal(lines.Bytes(), &l) == nil {
				r.lines <- l
			}
		}
	}()
	t.Cleanup(r.kill)
	return r
}

// kill ends the process without a word to it.
func (r *remote) kill() {
	_ = r.cmd.Process.Kill()
	_ = r.cmd.Wait() // a second time it says that it was waited for
}

// send sends a command.
func (r *remote) send(method string, args ...any) {
	r.t.Helper()
	o := order{Method: method}
	for _, arg := range args {
		raw, err := json.Marshal(arg)
		if err != nil {
			r.t.Fatal(err)
		}
		o.Args = append(o.Args, raw)
	}
	body, err := json.Marshal(o)
	if err == nil {
		_, err = r.in.Write(append(body, '\n'))
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

// do sends a command, which must be answered with 0.
func (r *remote) do(method string, args ...any) line {
	r.t.Helper()
	r.send(method, args...)
	answer := r.await(events.RESP(method))
	if code := answer.arg(len(answer.Args) - 1); code != "0" {
		r.t.Fatalf("%s of %s: result %s", method, r.id, code)
	}
	return answer
}

func (r *remote) logOn() {
	r.t.Helper()
	r.send(events.AGTLogon, "sip:"+r.id, password, false, "en", "Europe/Berlin", "main")
}

// await returns the next line with a name, and with these first arguments; the
// lines before it are passed over.
func (r *remote) await(name string, args ...string) line {
	r.t.Helper()
	var passed []line
	for deadline := time.After(patience); ; {
		l, ok := r.next(deadline)
		if !ok {
			r.t.Fatalf("%s waits for %s %v, and has heard %v", r.id, name, args, passed)
		}
		if l.Name == name && l.begins(args) {
			return l
		}
		passed = append(passed, l)
	}
}

// until returns the lines up to the next one with this name, without what the
// connector says by itself.
func (r *remote) until(name string) []line {
	r.t.Helper()
	var all []line
	for deadline := time.After(patience); ; {
		l, ok := r.next(deadline)
		if !ok {
			r.t.Fatalf("%s waits for %s, and has heard %v", r.id, name, all)
		}
		if l.Name != events.POMAvailable && l.Name != events.POMNotAvailable && l.Name != events.AGTLogon {
			all = append(all, l)
		}
		if l.Name == name {
			return all
		}
	}
}

func (r *remote) next(deadline <-chan time.Time) (line, bool) {
	select {
	case l, open := <-r.lines:
		return l, open
	case <-deadline:
		return line{}, false
	}
}

// arg is one argument as JSON has it, a string without its quotes.
func (l line) arg(i int) string { return strings.Trim(string(l.Args[i]), `"`) }

func (l line) begins(args []string) bool {
	for i, want := range args {
		if i >= len(l.Args) || l.arg(i) != want {
			return false
		}
	}
	return true
}

func (l line) String() string { return l.Name + fmt.Sprintf("%s", l.Args) }
