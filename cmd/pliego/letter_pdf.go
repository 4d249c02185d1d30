package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"pliego/internal/typeset"
	"pliego/internal/typeset/compose"
)

type letterPDFCommand struct {
	storeFlags
	Slug    string `arg:"" help:"The letter." placeholder:"S"`
	Lang    string `help:"Language of the page furniture, and of the text where it exists (default: ${default})." enum:"es,pt,en,fr" default:"en" placeholder:"LANG"`
	Output  string `short:"o" required:"" help:"The file to write; a name that ends in .docx gives DOCX." placeholder:"FILE"`
	BaseURL string `help:"Address that readers know the site by, printed on the letter (default: ${default})." default:"http://127.0.0.1:8080" placeholder:"URL"`
}

func (letterPDFCommand) Help() string {
	return "Example: pliego letter pdf mispa-iv-2013 --lang es -o letter.pdf"
}

func (c *letterPDFCommand) Run(p process) error {
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.settle(p.ctx); err != nil {
		return err
	}
	l, err := s.db.LetterBySlug(p.ctx, c.Slug)
	if err != nil {
		return err
	}
	doc, err := compose.Letter(p.ctx, s.db, l, c.Lang, strings.TrimSuffix(c.BaseURL, "/"))
	if err != nil {
		return err
	}
	out, err := os.CreateTemp(filepath.Dir(c.Output), ".pliego-*")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	w := bufio.NewWriterSize(out, 1<<20)
	if strings.EqualFold(filepath.Ext(c.Output), ".docx") {
		err = typeset.DOCX(p.ctx, w, doc)
	} else {
		var warnings []typeset.Warning
		warnings, err = typeset.PDF(p.ctx, w, doc)
		for _, x := range warnings {
			fmt.Fprintln(p.stderr, "pliego:", x)
		}
	}
	if err != nil {
		return fmt.Errorf("set letter %s: %w", c.Slug, err)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := out.Chmod(0o644); err != nil {
		return err
	}
	return os.Rename(out.Name(), c.Output)
}
