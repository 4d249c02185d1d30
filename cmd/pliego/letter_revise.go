package main

import (
	"fmt"

	"pliego/internal/letter"
	"pliego/internal/typeset/compose"
)

type letterReviseCommand struct {
	storeFlags
	File      string `arg:"" help:"The changed letter: plain text, Markdown, HTML or DOCX; - for standard input." placeholder:"FILE"`
	Slug      string `required:"" help:"The letter to revise." placeholder:"S"`
	Lang      string `help:"The letter's language, when the file does not say it clearly." enum:",es,pt,en,fr" default:"" placeholder:"LANG"`
	Reason    string `help:"Why the text changes, in its own language; shown to everybody." placeholder:"TEXT"`
	Editorial bool   `help:"The change corrects spelling or layout and not what is said; signers are not asked again."`
}

func (letterReviseCommand) Help() string {
	return "Publishes a new version of the letter's text in the file's language. What was signed stays as it is: its signers stay signers of the version they signed, get a mail with the way to consent to the new one, and both counts are shown. The difference is public.\n\nExample: pliego letter revise letter.docx --slug water-for-all-2026 --reason \"Adds the deadline that the assembly agreed on\""
}

func (c *letterReviseCommand) Run(p process) error {
	read, err := readLetter(p, c.File)
	if err != nil {
		return err
	}
	if c.Lang != "" {
		read.Language = c.Lang
	}
	_, text, _, err := fromReading(read, c.Slug)
	if err == nil {
		err = compose.Check(text)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	text.Editorial, text.Reason = c.Editorial, c.Reason
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	l, newest, err := s.letters.Revise(p.ctx, c.Slug, text)
	if err != nil {
		return err
	}
	for _, x := range read.Warnings {
		fmt.Fprintf(p.stderr, "unsure, line %d: %s\n", x.Line, x.Message)
	}
	told := 0
	if !c.Editorial && l.State != letter.Draft {
		if told, err = s.signing.TellRevised(p.ctx, l, newest); err != nil {
			return fmt.Errorf("version %d is published, but after %d signers: %w", newest.Version, told, err)
		}
	}
	fmt.Fprintf(p.stdout, "Version %d of letter %s in %s is published; %d signers of earlier versions get a mail.\n", newest.Version, c.Slug, newest.Lang, told)
	return nil
}
