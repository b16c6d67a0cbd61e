package main

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"
)

const logLevel = "log-level"

// logFlags say how the broker logs.
type logFlags struct{ format, level string }

func (f *logFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.format, "log-format", "text", "how the log is written: text or json")
	c.Flags().StringVar(&f.level, logLevel, "info", "what is logged at least: debug, info, warn or error")
}

func (f *logFlags) logger(out io.Writer) (*slog.Logger, error) {
	var options slog.HandlerOptions
	var level slog.Level
	if err := level.UnmarshalText([]byte(f.level)); err != nil {
		return nil, fmt.Errorf("--log-level %q: want debug, info, warn or error", f.level)
	}
	options.Level = level
	switch f.format {
	case "text":
		return slog.New(slog.NewTextHandler(out, &options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(out, &options)), nil
	}
	return nil, fmt.Errorf("--log-format %q: want text or json", f.format)
}
