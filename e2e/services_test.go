package e2e

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/logcheck"
)

// withServices returns a configuration with the services aaad and blender, each with
// what its programs send.
func withServices(t *testing.T, agents int) string {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return configuration(t, t.TempDir(), agents, time.Second) +
		fmt.Sprintf("services:\n"+
			"  - {id: aaad, passwordHash: %q, commands: [AGTLogon, AGTSkillsChanged, AGTBlendToInbound, AGTBlendToOutbound]}\n"+
			"  - {id: blender, passwordHash: %q, commands: [AGTBlendToInbound, AGTBlendToOutbound, AGTNailupAgent, AGTPendingLogout]}\n",
			hash, hash)
}

// asService connects as a service.
func asService(t *testing.T, p *process, id, password string) *connector.Factory {
	t.Helper()
	f, err := connector.Init(connector.Config{
		Addresses: []string{p.url()}, CommandTimeout: 20 * time.Second,
		Service: connector.Service{ID: id, Password: password},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Deinit)
	return f
}

func actor(t *testing.T, f *connector.Factory) *connector.Actor {
	t.Helper()
	a, err := f.Actor("main")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// desk is a desktop that tells which results of AGTLogon it heard, and the
// notifications below.
type desk struct {
	connector.BaseHandler
	heard chan events.Code
}

func (d desk) AGTLogonRESP(result events.Code) { d.heard <- result }
func (d desk) AGTAgentLoggedOut()              { d.heard <- loggedOut }
func (d desk) AGTBlendedToInbound()            { d.heard <- blendedToInbound }

// What a desk hears beside results.
const (
	loggedOut        events.Code = -1
	blendedToInbound events.Code = -2
)

func (d desk) want(t *testing.T, what string, want events.Code) {
	t.Helper()
	select {
	case got := <-d.heard:
		if got != want {
			t.Errorf("%s: the desktop heard %d, want %d", what, got, want)
		}
	case <-time.After(patience):
		t.Fatalf("%s: the desktop hears nothing", what)
	}
}

func newDesk(t *testing.T, f *connector.Factory, id string) (*connector.Agent, desk) {
	t.Helper()
	d := desk{heard: make(chan events.Code, 10)}
	agent, err := f.GetPOMAgent(id, d)
	if err != nil {
		t.Fatal(err)
	}
	return agent, d
}

func logOn(agent *connector.Agent, name string, skills ...string) {
	var list []events.POMAgentSkill
	for _, s := range skills {
		list = append(list, events.POMAgentSkill{SkillName: s})
	}
	agent.AGTLogonAACC("sip:x@example.com", "", false, "en", "UTC", "main", name, list)
}

// TestServices: one service logs an agent on of whom the configuration knows
// nothing, and another one sends the agent home.
func TestServices(t *testing.T) {
	p := newProcess(t, withServices(t, 0))
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	thief, d := newDesk(t, asService(t, p, "aaad", "guessed"), "ada")
	logOn(thief, "Ada", "sales")
	d.want(t, "wrong password of the service", events.AuthenticationFailed)

	aaad := asService(t, p, "aaad", password)
	agent, d := newDesk(t, aaad, "ada")
	logOn(agent, "", "sales")
	d.want(t, "no name", events.InvalidAgentName)
	logOn(agent, "Ada")
	d.want(t, "no skills", events.SkillsNotFound)
	logOn(agent, "Ada", "sales")
	d.want(t, "vouched for", events.Success)

	check := func(what string, got, want events.Code) {
		t.Helper()
		if got != want {
			t.Errorf("%s: result %d, want %d", what, got, want)
		}
	}
	blender := actor(t, asService(t, p, "blender", password))
	check("wrong password", actor(t, asService(t, p, "blender", "guessed")).AGTPendingLogout(ctx, "ada"), events.AuthenticationFailed)
	check("not its command", blender.AGTSkillsChanged(ctx, "ada", []events.POMAgentSkill{{SkillName: "billing"}}), events.AgentUnknown)
	check("unknown agent", blender.AGTPendingLogout(ctx, "nobody"), events.AgentUnknown)
	check("new skills", actor(t, aaad).AGTSkillsChanged(ctx, "ada", []events.POMAgentSkill{{SkillName: "billing"}}), events.Success)
	check("pending logout", blender.AGTPendingLogout(ctx, "ada"), events.Success)
	d.want(t, "sent home", loggedOut)
	check("logged out", blender.AGTPendingLogout(ctx, "ada"), events.AgentUnknown)
	p.stop()

	log := readLog(t, p)
	var record []string
	for _, e := range log.Events {
		if e.Agent == "ada" && e.Kind == events.KindCommand {
			line := e.Name + " " + e.Actor
			if params, ok := e.Data.(events.LogonParams); ok {
				line += params.Service + " " + params.AgentName
			}
			record = append(record, strings.TrimSpace(line))
		}
	}
	want := "AGTLogon aaad, AGTLogon aaad Ada, AGTLogon aaad Ada, AGTSkillsChanged aaad, AGTPendingLogout blender"
	if got := strings.Join(record, ", "); got != want {
		t.Errorf("on record:\n%s\nwant:\n%s", got, want)
	}
}

// TestServicesOutliveACrash: the broker is killed with its server while a service
// sends commands, so that commands, acks and answers are lost. What was answered
// with 0 was executed, and nothing was executed twice.
func TestServicesOutliveACrash(t *testing.T) {
	const agents, kills = 4, 2
	p := newProcess(t, withServices(t, 0))
	aaad := asService(t, p, "aaad", password)
	for i := range agents {
		agent, d := newDesk(t, aaad, agentID(i))
		logOn(agent, "Agent", "sales")
		d.want(t, "logon", events.Success)
	}
	var mu sync.Mutex
	results := map[string]events.Code{}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	a := actor(t, aaad)
	answered := make(chan struct{}, 1_000_000)
	var senders sync.WaitGroup
	stop := make(chan struct{})
	for i := range agents {
		senders.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				case <-ctx.Done():
					return
				default:
				}
				skill := fmt.Sprintf("%d-%d", i, n)
				code := a.AGTSkillsChanged(ctx, agentID(i), []events.POMAgentSkill{{SkillName: skill}})
				mu.Lock()
				results[skill] = code
				mu.Unlock()
				if code == events.Success {
					answered <- struct{}{}
				}
			}
		})
	}
	awaitMany := func() {
		for range 200 {
			select {
			case <-answered:
			case <-ctx.Done():
				t.Fatal("the commands do not go on")
			}
		}
	}
	for range kills {
		awaitMany()
		p.kill()
		p.start()
	}
	awaitMany()
	close(stop)
	senders.Wait()
	p.stop()
	checkSkills(t, readLog(t, p), results)
}

