// Package scrape reads the metrics of a broker for a test, as Prometheus does.
package scrape

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Metrics are the families of one scrape, by name.
type Metrics map[string]*dto.MetricFamily

// Read scrapes the broker whose HTTP address this is.
func Read(t testing.TB, address string) Metrics {
	t.Helper()
	resp, err := http.Get("http://" + address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("/metrics: %s", resp.Status)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return families
}

// Gather reads a registry of this process.
func Gather(t testing.TB, r prometheus.Gatherer) Metrics {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	m := Metrics{}
	for _, family := range families {
		m[family.GetName()] = family
	}
	return m
}

// By returns the values of a metric by one of its labels.
func (m Metrics) By(name, label string) map[string]float64 {
	all := map[string]float64{}
	for _, series := range m[name].GetMetric() {
		for _, l := range series.GetLabel() {
			if l.GetName() == label {
				all[l.GetValue()] += value(series)
			}
		}
	}
	return all
}

// Sum adds up the values of all series that have these labels, given as name,
// value, name, value; of a histogram the number of observations.
func (m Metrics) Sum(name string, labels ...string) float64 {
	sum := 0.0
	for _, series := range m[name].GetMetric() {
		if !has(series, labels) {
			continue
		}
		sum += value(series)
	}
	return sum
}

func value(series *dto.Metric) float64 {
	return series.GetCounter().GetValue() + series.GetGauge().GetValue() + float64(series.GetHistogram().GetSampleCount())
}

func has(series *dto.Metric, labels []string) bool {
	if len(labels)%2 != 0 {
		panic(fmt.Sprintf("labels %q are no pairs", labels))
	}
	all := map[string]string{}
	for _, l := range series.GetLabel() {
		all[l.GetName()] = l.GetValue()
	}
	for i := 0; i < len(labels); i += 2 {
		if all[labels[i]] != labels[i+1] {
			return false
		}
	}
	return true
}
