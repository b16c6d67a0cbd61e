package report

import (
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// metrics are those of the broker that writes: of brokers that share a database the
// others show no number, and no trouble.
type metrics struct{ number, trouble *prometheus.GaugeVec }

func newMetrics(r prometheus.Registerer) metrics {
	f := promauto.With(r)
	gauge := func(name, help string) *prometheus.GaugeVec {
		return f.NewGaugeVec(prometheus.GaugeOpts{Namespace: "deskbus", Name: name, Help: help}, []string{"zone"})
	}
	return metrics{
		number:  gauge("report_number", "Number of the newest event that the reports count."),
		trouble: gauge("report_trouble", "Whether the reports stand still because of the database or the feed; the log says why."),
	}
}

// ofAll are the gauges of trouble of all zones.
func (m metrics) ofAll(zones []string) (all []prometheus.Gauge) {
	for _, zone := range zones {
		all = append(all, m.trouble.WithLabelValues(zone))
	}
	return all
}