// checkSkills compares the results a service heard with what the log says was
// done.
func checkSkills(t *testing.T, log *logcheck.Log, results map[string]events.Code) {
	t.Helper()
	done := map[string]int{}
	for _, e := range log.Events {
		if e.Kind == events.KindCommand && e.Name == events.AGTSkillsChanged {
			done[e.Data.(events.SkillsParams).AgentSkills[0].SkillName]++
		}
	}
	for skill, code := range results {
		switch n := done[skill]; {
		case n > 1, code == events.Success && n != 1, code == events.PAMNotAvailableForZone && n != 0:
			t.Errorf("a command with result %d was executed %d times", code, n)
		case code != events.Success && code != events.PAMNotAvailableForZone && code != events.POMNotAvailableCode:
			t.Errorf("a command has result %d", code)
		}
	}
	t.Logf("%d commands, %d executed", len(results), len(done))
}

// TestBlenderProcess runs the example blender against an agent.
func TestBlenderProcess(t *testing.T) {
	p := newProcess(t, withServices(t, 0))
	blender := func(args ...string) (string, error) {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		c := exec.CommandContext(ctx, filepath.Join(binaries, "blender"), append([]string{"--url", p.url(), "--agent", "ada"}, args...)...)
		c.Env = append(c.Environ(), "DESKBUS_PASSWORD="+password)
		out, err := c.CombinedOutput()
		return string(out), err
	}
	agent, d := newDesk(t, asService(t, p, "aaad", password), "ada")
	if out, err := blender("inbound"); err == nil || !strings.Contains(out, "9002") {
		t.Errorf("without the agent it said %s", out)
	}
	logOn(agent, "Ada", "sales")
	d.want(t, "logon", events.Success)
	if out, err := blender("sideways"); err == nil || !strings.Contains(out, "inbound or outbound") {
		t.Errorf("it said %s", out)
	}
	if out, err := blender("--password", "guessed", "inbound"); err == nil || !strings.Contains(out, "17 ") {
		t.Errorf("with a wrong password it said %s", out)
	}
	if out, err := blender("inbound"); err != nil || !strings.Contains(out, "inbound") {
		t.Errorf("it said %s", out)
	}
	d.want(t, "inbound", blendedToInbound)
	if out, err := blender("inbound"); err == nil || !strings.Contains(out, "581 ") {
		t.Errorf("the second time it said %s", out)
	}
	if out, err := blender("outbound"); err != nil {
		t.Errorf("back to outbound it said %s", out)
	}
}
