package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/deskbus/deskbus/events"
	"github.com/deskbus/deskbus/internal/ordered"
)

const (
	// snapshotVersion is the version of the envelope this package writes; what is
	// inside has a version of its own.
	snapshotVersion = 1
	// keptSnapshots is how many snapshots of a zone are kept. An older one is for
	// the day on which the newest cannot be read.
	keptSnapshots = 3
	// listTimeout and copyTimeout are how long the store may take to list and to take
	// a snapshot. Without them a connection that breaks at the wrong moment is waited
	// for for ever.
	listTimeout = 5 * time.Second
	copyTimeout = time.Minute
)

// ErrSnapshot: a snapshot cannot be read. An older one, or the journal alone,
// gives the same state.
var ErrSnapshot = errors.New("the snapshot cannot be read")

// Snapshot is the state of a zone after one commit.
type Snapshot struct {
	// Sequence and Head are the place and the hash of that commit: the chain of
	// hashes goes on from here when the journal before it is gone.
	Sequence uint64
	Head     Hash
	// Inbox is how far the inbox was decided.
	Inbox Position
	// State is the manager's, in its own encoding.
	State []byte
}

// snapshotBody is how a snapshot stands in the store.
type snapshotBody struct {
	V        int    `msgpack:"v"`
	Zone     string `msgpack:"zone"`
	Sequence uint64 `msgpack:"sequence"`
	Head     []byte `msgpack:"head"`
	Inbox    uint64 `msgpack:"inbox"`
	Stored   int64  `msgpack:"stored"`
	State    []byte `msgpack:"state"`
	// Sum is the SHA-256 of State.
	Sum []byte `msgpack:"sum"`
}

// Snapshots is where the snapshots of one zone are kept. It may be used from
// many goroutines and brokers: snapshots of the same commit are the same.
type Snapshots struct {
	js    jetstream.JetStream
	zone  string
	store jetstream.ObjectStore
}

// SnapshotStream is the name of the stream in which the snapshots of a zone are.
func SnapshotStream(zone string) string { return "OBJ_" + snapshotBucket(zone) }

func snapshotBucket(zone string) string { return "DESKBUS_SNAPSHOT_" + zone }

// OpenSnapshots opens the snapshots of a zone, creating their place if need be.
func OpenSnapshots(ctx context.Context, js jetstream.JetStream, zone string, replicas int) (*Snapshots, error) {
	var store jetstream.ObjectStore
	err := askAgain(ctx, func(ctx context.Context) (err error) {
		store, err = js.CreateOrUpdateObjectStore(ctx, jetstream.ObjectStoreConfig{
			Bucket: snapshotBucket(zone), Replicas: replicas, Storage: jetstream.FileStorage,
		})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("snapshots of zone %s: %w", zone, err)
	}
	return &Snapshots{js: js, zone: zone, store: store}, nil
}

// FindSnapshots opens the snapshots of a zone to read them, and changes nothing.
// It returns nil where there is no place for any.
func FindSnapshots(ctx context.Context, js jetstream.JetStream, zone string) (*Snapshots, error) {
	var store jetstream.ObjectStore
	err := askAgain(ctx, func(ctx context.Context) (err error) {
		store, err = js.ObjectStore(ctx, snapshotBucket(zone))
		return err
	})
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("snapshots of zone %s: %w", zone, err)
	}
	return &Snapshots{js: js, zone: zone, store: store}, nil
}

// Save stores a snapshot and forgets those that are too many.
func (s *Snapshots) Save(ctx context.Context, snapshot Snapshot) error {
	ctx, cancel := context.WithTimeout(ctx, copyTimeout)
	defer cancel()
	sum := sha256.Sum256(snapshot.State)
	body, err := msgpack.Marshal(snapshotBody{
		V: snapshotVersion, Zone: s.zone, Sequence: snapshot.Sequence, Head: snapshot.Head[:],
		Inbox: snapshot.Inbox.Sequence, Stored: snapshot.Inbox.Stored, State: snapshot.State, Sum: sum[:],
	})
	if err != nil {
		return fmt.Errorf("snapshot %d of zone %s: %w", snapshot.Sequence, s.zone, err)
	}
	meta := jetstream.ObjectMeta{Name: strconv.FormatUint(snapshot.Sequence, 10)}
	if _, err := s.store.Put(ctx, meta, bytes.NewReader(body)); err != nil {
		return fmt.Errorf("snapshot %d of zone %s: %w", snapshot.Sequence, s.zone, err)
	}
	return s.prune(ctx)
}

