package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"pliego/internal/dialogue"
	"pliego/internal/followup"
	"pliego/internal/followup/edition"
	"pliego/internal/letter"
	"pliego/internal/signature"
	"pliego/internal/typeset/compose"
	"pliego/pack"
)

type packLoadCommand struct {
	storeFlags
	Pack string `arg:"" help:"A shipped pack by name (americas), or a folder." placeholder:"NAME|DIR"`
}

func (packLoadCommand) Help() string {
	return "The pack is read and checked whole before anything is stored; every mistake is named with its file and line. Letters and forums that are there already stay as they are.\n\nExample: pliego pack load americas\n\nExample: pliego pack load ./my-pack"
}

func (c *packLoadCommand) Run(p process) error {
	content, err := packContent(c.Pack)
	if err == nil {
		err = checkPack(content)
	}
	var problems *pack.Problems
	if errors.As(err, &problems) {
		fmt.Fprintln(p.stderr, problems.Error())
		return fmt.Errorf("pack %s has mistakes; nothing was stored", c.Pack)
	}
	if err != nil {
		return fmt.Errorf("pack %s: %w", c.Pack, err)
	}
	s, err := c.open(p.ctx, p.stderr)
	if err != nil {
		return err
	}
	defer s.close()
	n, err := loadPack(p.ctx, s, content)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Pack %s %s: %d new letters of %d, %d forums.\n", content.Key, content.Version, n, len(content.Letters), len(content.Forums))
	return nil
}

// packContent reads a pack from a folder, or one that is shipped.
func packContent(name string) (*pack.Pack, error) {
	if st, err := os.Stat(name); err == nil && st.IsDir() {
		return pack.ReadDir(name)
	}
	if fsys, ok := pack.Named(name); ok {
		return pack.Read(fsys)
	}
	return nil, fmt.Errorf("%q is neither a folder nor a shipped pack (%s)", name, strings.Join(pack.Shipped(), ", "))
}

// checkPack tries to set every text, before anything is stored.
func checkPack(p *pack.Pack) error {
	for _, l := range p.Letters {
		for _, t := range l.Texts {
			if err := compose.Check(t); err != nil {
				return fmt.Errorf("letter %s in %s: %w", l.Slug, t.Lang, err)
			}
		}
	}
	return nil
}

// loadPack stores what a pack holds and returns how many letters were new. A
// load that stopped half-way goes on when it is run again.
func loadPack(ctx context.Context, s *site, p *pack.Pack) (added int, err error) {
	for _, f := range p.Forums {
		err := s.db.AddForum(ctx, dialogue.Forum{
			Key: f.Key, Names: f.Names, Kind: f.Kind, Body: f.Body, Place: f.Place, Country: f.Country,
			From: f.From, To: f.To, SourceURL: f.SourceURL, Confidence: f.Confidence,
		})
		if err != nil {
			return added, err
		}
	}
	for _, l := range p.Letters {
		isNew, err := loadLetter(ctx, s, l)
		if err != nil {
			return added, fmt.Errorf("load letter %s: %w", l.Slug, err)
		}
		if isNew {
			added++
		}
		if err := loadActions(ctx, s, p.Key, l); err != nil {
			return added, err
		}
	}
	now := time.Now()
	if err := loadProvisions(ctx, s, p); err != nil {
		return added, err
	}
	if err := s.db.ReplaceLaw(ctx, p.Key, p.Law.Penalties, p.Law.Thresholds, now); err != nil {
		return added, err
	}
	if err := s.db.ReplaceEvidence(ctx, p.Key, &p.Evidence, now); err != nil {
		return added, err
	}
	for _, l := range p.Letters {
		if len(l.Evidence.Claims)+len(l.Evidence.Outcomes) > 0 {
			if err := s.db.PutLetterEvidence(ctx, l.Slug, l.Evidence); err != nil {
				return added, err
			}
		}
		if l.Agenda {
			if err := firstAgenda(ctx, s, p.Key, l.Slug); err != nil {
				return added, fmt.Errorf("begin the agenda of letter %s: %w", l.Slug, err)
			}
		}
		if l.Edition {
			if err := firstEdition(ctx, s, p.Key, l.Slug); err != nil {
				return added, fmt.Errorf("make the edition of letter %s: %w", l.Slug, err)
			}
		}
	}
	return added, nil
}

