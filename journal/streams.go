package journal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/subject"
)

const (
	// inboxAge is how long a decided command stays in the inbox. It must cover
	// the longest time a zone may be without a leader.
	inboxAge = time.Hour
	// inboxBytes bounds what senders can pile up; beyond it they are refused,
	// which a connector reports as 9999.
	inboxBytes = 1 << 30
	// inboxDuplicates is the time within which the bus itself drops a retried
	// publish. Command numbers make retries safe beyond it.
	inboxDuplicates = 2 * time.Minute
	// awaitTimeout is how long a cluster may take to elect who leads a stream, and
	// awaitPause how long to wait between two questions.
	awaitTimeout = 15 * time.Second
	awaitPause   = 50 * time.Millisecond
	// answerTimeout is how long a cluster may take to create a stream.
	answerTimeout = 2 * time.Second
)

// EnsureStreams creates the three streams of a zone, or brings their settings
// up to date. Replicas is 1, or 3 or 5 in a cluster.
func EnsureStreams(ctx context.Context, js jetstream.JetStream, zone string, replicas int) error {
	if !subject.ValidZone(zone) {
		return fmt.Errorf("journal: %q is no name for a zone: use 1 to 32 letters, digits, '-' and '_'", zone)
	}
	// Only what can be rebuilt may be acknowledged before it is on disk: the
	// inbox by retries (command numbers), the feed from the journal. Async
	// persistence exists for one replica alone.
	rebuildable := jetstream.DefaultPersistMode
	if replicas == 1 {
		rebuildable = jetstream.AsyncPersistMode
	}
	for _, c := range []jetstream.StreamConfig{
		{
			Name: subject.JournalStream(zone), Subjects: []string{subject.Journal(zone)},
			Storage: jetstream.FileStorage, Replicas: replicas,
			Discard: jetstream.DiscardNew, DenyDelete: true,
		},
		{
			Name: subject.InboxStream(zone), Subjects: subject.InboxSubjects(zone),
			Storage: jetstream.FileStorage, Replicas: replicas, PersistMode: rebuildable,
			Discard: jetstream.DiscardNew, MaxAge: inboxAge, MaxBytes: inboxBytes, Duplicates: inboxDuplicates,
		},
		{
			Name: subject.EventsStream(zone), Subjects: subject.FeedSubjects(zone),
			Storage: jetstream.FileStorage, Replicas: replicas, PersistMode: rebuildable,
			Discard: jetstream.DiscardOld, AllowDirect: true,
		},
	} {
		err := askAgain(ctx, func(ctx context.Context) error {
			_, err := js.CreateOrUpdateStream(ctx, c)
			return err
		})
		if err != nil {
			return fmt.Errorf("journal: stream %s: %w", c.Name, err)
		}
	}
	return nil
}

// checkpoints is where projections keep what they have folded.
const checkpoints = "DESKBUS_CHECKPOINTS"

// OpenCheckpoints opens the place where the projections of all zones keep what
// they have folded, creating it if need be.
func OpenCheckpoints(ctx context.Context, js jetstream.JetStream, replicas int) (jetstream.ObjectStore, error) {
	var store jetstream.ObjectStore
	err := askAgain(ctx, func(ctx context.Context) (err error) {
		store, err = js.CreateOrUpdateObjectStore(ctx, jetstream.ObjectStoreConfig{
			Bucket: checkpoints, Replicas: replicas, Storage: jetstream.FileStorage,
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("journal: the place for checkpoints: %w", err)
	}
	return store, nil
}

// AwaitStreams waits until the bus and the streams of a zone have leaders. A
// cluster elects them again when a server dies, each on its own, which takes
// seconds; a request meanwhile may wait for its whole timeout and for nothing.
func AwaitStreams(ctx context.Context, js jetstream.JetStream, zone string) error {
	ctx, cancel := context.WithTimeout(ctx, awaitTimeout)
	defer cancel()
	questions := []func(context.Context) error{func(ctx context.Context) error {
		_, err := js.AccountInfo(ctx) // who leads the whole cluster answers, and makes consumers
		return err
	}}
	for _, name := range []string{subject.JournalStream(zone), subject.InboxStream(zone), subject.EventsStream(zone)} {
		questions = append(questions, func(ctx context.Context) error {
			_, err := js.Stream(ctx, name)
			return err
		})
	}
	for _, ask := range questions {
		if err := awaitAnswer(ctx, ask); err != nil {
			return fmt.Errorf("the streams of zone %s: %w", zone, err)
		}
	}
	return nil
}

// awaitAnswer asks until there is an answer.
func awaitAnswer(ctx context.Context, ask func(context.Context) error) error {
	for {
		asking, cancel := context.WithTimeout(ctx, renewTimeout)
		err := ask(asking)
		cancel()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(awaitPause):
		}
	}
}

// askAgain repeats a request that creates or updates a stream until it is
// answered or the context ends. A cluster may leave both of two brokers without
// an answer that ask for the same stream at the same moment, although it makes
// the stream.
func askAgain(ctx context.Context, request func(context.Context) error) error {
	for {
		asking, cancel := context.WithTimeout(ctx, answerTimeout)
		err := request(asking)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) || ctx.Err() != nil {
			return err
		}
	}
}