func (s *Snapshots) prune(ctx context.Context) error {
	all, err := s.List(ctx)
	if err != nil {
		return err
	}
	for _, sequence := range all[min(keptSnapshots, len(all)):] {
		err := s.store.Delete(ctx, strconv.FormatUint(sequence, 10))
		if err != nil && !errors.Is(err, jetstream.ErrObjectNotFound) {
			return fmt.Errorf("snapshot %d of zone %s: %w", sequence, s.zone, err)
		}
	}
	return nil
}

// List returns the sequences of the snapshots there are, the newest first.
func (s *Snapshots) List(ctx context.Context) ([]uint64, error) {
	ctx, cancel := context.WithTimeout(ctx, listTimeout)
	defer cancel()
	// The library waits for ever for an entry that was replaced meanwhile, or that
	// somebody else has written and that cannot be read.
	var all []uint64
	entries := jetstream.OrderedConsumerConfig{
		DeliverPolicy:  jetstream.DeliverLastPerSubjectPolicy,
		FilterSubjects: []string{"$O." + snapshotBucket(s.zone) + ".M.>"},
	}
	err := ordered.Read(ctx, s.js, SnapshotStream(s.zone), entries, false, func(msg jetstream.Msg) error {
		var object jetstream.ObjectInfo
		if err := json.Unmarshal(msg.Data(), &object); err != nil || object.Deleted {
			return nil
		}
		if sequence, err := strconv.ParseUint(object.Name, 10, 64); err == nil {
			all = append(all, sequence)
		}
		return nil
	})
	if err != nil && !errors.Is(err, jetstream.ErrStreamNotFound) {
		return nil, fmt.Errorf("snapshots of zone %s: %w", s.zone, err)
	}
	slices.Sort(all)
	slices.Reverse(all)
	return all, nil
}

// Load reads one snapshot. It returns ErrSnapshot when the snapshot is damaged
// or of a version that this build does not know, and another error when the
// store cannot be reached.
func (s *Snapshots) Load(ctx context.Context, sequence uint64) (Snapshot, error) {
	wrong := func(err error) (Snapshot, error) {
		return Snapshot{}, fmt.Errorf("snapshot %d of zone %s: %w: %w", sequence, s.zone, ErrSnapshot, err)
	}
	body, err := s.get(ctx, strconv.FormatUint(sequence, 10))
	switch {
	case errors.Is(err, jetstream.ErrDigestMismatch), errors.Is(err, jetstream.ErrObjectNotFound):
		return wrong(err)
	case err != nil:
		return Snapshot{}, fmt.Errorf("snapshot %d of zone %s: %w", sequence, s.zone, err)
	}
	if err := events.WellFormed(body); err != nil {
		return wrong(err)
	}
	var b snapshotBody
	if err := msgpack.Unmarshal(body, &b); err != nil {
		return wrong(err)
	}
	sum := sha256.Sum256(b.State)
	switch {
	case b.V != snapshotVersion:
		return wrong(fmt.Errorf("it has version %d, this build reads version %d", b.V, snapshotVersion))
	case b.Zone != s.zone || b.Sequence != sequence || len(b.Head) != sha256.Size:
		return wrong(fmt.Errorf("it says that it is snapshot %d of zone %q", b.Sequence, b.Zone))
	case !bytes.Equal(b.Sum, sum[:]):
		return wrong(errors.New("its checksum is wrong"))
	}
	return Snapshot{
		Sequence: b.Sequence, Head: Hash(b.Head), State: b.State,
		Inbox: Position{Sequence: b.Inbox, Stored: b.Stored},
	}, nil
}

// get reads an object. The library's GetBytes waits for a server that has died until
// the context ends.
func (s *Snapshots) get(ctx context.Context, name string) ([]byte, error) {
	info, err := ask(ctx, func(ctx context.Context) (*jetstream.ObjectInfo, error) { return s.store.GetInfo(ctx, name) })
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	if info.NUID == "" || strings.ContainsAny(info.NUID, " .*>\t\r\n") {
		return nil, jetstream.ErrDigestMismatch // nobody of us wrote that entry
	}
	chunks := jetstream.OrderedConsumerConfig{FilterSubjects: []string{"$O." + snapshotBucket(s.zone) + ".C." + info.NUID}}
	err = ordered.Read(ctx, s.js, SnapshotStream(s.zone), chunks, false, func(msg jetstream.Msg) error {
		body.Write(msg.Data())
		return nil
	})
	if err != nil {
		return nil, err
	}
	sum, err := jetstream.DecodeObjectDigest(info.Digest)
	if got := sha256.Sum256(body.Bytes()); err != nil || !bytes.Equal(got[:], sum) {
		return nil, jetstream.ErrDigestMismatch
	}
	return body.Bytes(), nil
}
