package main

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"pliego/internal/letter"
	"pliego/internal/store"
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
	out, err := os.CreateTemp(filepath.Dir(c.Output), ".pliego-*")
	if err != nil {
		return err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	for current := false; !current; {
		if current, err = c.set(p, s, l, out); err != nil {
			return fmt.Errorf("set letter %s: %w", c.Slug, err)
		}
	}
	if err := out.Chmod(0o644); err != nil {
		return err
	}
	return os.Rename(out.Name(), c.Output)
}

// set writes the file and records it, as the pages do, so that whoever holds it
// can see whether it is the newest. It gives false when a name was taken out of
// the list meanwhile: then it has to be set again.
func (c *letterPDFCommand) set(p process, s *site, l *letter.Letter, out *os.File) (current bool, err error) {
	namesOut, err := s.db.NamesOut(p.ctx, l.ID)
	if err != nil {
		return false, err
	}
	doc, err := compose.Letter(p.ctx, s.db, l, c.Lang, strings.TrimSuffix(c.BaseURL, "/"))
	if err != nil {
		return false, err
	}
	if _, err := out.Seek(0, io.SeekStart); err != nil {
		return false, err
	}
	if err := out.Truncate(0); err != nil {
		return false, err
	}
	sum := sha256.New()
	w := bufio.NewWriterSize(io.MultiWriter(out, sum), 1<<20)
	format := "pdf"
	if strings.EqualFold(filepath.Ext(c.Output), ".docx") {
		format = "docx"
		err = typeset.DOCX(p.ctx, w, doc)
	} else {
		var warnings []typeset.Warning
		warnings, err = typeset.PDF(p.ctx, w, doc)
		for _, x := range warnings {
			fmt.Fprintln(p.stderr, "pliego:", x)
		}
	}
	if err != nil {
		return false, err
	}
	if err := w.Flush(); err != nil {
		return false, err
	}
	return s.db.RecordPrint(p.ctx, store.Print{
		LetterID: l.ID, Lang: c.Lang, Format: format, Hash: hex.EncodeToString(sum.Sum(nil)), Version: l.Version, IssuedAt: time.Now(),
	}, namesOut)
}
