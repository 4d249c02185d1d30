package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"pliego/internal/locale"
)

// handler answers a request or says why it could not. The language is the one
// in the path, "" outside of pages.
type handler func(w http.ResponseWriter, r *http.Request, lang string) error

// route is one line of the table of routes.
type route struct {
	method  string
	pattern string // as net/http.ServeMux reads it; {lang} is put in for each language
	handle  handler
	// token: the path holds a mailed token. Its pages are kept nowhere, tell no
	// referrer, and take forms from anywhere: the token is the authority, and
	// the sandboxes of webmail send "Origin: null".
	token bool
}

// table is every address of the site.
func (s *Site) table() []route {
	return []route{
		{"GET", "/{$}", s.chooseLanguage, false},
		{"GET", "/{lang}/{$}", s.cached(s.home), false},
		{"GET", "/{lang}/privacy", s.cached(s.privacy), false},
		{"GET", "/{lang}/search", s.search, false},
		{"GET", "/{lang}/rules", s.cached(s.rules), false},
		{"GET", "/{lang}/sealed", s.cached(s.sealed), false},
		{"GET", "/{lang}/recover", s.cached(s.recoverForm), false},
		{"POST", "/{lang}/recover", s.recoverAct, false},
		{"GET", "/{lang}/ledger", s.cached(s.ledgerPage), false},
		{"GET", "/{lang}/letters/{letter}", s.cached(s.letter), false},
		{"GET", "/{lang}/letters/{letter}/signatories", s.signatories, false},
		{"GET", "/{lang}/letters/{letter}/signatories.csv", s.signatoriesCSV, false},
		{"GET", "/{lang}/letters/{letter}/asks/{ask}", s.cached(s.ask), false},
		{"GET", "/{lang}/letters/{letter}/delivery", s.cached(s.delivery), false},
		{"GET", "/{lang}/letters/{letter}/addressees", s.cached(s.addressees), false},
		{"GET", "/{lang}/letters/{letter}/addressees/{addressee}", s.cached(s.addressee), false},
		{"GET", "/{lang}/letters/{letter}/asks/{ask}/outcome", s.askOutcome, false},
		{"GET", "/{lang}/letters/{letter}/claims", s.claims, false},
		{"GET", "/{lang}/letters/{letter}/calendar.ics", s.calendar, false},
		{"GET", "/{lang}/letters/{letter}/follow-up", scripted(s.followUp), false},
		{"GET", "/{lang}/letters/{letter}/follow-up.atom", s.followUpFeed, false},
		{"GET", "/{lang}/letters/{letter}/follow-up.csv", s.followUpCSV, false},
		{"GET", "/{lang}/letters/{letter}/follow-up.json", s.followUpJSON, false},
		{"GET", "/{lang}/letters/{letter}/follow-up/{addressee}/{ask}", s.cell, false},
		{"GET", "/{lang}/letters/{letter}/answers/{answer}", s.cached(s.answered), false},
		{"GET", "/{lang}/letters/{letter}/copies/{hash}", s.recordCopy, false},
		{"GET", "/{lang}/letters/{letter}/answers/{answer}/file", s.answeredFile, false},
		{"GET", "/{lang}/letters/{letter}/agenda", s.agenda, false},
		{"GET", "/{lang}/letters/{letter}/agenda.pdf", s.agendaPrint("pdf"), false},
		{"GET", "/{lang}/letters/{letter}/agenda.docx", s.agendaPrint("docx"), false},
		{"GET", "/{lang}/letters/{letter}/agenda.csv", s.agendaCSV, false},
		{"GET", "/{lang}/letters/{letter}/agenda.json", s.agendaJSON, false},
		{"GET", "/{lang}/letters/{letter}/agenda/{item}", s.cached(s.agendaItem), false},
		{"GET", "/{lang}/letters/{letter}/editions", s.cached(s.editions), false},
		{"GET", "/{lang}/letters/{letter}/editions/{edition}", s.editionFile, false},
		{"GET", "/{lang}/letters/{letter}/editions/{edition}/{addressee}", s.cached(s.edition), false},
		{"GET", "/{lang}/rubric", s.cached(s.rubric), false},
		{"GET", "/{lang}/forums", s.cached(s.forums), false},
		{"GET", "/{lang}/forums/{forum}", s.cached(s.forum), false},
		{"GET", "/{lang}/letters/{letter}/texts", s.cached(s.texts), false},
		{"GET", "/{lang}/letters/{letter}/texts/{version}", s.cached(s.textVersion), false},
		{"GET", "/{lang}/letters/{letter}/feed.atom", s.cached(s.feed), false},
		{"GET", "/{lang}/letters/{letter}/letter.pdf", s.print(pdfFormat), false},
		{"GET", "/{lang}/letters/{letter}/letter.docx", s.print(docxFormat), false},
		{"GET", "/{lang}/letters/{letter}/prints", s.printsPage, false},
		{"GET", "/{lang}/letters/{letter}/sign", s.signPage, false},
		{"POST", "/{lang}/letters/{letter}/sign", s.sign, false},

		{"GET", "/{lang}/letters/{letter}/sent/{token}", s.sent, true},
		{"POST", "/{lang}/letters/{letter}/sent/{token}", s.sentAct, true},
		{"GET", "/{lang}/invitation/{token}", s.invitation, true},
		{"POST", "/{lang}/invitation/{token}", s.invitationAct, true},
		{"GET", "/{lang}/confirm/{token}", s.confirmForm, true},
		{"POST", "/{lang}/confirm/{token}", s.confirm, true},
		{"GET", "/{lang}/confirm/{token}/disown", s.disownForm, true},
		{"POST", "/{lang}/confirm/{token}/disown", s.disown, true},
		{"GET", "/{lang}/signature/{token}", s.own, true},
		{"POST", "/{lang}/signature/{token}", s.ownAct, true},
		{"GET", answerPattern, s.answer, true},
		{"POST", answerPattern, s.answerAct, true},
		{"GET", "/{lang}/answer/{token}/record", s.answerRecord, true},
		{"POST", "/{lang}/answer/{token}/record", s.answerRecordAct, true},
		{"GET", "/{lang}/signature/{token}/record", s.ownRecord, true},
		{"POST", "/{lang}/signature/{token}/record", s.ownRecordAct, true},
		{"GET", "/{lang}/signature/{token}/agenda", s.ownAgenda, true},
		{"POST", "/{lang}/signature/{token}/agenda", s.ownAgendaAct, true},
		{"GET", "/{lang}/signature/{token}/data", s.ownData, true},
		{"POST", "/{lang}/signature/{token}/data", s.eraseOwn, true},
		{"GET", "/{lang}/signature/{token}/data.json", s.ownDataFile, true},
		{"GET", "/{lang}/signature/{token}/receipt", s.receiptPage, true},
		{"GET", "/{lang}/signature/{token}/receipt.tlog-proof", s.receiptFile, true},
		{"GET", "/{lang}/signature/{token}/receipt.png", s.receiptPicture, true},

		{"GET", "/{lang}/notice/{token}", s.notice, true},
		{"POST", "/{lang}/notice/{token}", s.noticeAct, true},

		{"GET", "/{lang}/indicators", s.indicators, false},
		{"GET", "/{lang}/indicators/{indicator}", scripted(s.indicatorFile), false},
		{"GET", "/{lang}/indicators/{indicator}/{place}/{period}", s.figure, false},
		{"GET", "/{lang}/places", s.places, false},
		{"GET", "/{lang}/places/{place}", scripted(s.place), false},
		{"GET", "/{lang}/penalties", s.penalties, false},
		{"GET", "/{lang}/penalties.csv", s.penaltiesCSV, false},
		{"GET", "/{lang}/penalties/amounts", s.penaltyAmounts, false},
		{"GET", "/{lang}/penalties/amounts.csv", s.amountsCSV, false},
		{"GET", "/{lang}/penalties/compare", s.penaltyCase, false},

		{"GET", verifyPattern, s.cached(s.verifyForm), false},
		{"POST", verifyPattern, s.verify, false},

		{"GET", "/api/v1/openapi.json", s.cached(s.openAPI), false},
		{"GET", "/api/v1/letters", s.cached(s.apiLetters), false},
		{"GET", "/api/v1/letters/{letter}", s.cached(s.apiLetter), false},
		{"GET", "/api/v1/letters/{letter}/prints", s.apiPrints, false},
		{"GET", "/api/v1/letters/{letter}/signatures", s.apiSignatures, false},
		{"POST", "/api/v1/letters/{letter}/signatures", s.apiSign, false},
		{"GET", "/api/v1/penalties", s.cached(s.apiPenalties), false},

		{"GET", "/ledger/checkpoint", s.checkpoint, false},
		{"GET", "/ledger/key", s.ledgerKey, false},
		{"GET", "/ledger/keys", s.ledgerKeys, false},
		{"GET", "/ledger/tile/{path...}", s.ledgerTile, false},
		{"GET", "/ledger/openings/{path...}", s.ledgerOpenings, false},
		{"GET", "/ledger/bundle.zip", s.bundle, false},

		{"GET", "/desk/sign-in", s.deskSignIn, false},
		{"POST", "/desk/sign-in", s.deskAskLink, false},
		{"GET", "/desk/enter/{token}", s.deskEnterForm, true},
		{"POST", "/desk/enter/{token}", s.deskEnter, true},

		{"GET", "/assets/{path...}", s.asset, false},
		{"GET", "/favicon.ico", s.favicon, false},
		{"GET", "/robots.txt", s.cached(s.robots), false},
		{"GET", "/sitemap.xml", s.cached(s.sitemap), false},
		{"GET", "/healthz", s.healthz, false},
		{"GET", "/readyz", s.readyz, false},
		{"", "/", s.elsewhere, false},
	}
}

