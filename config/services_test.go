package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestServices(t *testing.T) {
	c, _, err := load(t, good+"services: [{id: blender, passwordHash: "+hash+", commands: [AGTLogon, AGTNailupAgent]}]\n")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Service{{ID: "blender", PasswordHash: hash, Commands: []string{"AGTLogon", "AGTNailupAgent"}}}, c.Services); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWrongServices(t *testing.T) {
	text := good + "services:\n" +
		"  - {id: blender, passwordHash: " + hash + "}\n" +
		"  - {id: blender, passwordHash: secret, commands: [AGTNailupAgent, AGTHoldCall, AGTNailupAgent]}\n" +
		"  - {name: proxy}\n"
	_, _, err := load(t, text)
	if err == nil {
		t.Fatal("it was taken")
	}
	for _, want := range []string{
		`services[1].id: "blender" stands in services[0].id already; want a name of its own`,
		"services[1].passwordHash: want a bcrypt hash of cost 4 to 14",
		"services[2].name: unknown key; want one of id, passwordHash, commands",
		"services[0].commands: missing; want one or more of AGTLogon, AGTAgentDisconnected, AGTBlendToInbound,",
		"services[1].commands[1]: want one of AGTLogon, AGTAgentDisconnected, AGTBlendToInbound,",
		`services[1].commands[2]: "AGTNailupAgent" stands in services[1].commands[0] already`,
		"services[2].id: want 1 to 64 bytes",
		"services[2].passwordHash: want a bcrypt hash",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\ndoes not say %s", err, want)
		}
	}
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the error shows what may be a password: %v", err)
	}
}
