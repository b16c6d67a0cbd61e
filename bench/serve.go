package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"strings"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/deskbus/deskbus/broker"
	"github.com/deskbus/deskbus/config"
	"github.com/deskbus/deskbus/embedded"
	"github.com/deskbus/deskbus/events"
)

// The sides. All use a zone of the same name.
const (
	raw = "raw"
	// deskbus is a broker with a switch that is quiet during a call.
	deskbus = "deskbus"
	// simulated is a broker with the simulated switch in the same process.
	simulated = "simulated"

	zoneName   = "bench"
	switchName = "sim"
)

// side is one running side, a child process.
type side struct {
	process *exec.Cmd
	stop    io.Closer
	url     string
	// ended is closed when the process has ended, for whatever reason.
	ended chan struct{}
	// leaving: it was asked to end.
	leaving bool
	err     error
}

// startSide starts a child and waits until clients can connect to it.
func (o options) startSide(name, dir, profile string) (*side, error) {
	return startChild("-serve", name, "-dir", dir, "-agents", fmt.Sprint(o.agents), "-profile", profile)
}

// startChild starts this program again with other arguments and waits until it
// says where it serves.
func startChild(args ...string) (*side, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := exec.Command(self, args...)
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	url, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, errors.Join(errors.New("the child did not start"), in.Close(), c.Wait())
	}
	s := &side{process: c, stop: in, url: strings.TrimSpace(url), ended: make(chan struct{})}
	go func() {
		s.err = c.Wait()
		close(s.ended)
	}()
	return s, nil
}

// close ends the child and waits until it has closed its files.
func (s *side) close() error {
	_ = s.stop.Close() // the pipe of a process that has ended is closed already
	<-s.ended
	return s.err
}

// hasEnded tells whether the process has ended.
func (s *side) hasEnded() bool {
	select {
	case <-s.ended:
		return true
	default:
		return false
	}
}

// serveSide is the child: it serves until its standard input is closed.
func (o options) serveSide(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		io.Copy(io.Discard, os.Stdin) // ends, one way or the other, with the parent
		stop()
	}()
	if o.profile != "" {
		f, err := os.Create(o.profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	switch o.serve {
	case deskbus, simulated, watched:
		return o.serveBroker(ctx)
	case raw:
		return serveRaw(ctx, o.dir)
	case node:
		return serveNode(ctx, o.dir)
	case member:
		return o.serveMember(ctx)
	case services:
		return o.serveServices(ctx)
	}
	return fmt.Errorf("no side is called %q", o.serve)
}

func (o options) serveBroker(ctx context.Context) error {
	c, err := o.configuration()
	if err != nil {
		return err
	}
	// The server is the raw side's, in the same process and without users, because
	// the parent plays the switch and the broker's own server lets no guest do so.
	server, err := embedded.Start(embedded.Options{Listen: "127.0.0.1:0", Dir: filepath.Join(o.dir, "nats")})
	if err != nil {
		return err
	}
	defer server.Stop()
	web := ""
	if o.serve == watched {
		web = "127.0.0.1:0"
	}
	b, err := broker.Start(ctx, broker.Options{
		Config: c, Name: "bench", NATS: server.URL(), HTTP: web, Data: o.dir,
		Logger: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		return err
	}
	fmt.Println(b.URL(), b.HTTPAddress())
	return b.Run(ctx)
}

// configuration has one campaign with a customer for every agent, who answers
// at once and stays. The password hashes are cheap: logging on is not measured.
func (o options) configuration() (*config.Config, error) {
	contacts := filepath.Join(o.dir, "contacts.csv")
	var list strings.Builder
	fmt.Fprintln(&list, "id,phone1")
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		return nil, err
	}
	const skill = "sales"
	c := &config.Config{
		Zones: []config.Zone{{Name: zoneName, Switch: switchName}},
		Campaigns: []config.Campaign{{
			Name: campaignName, Zone: zoneName, Skill: skill, Mode: events.ContactProgressive,
			RingTimeout: time.Minute, Contacts: contacts,
			Wrapup:          config.Wrapup{DefaultCode: "Done"},
			CompletionCodes: []config.CompletionCode{{Code: "Done"}},
		}},
	}
	if o.serve == simulated {
		c.Switches = []config.Switch{{Name: switchName, Simulator: &config.Simulator{
			Answer: 1, Talk: config.Range{Min: time.Hour, Max: time.Hour},
		}}}
	}
	for i := range o.agents {
		fmt.Fprintf(&list, "C%d,+12025550%03d\n", i, i)
		c.Agents = append(c.Agents, config.Agent{
			ID: agentID(i), Name: agentID(i), PasswordHash: string(hash), Skills: []config.Skill{{Name: skill, Level: 1}},
		})
	}
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return nil, err
	}
	return c, os.WriteFile(contacts, []byte(list.String()), 0o600)
}
