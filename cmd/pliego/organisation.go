package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"pliego/internal/place"
	"pliego/internal/signature"
	"pliego/internal/signature/registry"
)

// listedOrganisation is an entry of the registry as commands show it.
type listedOrganisation struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Names      []string `json:"names"`
	Acronym    string   `json:"acronym"`
	Country    string   `json:"country"`
	Domain     string   `json:"domain"`
	MergedInto string   `json:"merged_into,omitempty"`
	Score      float64  `json:"score,omitempty"`
	Reasons    []string `json:"reasons,omitempty"`
}

func listed(o registry.Organisation) listedOrganisation {
	l := listedOrganisation{ID: o.ID, Name: o.Name, Names: []string{}, Acronym: o.Acronym, Country: o.Country, Domain: o.Domain, MergedInto: o.MergedInto}
	for _, n := range o.Names {
		l.Names = append(l.Names, n.Text)
	}
	return l
}

func (l listedOrganisation) line() string {
	s := l.ID + "  " + l.Name
	if l.Acronym != "" {
		s += " (" + l.Acronym + ")"
	}
	if country := place.Name(l.Country, "en"); country != "" {
		s += ", " + country
	}
	if l.Domain != "" {
		s += ", " + l.Domain
	}
	if len(l.Names) > 0 {
		s += "; also " + strings.Join(l.Names, ", ")
	}
	if l.MergedInto != "" {
		s += "; merged into " + l.MergedInto
	}
	return s
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

func reasonNames(list []registry.Reason) []string {
	names := make([]string, len(list))
	for i, r := range list {
		names[i] = string(r)
	}
	return names
}

type organisationListCommand struct {
	storeFlags
	Like    string `help:"Only those that may be this one: a name or an acronym." placeholder:"NAME"`
	Country string `help:"With --like: its country, ISO 3166-1 alpha-2." placeholder:"CODE"`
	JSON    bool   `name:"json" help:"Print JSON, one array."`
}

func (organisationListCommand) Help() string {
	return "Lists the registry: every organisation whose signature is on a letter, or waits. With --like it searches without regard to accents, case, legal forms, word order and language.\n\nExample: pliego organisation list --like \"Human Rights Network\" --country BR"
}

func (c *organisationListCommand) Run(p process) error {
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	list := []listedOrganisation{}
	if c.Like != "" {
		found, err := s.registry.Find(p.ctx, registry.Subject{Names: []string{c.Like}, Country: strings.ToUpper(c.Country)})
		if err != nil {
			return err
		}
		for _, f := range found {
			o, err := s.db.OrganisationByID(p.ctx, f.ID)
			if errors.Is(err, signature.ErrNoOrganisation) {
				continue // it went meanwhile
			}
			if err != nil {
				return err
			}
			l := listed(o)
			l.Score, l.Reasons = f.Score, reasonNames(f.Reasons)
			list = append(list, l)
		}
	} else {
		all, err := s.registry.All(p.ctx)
		if err != nil {
			return err
		}
		for _, o := range all {
			list = append(list, listed(o))
		}
	}
	if c.JSON {
		return printJSON(p.stdout, list)
	}
	for _, l := range list {
		line := l.line()
		if l.Score > 0 {
			line += fmt.Sprintf("  [%.2f: %s]", l.Score, strings.Join(l.Reasons, ", "))
		}
		if _, err := fmt.Fprintln(p.stdout, line); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(p.stdout, "%d organisations.\n", len(list))
	return err
}

type organisationDuplicatesCommand struct {
	storeFlags
	JSON bool `name:"json" help:"Print JSON, one array."`
}

func (organisationDuplicatesCommand) Help() string {
	return "Lists pairs of entries that may be one organisation, the likeliest first, and why. Nothing is merged by itself: decide with organisation merge or organisation different.\n\nExample: pliego organisation duplicates"
}

func (c *organisationDuplicatesCommand) Run(p process) error {
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	if _, err := s.registry.Propose(p.ctx); err != nil {
		return err
	}
	pairs, err := s.db.Pairs(p.ctx, registry.Open)
	if err != nil {
		return err
	}
	if c.JSON {
		type pair struct {
			A       listedOrganisation `json:"a"`
			B       listedOrganisation `json:"b"`
			Score   float64            `json:"score"`
			Reasons []string           `json:"reasons"`
		}
		list := []pair{}
		for _, x := range pairs {
			list = append(list, pair{listed(x.A), listed(x.B), x.Score, reasonNames(x.Reasons)})
		}
		return printJSON(p.stdout, list)
	}
	for _, x := range pairs {
		_, err := fmt.Fprintf(p.stdout, "%.2f  %s\n  %s\n  %s\n\n", x.Score, strings.Join(reasonNames(x.Reasons), ", "), listed(x.A).line(), listed(x.B).line())
		if err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(p.stdout, "%d pairs to decide about.\n", len(pairs))
	return err
}

type organisationMergeCommand struct {
	storeFlags
	A string `arg:"" help:"The entry that is the same as the other." placeholder:"A"`
	B string `arg:"" help:"The entry that stays in front." placeholder:"B"`
}

func (organisationMergeCommand) Help() string {
	return "Notes that entry A is the same organisation as entry B. Both are kept, and organisation unmerge takes it back.\n\nExample: pliego organisation merge 0190a5c6-93c2-7d4e-8f3b-2a1b0c9d8e7f 0190a5c6-93c2-7d4e-8f3b-2a1b0c9d8e80"
}

func (c *organisationMergeCommand) Run(p process) error {
	return inRegistry(p, c.storeFlags, "merged "+c.A+" into "+c.B, func(s *site) error { return s.registry.Merge(p.ctx, c.A, c.B) })
}

type organisationUnmergeCommand struct {
	storeFlags
	ID string `arg:"" help:"The entry that was merged into another." placeholder:"ID"`
}

func (organisationUnmergeCommand) Help() string {
	return "Takes a merge back; the pair can be decided about again.\n\nExample: pliego organisation unmerge 0190a5c6-93c2-7d4e-8f3b-2a1b0c9d8e7f"
}

func (c *organisationUnmergeCommand) Run(p process) error {
	return inRegistry(p, c.storeFlags, c.ID+" stands for itself again", func(s *site) error { return s.registry.Unmerge(p.ctx, c.ID) })
}

type organisationDifferentCommand struct {
	storeFlags
	A string `arg:"" help:"One entry." placeholder:"A"`
	B string `arg:"" help:"The other." placeholder:"B"`
}

func (organisationDifferentCommand) Help() string {
	return "Notes that two entries are two organisations: the pair is not proposed again.\n\nExample: pliego organisation different 0190a5c6-93c2-7d4e-8f3b-2a1b0c9d8e7f 0190a5c6-93c2-7d4e-8f3b-2a1b0c9d8e80"
}

func (c *organisationDifferentCommand) Run(p process) error {
	return inRegistry(p, c.storeFlags, c.A+" and "+c.B+" are two", func(s *site) error { return s.registry.Different(p.ctx, c.A, c.B) })
}

type organisationNameCommand struct {
	storeFlags
	ID   string `arg:"" help:"The entry." placeholder:"ID"`
	Name string `arg:"" help:"The name." placeholder:"NAME"`
	Lang string `help:"Its language." placeholder:"LANG"`
}

func (organisationNameCommand) Help() string {
	return "Adds a name that an organisation goes by, in another language or a short one; like entries are looked for again.\n\nExample: pliego organisation name 0190a5c6-93c2-7d4e-8f3b-2a1b0c9d8e7f \"Example Network\" --lang en"
}

func (c *organisationNameCommand) Run(p process) error {
	return inRegistry(p, c.storeFlags, c.ID+" goes by that name too", func(s *site) error { return s.registry.AddName(p.ctx, c.ID, c.Lang, c.Name) })
}

type organisationVouchCommand struct {
	storeFlags
	Signature string `arg:"" help:"The signature: its ID, as the API and review list give it." placeholder:"SIGNATURE"`
	Undo      bool   `help:"Take it back."`
}

func (organisationVouchCommand) Help() string {
	return "Notes that the coalition knows this signature to be its organisation's; the public list says so. Correcting name, country or domain ends it.\n\nExample: pliego organisation vouch 0190a5c6-93c2-7d4e-8f3b-2a1b0c9d8e7f"
}

func (c *organisationVouchCommand) Run(p process) error {
	done := "vouched for " + c.Signature
	if c.Undo {
		done = "no longer vouched for " + c.Signature
	}
	return inRegistry(p, c.storeFlags, done, func(s *site) error { return s.signing.Vouch(p.ctx, c.Signature, !c.Undo) })
}

// inRegistry carries out one decision and says what was done.
func inRegistry(p process, f storeFlags, done string, act func(*site) error) error {
	s, err := f.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	if err := act(s); err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.stdout, done)
	return err
}
