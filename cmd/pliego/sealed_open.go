package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strconv"

	"pliego/internal/sheet"
	"pliego/internal/signature"
)

type sealedOpenCommand struct {
	File           string `arg:"" help:"What pliego sealed export wrote." placeholder:"FILE"`
	Identity       string `required:"" help:"The coalition's key." placeholder:"KEYFILE"`
	PassphraseFile string `help:"Its passphrase is the first line of this file; else it is asked for, or taken from ${sealed_env}." placeholder:"FILE"`
	Output         string `short:"o" help:"Write the list here instead of to standard output; one that is there is not overwritten." placeholder:"FILE"`
	Countries      string `help:"Write here which countries may be shown, for pliego sealed countries." placeholder:"FILE"`
}

func (sealedOpenCommand) Help() string {
	return "Opens sealed signatures, as CSV, on a coordinator's own machine. It needs no store. The list says who signed: keep it encrypted, or do not keep it.\n\nA country may be shown when five or more who stand and agreed come from it; --countries writes those and no others.\n\nExample: pliego sealed open water.sealed --identity coalition.key -o water.csv"
}

var sealedHeads = []string{
	"number", "state", "kind", "name", "acronym", "country", "website", "signer_name", "signer_role", "email",
	"show_country", "signed_on", "text_sha256", "signature", "problem",
}

func (c *sealedOpenCommand) Run(p process) error {
	ids, err := sealedIdentities(p, c.Identity, c.PassphraseFile)
	if err != nil {
		return err
	}
	if warning := looseKey(c.Identity); warning != "" {
		fmt.Fprintln(p.stderr, "pliego:", warning)
	}
	in, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer in.Close()
	var list []signature.Opened
	closed := 0
	slug, err := signature.OpenSealed(bufio.NewReader(in), ids, func(o signature.Opened) error {
		o.Box = nil
		if o.Err != nil {
			closed++
		}
		list = append(list, o)
		return p.ctx.Err()
	})
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	write := func(w io.Writer) error { return writeOpened(w, list) }
	if c.Output != "" {
		_, err = writeAside(c.Output, write)
	} else {
		err = write(p.stdout)
	}
	if err != nil {
		return err
	}
	if c.Countries != "" {
		show := signature.CountriesToShow(list)
		if _, err := writeAside(c.Countries, func(w io.Writer) error { return signature.WriteCountries(w, slug, show) }); err != nil {
			return err
		}
	}
	fmt.Fprintf(p.stderr, "pliego: %d of %d sealed signatures of letter %s opened\n", len(list)-closed, len(list), slug)
	if closed > 0 {
		return fmt.Errorf("%d boxes did not open; the column problem says why", closed)
	}
	return nil
}

func writeOpened(w io.Writer, list []signature.Opened) error {
	return sheet.WriteCSV(w, sealedHeads, func(put func([]string) error) error {
		for _, o := range list {
			number, problem, show := "", "", ""
			if o.Number > 0 {
				number = strconv.FormatInt(o.Number, 10)
			}
			if o.Err != nil {
				problem = o.Err.Error()
			}
			if o.Signer.ShowCountry {
				show = "yes"
			}
			s := o.Signer
			err := put([]string{
				number, string(o.State), string(o.Kind), s.Name, s.Acronym, s.Country, s.Website, s.SignerName, s.SignerRole, s.Email,
				show, o.SignedOn, o.Text, o.Signature, problem,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