// routes puts the table into a multiplexer. Pages are registered for each
// language by name, so that no other first segment of a path is taken for one.
func (s *Site) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for _, rt := range s.deskTable() {
		mux.Handle(rt.method+" "+rt.pattern, s.at(route{rt.method, rt.pattern, s.signedIn(rt), false}, ""))
	}
	for _, rt := range append(s.table(), s.tableRoutes()...) {
		if !strings.HasPrefix(rt.pattern, "/{lang}/") {
			mux.Handle(strings.TrimSpace(rt.method+" "+rt.pattern), s.at(rt, ""))
			continue
		}
		for _, lang := range locale.Languages {
			mux.Handle(rt.method+" "+strings.Replace(rt.pattern, "{lang}", lang, 1), s.at(rt, lang))
		}
	}
	return mux
}

// Bounds of one request.
const (
	maxForm  = 64 << 10
	waitMost = 15 * time.Second
)

// at makes a route's handler: what holds for every request, then the handler,
// then its error.
func (s *Site) at(rt route, lang string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := w.(*recorder)
		rec.route, rec.lang = rt.pattern, lang
		if rt.token {
			h := w.Header()
			h["Cache-Control"], h["Referrer-Policy"] = headerNoStore, headerNoReferrer
		}
		if r.Method == http.MethodPost {
			if !rt.token && s.origins.Check(r) != nil {
				s.serveError(rec, r, errCrossOrigin)
				return
			}
			w.Header()["Cache-Control"] = headerNoStore
			r.Body = http.MaxBytesReader(w, r.Body, mostOf(rt.pattern))
		}
		if err := rt.handle(w, r, lang); err != nil {
			s.serveError(rec, r, err)
		}
	})
}

