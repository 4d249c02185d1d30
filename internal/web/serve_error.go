package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"pliego/internal/account"
	"pliego/internal/ledger"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/signature"
	"pliego/internal/store"
)

// Sentinel errors of requests themselves.
var (
	errNotFound    = errors.New("no such page")
	errBadRequest  = errors.New("the request cannot be read")
	errCrossOrigin = errors.New("a form sent from another site")
	errMethod      = errors.New("the page does not take this method")
)

// answer is what an error looks like from outside.
type answer struct {
	status      int
	code        string // in the API
	title, text string // message keys
}

// answers maps errors to answers; the first that matches counts.
var answers = []struct {
	err error
	answer
}{
	{errNotFound, answer{http.StatusNotFound, "not-found", "error.not_found", "error.not_found_text"}},
	{store.ErrCursor, answer{http.StatusNotFound, "not-found", "error.not_found", "error.not_found_text"}},
	{letter.ErrNotFound, answer{http.StatusNotFound, "not-found", "error.not_found", "error.not_found_text"}},
	{ledger.ErrNotPublished, answer{http.StatusNotFound, "not-found", "error.not_found", "error.not_found_text"}},
	{errMethod, answer{http.StatusMethodNotAllowed, "method", "error.method", "error.method_text"}},
	{errBadRequest, answer{http.StatusBadRequest, "bad-request", "error.bad_request", "error.bad_request_text"}},
	{errCrossOrigin, answer{http.StatusForbidden, "cross-origin", "error.origin", "error.origin_text"}},
	{account.ErrForbidden, answer{http.StatusForbidden, "forbidden", "error.forbidden", "error.forbidden_text"}},
	{account.ErrLink, answer{http.StatusGone, "link-used", "error.link_used", "error.link_used_text"}},
	{account.ErrUnknown, answer{http.StatusNotFound, "not-found", "error.not_found", "error.not_found_text"}},
	{signature.ErrUnknown, answer{http.StatusNotFound, "unknown-link", "error.token", "error.token_text"}},
	{signature.ErrUsed, answer{http.StatusGone, "used", "error.used", "error.used_text"}},
	{signature.ErrExpired, answer{http.StatusGone, "expired", "error.expired", "error.expired_text"}},
	{signature.ErrReplaced, answer{http.StatusGone, "replaced", "error.replaced", "error.replaced_text"}},
	{signature.ErrNoNewText, answer{http.StatusConflict, "text-changed", "error.text_changed", "error.text_changed_text"}},
	{signature.ErrWithdrawn, answer{http.StatusGone, "withdrawn", "error.withdrawn", "error.withdrawn_text"}},
	{signature.ErrNoNotice, answer{http.StatusGone, "no-notice", "error.no_notice", "error.no_notice_text"}},
	{signature.ErrFormOld, answer{http.StatusConflict, "form-old", "error.form_old", "problem.form_old"}},
	{signature.ErrTextChanged, answer{http.StatusConflict, "text-changed", "error.text_changed", "problem.text_changed"}},
	{signature.ErrNoEntryYet, answer{http.StatusNotFound, "no-entry-yet", "error.no_entry", "error.no_entry_text"}},
	{signature.ErrTaken, answer{http.StatusConflict, "taken", "error.taken", "error.taken_text"}},
	{signature.ErrCrowded, answer{http.StatusConflict, "crowded", "error.taken", "error.crowded_text"}},
	{letter.ErrState, answer{http.StatusConflict, "not-open", "error.closed", "error.closed_text"}},
	{store.ErrBusy, answer{http.StatusServiceUnavailable, "busy", "error.busy", "error.busy_text"}},
	{store.ErrUnavailable, answer{http.StatusServiceUnavailable, "unavailable", "error.unavailable", "error.unavailable_text"}},
	{store.ErrUnknownOutcome, answer{http.StatusServiceUnavailable, "unknown-outcome", "error.unknown_outcome", "error.unknown_outcome_text"}},
	{store.ErrClosed, answer{http.StatusServiceUnavailable, "busy", "error.busy", "error.busy_text"}},
	{context.DeadlineExceeded, answer{http.StatusServiceUnavailable, "busy", "error.busy", "error.busy_text"}},
}

// answerTo finds what to say to an error; one that nobody foresaw is a fault
// of ours.
func answerTo(err error) answer {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return answer{http.StatusRequestEntityTooLarge, "too-large", "error.too_large", "error.too_large_text"}
	}
	for _, a := range answers {
		if errors.Is(err, a.err) {
			return a.answer
		}
	}
	return answer{http.StatusInternalServerError, "internal", "error.internal", "error.internal_text"}
}

// serveError is the one place where an error becomes a status, a note for the
// log and a page (or, in the API, JSON).
func (s *Site) serveError(w *recorder, r *http.Request, err error) {
	a := answerTo(err)
	id := ""
	if a.status == http.StatusInternalServerError {
		id = rand.Text()[:8]
		err = &faultError{id, err}
	}
	w.err = err
	if w.status != 0 || r.Context().Err() != nil && errors.Is(err, context.Canceled) {
		return // the answer has begun, or nobody waits for one
	}
	lang := w.lang
	if lang == "" {
		lang = langOf(r)
	}
	h := w.Header()
	for _, name := range []string{"Etag", "Vary", "Content-Encoding", "Content-Length"} {
		h.Del(name)
	}
	h["Cache-Control"] = headerNoStore
	if a.status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "2")
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		s.serveAPIError(w, a, locale.T(lang, a.title)+". "+locale.T(lang, a.text, "id", id), nil)
		return
	}
	page := plainPage{
		page:       s.newPrivatePage(lang, locale.T(lang, a.title)),
		Heading:    locale.T(lang, a.title),
		Paragraphs: []string{locale.T(lang, a.text, "id", id)},
		Links:      []link{{Href: "/" + lang + "/", Label: locale.T(lang, "page.home")}},
	}
	if drawErr := s.draw(w, a.status, "plain", &page); drawErr != nil && w.status == 0 {
		http.Error(w, locale.T(lang, a.title), a.status)
	}
}

// faultError is an unforeseen error with the code that its page shows, so that
// a reader's report finds its line in the log.
type faultError struct {
	id  string
	err error
}

func (f *faultError) Error() string { return fmt.Sprintf("fault %s: %v", f.id, f.err) }

func (f *faultError) Unwrap() error { return f.err }

// langOf is the language in the path, or else the one the reader prefers.
func langOf(r *http.Request) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if locale.Known(first) {
		return first
	}
	return locale.Match(r.Header.Get("Accept-Language"))
}
