package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"pliego/internal/web"
)

type ledgerExportCommand struct {
	storeFlags
	File    string `arg:"" help:"The bundle to write, a ZIP; a file that is there stays as it is." placeholder:"FILE"`
	BaseURL string `help:"Address that readers know the site by (default: ${default})." default:"http://127.0.0.1:8080" placeholder:"URL"`
}

func (ledgerExportCommand) Help() string {
	return "The bundle holds what the site serves to everybody, as of the log's newest checkpoint: the log with its openings, the letters, and the lists of signatures. " +
		"A running site serves the same at /ledger/bundle.zip. Check it with pliego ledger verify FILE.\n\n" +
		"Example: pliego ledger export record.zip --data /var/lib/pliego --base-url https://letters.example.org"
}

func (c *ledgerExportCommand) Run(p process) error {
	return c.writePublic(p, c.File, c.BaseURL, func(site *web.Site, w io.Writer) error { return site.WriteBundle(p.ctx, w) })
}

// writePublic writes what the site shows to everybody to a file: whole or not at all.
func (f storeFlags) writePublic(p process, file, base string, write func(*web.Site, io.Writer) error) error {
	s, err := f.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.settle(p.ctx); err != nil {
		return err
	}
	site, err := web.New(web.Config{
		BaseURL: strings.TrimSuffix(base, "/"), Store: s.db, Signing: s.signing, Letters: s.letters, Registry: s.registry, Accounts: s.accounts, Log: s.log, Now: time.Now,
	})
	if err != nil {
		return err
	}
	if err := site.Refresh(p.ctx); err != nil {
		return err
	}
	size, err := writeAside(file, func(w io.Writer) error {
		out := bufio.NewWriterSize(w, 1<<20)
		if err := write(site, out); err != nil {
			return err
		}
		return out.Flush()
	})
	if err != nil {
		return err
	}
	if err := os.Chmod(file, 0o644); err != nil { // it holds what everybody may see
		return err
	}
	fmt.Fprintf(p.stdout, "Wrote %s: %s. Check it with pliego ledger verify %s\n", file, bytesText(size), file)
	return nil
}
