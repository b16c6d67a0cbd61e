package broker

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/deskbus/deskbus/connector"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/ordered"
	"github.com/deskbus/deskbus/internal/tracing"
	"github.com/deskbus/deskbus/subject"
)

// readFeed returns the messages of the feed by cause, when the agent's logout is
// among them: desktops hear of an event before it is in the stream.
func (o *office) readFeed() (byCause map[string][]jetstream.Msg) {
	o.t.Helper()
	eventually(o.t, "the agent's logout is in the feed", func() (left bool) {
		byCause = map[string][]jetstream.Msg{}
		err := ordered.Read(o.t.Context(), o.js, subject.EventsStream(zoneName), jetstream.OrderedConsumerConfig{}, false,
			func(msg jetstream.Msg) error {
				e, err := events.Decode(msg.Data())
				byCause[e.Cause] = append(byCause[e.Cause], msg)
				left = left || e.Name == events.AGTAgentLoggedOut
				return err
			})
		if err != nil {
			o.t.Fatal(err)
		}
		return left
	})
	return byCause
}

// recorder returns a tracer provider and where its spans can be read.
func recorder() (*sdktrace.TracerProvider, *tracetest.InMemoryExporter) {
	spans := tracetest.NewInMemoryExporter()
	return sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans)), spans
}

// desktopTracing sets the tracer of the process's desktops until the test ends.
func desktopTracing(t *testing.T) *tracetest.InMemoryExporter {
	t.Helper()
	provider, spans := recorder()
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	t.Cleanup(func() {
		otel.SetTracerProvider(noop.NewTracerProvider())
		otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator())
	})
	return spans
}

// logOn logs one agent on and off, within a trace of the application's own, and
// returns its context.
func (o *office) logOn(click context.Context) {
	o.t.Helper()
	f, err := connector.Init(connector.Config{
		Addresses: []string{o.URL()}, Logger: o.options.Logger, Trace: func(string) context.Context { return click },
	})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(f.Deinit)
	d := &leaver{left: make(chan struct{})}
	if d.agent, err = f.GetPOMAgent(agentID(0), d); err != nil {
		o.t.Fatal(err)
	}
	if code := d.agent.AGTLogon("sip:1@example.com", rightPassword, true, "en", "UTC", zoneName); code != events.Success {
		o.t.Fatalf("AGTLogon: %d", code)
	}
	select {
	case <-d.left:
	case <-time.After(patience):
		o.t.Fatal("the agent does not leave")
	}
}

// leaver logs off as soon as it is logged on.
type leaver struct {
	connector.BaseHandler
	agent *connector.Agent
	left  chan struct{}
}

func (l *leaver) AGTLogonRESP(events.Code) { l.agent.AGTLogoff() }
func (l *leaver) AGTAgentLoggedOut()       { close(l.left) }

// TestTrace: a trace goes from the application through the connector and the
// broker to the feed.
func TestTrace(t *testing.T) {
	provider, brokerSpans := recorder()
	desktopSpans := desktopTracing(t)
	o := open(t, func(options *Options) { options.Tracing = provider })
	click, span := otel.Tracer("application").Start(t.Context(), "click")
	o.logOn(click)
	span.End()
	feed := o.readFeed()
	o.readLog() // the bodies of the feed are those of the journal
	o.stop()

	for _, command := range []string{events.AGTLogon, events.AGTLogoff} {
		sent := find(t, desktopSpans, command)
		if sent.Parent.SpanID() != span.SpanContext().SpanID() {
			t.Errorf("%s does not continue the trace of the application", command)
		}
		decided := find(t, brokerSpans, "decide "+command)
		if decided.Parent.SpanID() != sent.SpanContext.SpanID() || !decided.Parent.IsRemote() {
			t.Errorf("the decision of %s is not part of the command's span", command)
		}
		cause := value(decided, "deskbus.cause")
		if cause == "" || cause != value(sent, "deskbus.cause") || value(decided, "deskbus.agent") != agentID(0) ||
			value(decided, "deskbus.zone") != zoneName || value(decided, "deskbus.code") != "0" || value(sent, "deskbus.code") != "0" {
			t.Errorf("%s: %v and %v", command, sent.Attributes, decided.Attributes)
		}
		published := childOf(t, brokerSpans, decided)
		checkHeaders(t, feed, cause, published.SpanContext)
	}
	checkUntraced(t, feed)
}

