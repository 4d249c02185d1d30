package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"golang.org/x/mod/sumdb/note"

	"pliego/internal/ledger"
	"pliego/internal/ledger/verify"
	"pliego/internal/locale"
	"pliego/internal/store"
)

const verifyPattern = "/{lang}/verify"

// Bounds of checking what readers bring. The command checks what is larger.
const (
	maxUpload      = 8 << 20
	maxUploadFiles = 20_000
	maxUploadLog   = 200_000 // entries
	verifiesAtOnce = 2
	verifyMost     = 20 * time.Second
)

type verifyPage struct {
	page
	Action string
	Typed  string // the receipt that was pasted
	Key    string // the key that was typed
	Result *verified
}

// verified is what a check found, in words.
type verified struct {
	Good     bool
	Heading  string
	Why      string // what is false, or why nothing could be checked
	Detail   string // the same to the letter, in English; or ""
	Facts    []fact
	Proven   []string
	Unproven []string
}

// verifyForm is the page on which receipts and bundles are checked.
func (s *Site) verifyForm(_ context.Context, _ *http.Request, lang string) (*drawn, error) {
	generation := s.versions.of("")
	p := s.newVerifyPage(lang)
	out, err := s.render("verify", p)
	if err != nil {
		return nil, err
	}
	return newDrawn("", generation, s.now(), htmlType, out)
}

func (s *Site) newVerifyPage(lang string) *verifyPage {
	return &verifyPage{
		page:   s.newPage(lang, "/verify", locale.T(lang, "verify.title"), locale.T(lang, "verify.lead")),
		Action: "/" + lang + "/verify",
	}
}

// verify checks what was pasted or uploaded, and keeps nothing of it.
func (s *Site) verify(w http.ResponseWriter, r *http.Request, lang string) error {
	select {
	case s.verifying <- struct{}{}:
		defer func() { <-s.verifying }()
	default:
		return fmt.Errorf("%w: %d uploads are being checked", store.ErrBusy, verifiesAtOnce)
	}
	ctx, cancel := context.WithTimeout(r.Context(), verifyMost)
	defer cancel()
	p := s.newVerifyPage(lang)
	p.Private = true
	given, err := readUpload(r)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		p.Result = &verified{Heading: locale.T(lang, "verify.unread"), Why: locale.T(lang, "verify.too_large")}
	case err != nil:
		return fmt.Errorf("%w: %w", errBadRequest, err)
	default:
		p.Typed, p.Key = given.typed, given.key
		if p.Result, err = s.checkUpload(ctx, lang, given); err != nil {
			return err
		}
	}
	status := http.StatusOK
	if !p.Result.Good {
		status = http.StatusUnprocessableEntity
	}
	return s.draw(w, status, "verify", p)
}

// upload is what a reader brought.
type upload struct {
	content []byte
	typed   string // what was pasted, to be shown again
	key     string
}

func readUpload(r *http.Request) (*upload, error) {
	if err := r.ParseMultipartForm(maxUpload + maxForm); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return nil, err
	}
	u := &upload{typed: r.PostForm.Get("receipt"), key: excerptKey(r.PostForm.Get("key"))}
	u.content = []byte(u.typed)
	f, _, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return u, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	if len(content) > 0 { // a browser sends an empty file for none
		u.content, u.typed = content, ""
	}
	return u, nil
}

// excerptKey bounds a key that was typed; no real one is longer.
func excerptKey(s string) string {
	s = string(bytes.TrimSpace([]byte(s)))
	return s[:min(len(s), 500)]
}

// checkUpload finds out what it is, and checks it.
func (s *Site) checkUpload(ctx context.Context, lang string, u *upload) (*verified, error) {
	if u.key != "" {
		if _, err := note.NewVerifier(u.key); err != nil {
			return &verified{Heading: locale.T(lang, "verify.unread"), Why: locale.T(lang, "verify.bad_key")}, nil
		}
	}
	if len(bytes.TrimSpace(u.content)) == 0 {
		return &verified{Heading: locale.T(lang, "verify.unread"), Why: locale.T(lang, "verify.nothing")}, nil
	}
	if hash := printHash(u.content); hash != "" {
		known, err := s.checkPrint(ctx, lang, hash)
		if known != nil || err != nil {
			return known, err
		}
		if !bytes.HasPrefix(u.content, []byte("PK")) {
			return &verified{Heading: locale.T(lang, "verify.print_unknown"), Why: locale.T(lang, "verify.print_unknown_why")}, nil
		}
	}
	if bytes.HasPrefix(u.content, []byte("PK\x03\x04")) {
		return s.checkBundle(ctx, lang, u), nil
	}
	return s.checkReceipt(ctx, lang, u)
}

// checkReceipt checks a receipt with the key that was typed, or with this site's.
func (s *Site) checkReceipt(ctx context.Context, lang string, u *upload) (*verified, error) {
	r, err := ledger.ParseReceipt(u.content)
	if err != nil {
		return &verified{Heading: locale.T(lang, "verify.unread"), Why: locale.T(lang, "verify.no_receipt")}, nil
	}
	key, err := s.keyOf(ctx, u.key, r)
	if err != nil {
		return nil, err
	}
	p, err := r.Open(key)
	if err != nil {
		return &verified{Heading: locale.T(lang, "verify.receipt_false"), Why: receiptFault(lang, err, r, key), Detail: err.Error()}, nil
	}
	out := &verified{Good: true, Heading: locale.T(lang, "verify.receipt_true")}
	out.Facts = append(out.Facts, fact{Label: locale.T(lang, "fact.letter"), Value: p.Entry.Letter})
	out.Facts = append(append(out.Facts, recordFacts(lang, p)...), logFacts(lang, p, key)...)
	out.Proven = []string{
		locale.T(lang, "verify.proven_included", "index", p.Index, "size", p.Checkpoint.Size),
		locale.T(lang, "verify.proven_record"),
	}
	if p.Entry.TextHash != "" {
		out.Proven = append(out.Proven, locale.T(lang, "verify.proven_text"))
	}
	out.keyWords(lang, u.key != "")
	out.Unproven = append(out.Unproven, locale.T(lang, "verify.unproven_withdrawn"), locale.T(lang, "verify.unproven_number"),
		locale.T(lang, "verify.unproven_person"), othersWords(lang, p.Cosigned), locale.T(lang, "verify.unproven_site"))
	return out, nil
}

