package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/oklog/run"
	"github.com/spf13/cobra"

	"github.com/deskbus/deskbus/broker"
	"github.com/deskbus/deskbus/config"
	"github.com/deskbus/deskbus/demo"
	"github.com/deskbus/deskbus/examples"
)

// flags are what the command line can say.
type flags struct {
	listen, websocket, http, data, config, nats, reports string

	origins []string
	demo    bool
	log     logFlags
}

func command() *cobra.Command {
	var f flags
	c := &cobra.Command{
		Use:   "broker",
		Short: "Run agent sessions on NATS",
		Long: "The broker runs the agent sessions of its zones on NATS JetStream.\n" +
			"Without --nats it runs a NATS server of its own. With it, the environment may name\n" +
			"the broker's user there: DESKBUS_NATS_USER and DESKBUS_NATS_PASSWORD.",
		Example: "  broker --demo\n  broker --config deskbus.yaml\n" +
			"  broker --config deskbus.yaml --nats nats://n1:4222,nats://n2:4222,nats://n3:4222",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("%q is not understood; see broker --help", args[0])
			}
			return nil
		},
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	c.Flags().StringVar(&f.listen, "listen", "127.0.0.1:4222", "address of the embedded NATS server, host:port")
	c.Flags().StringVar(&f.websocket, "websocket", "", "address of the embedded NATS server for WebSocket clients, host:port; empty for none")
	c.Flags().StringSliceVar(&f.origins, "websocket-origin", nil, "a web page that may be a WebSocket client, as https://wall.example.com; repeat it for more")
	c.Flags().StringVar(&f.http, "http", "127.0.0.1:8080", "address for the wallboard, health checks, metrics and reports, host:port; empty for none")
	c.Flags().StringVar(&f.data, "data", "data", "directory for everything the broker keeps")
	c.Flags().StringVar(&f.config, "config", "", "configuration file (YAML)")
	c.Flags().BoolVar(&f.demo, "demo", false, "run the example configuration with agents that play themselves")
	c.Flags().StringVar(&f.nats, "nats", "", "URLs of a NATS cluster, separated by commas, to use instead of the embedded server")
	c.Flags().StringVar(&f.reports, "reports", "", "`URL` of a PostgreSQL database for the reports, or off (default: a file in the data directory)")
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return fmt.Errorf("%w; see broker --help", err) })
	f.log.add(c)
	c.AddCommand(hashPassword())
	return c
}

// check says what the flags must be together.
func (f *flags) check(c *cobra.Command) error {
	switch {
	case f.demo == (f.config != ""):
		return errors.New("say --config FILE or --demo, one of them; see broker --help")
	case f.nats != "" && (c.Flags().Changed("listen") || f.websocket != ""):
		return errors.New("--listen and --websocket are for the embedded server and --nats for another one: leave one out")
	case f.websocket == "" && len(f.origins) > 0:
		return errors.New("--websocket-origin needs --websocket")
	}
	return nil
}

func (f *flags) run(c *cobra.Command) error {
	if err := f.check(c); err != nil {
		return err
	}
	if f.demo && !c.Flags().Changed(logLevel) {
		// The live line is to be read in peace.
		f.log.level = slog.LevelWarn.String()
	}
	log, err := f.log.logger(c.ErrOrStderr())
	if err != nil {
		return err
	}
	// Packages that have no logger of their own use this one.
	slog.SetDefault(log)
	file, loaded, err := f.load()
	if err != nil {
		return err
	}
	tracing, stopTracing, err := startTracing(c.Context(), log)
	if err != nil {
		return err
	}
	defer stopTracing()
	b, err := broker.Start(c.Context(), broker.Options{
		Config: loaded, Name: broker.DefaultName(f.nats), NATS: f.nats, Listen: f.listen, HTTP: f.http,
		WebSocket: f.websocket, Origins: f.origins,
		User: os.Getenv("DESKBUS_NATS_USER"), Password: os.Getenv("DESKBUS_NATS_PASSWORD"), Data: f.data,
		Reports: f.reports, Logger: log, Tracing: tracing,
	})
	if err != nil {
		return err
	}
	out := c.OutOrStdout()
	fmt.Fprint(out, f.whereThingsAre(file, b, loaded))

	ctx, stop := context.WithCancel(c.Context())
	defer stop()
	var g run.Group
	g.Add(func() error { return b.Run(ctx) }, func(error) { stop() })
	if f.demo {
		play := demo.Config{
			URL: b.URL(), Zone: loaded.Zones[0].Name, Agents: agentIDs(loaded), Out: out, Logger: log,
		}
		g.Add(func() error { return demo.Run(ctx, play) }, func(error) { stop() })
	}
	if err := g.Run(); err != nil {
		return err
	}
	fmt.Fprintln(out, "stopped; everything committed is on disk")
	return nil
}