// within bounds how long a handler may wait for the store.
func within(r *http.Request) (context.Context, context.CancelFunc) {
	return context.WithTimeout(r.Context(), waitMost)
}

// elsewhere answers what no route takes: another method, a slash too many, or
// nothing at all.
func (s *Site) elsewhere(w http.ResponseWriter, r *http.Request, _ string) error {
	w.(*recorder).route = "none"
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if method != r.Method && s.takes(method, r.URL.Path) {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		return errMethod
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		for _, other := range []string{strings.TrimRight(r.URL.Path, "/"), r.URL.Path + "/"} {
			if other != r.URL.Path && strings.HasPrefix(other, "/") && !strings.HasPrefix(other, "//") && s.takes(http.MethodGet, other) {
				target := *r.URL
				target.Path, target.RawPath, target.Scheme, target.Host, target.User = other, "", "", "", nil
				http.Redirect(w, r, target.String(), http.StatusMovedPermanently)
				return nil
			}
		}
	}
	return errNotFound
}

// takes tells whether a route of the table takes this method at this path.
func (s *Site) takes(method, path string) bool {
	probe, err := http.NewRequest(method, "/", nil)
	if err != nil {
		return false
	}
	probe.URL.Path = path
	_, pattern := s.mux.Handler(probe)
	return pattern != "" && pattern != "/"
}
