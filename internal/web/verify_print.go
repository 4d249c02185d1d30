package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"

	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/store"
)

// printHash gives the SHA-256 of a PDF or a DOCX that was brought, or the one
// that was pasted; "" when it is neither.
func printHash(content []byte) string {
	if pasted := bytes.ToLower(bytes.TrimSpace(content)); len(pasted) == hex.EncodedLen(sha256.Size) {
		if _, err := hex.DecodeString(string(pasted)); err == nil {
			return string(pasted)
		}
	}
	if kind := http.DetectContentType(content); kind != "application/pdf" && kind != "application/zip" {
		return ""
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// checkPrint tells whether a file was handed out here and whether it is the
// newest; nil when it was not.
func (s *Site) checkPrint(ctx context.Context, lang, hash string) (*verified, error) {
	list, err := s.store.PrintByHash(ctx, hash)
	if err != nil {
		return nil, err
	}
	for _, x := range list {
		l, err := public(s.store.LetterByID(ctx, x.LetterID))
		if errors.Is(err, letter.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out := &verified{Good: x.ReplacedAt.IsZero(), Heading: locale.T(lang, "verify.print_newest"), Why: printWords(lang, x)}
		if !out.Good {
			out.Heading = locale.T(lang, "verify.print_replaced")
		}
		out.Facts = []fact{
			{Label: locale.T(lang, "fact.letter"), Value: l.Slug, Href: letterPath(lang, l)},
			{Label: locale.T(lang, "verify.print_file"), Value: locale.T(lang, "prints.file", "format", x.Format, "language", locale.Name(x.Lang))},
			{Label: "SHA-256", Value: x.Hash, Code: true},
		}
		out.Proven = []string{locale.T(lang, "verify.proven_print")}
		out.Unproven = []string{locale.T(lang, "verify.unproven_site")}
		return out, nil
	}
	return s.checkEdition(ctx, lang, hash)
}

// checkEdition is checkPrint for the files of editions.
func (s *Site) checkEdition(ctx context.Context, lang, hash string) (*verified, error) {
	list, err := s.store.EditionFilesByHash(ctx, hash)
	if err != nil {
		return nil, err
	}
	for _, x := range list {
		l, err := public(s.store.LetterByID(ctx, x.LetterID))
		if errors.Is(err, letter.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out := &verified{
			Good: x.ReplacedAt.IsZero(), Heading: locale.T(lang, "verify.print_newest"),
			Why: printWords(lang, store.Print{IssuedAt: x.IssuedAt, ReplacedAt: x.ReplacedAt}),
		}
		if !out.Good {
			out.Heading = locale.T(lang, "verify.print_replaced")
		}
		out.Facts = []fact{
			{Label: locale.T(lang, "editions.heading"), Value: locale.T(lang, "editions.nth", "n", x.Number), Href: letterPath(lang, l) + "/editions/" + strconv.Itoa(x.Number)},
			{Label: locale.T(lang, "verify.print_file"), Value: locale.T(lang, "prints.file", "format", x.Format, "language", locale.Name(x.Lang))},
			{Label: "SHA-256", Value: x.Hash, Code: true},
		}
		out.Proven = []string{locale.T(lang, "verify.proven_print")}
		out.Unproven = []string{locale.T(lang, "verify.unproven_site")}
		return out, nil
	}
	return nil, nil
}

// printWords says when a file was issued, and what became of it.
func printWords(lang string, x store.Print) string {
	issued := locale.DateTime(lang, x.IssuedAt)
	switch {
	case x.ReplacedAt.IsZero():
		return locale.T(lang, "prints.newest", "issued", issued)
	case x.NamesOut:
		return locale.T(lang, "prints.names_out", "issued", issued, "replaced", locale.DateTime(lang, x.ReplacedAt))
	}
	return locale.T(lang, "prints.replaced", "issued", issued, "replaced", locale.DateTime(lang, x.ReplacedAt))
}
