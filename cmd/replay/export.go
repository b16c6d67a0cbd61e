package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/deskbus/deskbus/audit"
)

func (p *program) export() *cobra.Command {
	var s selection
	var format, file string
	c := &cobra.Command{
		Use: "export", Short: "Write events as JSON lines or CSV",
		Long: exportHelp, Example: exportExamples, Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := errors.Join(s.check(p.clock), oneOf("format", format, "jsonl", "csv")); err != nil {
				return err
			}
			return p.work(c.Context(), func(ctx context.Context) error {
				if file != "" {
					return p.exportFile(ctx, file, s.query, format)
				}
				_, err := p.exportTo(ctx, p.stdout, s.query, format)
				return err
			})
		},
	}
	s.add(c.Flags())
	addFormat(c, &format, "jsonl", "csv")
	c.Flags().StringVar(&file, "out", "", "`file` to write (default: standard output)")
	return c
}

// exportFile writes the file under another name and gives it its own when all is
// in it: half an export does not look like a whole one.
func (p *program) exportFile(ctx context.Context, file string, q audit.Query, format string) error {
	if _, err := os.Lstat(file); err == nil {
		return usagef("--out %s is there already: remove it, or choose another name", file)
	}
	part, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".part-*")
	if err != nil {
		return usagef("--out: %w", err)
	}
	defer os.Remove(part.Name())
	n, err := p.exportTo(ctx, part, q, format)
	if err = errors.Join(err, part.Sync(), part.Close()); err != nil {
		return err
	}
	if err := os.Rename(part.Name(), file); err != nil {
		return err
	}
	fmt.Fprintf(p.stderr, "replay: %s events are in %s\n", grouped(n), file)
	return nil
}

// exportTo returns how many events were written.
func (p *program) exportTo(ctx context.Context, w io.Writer, q audit.Query, format string) (uint64, error) {
	l, nc, err := p.open(ctx)
	if err != nil {
		return 0, err
	}
	defer nc.Close()
	out := bufio.NewWriterSize(w, 1<<20)
	write, flush := audit.JSONLines(out), out.Flush
	if format == "csv" {
		table, err := audit.NewCSV(out)
		if err != nil {
			return 0, err
		}
		write, flush = table.Write, func() error { return cmp.Or(table.Flush(), out.Flush()) }
	}
	bar := p.bar("exporting", w == p.stdout)
	defer bar.end()
	l.Progress = bar.show
	r := &reading{program: p, query: q}
	err = l.Read(ctx, q, func(record *audit.Record) error {
		if record.Err != nil {
			return r.unreadable(record)
		}
		r.found++
		return write(record)
	})
	if err = cmp.Or(err, flush()); err != nil { // the second is often the first again
		return 0, err
	}
	return uint64(r.found), r.sumUp(ctx, l)
}