// TestTraceOfAQuietBroker: without a tracer the broker hands on what it got.
func TestTraceOfAQuietBroker(t *testing.T) {
	desktopSpans := desktopTracing(t)
	o := open(t, nil)
	o.logOn(t.Context())
	feed := o.readFeed()
	o.stop()
	sent := find(t, desktopSpans, events.AGTLogon)
	checkHeaders(t, feed, value(sent, "deskbus.cause"), sent.SpanContext)
}

// TestNoTrace: who does not ask for it gets no header and no span.
func TestNoTrace(t *testing.T) {
	provider, brokerSpans := recorder()
	o := open(t, func(options *Options) { options.Tracing = provider })
	o.logOn(t.Context())
	feed := o.readFeed()
	o.stop()
	if spans := brokerSpans.GetSpans(); len(spans) > 0 {
		t.Errorf("%d spans", len(spans))
	}
	for cause, messages := range feed {
		for _, msg := range messages {
			if msg.Headers().Get("traceparent") != "" {
				t.Errorf("%s, caused by %s, has %v", msg.Subject(), cause, msg.Headers())
			}
		}
	}
}

// checkHeaders expects that all that a command caused carries a context.
func checkHeaders(t *testing.T, feed map[string][]jetstream.Msg, cause string, want trace.SpanContext) {
	t.Helper()
	kinds := map[events.Kind]bool{}
	for _, msg := range feed[cause] {
		e, err := events.Decode(msg.Data())
		if err != nil {
			t.Fatal(err)
		}
		kinds[e.Kind] = true
		got := tracing.Extract(msg.Headers())
		if got.TraceID() != want.TraceID() || got.SpanID() != want.SpanID() || !got.IsSampled() {
			t.Errorf("%s carries %v, want span %s of trace %s", msg.Subject(), msg.Headers(), want.SpanID(), want.TraceID())
		}
		if msg.Headers().Get("baggage") != "" {
			t.Errorf("%s carries baggage", msg.Subject())
		}
	}
	for _, kind := range []events.Kind{events.KindCommand, events.KindResponse, events.KindNotification} {
		if !kinds[kind] {
			t.Errorf("no %s was caused by %s", kind, cause)
		}
	}
}

// checkUntraced expects that what no command caused carries none.
func checkUntraced(t *testing.T, feed map[string][]jetstream.Msg) {
	t.Helper()
	others := 0
	for cause, messages := range feed {
		if _, err := events.ParseID(cause); err == nil {
			continue
		}
		for _, msg := range messages {
			others++
			if tracing.Extract(msg.Headers()).IsValid() {
				t.Errorf("%s, caused by %s, carries a trace", msg.Subject(), cause)
			}
		}
	}
	if others == 0 {
		t.Error("nothing happened by itself")
	}
}

func find(t *testing.T, all *tracetest.InMemoryExporter, name string) tracetest.SpanStub {
	t.Helper()
	for _, span := range all.GetSpans() {
		if span.Name == name {
			return span
		}
	}
	t.Fatalf("no span %q among %d", name, len(all.GetSpans()))
	return tracetest.SpanStub{}
}

func childOf(t *testing.T, all *tracetest.InMemoryExporter, parent tracetest.SpanStub) tracetest.SpanStub {
	t.Helper()
	for _, span := range all.GetSpans() {
		if span.Parent.SpanID() == parent.SpanContext.SpanID() {
			return span
		}
	}
	t.Fatalf("no span within %q", parent.Name)
	return tracetest.SpanStub{}
}

// value returns an attribute of a span as text.
func value(span tracetest.SpanStub, key string) string {
	for _, a := range span.Attributes {
		if a.Key == attribute.Key(key) {
			return a.Value.String()
		}
	}
	return ""
}
