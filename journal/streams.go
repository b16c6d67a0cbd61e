package journal

import (
	"context"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/deskbus/deskbus/subject"
)

const (
	// inboxAge is how long a command stays in the inbox. It must cover the longest
	// time a zone may be without a leader.
	inboxAge = time.Hour
	// inboxBytes bounds what senders can pile up; beyond it they are refused,
	// which a connector reports as 9999. The leader removes what is decided before
	// that, so nobody fills it who is slower than the leader.
	inboxBytes = 1 << 30
	// inboxDuplicates is the time within which the bus itself drops a retried
	// publish. Command numbers make retries safe beyond it.
	inboxDuplicates = 2 * time.Minute
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

// RestoreStreams makes the inbox and the feed again if somebody has deleted them: the
// inbox is read on by time then, and the feed is published anew. Without the journal
// it does nothing: nobody could tell a zone that was lost from a new one.
func RestoreStreams(ctx context.Context, js jetstream.JetStream, zone string) error {
	stream, err := stream(ctx, js, subject.JournalStream(zone))
	if err != nil {
		return fmt.Errorf("journal of zone %s: %w", zone, err)
	}
	return EnsureStreams(ctx, js, zone, stream.CachedInfo().Config.Replicas)
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

// Elected says how long it took until those were there whom a leader needs: "meta",
// who makes consumers, "lease" and a name for each stream of the zone.
type Elected map[string]time.Duration

// AwaitStreams waits until the bus and the streams of a zone have leaders, and
// tells since when. A cluster elects them again when a server dies, each on its
// own, which takes seconds.
func AwaitStreams(ctx context.Context, js jetstream.JetStream, zone string) (Elected, error) {
	begun := time.Now()
	names := map[string]string{
		"journal": subject.JournalStream(zone), "inbox": subject.InboxStream(zone), "feed": subject.EventsStream(zone),
		"lease": leaseStream,
	}
	type answer struct {
		who   string
		after time.Duration
		err   error
	}
	answers := make(chan answer, 1+len(names))
	go func() {
		_, err := ask(ctx, js.AccountInfo) // who leads the whole cluster answers
		answers <- answer{"meta", time.Since(begun), err}
	}()
	for who, name := range names {
		go func() {
			_, err := stream(ctx, js, name)
			answers <- answer{who, time.Since(begun), err}
		}()
	}
	elected := Elected{}
	for range cap(answers) {
		a := <-answers
		if a.err != nil {
			return nil, fmt.Errorf("the streams of zone %s: %s: %w", zone, a.who, a.err)
		}
		elected[a.who] = a.after
	}
	return elected, nil
}
