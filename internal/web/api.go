package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"pliego/internal/letter"
	"pliego/internal/signature"
	"pliego/internal/store"
)

// The API answers with what the pages show, in JSON. Its names are those of
// the pages and forms.

const jsonType = "application/json; charset=utf-8"

type apiLetterRow struct {
	Slug         string            `json:"slug"`
	URL          string            `json:"url"`
	State        letter.State      `json:"state"`
	Date         string            `json:"date,omitempty"`
	OriginalLang string            `json:"original_language"`
	Titles       map[string]string `json:"titles"`
	Publisher    string            `json:"publisher,omitempty"`
	OpenedAt     *time.Time        `json:"opened_at,omitempty"`
	Deadline     *time.Time        `json:"deadline,omitempty"`
	Signable     bool              `json:"open_for_signing"`
	Sealing      bool              `json:"takes_sealed_signatures"`
	Signatures   apiCounts         `json:"signatures"`
}

type apiCounts struct {
	Listed        int64 `json:"listed"`
	Organisations int64 `json:"organisations"`
	Persons       int64 `json:"persons"`
	Sealed        int64 `json:"sealed"` // of both, without their names
	Withdrawn     int64 `json:"withdrawn"`
	SetAside      int64 `json:"set_aside"` // neither listed nor withdrawn: a person decides
	Countries     int64 `json:"countries"`
	HighestNumber int64 `json:"highest_number"`
}

type apiLetterFull struct {
	apiLetterRow
	Forum      string         `json:"forum,omitempty"`
	Elsewhere  *apiElsewhere  `json:"published_elsewhere,omitempty"`
	Texts      []apiText      `json:"texts"`
	Versions   []apiVersion   `json:"versions"`
	Addressees []apiAddressee `json:"addressees"`
}

type apiElsewhere struct {
	URL       string `json:"url"`
	Publisher string `json:"publisher,omitempty"`
	Language  string `json:"language,omitempty"`
}

type apiText struct {
	Language string          `json:"language"`
	Version  int             `json:"version"`
	Kind     letter.TextKind `json:"kind"`
	Title    string          `json:"title"`
	Body     string          `json:"body"`
	Closing  string          `json:"closing,omitempty"`
	Asks     []apiAsk        `json:"asks"`
	Hash     string          `json:"sha256"`
}

// apiVersion is a text in one of its versions, old ones too, so that everything
// that somebody signed can be read and its hash computed.
type apiVersion struct {
	apiText
	PublishedAt *time.Time `json:"published_at"`
	Editorial   bool       `json:"editorial"`
	Reason      string     `json:"reason,omitempty"`
	Signers     int64      `json:"signatures"`
}

type apiAsk struct {
	Key    string `json:"key"`
	Number int    `json:"number"`
	Title  string `json:"title"`
	Body   string `json:"body"`
}

type apiAddressee struct {
	Key          string            `json:"key"`
	Country      string            `json:"country,omitempty"`
	Office       map[string]string `json:"office"`
	OfficeNative string            `json:"office_native,omitempty"`
	NativeLang   string            `json:"native_language,omitempty"`
	Source       string            `json:"source,omitempty"`
	Confidence   string            `json:"confidence,omitempty"`
}

type apiSignature struct {
	Number      int64                `json:"number"`
	Leaf        *int64               `json:"leaf"` // index of its entry in the log
	Kind        signature.Kind       `json:"kind"`
	Visibility  signature.Visibility `json:"visibility"`
	Name        string               `json:"name,omitempty"`
	Acronym     string               `json:"acronym,omitempty"`
	Country     string               `json:"country,omitempty"`
	Website     string               `json:"website,omitempty"`
	Role        string               `json:"role,omitempty"`
	Affiliation string               `json:"affiliation,omitempty"`
	Basis       signature.Basis      `json:"basis"`
	Level       signature.Level      `json:"level,omitempty"` // email, own-domain, domain-proven or vouched
	Text        string               `json:"text_sha256"`
	SignedAt    *time.Time           `json:"signed_at,omitempty"`
	WithdrawnAt *time.Time           `json:"withdrawn_at,omitempty"`
	// SetAsideAt: neither shown nor counted since then, until a person decides.
	SetAsideAt *time.Time `json:"set_aside_at,omitempty"`
	// EntryWaits: in a bundle, it was withdrawn after the checkpoint.
	EntryWaits bool `json:"entry_waits,omitempty"`
}

type apiSignatureList struct {
	Letter     string         `json:"letter"`
	Page       int64          `json:"page"`
	Pages      int64          `json:"pages"`
	Counts     apiCounts      `json:"counts"`
	Signatures []apiSignature `json:"signatures"`
	Next       string         `json:"next,omitempty"`
}

// apiLetters lists the public letters.
func (s *Site) apiLetters(ctx context.Context, _ *http.Request, _ string) (*drawn, error) {
	generation := s.versions.of("")
	letters, err := s.store.Letters(ctx, publicStates()...)
	if err != nil {
		return nil, err
	}
	rows := make([]apiLetterRow, 0, len(letters))
	for _, l := range letters {
		rows = append(rows, s.apiRow(l))
	}
	return s.drawJSON("", generation, map[string]any{"letters": rows})
}

