package broker

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/deskbus/deskbus/internal/natstest"
)

// evaluator is a Prometheus that reads a broker, as deploy/prometheus.yml has it.
type evaluator struct {
	t       *testing.T
	address string
}

// startPrometheus skips the test where it is not installed.
func startPrometheus(t *testing.T, target string) *evaluator {
	t.Helper()
	path, err := exec.LookPath("prometheus")
	if err != nil {
		t.Skip("NOT TESTED: dashboard and alerts in Prometheus, because it is not installed (Debian: apt-get install prometheus)")
	}
	dir := t.TempDir()
	configuration := strings.Join([]string{
		"global: {scrape_interval: 500ms}",
		"scrape_configs:",
		"  - {job_name: deskbus, static_configs: [{targets: [%q]}]}",
	}, "\n")
	file := filepath.Join(dir, "prometheus.yml")
	if err := os.WriteFile(file, fmt.Appendf(nil, configuration, target), 0o600); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); ; {
		p := &evaluator{t: t, address: natstest.Address(t)}
		c := exec.Command(path, "--config.file="+file, "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+p.address)
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan struct{})
		go func() { defer close(ended); _ = c.Wait() }()
		t.Cleanup(func() { _ = c.Process.Kill(); <-ended })
		if p.serves(ended, deadline) {
			return p
		}
		if time.Now().After(deadline) {
			t.Fatal("prometheus does not start")
		}
	}
}

// serves waits until it can be asked, and tells whether it has not ended before.
func (p *evaluator) serves(ended <-chan struct{}, deadline time.Time) bool {
	for time.Now().Before(deadline) {
		select {
		case <-ended:
			return false
		case <-time.After(100 * time.Millisecond):
		}
		if answer, err := http.Get("http://" + p.address + "/-/ready"); err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return true
			}
		}
	}
	return false
}

// ask evaluates an expression and returns how many series it has.
func (p *evaluator) ask(expression string) (series int, err error) {
	resp, err := http.PostForm("http://"+p.address+"/api/v1/query", url.Values{"query": {expression}})
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	var answer struct {
		Status, Error string
		Data          struct{ Result []json.RawMessage }
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return 0, err
	}
	if answer.Status != "success" {
		return 0, fmt.Errorf("%s", answer.Error)
	}
	return len(answer.Data.Result), nil
}

// evaluate expects that each expression can be evaluated, and has a result unless
// it compares, as that of an alert does when nothing is wrong.
func (p *evaluator) evaluate(expressions []string) {
	p.t.Helper()
	const read = "rate(deskbus_zone_commits_total[1m])" // which takes two readings
	for deadline := time.Now().Add(patience); ; time.Sleep(100 * time.Millisecond) {
		if n, err := p.ask(read); err == nil && n > 0 {
			break
		}
		if time.Now().After(deadline) {
			p.t.Fatal("prometheus has not read the broker")
		}
	}
	variables := strings.NewReplacer("$zone", ".*", "$__rate_interval", "1m")
	for _, expression := range expressions {
		n, err := p.ask(variables.Replace(expression))
		if err != nil || n == 0 && !strings.ContainsAny(expression, "<>") && !strings.Contains(expression, "== ") {
			p.t.Errorf("%d series, %v, of %s", n, err, expression)
		}
	}
}
