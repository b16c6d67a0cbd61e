package connector

import (
	"context"

	"github.com/nats-io/nats.go"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/tracing"
)

// beginSpan begins the span of a command: from the call of its method to its
// response. The headers take its context along, in the form the application has
// chosen. In an application without a tracer both are empty.
func beginSpan(ctx context.Context, agent, command string) (trace.Span, nats.Header) {
	tracer := otel.Tracer("github.com/deskbus/deskbus/connector")
	ctx, span := tracer.Start(ctx, command, trace.WithSpanKind(trace.SpanKindProducer))
	if span.IsRecording() {
		span.SetAttributes(attribute.String("deskbus.agent", agent), attribute.String("deskbus.command", command))
	}
	header := nats.Header{}
	otel.GetTextMapPropagator().Inject(ctx, tracing.Carrier(header))
	return span, header
}

// sentAs says by which id the command is known in the log of its zone.
func sentAs(span trace.Span, zone, cause string) {
	if span.IsRecording() {
		span.SetAttributes(attribute.String("deskbus.zone", zone), attribute.String("deskbus.cause", cause))
	}
}

func endSpan(span trace.Span, code events.Code) {
	if span.IsRecording() {
		span.SetAttributes(attribute.Int("deskbus.code", int(code)))
	}
	span.End()
}
