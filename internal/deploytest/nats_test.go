package deploytest

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
)

// nodeOptions reads the configuration of a node as its own server does.
func nodeOptions(t *testing.T, c *compose, node string) *server.Options {
	t.Helper()
	s := c.Services[node]
	file, found := s.mounts()[s.flag(t, "config")]
	if !found {
		t.Fatalf("%s: its configuration is not mounted", node)
	}
	for _, variable := range s.environment(t) {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	options, err := server.ProcessConfigFile(filepath.Join(repository, file))
	if err != nil {
		t.Fatal(err)
	}
	options.ServerName = s.flag(t, "name")
	return options
}

func TestNodes(t *testing.T) {
	c := readCompose(t)
	for _, node := range c.nodes() {
		o, s := nodeOptions(t, &c, node), c.Services[node]
		if o.ServerName != node {
			t.Errorf("%s is called %q", node, o.ServerName)
		}
		if !o.JetStream || !o.SyncAlways {
			t.Errorf("%s: JetStream %v, sync always %v: want both", node, o.JetStream, o.SyncAlways)
		}
		if volume := s.mounts()[o.StoreDir]; volume != node {
			t.Errorf("%s keeps its streams in %q, volume %q: want one of its own", node, o.StoreDir, volume)
		}
		if o.Cluster.Name == "" || !o.Cluster.NoAdvertise {
			t.Errorf("%s: cluster %q, no_advertise %v", node, o.Cluster.Name, o.Cluster.NoAdvertise)
		}
		var routes []string
		for _, route := range o.Routes {
			if route.Port() != strconv.Itoa(o.Cluster.Port) {
				t.Errorf("%s: route %s, but nodes listen on %d", node, route, o.Cluster.Port)
			}
			routes = append(routes, route.Hostname())
		}
		if !slices.Equal(routes, c.nodes()) {
			t.Errorf("%s has routes to %q: want %q", node, routes, c.nodes())
		}
		if port := s.healthURL(t).Port(); port != strconv.Itoa(o.HTTPPort) {
			t.Errorf("%s: health check asks port %s, the server listens on %d", node, port, o.HTTPPort)
		}
		if o.Port != 4222 {
			t.Errorf("%s listens on %d: clients come to 4222", node, o.Port)
		}
	}
}
