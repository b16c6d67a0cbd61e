package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
)

// TestSpansAreExported: the endpoint of the environment gets them, and without
// one there are none.
func TestSpansAreExported(t *testing.T) {
	got := make(chan []byte, 10)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.URL.Path != "/v1/traces" {
			t.Errorf("%s: %v", r.URL, err)
		}
		got <- body
	}))
	defer collector.Close()
	log := slog.New(slog.DiscardHandler)

	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "")
	none, stop, err := startTracing(t.Context(), log)
	if err != nil {
		t.Fatal(err)
	}
	if _, span := none.Tracer("test").Start(t.Context(), "nowhere"); span.IsRecording() {
		t.Error("a span is recorded, and nobody wants it")
	}
	stop()

	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	ctx, cancel := context.WithCancel(t.Context())
	provider, stop, err := startTracing(ctx, log)
	if err != nil {
		t.Fatal(err)
	}
	_, span := provider.Tracer("test").Start(ctx, "decide AGTHoldCall")
	span.End()
	cancel() // as Ctrl-C does
	stop()
	body := <-got
	for _, want := range []string{"decide AGTHoldCall", "deskbus-broker"} {
		if !bytes.Contains(body, []byte(want)) {
			t.Errorf("%q was not sent", want)
		}
	}
}
