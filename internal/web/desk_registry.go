package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"pliego/internal/locale"
	"pliego/internal/place"
	"pliego/internal/signature"
	"pliego/internal/signature/registry"
)

// registryPairs is how many pairs one page shows; deciding brings up the next.
const registryPairs = 30

type deskRegistryPage struct {
	page
	Pairs   []deskPair
	More    int
	Merged  []deskPair
	Done    string
	Problem string
}

type deskPair struct {
	A, B    deskOrganisation
	Reasons []string
}

type deskOrganisation struct {
	ID, Name string
	Facts    []string
}

// deskRegistry shows pairs of entries that may be one organisation.
func (s *Site) deskRegistry(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	p, err := s.newRegistryPage(ctx, d)
	if err != nil {
		return err
	}
	switch r.URL.Query().Get("done") {
	case "merge":
		p.Done = locale.T(d.lang(), "desk.merged")
	case "apart":
		p.Done = locale.T(d.lang(), "desk.kept_apart")
	case "unmerge":
		p.Done = locale.T(d.lang(), "desk.unmerged")
	}
	return s.draw(w, http.StatusOK, "desk_registry", p)
}

func (s *Site) newRegistryPage(ctx context.Context, d *desk) (*deskRegistryPage, error) {
	p := &deskRegistryPage{page: s.newDeskPage(d, "/desk/registry", locale.T(d.lang(), "desk.nav_registry"))}
	open, err := s.registry.Store.Pairs(ctx, registry.Open)
	if err != nil {
		return nil, err
	}
	for _, x := range open[:min(len(open), registryPairs)] {
		p.Pairs = append(p.Pairs, newDeskPair(d.lang(), x))
	}
	p.More = len(open) - len(p.Pairs)
	same, err := s.registry.Store.Pairs(ctx, registry.Same)
	if err != nil {
		return nil, err
	}
	for _, x := range same {
		if x.A.MergedInto != x.B.ID {
			x.A, x.B = x.B, x.A
		}
		if x.A.MergedInto == x.B.ID && len(p.Merged) < registryPairs {
			p.Merged = append(p.Merged, newDeskPair(d.lang(), x))
		}
	}
	return p, nil
}

func newDeskPair(lang string, x registry.Pair) deskPair {
	p := deskPair{A: newDeskOrganisation(lang, x.A), B: newDeskOrganisation(lang, x.B)}
	for _, r := range x.Reasons {
		p.Reasons = append(p.Reasons, likeness(lang, r))
	}
	return p
}

func newDeskOrganisation(lang string, o registry.Organisation) deskOrganisation {
	x := deskOrganisation{ID: o.ID, Name: o.Name}
	var others []string
	for _, n := range o.Names {
		others = append(others, n.Text)
	}
	for _, fact := range []string{o.Acronym, place.Name(o.Country, lang), o.Domain, strings.Join(others, " · ")} {
		if fact != "" {
			x.Facts = append(x.Facts, fact)
		}
	}
	return x
}

// likeness says in words by what two entries are alike.
func likeness(lang string, r registry.Reason) string {
	switch r {
	case registry.SameName:
		return locale.T(lang, "like.same_name")
	case registry.OtherOrder:
		return locale.T(lang, "like.other_order")
	case registry.Translated:
		return locale.T(lang, "like.translation")
	case registry.Spelling:
		return locale.T(lang, "like.spelling")
	case registry.ShortName:
		return locale.T(lang, "like.short_name")
	case registry.SameAcronym:
		return locale.T(lang, "like.same_acronym")
	case registry.Initials:
		return locale.T(lang, "like.initials")
	case registry.SameCountry:
		return locale.T(lang, "like.same_country")
	case registry.OtherCountry:
		return locale.T(lang, "like.other_country")
	case registry.SameDomain:
		return locale.T(lang, "like.same_domain")
	case registry.OtherSubject:
		return locale.T(lang, "like.other_subject")
	case registry.OtherChapter:
		return locale.T(lang, "like.other_chapter")
	}
	return locale.T(lang, "like.only_common")
}

// deskRegistryAct decides about a pair.
func (s *Site) deskRegistryAct(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error {
	act, a, b := r.PostForm.Get("act"), r.PostForm.Get("a"), r.PostForm.Get("b")
	do, ok := map[string]func() error{
		"merge":   func() error { return s.registry.Merge(ctx, a, b) },
		"apart":   func() error { return s.registry.Different(ctx, a, b) },
		"unmerge": func() error { return s.registry.Unmerge(ctx, a) },
	}[act]
	if !ok || len(a) > 64 || len(b) > 64 {
		return errBadRequest
	}
	if err := s.accounts.Note(ctx, d.person.ID, "registry."+act, a, "", "", b); err != nil {
		return err
	}
	err := do()
	if err == nil {
		http.Redirect(w, r, "/desk/registry?done="+act, http.StatusSeeOther)
		return nil
	}
	if !errors.Is(err, signature.ErrNotMergeable) && !errors.Is(err, signature.ErrNoOrganisation) {
		return err
	}
	p, err := s.newRegistryPage(ctx, d)
	if err != nil {
		return err
	}
	p.Problem = locale.T(d.lang(), "desk.not_mergeable")
	return s.draw(w, http.StatusUnprocessableEntity, "desk_registry", p)
}
