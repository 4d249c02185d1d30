package main

import (
	"fmt"
	"io"

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
	told := func(written, waiting int) {
		if written%500 == 0 {
			fmt.Fprintf(p.stderr, "%d files written, %d wait\n", written, waiting)
		}
	}
	return c.writePublic(p, c.File, c.BaseURL, func(site *web.Site, w io.Writer) error { return site.WriteArchive(p.ctx, w, told) })
}
