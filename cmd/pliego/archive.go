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

type archiveCommand struct {
	storeFlags
	File    string `arg:"" help:"The archive to write, a ZIP; a file that is there stays as it is." placeholder:"FILE"`
	BaseURL string `help:"Address that readers know the site by (default: ${default})." default:"http://127.0.0.1:8080" placeholder:"URL"`
}

func (archiveCommand) Help() string {
	return "The archive holds every public page in every language, with its files and data, readable from disk in any browser, and the public record with its log. " +
		"Unpack it and open index.html; check it with pliego ledger verify FILE.\n\n" +
		"Example: pliego archive site.zip --data /var/lib/pliego --base-url https://letters.example.org"
}

func (c *archiveCommand) Run(p process) error {
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.settle(p.ctx); err != nil {
		return err
	}
	site, err := web.New(web.Config{
		BaseURL: strings.TrimSuffix(c.BaseURL, "/"), Store: s.db, Signing: s.signing, Letters: s.letters, Registry: s.registry, Accounts: s.accounts, Log: s.log, Now: time.Now,
	})
	if err != nil {
		return err
	}
	if err := site.Refresh(p.ctx); err != nil {
		return err
	}
	told := func(written, waiting int) {
		if written%500 == 0 {
			fmt.Fprintf(p.stderr, "%d files written, %d wait\n", written, waiting)
		}
	}
	size, err := writeAside(c.File, func(w io.Writer) error {
		out := bufio.NewWriterSize(w, 1<<20)
		if err := site.WriteArchive(p.ctx, out, told); err != nil {
			return err
		}
		return out.Flush()
	})
	if err != nil {
		return err
	}
	if err := os.Chmod(c.File, 0o644); err != nil { // it holds what everybody may see
		return err
	}
	fmt.Fprintf(p.stdout, "Wrote %s: %s. Check it with pliego ledger verify %s\n", c.File, bytesText(size), c.File)
	return nil
}
