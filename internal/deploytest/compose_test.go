package deploytest

import (
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// repository is the way from this package to the files it tests.
const repository = "../.."

// compose is the part of docker-compose.yml that is used. An unknown key is an
// error, so that nothing stands there untested.
type compose struct {
	Name     string             `yaml:"name"`
	Nats     any                `yaml:"x-nats"`
	Broker   any                `yaml:"x-broker"`
	Services map[string]service `yaml:"services"`
	Volumes  map[string]any     `yaml:"volumes"`
}

type service struct {
	Image       string                       `yaml:"image"`
	Build       string                       `yaml:"build"`
	Restart     string                       `yaml:"restart"`
	Hostname    string                       `yaml:"hostname"`
	Environment map[string]string            `yaml:"environment"`
	Command     []string                     `yaml:"command"`
	Ports       []string                     `yaml:"ports"`
	Volumes     []string                     `yaml:"volumes"`
	DependsOn   map[string]map[string]string `yaml:"depends_on"`
	HealthCheck struct {
		Test        []string `yaml:"test"`
		Interval    string   `yaml:"interval"`
		Timeout     string   `yaml:"timeout"`
		Retries     int      `yaml:"retries"`
		StartPeriod string   `yaml:"start_period"`
	} `yaml:"healthcheck"`
}

func readCompose(t *testing.T) compose {
	t.Helper()
	var c compose
	if err := yaml.UnmarshalWithOptions([]byte(read(t, "docker-compose.yml")), &c, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return c
}

// nodes and brokers are the names of the services, sorted.
func (c *compose) nodes() []string   { return c.named(func(s service) bool { return s.Build == "" }) }
func (c *compose) brokers() []string { return c.named(func(s service) bool { return s.Build != "" }) }

func (c *compose) named(has func(service) bool) []string {
	names := slices.Sorted(maps.Keys(c.Services))
	return slices.DeleteFunc(names, func(name string) bool { return !has(c.Services[name]) })
}

// flag returns the value of --name=value on the command line of a service.
func (s *service) flag(t *testing.T, name string) string {
	t.Helper()
	for _, argument := range s.Command {
		if value, found := strings.CutPrefix(argument, "--"+name+"="); found {
			return value
		}
	}
	t.Fatalf("no --%s in %q", name, s.Command)
	return ""
}

// passwords are what the tests put into the environment of docker compose. One
// begins with a digit: a configuration of NATS takes that for a number.
var passwords = map[string]string{
	"DESKBUS_BROKER_PASSWORD": "1e5b", "DESKBUS_DESKTOP_PASSWORD": "07dd", "DESKBUS_WALLBOARD_PASSWORD": "w3",
	"DESKBUS_AUDITOR_PASSWORD": "5a",
}

var interpolation = regexp.MustCompile(`\$\{(\w+):\?[^}]+\}`)

// environment returns what the engine sets for a service, as "name=value".
func (s *service) environment(t *testing.T) []string {
	t.Helper()
	var all []string
	for name, value := range s.Environment {
		value = interpolation.ReplaceAllStringFunc(value, func(reference string) string {
			variable := interpolation.FindStringSubmatch(reference)[1]
			if passwords[variable] == "" {
				t.Fatalf("%s refers to %s, which nobody sets", name, variable)
			}
			return passwords[variable]
		})
		if strings.Contains(value, "$") {
			t.Fatalf("%s: %q: want ${VARIABLE:?what to do}, so that nothing starts without it", name, value)
		}
		all = append(all, name+"="+value)
	}
	return all
}

// mounts maps a path in the container to a file of the repository or to the
// name of a volume.
func (s *service) mounts() map[string]string {
	all := map[string]string{}
	for _, volume := range s.Volumes {
		part := strings.Split(volume, ":")
		all[part[1]] = part[0]
	}
	return all
}

// healthURL is what the health check of a service asks for.
func (s *service) healthURL(t *testing.T) *url.URL {
	t.Helper()
	test := s.HealthCheck.Test
	if len(test) == 0 {
		t.Fatal("no health check")
	}
	u, err := url.Parse(test[len(test)-1])
	if err != nil || u.Hostname() != "127.0.0.1" {
		t.Fatalf("health check %q does not ask the container itself: %v", test, err)
	}
	return u
}

// read returns a file of the repository.
func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestServices(t *testing.T) {
	c := readCompose(t)
	if len(c.nodes()) != 3 || len(c.brokers()) != 2 {
		t.Fatalf("nodes %q, brokers %q: want 3 and 2", c.nodes(), c.brokers())
	}
	published := map[string]string{}
	for name, s := range c.Services {
		if s.Restart != "unless-stopped" {
			t.Errorf("%s: restart %q: want one that brings it back", name, s.Restart)
		}
		s.healthURL(t)
		for _, port := range s.Ports {
			if !regexp.MustCompile(`^127\.0\.0\.1:\d+:\d+$`).MatchString(port) {
				t.Errorf("%s: port %q is not published on 127.0.0.1", name, port)
			}
			host := port[:strings.LastIndexByte(port, ':')]
			if other := published[host]; other != "" {
				t.Errorf("%s and %s publish %s", name, other, host)
			}
			published[host] = name
		}
		for other, condition := range s.DependsOn {
			if _, known := c.Services[other]; !known || condition["condition"] != "service_healthy" {
				t.Errorf("%s depends on %s: %v", name, other, condition)
			}
		}
	}
}

// Each mounted file must be there: the engine would make an empty directory of
// one that is not.
func TestMounts(t *testing.T) {
	c := readCompose(t)
	used := map[string]bool{}
	for name, s := range c.Services {
		for path, source := range s.mounts() {
			if !filepath.IsAbs(path) {
				t.Errorf("%s: %q is no path in a container", name, path)
			}
			if !strings.HasPrefix(source, "./") {
				used[source] = true
				continue
			}
			read(t, source)
			if !slices.Contains(s.Volumes, source+":"+path+":ro") {
				t.Errorf("%s: %s is not mounted read-only", name, source)
			}
		}
	}
	if got, want := slices.Sorted(maps.Keys(used)), slices.Sorted(maps.Keys(c.Volumes)); !slices.Equal(got, want) {
		t.Errorf("volumes used %q, declared %q", got, want)
	}
}

// The server of the cluster is the one the tests run with.
func TestImageIsTheServerOfTheModule(t *testing.T) {
	c := readCompose(t)
	version := regexp.MustCompile(`github\.com/nats-io/nats-server/v2 v(\S+)`).FindStringSubmatch(read(t, "go.mod"))
	if version == nil {
		t.Fatal("go.mod names no NATS server")
	}
	for _, node := range c.nodes() {
		if image := c.Services[node].Image; image != "nats:"+version[1]+"-alpine" {
			t.Errorf("%s runs %s, go.mod has %s", node, image, version[1])
		}
	}
}

func TestBrokersReachEveryNode(t *testing.T) {
	c := readCompose(t)
	for _, name := range c.brokers() {
		s := c.Services[name]
		var hosts []string
		for address := range strings.SplitSeq(s.flag(t, "nats"), ",") {
			u, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			if u.Port() != "4222" {
				t.Errorf("%s: %s is not where a node listens", name, address)
			}
			hosts = append(hosts, u.Hostname())
		}
		if !slices.Equal(hosts, c.nodes()) || !slices.Equal(slices.Sorted(maps.Keys(s.DependsOn)), c.nodes()) {
			t.Errorf("%s connects to %q and waits for %v: want %q", name, hosts, s.DependsOn, c.nodes())
		}
		if s.Hostname != name {
			t.Errorf("%s: host name %q: brokers are told apart by it", name, s.Hostname)
		}
	}
}
