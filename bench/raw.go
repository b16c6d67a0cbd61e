package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/embedded"
	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/subject"
)

// groupBytes bounds one message of the journal, as Deskbus bounds it.
const groupBytes = 256 << 10

// rawLeader is the program somebody would write who needs no rules: it reads
// the inbox, writes one message to the journal for all commands that wait, and
// when that is on disk publishes four messages for each.
type rawLeader struct {
	js jetstream.JetStream
	// feed are the bodies of the four messages, journal is what a command takes
	// in the journal: as many bytes as with Deskbus.
	feed    [4][]byte
	journal []byte
	last    uint64
}

// serveRaw uses a server and streams with the settings that Deskbus gives them,
// and nothing else of Deskbus.
func serveRaw(ctx context.Context, dir string) error {
	server, err := embedded.Start(embedded.Options{Listen: "127.0.0.1:0", Dir: dir})
	if err != nil {
		return err
	}
	defer server.Stop()
	nc, err := nats.Connect(server.URL())
	if err != nil {
		return err
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	if err := journal.EnsureStreams(ctx, js, zoneName, 1); err != nil {
		return err
	}
	l := &rawLeader{js: js}
	if l.feed, l.journal, err = sampleTurn(); err != nil {
		return err
	}
	fmt.Println(server.URL())
	if err := l.run(ctx); err != nil && ctx.Err() == nil {
		return err
	}
	return nil
}

func (l *rawLeader) run(ctx context.Context) error {
	consumer, err := l.js.OrderedConsumer(ctx, subject.InboxStream(zoneName), jetstream.OrderedConsumerConfig{})
	if err != nil {
		return err
	}
	messages, err := consumer.Messages()
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, messages.Stop)()
	received := make(chan string, 1024)
	go func() {
		defer close(received)
		for {
			msg, err := messages.Next()
			if err != nil {
				return
			}
			received <- msg.Subject()
		}
	}()
	for to := range received {
		if err := l.work(ctx, to, received); err != nil {
			return err
		}
	}
	return errors.New("the inbox has ended")
}

// work handles a command and all that wait behind it.
func (l *rawLeader) work(ctx context.Context, first string, received <-chan string) error {
	commands := []string{first}
	body := append([]byte(nil), l.journal...)
gather:
	for len(body) < groupBytes {
		select {
		case next, open := <-received:
			if !open {
				break gather
			}
			commands = append(commands, next)
			body = append(body, l.journal...)
		default:
			break gather
		}
	}
	ack, err := l.js.Publish(ctx, subject.Journal(zoneName), body, jetstream.WithExpectLastSequence(l.last))
	if err != nil {
		return err
	}
	l.last = ack.Sequence
	for _, command := range commands {
		if err := l.publish(command); err != nil {
			return err
		}
	}
	return nil
}

// publish publishes the four messages of a command without waiting for the
// acknowledgements.
func (l *rawLeader) publish(command string) error {
	tokens := strings.Split(command, ".") // pom.<zone>.in.agent.<agent>.<command>
	to := "pom." + zoneName + ".agent." + tokens[4]
	for i, name := range []string{
		".cmd." + tokens[5], ".resp." + tokens[5] + "RESP",
		".ntf." + events.AGTCallStateChangedNotify, ".ntf." + events.AGTCapabilitiesChanged,
	} {
		if _, err := l.js.PublishAsync(to+name, l.feed[i]); err != nil {
			return err
		}
	}
	return nil
}
