package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestLogFlags(t *testing.T) {
	for _, c := range []struct{ format, level, want string }{
		{"text", "info", "level=INFO msg=yes zone=main\n"},
		{"json", "debug", `"level":"DEBUG","msg":"no","zone":"main"}` + "\n"},
		{"text", "WARN", ""},
	} {
		var out bytes.Buffer
		log, err := (&logFlags{c.format, c.level}).logger(&out)
		if err != nil {
			t.Fatal(err)
		}
		log.Info("yes", slog.String("zone", "main"))
		log.Debug("no", slog.String("zone", "main"))
		if got := out.String(); !strings.HasSuffix(got, c.want) || (c.want == "") != (got == "") {
			t.Errorf("%s, %s: %q, want %q", c.format, c.level, got, c.want)
		}
	}
	for _, wrong := range []logFlags{{"xml", "info"}, {"text", "loud"}, {"", "info"}} {
		if _, err := wrong.logger(&bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "want ") {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
}
