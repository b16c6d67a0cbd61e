// Package tracing carries the W3C trace context in the headers of NATS messages.
//
// The names of the headers are those of the recommendation, traceparent and
// tracestate, in lower case: NATS compares them letter by letter.
package tracing

import (
	"context"

	"github.com/nats-io/nats.go"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

const (
	parentHeader = "traceparent"
	stateHeader  = "tracestate"
	// maxState bounds the state in bytes, as the recommendation has it. A sender
	// must not have the leader copy more to every event of a turn.
	maxState = 512
)

// Carrier is a NATS header as a propagator sees it.
type Carrier nats.Header

// Get returns the first value of a header.
func (c Carrier) Get(key string) string { return nats.Header(c).Get(key) }

// Set replaces a header.
func (c Carrier) Set(key, value string) { c[key] = []string{value} }

// Keys returns the names of the headers.
func (c Carrier) Keys() []string {
	keys := make([]string, 0, len(c))
	for key := range c {
		keys = append(keys, key)
	}
	return keys
}

// Extract returns the trace context of a message. It is not valid when there is
// none, or none that can be read: anybody may write a header.
func Extract(header nats.Header) trace.SpanContext {
	if header.Get(parentHeader) == "" {
		return trace.SpanContext{}
	}
	known := Carrier{parentHeader: header[parentHeader]}
	if state := header.Get(stateHeader); len(state) <= maxState {
		known.Set(stateHeader, state)
	}
	return trace.SpanContextFromContext(propagation.TraceContext{}.Extract(context.Background(), known))
}

// Header returns the headers that carry the trace context of ctx, nil when it has
// none.
func Header(ctx context.Context) nats.Header {
	if !trace.SpanContextFromContext(ctx).IsValid() {
		return nil
	}
	header := nats.Header{}
	propagation.TraceContext{}.Inject(ctx, Carrier(header))
	return header
}