// apiLetter gives one letter with its texts and addressees.
func (s *Site) apiLetter(ctx context.Context, r *http.Request, _ string) (*drawn, error) {
	l, err := public(s.store.LetterBySlug(ctx, r.PathValue("letter")))
	if err != nil {
		return nil, err
	}
	versions, err := s.store.TextVersions(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	return s.drawJSON(l.Slug, l.Version, s.apiFull(l, versions))
}

// apiFull is a letter as everybody sees it; versions are all of its texts.
func (s *Site) apiFull(l *letter.Letter, versions []letter.Text) apiLetterFull {
	full := apiLetterFull{apiLetterRow: s.apiRow(l), Forum: l.Forum, Texts: []apiText{}, Versions: []apiVersion{}, Addressees: []apiAddressee{}}
	if l.Elsewhere != nil {
		full.Elsewhere = &apiElsewhere{l.Elsewhere.URL, l.Elsewhere.Publisher, l.Elsewhere.Lang}
	}
	for _, t := range l.Texts {
		full.Texts = append(full.Texts, apiTextOf(t))
	}
	for _, t := range versions {
		full.Versions = append(full.Versions, apiVersion{apiTextOf(t), moment(t.PublishedAt), t.Editorial, t.Reason, t.Signers})
	}
	for _, a := range l.Addressees {
		full.Addressees = append(full.Addressees, apiAddressee{a.Key, a.Country, a.Office, a.OfficeNative, a.NativeLang, a.SourceURL, a.Confidence})
	}
	return full
}

func apiTextOf(t letter.Text) apiText {
	text := apiText{t.Lang, t.Version, t.Kind, t.Title, t.Body, t.Closing, []apiAsk{}, t.Hash}
	for i, a := range t.Asks {
		text.Asks = append(text.Asks, apiAsk{a.Key, i + 1, a.Title, a.Body})
	}
	return text
}

func (s *Site) apiRow(l *letter.Letter) apiLetterRow {
	row := apiLetterRow{
		Slug: l.Slug, URL: s.base + letterPath(l.OriginalLang, l), State: l.State, Date: l.Date, OriginalLang: l.OriginalLang,
		Titles: map[string]string{}, Publisher: l.Publisher, OpenedAt: moment(l.OpenedAt), Deadline: moment(l.Deadline),
		Signable: l.SignableAt(s.now()) == nil, Sealing: l.SealedRecipients != "", Signatures: apiCountsOf(l),
	}
	for _, t := range l.Texts {
		row.Titles[t.Lang] = t.Title
	}
	return row
}

func apiCountsOf(l *letter.Letter) apiCounts {
	c := l.Counts
	return apiCounts{c.Listed(), c.Organisations, c.Persons, c.Sealed(), c.Withdrawn, c.Highest - c.Withdrawn - c.Listed(), c.Countries, c.Highest}
}

// apiSignatures gives a page of the registration list: ?page=n, 500 numbers a
// page, the gaps of those withdrawn included.
func (s *Site) apiSignatures(w http.ResponseWriter, r *http.Request, lang string) error {
	page := int64(1)
	if value := r.URL.Query().Get("page"); value != "" {
		var err error
		if page, err = strconv.ParseInt(value, 10, 64); err != nil || page < 1 {
			return fmt.Errorf("%w: page is a whole number from 1 on", errBadRequest)
		}
	}
	key := fmt.Sprintf("%s?page=%d", r.URL.Path, page)
	return s.serveCached(w, r, lang, key, func(ctx context.Context, r *http.Request, _ string) (*drawn, error) {
		return s.drawSignatures(ctx, r.PathValue("letter"), page)
	})
}

func (s *Site) drawSignatures(ctx context.Context, slug string, page int64) (*drawn, error) {
	const size int64 = store.RegistrationPage
	l, err := public(s.store.LetterBySlug(ctx, slug))
	if err != nil {
		return nil, err
	}
	out := apiSignatureList{Letter: l.Slug, Page: page, Pages: max((l.Counts.Highest+size-1)/size, 1), Counts: apiCountsOf(l), Signatures: []apiSignature{}}
	if page > out.Pages {
		return nil, fmt.Errorf("%w: the list has %d pages", errNotFound, out.Pages)
	}
	if page < out.Pages {
		out.Next = fmt.Sprintf("%s/api/v1/letters/%s/signatures?page=%d", s.base, l.Slug, page+1)
	}
	list, err := s.store.SignaturesNumbered(ctx, l.ID, size*(page-1)+1, size*page)
	if err != nil {
		return nil, err
	}
	leaves, err := s.store.SignatureLeaves(ctx, l.ID, size*(page-1)+1, size*page)
	if err != nil {
		return nil, err
	}
	for _, sig := range list {
		row := apiSignatureOf(sig)
		if leaf, ok := leaves[sig.Number]; ok {
			row.Leaf = &leaf
		}
		out.Signatures = append(out.Signatures, row)
	}
	return s.drawJSON(l.Slug, l.Version, out)
}

// apiSignatureOf is a signature as everybody sees it, without the place of its entry.
func apiSignatureOf(sig *signature.Signature) apiSignature {
	row := apiSignature{Number: sig.Number, Kind: sig.Kind, Visibility: sig.Visibility, Basis: sig.Basis, Text: sig.TextHash, SignedAt: moment(sig.SignedAt)}
	if sig.State == signature.Standing {
		p := sig.Public
		row.Level = sig.Level()
		row.Name, row.Acronym, row.Country, row.Website, row.Role, row.Affiliation = p.Name, p.Acronym, p.Country, p.Website, p.Role, p.Affiliation
	} else {
		row.WithdrawnAt, row.SetAsideAt = moment(sig.EndedAt), moment(sig.SetAsideAt)
	}
	return row
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func (s *Site) drawJSON(slug string, version int64, value any) (*drawn, error) {
	out, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write JSON: %w", err)
	}
	d, err := newDrawn(slug, version, s.now(), jsonType, append(out, '\n'))
	if err == nil {
		d.open = true
	}
	return d, err
}
