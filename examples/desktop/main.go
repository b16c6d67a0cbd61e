// Command desktop is a whole agent desktop for the terminal, built with package
// connector: it logs an agent on, handles some calls and logs off.
//
// It prints one line for each callback it has a use for. It exits with 0 when the agent was
// logged off after the calls, and with 1 when something went wrong on the way.
//
//	desktop --agent 1001 --password secret --calls 3
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
)

// settings are the command line.
type settings struct {
	url      string
	agent    string
	password string
	zone     string
	ext      string
	calls    int
	talk     time.Duration
	force    bool
	resume   bool
}

func main() {
	var s settings
	flag.StringVar(&s.url, "url", "nats://127.0.0.1:4222", "address of the bus")
	flag.StringVar(&s.agent, "agent", "", "id of the agent")
	flag.StringVar(&s.password, "password", os.Getenv("DESKBUS_PASSWORD"), "password; default is $DESKBUS_PASSWORD")
	flag.StringVar(&s.zone, "zone", "main", "zone of the agent")
	flag.StringVar(&s.ext, "ext", "", "extension of the agent's phone; default is the id")
	flag.IntVar(&s.calls, "calls", 1, "how many calls to handle, from 1")
	flag.DurationVar(&s.talk, "talk", 2*time.Second, "how long to talk in each call")
	flag.BoolVar(&s.force, "force", false, "end a session the agent has anywhere else")
	flag.BoolVar(&s.resume, "resume", false, "save the session: when this desktop dies, its next start resumes it, without --force")
	flag.Parse()
	if err := run(s); err != nil {
		fmt.Fprintln(os.Stderr, "desktop:", err)
		os.Exit(1)
	}
}

// run is the life of the desktop: it returns when the agent is logged out.
func run(s settings) error {
	if s.agent == "" || s.calls < 1 || flag.NArg() > 0 {
		return errors.New("want --agent, --calls from 1 and no other arguments; see --help")
	}
	if s.ext == "" {
		s.ext = s.agent
	}
	factory, err := connector.Init(connector.Config{Addresses: []string{s.url}})
	if err != nil {
		return err
	}
	defer factory.Deinit()
	d := &desktop{settings: s, ended: make(chan error, 1)}
	if d.agent, err = factory.GetPOMAgent(s.agent, d); err != nil {
		return err
	}
	defer factory.RemovePOMAgent(s.agent)
	d.command(events.AGTLogon, d.agent.AGTLogon(s.ext, s.password, s.force, "en", "UTC", s.zone))

	interrupt := make(chan os.Signal, 1)
	signal.Notify(interrupt, os.Interrupt)
	select {
	case err = <-d.ended:
		return err
	case <-interrupt:
		return errors.New("interrupted; the agent may still be logged on")
	}
}
