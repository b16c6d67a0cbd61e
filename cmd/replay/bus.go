package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/audit"
	"github.com/deskbus/deskbus/subject"
)

const connectTimeout = 5 * time.Second

// open connects and finds the zone.
func (p *program) open(ctx context.Context, more ...nats.Option) (*audit.Log, *nats.Conn, error) {
	nc, err := p.connect(more...)
	if err != nil {
		return nil, nil, err
	}
	js, err := jetstream.New(nc)
	if err == nil {
		var zone string
		if zone, err = chooseZone(ctx, js, p.zone); err == nil {
			return &audit.Log{JS: js, Zone: zone}, nc, nil
		}
	}
	nc.Close()
	return nil, nil, err
}

func (p *program) connect(more ...nats.Option) (*nats.Conn, error) {
	options := append([]nats.Option{
		nats.Name("deskbus-replay"),
		nats.Timeout(connectTimeout),
		nats.MaxReconnects(-1),
		nats.CustomInboxPrefix(subject.Inbox(p.url)),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { p.heard(err) }),
	}, more...)
	if p.creds != "" {
		options = append(options, nats.UserCredentials(p.creds))
	}
	nc, err := nats.Connect(p.url, options...)
	switch {
	case err == nil:
		return nc, nil
	case errors.Is(err, nats.ErrAuthorization):
		return nil, fmt.Errorf("%s refuses this user: give a user and password in --url, or --creds, who may read the feed", shown(p.url))
	}
	return nil, fmt.Errorf("cannot reach NATS at %s (%w): start the broker or give --url", shown(p.url), err)
}

// heard takes an error the server has sent. What only lists and tidies up can be
// done without.
func (p *program) heard(err error) {
	text := err.Error()
	if !errors.Is(err, nats.ErrPermissionViolation) || strings.Contains(text, ".STREAM.NAMES") || strings.Contains(text, ".CONSUMER.DELETE.") {
		return
	}
	p.refused(fmt.Errorf("this user may not read what is asked for (%w): use another in --url or --creds, and for verify --data", err))
}

// shown is a URL without its password.
func shown(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "the given --url"
	}
	return u.Redacted()
}

// chooseZone returns the zone to read: the wanted one, or the only one there is.
// A user who may not list the streams is believed; reading will tell.
func chooseZone(ctx context.Context, js jetstream.JetStream, wanted string) (string, error) {
	if wanted != "" {
		if !subject.ValidZone(wanted) {
			return "", usagef("--zone %q is no name of a zone: use letters, digits, '-' and '_'", wanted)
		}
	}
	zones, err := listZones(ctx, js)
	switch {
	case wanted != "" && (err != nil || slices.Contains(zones, wanted)):
		return wanted, nil
	case err != nil:
		return "", explain(err)
	case len(zones) == 0:
		return "", errors.New("there is no zone here yet: start a broker, or give --url of another server")
	case wanted != "":
		return "", usagef("there is no zone %s: use --zone with one of %s", wanted, strings.Join(zones, ", "))
	case len(zones) > 1:
		return "", usagef("there are several zones: use --zone with one of %s", strings.Join(zones, ", "))
	}
	return zones[0], nil
}

func listZones(ctx context.Context, js jetstream.JetStream) ([]string, error) {
	list := js.StreamNames(ctx)
	var zones []string
	for name := range list.Name() {
		if zone, found := strings.CutPrefix(name, subject.EventsStream("")); found && subject.ValidZone(zone) {
			zones = append(zones, zone)
		}
	}
	slices.Sort(zones)
	return zones, list.Err()
}

// explain adds what to do to the errors of a server without JetStream or with
// too few rights for this user. It keeps nil.
func explain(err error) error {
	switch {
	case errors.Is(err, nats.ErrNoResponders), errors.Is(err, jetstream.ErrJetStreamNotEnabled):
		return fmt.Errorf("this NATS server has no JetStream (%w): give --url of a server of the broker", err)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, nats.ErrTimeout):
		return fmt.Errorf("no answer from JetStream (%w): try again, or check that the user of --url or --creds may read the feed", err)
	}
	return err
}