// load reads the configuration and returns the file it is in.
func (f *flags) load() (file string, c *config.Config, err error) {
	file = f.config
	if f.demo {
		if file, err = unpackExample(f.data); err != nil {
			return "", nil, err
		}
	}
	c, err = config.Load(file)
	return file, c, err
}

// unpackExample puts the example files into the data directory, where they can
// be looked at.
func unpackExample(data string) (string, error) {
	dir := filepath.Join(data, "demo")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("data directory: %w", err)
	}
	files, err := examples.Files.ReadDir(".")
	if err != nil {
		return "", err
	}
	for _, file := range files {
		text, err := examples.Files.ReadFile(file.Name())
		if err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(dir, file.Name()), text, 0o600); err != nil {
			return "", fmt.Errorf("example: %w", err)
		}
	}
	return filepath.Join(dir, "deskbus.yaml"), nil
}

func agentIDs(c *config.Config) []string {
	var ids []string
	for _, a := range c.Agents {
		ids = append(ids, a.ID)
	}
	return ids
}

func (f *flags) whereThingsAre(file string, b *broker.Broker, c *config.Config) string {
	var s strings.Builder
	kind := "NATS cluster"
	if f.nats == "" {
		kind = "embedded, streams in " + filepath.Join(f.data, "nats")
	}
	fmt.Fprintf(&s, "NATS       %s (%s)\n", broker.Redacted(b.URL()), kind)
	if url := b.WebSocketURL(); url != "" {
		fmt.Fprintf(&s, "WebSocket  %s\n", url)
	}
	if address := b.HTTPAddress(); address != "" {
		fmt.Fprintf(&s, "wallboard  http://%s/\n", address)
		fmt.Fprintf(&s, "health     http://%s/healthz and /readyz\n", address)
		fmt.Fprintf(&s, "metrics    http://%s/metrics\n", address)
	}
	if database := b.ReportsDatabase(); database != "" {
		fmt.Fprintf(&s, "reports    in %s", database)
		if address := b.HTTPAddress(); address != "" {
			fmt.Fprintf(&s, ", over HTTP on http://%s/api/reports", address)
		}
		fmt.Fprintln(&s)
	}
	fmt.Fprintf(&s, "config     %s\n", file)
	for _, z := range c.Zones {
		var names []string
		for _, campaign := range c.ZoneCampaigns(z.Name) {
			names = append(names, strconv.Quote(campaign.Name))
		}
		fmt.Fprintf(&s, "zone       %s, campaigns: %s\n", z.Name, strings.Join(names, ", "))
	}
	fmt.Fprintf(&s, "agents     %d may log on\n", len(c.Agents))
	if len(c.Agents) > 0 {
		fmt.Fprintf(&s, "the audit  go run ./cmd/replay --url %s --agent %s --follow\n", broker.Redacted(b.URL()), c.Agents[0].ID)
		if f.nats != "" {
			fmt.Fprintln(&s, "           with a user who may read the feed: nats://USER:PASSWORD@HOST:PORT")
		}
	}
	fmt.Fprintln(&s, "Ctrl-C stops the broker.")
	return s.String()
}
