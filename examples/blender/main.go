// Command blender moves one agent to inbound or outbound calls, as a blender
// does that watches the queues. An agent in a call goes to inbound when the call
// is wrapped up. It exits with 0 when the move was accepted.
//
//	blender --agent 1001 --password secret inbound
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
)

// settings are the command line.
type settings struct {
	url, service, password, zone, agent, to string
}

func main() {
	var s settings
	flag.StringVar(&s.url, "url", "nats://127.0.0.1:4222", "address of the bus")
	flag.StringVar(&s.service, "service", "blender", "id of the service in the broker's configuration")
	flag.StringVar(&s.password, "password", os.Getenv("DESKBUS_PASSWORD"), "password of the service; default is $DESKBUS_PASSWORD")
	flag.StringVar(&s.zone, "zone", "main", "zone of the agent")
	flag.StringVar(&s.agent, "agent", "", "id of the agent")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "Usage: blender [flags] inbound|outbound")
		flag.PrintDefaults()
	}
	flag.Parse()
	s.to = flag.Arg(0)
	if err := run(s); err != nil {
		fmt.Fprintln(os.Stderr, "blender:", err)
		os.Exit(1)
	}
	fmt.Printf("agent %s goes to %s calls\n", s.agent, s.to)
}

func run(s settings) error {
	if s.agent == "" || s.to != "inbound" && s.to != "outbound" || flag.NArg() != 1 {
		return errors.New("want --agent and then inbound or outbound; see --help")
	}
	factory, err := connector.Init(connector.Config{
		Addresses: []string{s.url}, Service: connector.Service{ID: s.service, Password: s.password},
	})
	if err != nil {
		return err
	}
	defer factory.Deinit()
	actor, err := factory.Actor(s.zone)
	if err != nil {
		return err
	}
	ctx := context.Background()
	if s.to == "inbound" {
		return failure(events.AGTBlendToInbound, actor.AGTBlendToInbound(ctx, s.agent))
	}
	if err := failure(events.AGTBlendToOutbound, actor.AGTBlendToOutbound(ctx, s.agent)); err != nil {
		return err
	}
	// Who moves an agent back has the phone nailed again. It still is when the move
	// to inbound waited for the end of a call.
	code := actor.AGTNailupAgent(ctx, s.agent)
	if code == events.AgentAlreadyNailed {
		return nil
	}
	return failure(events.AGTNailupAgent, code)
}

// failure is the error for a code, nil for success.
func failure(command string, code events.Code) error {
	if code == events.Success {
		return nil
	}
	entry, _ := events.Lookup(code)
	return fmt.Errorf("%s: %d %s", command, code, entry.Message)
}
