package web

import (
	"context"
	"net/http"
	"sync"

	"pliego/internal/evidence"
	"pliego/internal/evidence/claim"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

type claimsPage struct {
	page
	Letter  letterRef
	Tally   []verdictTally
	Claims  []claimView
	Study   *studyView
	Sources []claimSource
}

// verdictView is a verdict in words and as a sign, which does not go by colour.
type verdictView struct{ Sign, Words, Class string }

type verdictTally struct {
	verdictView
	N int64
}

type claimView struct {
	Key                 string
	Ask, AskHref        string
	AskLang             string
	Statement, TextLang string
	Verdict             verdictView
	Parts               []claimPartView
	Limits              words
}

type claimPartView struct {
	What     words
	Verdict  verdictView
	Reason   words
	Findings []findingView
	Study    bool
	Count    string // of the study's estimates
}

// findingView is what one test found, with its figures.
type findingView struct {
	Indicator string
	Sentence  string
	Why       string // it could not be made
	Rows      []findingRow
	Open      bool // few enough to stand there from the start
}

type findingRow struct {
	Place         string
	Figures       []link // those without an address are signs between them
	Source        string
	SourceHref    string
	Reached, Left bool
}

type claimSource struct {
	Key, Title, Publisher, Licence, Vintage, URL, Copy string
	Notes                                              words
}

// claims shows what a letter states as fact and what the evidence says of it.
// It is kept for each version of the evidence, besides that of the letter.
func (s *Site) claims(w http.ResponseWriter, r *http.Request, lang string) error {
	return s.serveCached(w, r, lang, s.versions.evidenceKey(r.URL.Path), s.drawClaims)
}

func (s *Site) drawClaims(ctx context.Context, r *http.Request, lang string) (*drawn, error) {
	l, text, err := s.letterAndText(ctx, r, lang)
	if err != nil {
		return nil, err
	}
	found, err := s.checked(ctx, l)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, errNotFound
	}
	indicators, err := s.store.Indicators(ctx)
	if err != nil {
		return nil, err
	}
	sources, err := s.store.Sources(ctx)
	if err != nil {
		return nil, err
	}
	title := locale.T(lang, "claim.page_title", "title", text.Title)
	p := claimsPage{
		page:   s.newLetterPage(lang, l, "/claims", title, locale.T(lang, "claim.lead")),
		Letter: refTo(lang, l, text),
	}
	v := claimWords{lang: lang, indicators: indicators, sources: sources, used: map[string]bool{}}
	for _, result := range found {
		c := v.claim(result)
		if ask, _, ok := text.Ask(result.Claim.Ask); ok {
			c.Ask, c.AskLang, c.AskHref = ask.Title, text.Lang, letterPath(lang, l)+"/asks/"+ask.Key
		}
		p.Claims = append(p.Claims, c)
		for _, part := range result.Parts {
			if part.Study != nil && p.Study == nil {
				p.Study = v.study(part.Study)
			}
		}
	}
	p.Tally = v.tally(found)
	p.Sources = v.usedSources()
	out, err := s.render("claims", &p)
	if err != nil {
		return nil, err
	}
	return newDrawn(l.Slug, l.Version, s.now(), htmlType, out)
}

// checkedClaims remembers what was found of each letter's claims: the study
// behind it takes a moment, and the four languages show the same.
type checkedClaims struct {
	mu sync.Mutex
	by map[string]checkedLetter // by slug
}

type checkedLetter struct {
	letter, evidence int64 // versions
	found            []claim.Result
}

// checked holds a letter's claims against the evidence, once for each version
// of either. It gives nothing for a letter without claims.
func (s *Site) checked(ctx context.Context, l *letter.Letter) ([]claim.Result, error) {
	version, err := s.store.EvidenceVersion(ctx)
	if err != nil {
		return nil, err
	}
	s.checkedClaims.mu.Lock()
	defer s.checkedClaims.mu.Unlock()
	if had, ok := s.checkedClaims.by[l.Slug]; ok && had.letter == l.Version && had.evidence == version {
		return had.found, nil
	}
	e, err := s.store.LetterEvidence(ctx, l.Slug)
	if err != nil || len(e.Claims) == 0 {
		return nil, err
	}
	of, err := claim.Of(l)
	if err != nil {
		return nil, errNotFound
	}
	found, err := claim.Check(ctx, s.store, of, e.Claims)
	if err != nil {
		return nil, err
	}
	if s.checkedClaims.by == nil {
		s.checkedClaims.by = map[string]checkedLetter{}
	}
	s.checkedClaims.by[l.Slug] = checkedLetter{l.Version, version, found}
	return found, nil
}

// EvidenceStore is what pages read of the evidence.
type EvidenceStore interface {
	evidence.Store
	// LetterEvidence gives the claims of a letter, and what its outcomes are
	// told by; both are empty for a letter that has none.
	LetterEvidence(ctx context.Context, letter string) (evidence.LetterEvidence, error)
	// LettersWithClaims gives the slugs of the letters that have claims.
	LettersWithClaims(ctx context.Context) ([]string, error)
}
