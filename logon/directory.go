package logon

import (
	"crypto/rand"
	"fmt"

	"golang.org/x/crypto/bcrypt"

	"github.com/deskbus/deskbus/config"
	"github.com/deskbus/deskbus/events"
)

// maxPassword is the greatest size of a password in bytes: bcrypt ignores what
// comes after.
const maxPassword = 72

// HashPassword returns the bcrypt hash of a password for the configuration. The
// password may be empty (L1003); one of more than 72 bytes is an error.
func HashPassword(password string) (string, error) {
	if len(password) > maxPassword {
		return "", fmt.Errorf("the password has %d bytes; want at most %d", len(password), maxPassword)
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.DefaultCost)
	return string(hash), err
}

// Directory knows the agents and the services, and checks their passwords.
type Directory struct {
	agents   map[string]config.Agent
	services map[string]config.Service
	// nobody is the hash that the password of an unknown agent or service is
	// compared with, so that the time an answer takes does not tell which exist.
	nobody []byte
}

// NewDirectory makes a directory of the agents and services of a configuration,
// as config.Load has checked them.
func NewDirectory(agents []config.Agent, services []config.Service) (*Directory, error) {
	d := &Directory{agents: make(map[string]config.Agent, len(agents)), services: make(map[string]config.Service, len(services))}
	cost := bcrypt.MinCost
	for _, a := range agents {
		c, err := bcrypt.Cost([]byte(a.PasswordHash))
		if err != nil {
			return nil, fmt.Errorf("logon: password hash of agent %q: %w", a.ID, err)
		}
		cost = max(cost, c)
		d.agents[a.ID] = a
	}
	for _, s := range services {
		c, err := bcrypt.Cost([]byte(s.PasswordHash))
		if err != nil {
			return nil, fmt.Errorf("logon: password hash of service %q: %w", s.ID, err)
		}
		cost = max(cost, c)
		d.services[s.ID] = s
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(rand.Text()), cost)
	if err != nil {
		return nil, fmt.Errorf("logon: %w", err)
	}
	d.nobody = hash
	return d, nil
}

// check returns the agent and whether he may log on: Success,
// AgentNotRegistered, AuthenticationFailed (also for a password that is null,
// L1005, or longer than 72 bytes) or SkillsNotFound. The agent is empty when
// his password was not right.
func (d *Directory) check(agentID string, password *string) (config.Agent, events.Code) {
	agent, known := d.agents[agentID]
	hash := d.nobody
	if known {
		hash = []byte(agent.PasswordHash)
	}
	right := matches(hash, password)
	switch {
	case !known:
		return config.Agent{}, events.AgentNotRegistered
	case !right:
		return config.Agent{}, events.AuthenticationFailed
	case len(agent.Skills) == 0:
		return agent, events.SkillsNotFound
	}
	return agent, events.Success
}

// checkService returns what a service may send, and false when there is no such
// service or this is not its password.
func (d *Directory) checkService(id string, password *string) (commands []string, right bool) {
	service, known := d.services[id]
	hash := d.nobody
	if known {
		hash = []byte(service.PasswordHash)
	}
	return service.Commands, matches(hash, password) && known
}

func matches(hash []byte, password *string) bool {
	return password != nil && len(*password) <= maxPassword &&
		bcrypt.CompareHashAndPassword(hash, []byte(*password)) == nil
}
