package deploytest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/deskbus/deskbus/config"
)

// programs is the directory with what the Dockerfile builds.
var programs string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

// run builds the programs once for all tests.
func run(m *testing.M) int {
	var err error
	if programs, err = os.MkdirTemp("", "deploytest"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(programs)
	if err := build(programs + "/"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	// The server of the NATS image.
	server := exec.Command("go", "build", "-o", filepath.Join(programs, "nats-server"), "github.com/nats-io/nats-server/v2")
	if out, err := server.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "nats-server: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// build does what the Dockerfile's RUN line with "go build" does, into dir.
func build(dir string) error {
	dockerfile, err := os.ReadFile(filepath.Join(repository, "Dockerfile"))
	if err != nil {
		return err
	}
	line := regexp.MustCompile(`(?m)^RUN (\w+=\w+) go (build .*)$`).FindStringSubmatch(string(dockerfile))
	if line == nil {
		return fmt.Errorf("the Dockerfile has no go build")
	}
	arguments := strings.Fields(strings.Replace(line[2], "/out/", dir, 1))
	command := exec.Command("go", arguments...)
	command.Dir, command.Env = repository, append(os.Environ(), line[1])
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("go %q: %w\n%s", arguments, err, out)
	}
	return nil
}

func TestProgramsAreBuilt(t *testing.T) {
	for _, name := range []string{"broker", "replay"} {
		if out, err := exec.Command(filepath.Join(programs, name), "--help").CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

func TestBrokerHasTheFlags(t *testing.T) {
	help, err := exec.Command(filepath.Join(programs, "broker"), "--help").Output()
	if err != nil {
		t.Fatal(err)
	}
	known := regexp.MustCompile(`--[a-z-]+`).FindAllString(string(help), -1)
	c := readCompose(t)
	for _, name := range c.brokers() {
		for _, argument := range c.Services[name].Command {
			flag, _, _ := strings.Cut(argument, "=")
			if !slices.Contains(known, flag) {
				t.Errorf("%s: the broker has no %s", name, flag)
			}
		}
	}
}

func TestDockerfile(t *testing.T) {
	text := read(t, "Dockerfile")
	for _, line := range regexp.MustCompile(`(?m)^COPY ([^-].*)$`).FindAllStringSubmatch(text, -1) {
		words := strings.Fields(line[1])
		for _, source := range words[:len(words)-1] {
			if _, err := os.Stat(filepath.Join(repository, source)); err != nil {
				t.Errorf("COPY %s: %v", line[1], err)
			}
		}
	}
	c := readCompose(t)
	for _, name := range c.brokers() {
		s := c.Services[name]
		if _, err := os.Stat(filepath.Join(repository, s.Build, "Dockerfile")); err != nil {
			t.Errorf("%s: build %q: %v", name, s.Build, err)
		}
		if u := s.healthURL(t); !strings.Contains(text, `"`+u.String()+`"`) {
			t.Errorf("%s: its health check %s is not that of the image", name, u)
		}
		_, listens, err := net.SplitHostPort(s.flag(t, "http"))
		if err != nil || listens != s.healthURL(t).Port() {
			t.Errorf("%s: health check asks %s, the broker listens on %s", name, s.healthURL(t), s.flag(t, "http"))
		}
		// A volume takes its owner from the directory in the image.
		for path, source := range s.mounts() {
			if !strings.HasPrefix(source, "./") && !strings.Contains(text, " "+path) {
				t.Errorf("%s: the image does not make %s for the user", name, path)
			}
		}
	}
	if !regexp.MustCompile(`(?m)^USER [1-9]`).MatchString(text) {
		t.Error("the image runs as root")
	}
}

func TestBrokerConfiguration(t *testing.T) {
	d := newDeployment(t)
	for _, name := range d.brokers() {
		s, root := d.Services[name], d.roots[name]
		loaded, err := config.Load(filepath.Join(root, s.flag(t, "config")))
		if err != nil {
			t.Fatal(err)
		}
		for _, campaign := range loaded.Campaigns {
			if contacts, bad, err := config.LoadContacts(campaign.Contacts); err != nil || len(bad) > 0 || len(contacts) == 0 {
				t.Errorf("%s: %d contacts, %v, %v", campaign.Name, len(contacts), bad, err)
			}
		}
		key := filepath.Dir(strings.TrimPrefix(loaded.TicketKeyFile, root))
		for _, other := range d.brokers() {
			sharer := d.Services[other]
			if volume := sharer.mounts()[key]; volume == "" || volume != s.mounts()[key] {
				t.Errorf("%s and %s do not share a volume for the key, %s", name, other, loaded.TicketKeyFile)
			}
		}
	}
}
