package broker

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/scrape"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/manager"
)

// TestDeployFiles: dashboard and alerts name metrics and labels that a working
// broker has.
func TestDeployFiles(t *testing.T) {
	data := t.TempDir()
	inData := func(options *Options) { options.Data = data }
	o := open(t, inData)
	o.workDay(o.connect(), 1)
	o.storeSnapshot()
	o.stop()
	o = open(t, inData) // it begins with the snapshot
	o.workDay(o.connect(), 1)
	m := o.settled()
	dashboard, alerts := dashboardExpressions(t), alertExpressions(t)
	t.Run("dashboard", func(t *testing.T) { checkExpressions(t, m, dashboard) })
	t.Run("alerts", func(t *testing.T) { checkExpressions(t, m, alerts) })
	t.Run("nothing is left out", func(t *testing.T) { checkAllShown(t, m, slices.Concat(dashboard, alerts)) })
	t.Run("scrape", checkScrapeConfig)
	t.Run("prometheus", func(t *testing.T) {
		startPrometheus(t, o.HTTPAddress()).evaluate(slices.Concat(dashboard, alerts))
	})
}

// checkAllShown expects that each metric of a broker has a panel or an alert.
func checkAllShown(t *testing.T, m scrape.Metrics, expressions []string) {
	shown := map[string]bool{}
	for _, expression := range expressions {
		for _, found := range metricName.FindAllStringSubmatch(expression, -1) {
			shown[found[1]] = true
		}
	}
	for name := range m {
		if strings.HasPrefix(name, "deskbus_") && !shown[name] && !shown[name+"_bucket"] {
			t.Errorf("%s has neither a panel nor an alert", name)
		}
	}
}

