package zone

import (
	"context"

	"github.com/nats-io/nats.go"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/tracing"
	"github.com/deskbus/deskbus/manager"
)

// tracedTurn is a turn of the commit that is being made whose input carried a
// trace context. The context goes on in the headers of the feed. It is not in
// the journal: what the next leader publishes after a crash carries none.
type tracedTurn struct {
	number uint64
	// ctx has the span of the decision, which ends with the commit.
	ctx  context.Context
	span trace.Span
}

// decideTraced decides an input that carries a trace context. Without a tracer
// the span is none, and the context of the sender goes on as it is.
func (l *leader) decideTraced(in input) error {
	ctx := trace.ContextWithRemoteSpanContext(context.Background(), in.trace)
	ctx, span := l.zone.config.Tracer.Start(ctx, "decide", trace.WithSpanKind(trace.SpanKindConsumer))
	before := len(l.turns)
	err := l.decide(in.decide, in.position)
	if err != nil || len(l.turns) == before {
		span.End()
		return err
	}
	if span.IsRecording() {
		describe(span, l.zone.config.Name, in.decide, l.turns[before:])
	}
	l.traced = append(l.traced, tracedTurn{number: l.turns[before].Turn, ctx: ctx, span: span})
	return nil
}

// describe says what a span is about, in the words of the log.
func describe(span trace.Span, zone string, in manager.Input, turn []events.Event) {
	span.SetAttributes(
		attribute.String("messaging.system", "nats"),
		attribute.String("deskbus.zone", zone),
		attribute.String("deskbus.cause", turn[0].Cause),
		attribute.Int("deskbus.events", len(turn)),
	)
	command, isCommand := in.(manager.Command)
	if !isCommand {
		return
	}
	span.SetName("decide " + command.Name)
	span.SetAttributes(attribute.String("deskbus.agent", command.Agent), attribute.String("deskbus.command", command.Name))
	for i := range turn {
		if code, answers := events.ResultOf(turn[i].Data); answers && turn[i].Kind == events.KindResponse {
			span.SetAttributes(attribute.Int("deskbus.code", int(code)))
		}
	}
}

// endDecisions ends the spans of the decisions: the commit is in the journal, or
// failed.
func (l *leader) endDecisions(err error) {
	for _, t := range l.traced {
		if err != nil {
			t.span.RecordError(err)
			t.span.SetStatus(codes.Error, "the commit failed")
		}
		t.span.End()
	}
}

// beginPublishing begins a span for each traced turn and returns the headers of
// their events, by turn.
func (l *leader) beginPublishing() map[uint64]nats.Header {
	if len(l.traced) == 0 {
		return nil
	}
	headers := map[uint64]nats.Header{}
	for i := range l.traced {
		t := &l.traced[i]
		t.ctx, t.span = l.zone.config.Tracer.Start(t.ctx, "publish", trace.WithSpanKind(trace.SpanKindProducer))
		headers[t.number] = tracing.Header(t.ctx)
	}
	return headers
}

func (l *leader) endPublishing() {
	for _, t := range l.traced {
		t.span.End()
	}
	clear(l.traced)
	l.traced = l.traced[:0]
}
