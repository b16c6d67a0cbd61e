package audit

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/deskbus/deskbus/journal"
	"github.com/deskbus/deskbus/subject"
)

// ErrNoStreams: the directory is not that of a broker that has had a zone.
var ErrNoStreams = errors.New("there are no streams of a broker")

// CopyStreams copies the streams that [Log.Verify] reads from one directory of a
// NATS server to another, of one zone or, for "", of all. The server must be
// stopped. To look at a copy is the only way to leave the original as it is: a
// server that opens a file in which a checksum is wrong cuts it off there.
func CopyStreams(from, to, zone string, progress func(done, total uint64)) error {
	files, total, err := streamFiles(from, zone)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("%s: %w", from, ErrNoStreams)
	}
	var done uint64
	for _, file := range files {
		n, err := copyFile(filepath.Join(from, file), filepath.Join(to, file))
		if err != nil {
			return fmt.Errorf("copy %s: %w", file, err)
		}
		done += uint64(n)
		progress(done, total)
	}
	return nil
}

// streamFiles lists the files of the streams, and how many bytes they have.
func streamFiles(dir, zone string) (files []string, total uint64, err error) {
	streams, err := filepath.Glob(filepath.Join(dir, "jetstream", "*", "streams", "*"))
	if err != nil {
		return nil, 0, err
	}
	for _, stream := range streams {
		if !isRead(filepath.Base(stream), zone) {
			continue
		}
		err := filepath.WalkDir(stream, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			info, err := entry.Info()
			if err != nil {
				return err
			}
			file, err := filepath.Rel(dir, path)
			files, total = append(files, file), total+uint64(info.Size())
			return err
		})
		if err != nil {
			return nil, 0, err
		}
	}
	return files, total, nil
}

// isRead tells whether a verification of the zone reads a stream.
func isRead(stream, zone string) bool {
	for _, name := range []string{subject.JournalStream(zone), subject.EventsStream(zone), journal.SnapshotStream(zone)} {
		if stream == name || zone == "" && strings.HasPrefix(stream, name) {
			return true
		}
	}
	return false
}

func copyFile(from, to string) (n int64, err error) {
	source, err := os.Open(from)
	if err != nil {
		return 0, err
	}
	defer source.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return 0, err
	}
	target, err := os.Create(to)
	if err != nil {
		return 0, err
	}
	n, err = io.Copy(target, source)
	return n, errors.Join(err, target.Close())
}