func loadLetter(ctx context.Context, s *site, from pack.Letter) (isNew bool, err error) {
	l, err := s.db.LetterBySlug(ctx, from.Slug)
	if errors.Is(err, letter.ErrNotFound) {
		isNew = true
		l = &letter.Letter{
			Slug: from.Slug, State: from.State, Date: from.Date, OriginalLang: from.OriginalLang, Publisher: from.Publisher,
			Forum: from.Forum, ConvenersFirst: from.ConvenersFirst, Deadline: from.Deadline, Addressees: from.Addressees,
		}
		if e := from.Elsewhere; e != nil {
			l.Elsewhere = &letter.Elsewhere{URL: e.URL, Publisher: e.Publisher, Lang: e.Lang}
			for _, c := range e.Copies {
				l.Elsewhere.Copies = append(l.Elsewhere.Copies, letter.Copy(c))
			}
		}
		err = s.letters.Create(ctx, l)
	}
	if err != nil {
		return false, err
	}
	for _, t := range from.Texts {
		if has, ok := l.Text(t.Lang); ok && has.Lang == t.Lang {
			continue // later versions are the coordinator's
		}
		if err := s.letters.Publish(ctx, l, t); err != nil {
			return false, err
		}
	}
	if l, err = s.db.LetterBySlug(ctx, from.Slug); err != nil {
		return false, err
	}
	text, ok := l.Text(l.OriginalLang)
	if !ok || len(from.Signatories) == 0 {
		return isNew, nil
	}
	byBasis := map[signature.Basis][]signature.Printed{}
	for _, x := range from.Signatories {
		printed := signature.Printed{Kind: x.Kind, Public: x.Public, Number: x.Number, Convener: x.Convener}
		if x.Basis == signature.Given {
			printed.Note = x.Evidence
		}
		byBasis[x.Basis] = append(byBasis[x.Basis], printed)
	}
	for _, basis := range []signature.Basis{signature.AsPrinted, signature.Given} {
		if _, err := s.signing.Record(ctx, s.db, l, text, basis, byBasis[basis]); err != nil {
			return false, err
		}
	}
	return isNew, nil
}

// loadActions brings the record of a letter to what the pack holds: what States
// did, and what the rubric makes of it.
func loadActions(ctx context.Context, s *site, packKey string, from pack.Letter) error {
	l, err := s.db.LetterBySlug(ctx, from.Slug)
	if err != nil {
		return err
	}
	date, err := time.Parse(time.DateOnly, l.Date)
	if err != nil { // a letter without a date has nothing that came after it
		return nil
	}
	prefix := packKey + "/" + from.Slug + "/"
	items := make([]*followup.Item, len(from.Actions))
	for n, a := range from.Actions {
		i := *a
		i.ID = prefix + a.ID
		items[n] = &i
	}
	for _, a := range followup.Derive(items, date) {
		a.ID = prefix + "evidenced/" + a.Addressee + "/" + a.Asks[0] + "/" + string(a.Date)
		items = append(items, a)
	}
	for _, i := range items {
		i.RecordedBy = "pack:" + packKey
	}
	_, err = s.db.MergeRecord(ctx, l.ID, l.Slug, prefix, "The pack was revised.", items, time.Now())
	return err
}

// firstAgenda begins the agenda of a letter that has none with its asks.
func firstAgenda(ctx context.Context, s *site, packKey, slug string) error {
	l, err := s.db.LetterBySlug(ctx, slug)
	if err != nil || l.Agenda > 0 {
		return err
	}
	return s.db.AppendAgenda(ctx, l.ID, l.Slug, dialogue.DraftAgenda(l, "pack:"+packKey), time.Now())
}

// firstEdition makes the first edition of a letter that has none.
func firstEdition(ctx context.Context, s *site, packKey, slug string) error {
	l, err := s.db.LetterBySlug(ctx, slug)
	if err != nil || l.Editions > 0 {
		return err
	}
	_, err = makeEdition(ctx, s, l, edition.Choice{}, "pack:"+packKey, time.Now())
	return err
}

// loadProvisions brings what forums adopted to what the pack holds.
func loadProvisions(ctx context.Context, s *site, p *pack.Pack) error {
	letters := map[string]string{} // IDs by slug
	count := map[string]int{}      // by forum
	list := make([]*dialogue.Provision, len(p.Provisions))
	for n, x := range p.Provisions {
		if letters[x.Letter] == "" {
			l, err := s.db.LetterBySlug(ctx, x.Letter)
			if err != nil {
				return err
			}
			letters[x.Letter] = l.ID
		}
		count[x.Forum]++
		list[n] = &dialogue.Provision{
			ID: p.Key + "/" + x.Forum + "/" + strconv.Itoa(count[x.Forum]), Forum: x.Forum, LetterID: letters[x.Letter], RecordedBy: "pack:" + p.Key,
			Instrument: x.Instrument, Point: x.Point, Summary: x.Summary, Asks: x.Asks, Answers: dialogue.Answers(x.Answers),
			Source: followup.Citation{URL: x.SourceURL, Confidence: followup.Confidence(x.Confidence)},
		}
	}
	_, err := s.db.MergeProvisions(ctx, p.Key+"/", "The pack was revised.", list, time.Now())
	return err
}