// keyWords says whose key it was.
func (v *verified) keyWords(lang string, given bool) {
	if given {
		v.Proven = append(v.Proven, locale.T(lang, "verify.proven_key"))
	} else {
		v.Unproven = append(v.Unproven, locale.T(lang, "verify.unproven_key"))
	}
}

// othersWords says that others may be shown another log.
func othersWords(lang string, cosigned int) string {
	if cosigned == 0 {
		return locale.T(lang, "verify.unproven_alone")
	}
	return locale.T(lang, "verify.unproven_others", "n", cosigned)
}

func receiptFault(lang string, err error, r *ledger.Receipt, key string) string {
	switch {
	case errors.Is(err, ledger.ErrReceiptUnsigned):
		return locale.T(lang, "verify.false_unsigned", "origin", r.Origin(), "key", key)
	case errors.Is(err, ledger.ErrReceiptRecord):
		return locale.T(lang, "verify.false_record")
	}
	return locale.T(lang, "verify.false_elsewhere")
}

// checkBundle checks a bundle as the command does.
func (s *Site) checkBundle(ctx context.Context, lang string, u *upload) *verified {
	unread := func(why string) *verified {
		return &verified{Heading: locale.T(lang, "verify.unread"), Why: why}
	}
	files, err := verify.Bundle(bytes.NewReader(u.content), int64(len(u.content)), maxUploadFiles)
	if err != nil {
		return unread(locale.T(lang, "verify.no_bundle"))
	}
	report, err := verify.Check(ctx, verify.Config{Files: files, Key: u.key, MaxEntries: maxUploadLog, Workers: 1, Now: s.now})
	var found *verify.Lie
	var long *verify.SizeError
	switch {
	case errors.As(err, &found):
		return &verified{Heading: locale.T(lang, "verify.bundle_false"), Why: lieWords(lang, found), Detail: found.Error()}
	case errors.As(err, &long), errors.Is(err, context.DeadlineExceeded):
		return unread(locale.T(lang, "verify.too_large"))
	case err != nil:
		return unread(locale.T(lang, "verify.no_bundle"))
	}
	out := &verified{Good: true, Heading: locale.T(lang, "verify.bundle_true"), Facts: []fact{
		{Label: locale.T(lang, "fact.log"), Value: report.Origin, Code: true},
		{Label: locale.T(lang, "fact.key"), Value: report.Key, Code: true},
		{Label: locale.T(lang, "verify.entries"), Value: locale.Number(lang, report.Size)},
		{Label: locale.T(lang, "verify.letters"), Value: locale.Number(lang, report.Letters)},
		{Label: locale.T(lang, "verify.listed"), Value: locale.Number(lang, report.Listed)},
		{Label: locale.T(lang, "verify.withdrawn"), Value: locale.Number(lang, report.Gone)},
	}}
	out.Proven = []string{
		locale.T(lang, "verify.proven_log", "n", report.Size),
		locale.T(lang, "verify.proven_rows", "n", report.Listed),
		locale.T(lang, "verify.proven_texts", "n", report.Texts),
	}
	out.keyWords(lang, u.key != "")
	out.Unproven = append(out.Unproven, locale.T(lang, "verify.unproven_newest"),
		othersWords(lang, report.Cosigned), locale.T(lang, "verify.unproven_site"))
	if n := report.Hidden + report.Unchecked; n > 0 {
		out.Unproven = append(out.Unproven, locale.T(lang, "verify.unproven_hidden", "n", n))
	}
	if n := len(report.Waiting) + len(report.Doubts); n > 0 {
		out.Unproven = append(out.Unproven, locale.T(lang, "verify.unproven_doubts", "n", n))
	}
	return out
}

// lieWords says in the reader's language what a check caught.
func lieWords(lang string, l *verify.Lie) string {
	switch l.Kind {
	case verify.BadKey, verify.BadCheckpoint:
		return locale.T(lang, "verify.lie_key")
	case verify.RolledBack, verify.Forked:
		return locale.T(lang, "verify.lie_history")
	case verify.Missing:
		return locale.T(lang, "verify.lie_missing")
	case verify.BadTile, verify.BadRoot, verify.BadEntry:
		return locale.T(lang, "verify.lie_log")
	case verify.BadOpening, verify.BadRow:
		return locale.T(lang, "verify.lie_row")
	case verify.BadNumber:
		return locale.T(lang, "verify.lie_number")
	case verify.Dropped:
		return locale.T(lang, "verify.lie_dropped")
	case verify.Invented:
		return locale.T(lang, "verify.lie_invented")
	case verify.BadWithdrawal:
		return locale.T(lang, "verify.lie_withdrawal")
	case verify.BadText:
		return locale.T(lang, "verify.lie_text")
	}
	return locale.T(lang, "verify.lie_other")
}
