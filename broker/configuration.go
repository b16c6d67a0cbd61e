package broker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/deskbus/deskbus/config"
	"github.com/deskbus/deskbus/events"
)

// configurationHash names what brokers must agree on: everything but the paths of
// files, whose content counts. Each takeover by a broker with another one
// would change the zone's settings and campaigns, and back.
func configurationHash(c *config.Config, contacts map[string][]events.POMCustomerDetails) (string, error) {
	type zone struct {
		Settings  events.ZoneSettings
		Campaigns []events.Campaign
		Keep      uint64
	}
	zones := map[string]zone{}
	for _, name := range c.ZoneNames() {
		settings, _ := c.ZoneSettings(name)
		zones[name] = zone{settings, c.ZoneCampaigns(name), c.KeepCommits(name)}
	}
	body, err := json.Marshal([]any{zones, contacts, c.Switches, c.Agents, c.Services})
	if err != nil {
		return "", fmt.Errorf("hash of the configuration: %w", err)
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:8]), nil
}

// watchConfigurations says which members run with another configuration than this
// broker, whenever that changes.
func (b *Broker) watchConfigurations(ctx context.Context) error {
	differing := promauto.With(b.registry).NewGauge(prometheus.GaugeOpts{
		Name: "deskbus_members_differing",
		Help: "Brokers that run with another configuration than this one; the log and /readyz name them.",
	})
	var before []string
	for {
		changed := b.members.Changed() // before the question, so that no change is missed
		now := b.members.Differing()
		differing.Set(float64(len(now)))
		switch {
		case slices.Equal(now, before):
		case len(now) > 0:
			b.log.Warn("other brokers run with another configuration: each takeover changes campaigns and settings",
				"brokers", strings.Join(now, " "), "configuration", b.configuration)
		default:
			b.log.Info("all brokers run with the same configuration", "configuration", b.configuration)
		}
		before = now
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}