// storeSnapshot makes a snapshot of the zone as it is: a zone makes one by itself
// only after many thousand commits.
func (o *office) storeSnapshot() {
	o.t.Helper()
	ctx, state, inbox := context.Background(), manager.New(zoneName), journal.Position{}
	j := journal.Open(o.js, zoneName)
	err := j.Fold(ctx, func(c journal.Commit) error {
		inbox = c.Inbox
		for _, body := range c.Events {
			e, err := events.Decode(body)
			if err == nil {
				err = state.Evolve(&e)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
	encoded, err := state.Encode()
	if err != nil {
		o.t.Fatal(err)
	}
	snapshots, err := journal.OpenSnapshots(ctx, o.js, zoneName, 1)
	if err == nil {
		err = snapshots.Save(ctx, j.Snapshot(inbox, encoded))
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// dashboardExpressions returns the queries of the dashboard, and checks what else
// Grafana needs to import it.
func dashboardExpressions(t *testing.T) []string {
	t.Helper()
	type source struct{ UID string }
	var dashboard struct {
		Title      string
		Templating struct {
			List []struct{ Name, Definition string }
		}
		Panels []struct {
			ID         int
			Type       string
			Title      string
			Datasource source
			GridPos    struct{ X, Y, W, H int }
			Targets    []struct {
				Expr       string
				Datasource source
			}
		}
	}
	if err := json.Unmarshal(read(t, "grafana/deskbus.json"), &dashboard); err != nil {
		t.Fatal(err)
	}
	var all, rows []string
	for _, v := range dashboard.Templating.List {
		if definition, is := strings.CutPrefix(v.Definition, "label_values("); is {
			all = append(all, strings.Replace(strings.TrimSuffix(definition, ")"), ", ", "{", 1)+`!=""}`)
		}
	}
	ids, places := map[int]bool{}, map[[2]int]bool{}
	for _, p := range dashboard.Panels {
		if ids[p.ID] {
			t.Errorf("panel %q has the id of another one", p.Title)
		}
		ids[p.ID] = true
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				if places[[2]int{x, y}] {
					t.Fatalf("panel %q lies on another one", p.Title)
				}
				places[[2]int{x, y}] = true
			}
		}
		if p.Type == "row" {
			rows = append(rows, p.Title)
			continue
		}
		if len(p.Targets) == 0 || p.Datasource.UID != "${datasource}" {
			t.Errorf("panel %q shows nothing, or not from the source that was chosen", p.Title)
		}
		for _, target := range p.Targets {
			all = append(all, target.Expr)
		}
	}
	if want := []string{"Work", "Latency", "Agents", "Campaigns", "Bus", "Brokers"}; !slices.Equal(rows, want) {
		t.Errorf("rows %q, want %q", rows, want)
	}
	return all
}

func alertExpressions(t *testing.T) []string {
	t.Helper()
	var file struct {
		Groups []struct {
			Name  string `yaml:"name"`
			Rules []struct {
				Alert       string            `yaml:"alert"`
				Expr        string            `yaml:"expr"`
				For         string            `yaml:"for"`
				Labels      map[string]string `yaml:"labels"`
				Annotations map[string]string `yaml:"annotations"`
			} `yaml:"rules"`
		} `yaml:"groups"`
	}
	if err := yaml.UnmarshalWithOptions(read(t, "alerts.yml"), &file, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, group := range file.Groups {
		for _, rule := range group.Rules {
			if rule.Alert == "" || rule.Labels["severity"] == "" || rule.Annotations["summary"] == "" {
				t.Errorf("an alert lacks something: %+v", rule)
			}
			all = append(all, rule.Expr)
		}
	}
	return all
}

func checkScrapeConfig(t *testing.T) {
	var file struct {
		Global    map[string]string `yaml:"global"`
		RuleFiles []string          `yaml:"rule_files"`
		Scrape    []struct {
			Job     string                `yaml:"job_name"`
			Targets []map[string][]string `yaml:"static_configs"`
		} `yaml:"scrape_configs"`
	}
	if err := yaml.UnmarshalWithOptions(read(t, "prometheus.yml"), &file, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	for _, name := range file.RuleFiles {
		read(t, name)
	}
	if len(file.Scrape) != 1 || file.Scrape[0].Job != "deskbus" {
		t.Errorf("the dashboard looks for a job deskbus: %+v", file.Scrape)
	}
}

var (
	// metricName is a metric with its matchers, if it has some.
	metricName = regexp.MustCompile(`\b((?:deskbus|go|process)_[a-z_]+|up)\b(?:\{([^}]*)\})?`)
	matcher    = regexp.MustCompile(`(\w+)\s*(?:=~|!~|!=|=)`)
	grouping   = regexp.MustCompile(`\b(?:by|on)\s*\(([^)]*)\)`)
)

// given are the labels that Prometheus adds.
var given = map[string]bool{"job": true, "instance": true}

// checkExpressions expects that each metric is there, that it has the labels it
// is asked for, and that what is grouped by is a label of one of its metrics.
func checkExpressions(t *testing.T, m scrape.Metrics, expressions []string) {
	t.Helper()
	if len(expressions) == 0 {
		t.Fatal("no expressions")
	}
	for _, expression := range expressions {
		found, labels := metricName.FindAllStringSubmatch(expression, -1), map[string]bool{}
		if len(found) == 0 {
			t.Errorf("no metric in %s", expression)
		}
		for _, metric := range found {
			own := labelsOf(m, metric[1])
			if own == nil {
				t.Errorf("there is no %s, in %s", metric[1], expression)
			}
			for _, match := range matcher.FindAllStringSubmatch(metric[2], -1) {
				if !own[match[1]] && !given[match[1]] {
					t.Errorf("%s has no label %s, in %s", metric[1], match[1], expression)
				}
			}
			for label := range own {
				labels[label] = true
			}
		}
		for _, group := range grouping.FindAllStringSubmatch(expression, -1) {
			for label := range strings.SplitSeq(group[1], ",") {
				if label = strings.TrimSpace(label); !labels[label] && !given[label] {
					t.Errorf("nothing has a label %s, in %s", label, expression)
				}
			}
		}
	}
}

// labelsOf returns the labels of a metric, nil when there is none of this name.
func labelsOf(m scrape.Metrics, name string) map[string]bool {
	if name == "up" {
		return map[string]bool{} // Prometheus's own
	}
	labels := map[string]bool{}
	family := m[name]
	if base, is := strings.CutSuffix(name, "_bucket"); is && m[base].GetMetric() != nil && m[base].GetMetric()[0].GetHistogram() != nil {
		family, labels["le"] = m[base], true
	}
	if family == nil {
		return nil
	}
	for _, series := range family.GetMetric() {
		for _, l := range series.GetLabel() {
			labels[l.GetName()] = true
		}
	}
	return labels
}
