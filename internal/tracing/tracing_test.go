package tracing

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
	"go.opentelemetry.io/otel/trace"
)

const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

func TestThereAndBack(t *testing.T) {
	for name, header := range map[string]nats.Header{
		"parent":           {"traceparent": {parent}},
		"parent and state": {"traceparent": {parent}, "tracestate": {"congo=t61rcWkgMzE"}},
	} {
		ctx := trace.ContextWithRemoteSpanContext(context.Background(), Extract(header))
		if diff := cmp.Diff(header, Header(ctx)); diff != "" {
			t.Errorf("%s: -want +got\n%s", name, diff)
		}
	}
}

// TestStrangersHeaders: what is not a trace context goes no further.
func TestStrangersHeaders(t *testing.T) {
	for name, header := range map[string]nats.Header{
		"none":             nil,
		"only a state":     {"tracestate": {"congo=t61rcWkgMzE"}},
		"other case":       {"Traceparent": {parent}},
		"nonsense":         {"traceparent": {"hello"}},
		"zeros":            {"traceparent": {"00-00000000000000000000000000000000-0000000000000000-01"}},
		"more than a line": {"traceparent": {parent + "\r\nNats-Expected-Last-Sequence: 1"}},
	} {
		if Extract(header).IsValid() {
			t.Errorf("%s: taken", name)
		}
	}
	long := nats.Header{"traceparent": {parent}, "tracestate": {"a=" + strings.Repeat("x", 250) + ",b=" + strings.Repeat("x", 256) + ",c=1"}, "baggage": {"secret=1"}}
	ctx := trace.ContextWithRemoteSpanContext(context.Background(), Extract(long))
	if diff := cmp.Diff(nats.Header{"traceparent": {parent}}, Header(ctx)); diff != "" {
		t.Errorf("a long state and baggage: -want +got\n%s", diff)
	}
}
