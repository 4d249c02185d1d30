package web

import (
	"context"
	"errors"
	"net/http"

	"pliego/internal/account"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

// The desk is where a coalition's people work. Its pages are private: drawn for
// one person, kept nowhere. Each route names the act that it is, and the table
// in account/rights.go alone says which role may do it.

// deskHandler answers a request of somebody who is signed in and may do the
// route's act.
type deskHandler func(ctx context.Context, w http.ResponseWriter, r *http.Request, d *desk) error

// desk is who is signed in.
type desk struct {
	person  *account.Person
	session *account.Session
}

func (d *desk) lang() string { return d.person.Lang }

func (d *desk) may(a account.Act) bool { return d.person.Role.May(a) }

// deskRoute is one line of the desk's table.
type deskRoute struct {
	method, pattern string
	act             account.Act
	handle          deskHandler
}

// deskTable is every address of the desk behind the sign-in.
func (s *Site) deskTable() []deskRoute {
	return []deskRoute{
		{"GET", "/desk/{$}", account.SeeDesk, s.deskHome},
		{"POST", "/desk/language", account.SeeDesk, s.deskLanguage},
		{"GET", "/desk/letters/new", account.WriteLetters, s.deskNew},
		{"POST", "/desk/letters/new", account.WriteLetters, s.deskCreate},
		{"POST", deskReadPattern, account.WriteLetters, s.deskRead},
		{"GET", "/desk/read/{file}", account.WriteLetters, s.deskReading},
		{"POST", deskStorePattern, account.WriteLetters, s.deskStore},
		{"GET", "/desk/letters/{letter}", account.WriteLetters, s.deskLetter},
		{"POST", "/desk/letters/{letter}", account.WriteLetters, s.deskLetterAct},
		{"GET", "/desk/letters/{letter}/text/{lang}", account.WriteLetters, s.deskText},
		{"POST", deskTextPattern, account.WriteLetters, s.deskTextAct},
		{"GET", "/desk/letters/{letter}/preview/{lang}", account.WriteLetters, s.deskPreview},
		{"GET", "/desk/letters/{letter}/preview/{lang}/letter.pdf", account.WriteLetters, s.deskPreviewPDF},
		{"GET", "/desk/letters/{letter}/signatories", account.SeeSigners, s.deskSignatories},
		{"POST", "/desk/letters/{letter}/signatories", account.GiveSigners, s.deskVouch},
		{"GET", "/desk/letters/{letter}/signatories.csv", account.GiveSigners, s.deskExport(toCSV, ".csv", "text/csv; charset=utf-8; header=present")},
		{"GET", "/desk/letters/{letter}/signatories.xlsx", account.GiveSigners, s.deskExport(toXLSX, ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")},
		{"GET", "/desk/letters/{letter}/yes", account.GiveSigners, s.deskYes},
		{"POST", deskYesPattern, account.GiveSigners, s.deskYesAct},
		{"GET", "/desk/letters/{letter}/import", account.GiveSigners, s.deskImport},
		{"POST", deskImportPattern, account.GiveSigners, s.deskImportRead},
		{"GET", "/desk/letters/{letter}/import/{file}", account.GiveSigners, s.deskImportLook},
		{"POST", deskRecordPattern, account.GiveSigners, s.deskImportRecord},
		{"GET", "/desk/letters/{letter}/import/{file}/rejected.csv", account.GiveSigners, s.deskImportRejected},
		{"GET", "/desk/letters/{letter}/invitations", account.InviteSigners, s.deskInvitations},
		{"POST", deskInvitePattern, account.InviteSigners, s.deskInvite},
		{"GET", "/desk/letters/{letter}/delivery", account.PutLetters, s.deskDelivery},
		{"POST", deskDeliveryPattern, account.PutLetters, s.deskDeliveryAct},
		{"GET", deskAnswerPattern, account.KeepAnswers, s.deskAnswers},
		{"POST", deskAnswerPattern, account.KeepAnswers, s.deskAnswerAct},
		{"GET", "/desk/letters/{letter}/agenda", account.KeepAgenda, s.deskAgenda},
		{"POST", "/desk/letters/{letter}/agenda", account.KeepAgenda, s.deskAgendaAct},
		{"GET", "/desk/letters/{letter}/record", account.SeeRecord, s.deskRecord},
		{"POST", "/desk/letters/{letter}/record", account.SeeRecord, s.deskRecordAct},
		{"GET", deskRecordEditPattern, account.KeepRecord, s.deskRecordEdit},
		{"POST", deskRecordEditPattern, account.KeepRecord, s.deskRecordSave},
		{"GET", "/desk/letters/{letter}/record/drafts/{draft}", account.SeeRecord, s.deskRecordDraft},
		{"GET", "/desk/letters/{letter}/record/copies/{hash}", account.SeeRecord, s.deskRecordCopy},
		{"GET", "/desk/letters/{letter}/record/cells", account.SeeRecord, s.deskRecordCells},
		{"POST", "/desk/letters/{letter}/record/cells", account.KeepRecord, s.deskRecordLook},
		{"GET", deskRecordImportPattern, account.KeepRecord, s.deskTableForm},
		{"POST", deskRecordImportPattern, account.KeepRecord, s.deskTableRead},
		{"GET", "/desk/letters/{letter}/record/import/{file}", account.KeepRecord, s.deskTableLook},
		{"POST", "/desk/letters/{letter}/record/import/{file}", account.KeepRecord, s.deskTableKeep},
		{"GET", "/desk/letters/{letter}/record.csv", account.SeeRecord, s.deskRecordExport(toCSV, ".csv", "text/csv; charset=utf-8; header=present")},
		{"GET", "/desk/letters/{letter}/record.xlsx", account.SeeRecord, s.deskRecordExport(toXLSX, ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")},
		{"GET", "/desk/letters/{letter}/editions", account.MakeEditions, s.deskEditions},
		{"POST", "/desk/letters/{letter}/editions", account.MakeEditions, s.deskEditionMake},
		{"GET", "/desk/receipts/{letter}/{delivery}", account.PutLetters, s.deskReceipt},
		{"GET", "/desk/evidence/{signature}", account.SeeAddresses, s.deskEvidence},
		{"GET", "/desk/registry", account.KeepRegistry, s.deskRegistry},
		{"POST", "/desk/registry", account.KeepRegistry, s.deskRegistryAct},
		{"GET", "/desk/review", account.SeeQueue, s.deskQueue},
		{"POST", "/desk/review", account.DecideQueue, s.deskDecide},
		{"GET", "/desk/people", account.SeePeople, s.deskPeople},
		{"POST", "/desk/people", account.InvitePeople, s.deskPeopleAct},
		{"GET", "/desk/sessions", account.OwnSessions, s.deskSessions},
		{"POST", "/desk/sessions", account.OwnSessions, s.deskSessionsAct},
		{"POST", "/desk/sessions/all", account.EndEverything, s.deskEndAll},
		{"GET", "/desk/log", account.SeeLog, s.deskLog},
	}
}

// Addresses of the desk that take more than a form's usual size.
const (
	deskReadPattern  = "/desk/letters/read"
	deskStorePattern = "/desk/read/{file}"
	deskTextPattern  = "/desk/letters/{letter}/text/{lang}"

	deskYesPattern    = "/desk/letters/{letter}/yes"
	deskImportPattern = "/desk/letters/{letter}/import"
	deskRecordPattern = "/desk/letters/{letter}/import/{file}"
	deskInvitePattern = "/desk/letters/{letter}/invitations"

	deskDeliveryPattern = "/desk/letters/{letter}/delivery"
)

// mostOf bounds what is posted to an address.
func mostOf(pattern string) int64 {
	switch pattern {
	case verifyPattern:
		return maxUpload + maxForm
	case deskReadPattern, deskYesPattern, deskImportPattern, deskRecordPattern, deskDeliveryPattern, deskAnswerPattern, answerPattern, deskRecordImportPattern:
		return maxDeskFile + 2*letter.MaxBody + maxForm
	case deskRecordEditPattern: // with copies of several sources
		return 3*maxDeskFile + maxForm
	case deskStorePattern, deskTextPattern: // percent-encoding makes a byte three
		return 3*(letter.MaxBody+letter.MaxAsks*letter.MaxAsk/4) + maxForm
	}
	if pattern == deskInvitePattern { // a pasted list
		return 1 << 20
	}
	return maxForm
}

// cookieName is the session's cookie. Over HTTPS its prefix binds it to this
// host and to secure connections.
func (s *Site) cookieName() string {
	if s.secure {
		return "__Host-desk"
	}
	return "desk"
}

func (s *Site) cookie(value string, age int) *http.Cookie {
	return &http.Cookie{
		Name: s.cookieName(), Value: value, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode,
	}
}

// signedIn lets those in whose role may do the route's act.
func (s *Site) signedIn(rt deskRoute) handler {
	return func(w http.ResponseWriter, r *http.Request, _ string) error {
		w.Header()["Cache-Control"] = headerNoStore
		ctx, cancel := within(r)
		defer cancel()
		d, err := s.whoAsks(ctx, r)
		if errors.Is(err, account.ErrNoSession) {
			return s.askToSignIn(w, r)
		}
		if err != nil {
			return err
		}
		w.(*recorder).lang = d.lang()
		if !d.may(rt.act) {
			return account.ErrForbidden
		}
		if r.Method == http.MethodPost {
			if err := readForm(r); err != nil {
				return err
			}
		}
		return rt.handle(ctx, w, r, d)
	}
}

func (s *Site) whoAsks(ctx context.Context, r *http.Request) (*desk, error) {
	c, err := r.Cookie(s.cookieName())
	if err != nil {
		return nil, account.ErrNoSession
	}
	session, person, err := s.accounts.Who(ctx, c.Value)
	if err != nil {
		return nil, err
	}
	return &desk{person, session}, nil
}

// askToSignIn sends a reader to the form. What was posted is not lost: the page
// says so, and going back in the browser shows it.
func (s *Site) askToSignIn(w http.ResponseWriter, r *http.Request) error {
	lang := locale.Match(r.Header.Get("Accept-Language"))
	if r.Method == http.MethodPost {
		p := s.newSignInPage(lang, "")
		p.Ended = true
		return s.draw(w, http.StatusUnauthorized, "desk_sign_in", p)
	}
	http.Redirect(w, r, "/desk/sign-in", http.StatusSeeOther)
	return nil
}

// newDeskPage begins a page of the desk.
func (s *Site) newDeskPage(d *desk, path, title string) page {
	p := s.newPrivatePage(d.lang(), title)
	p.Desk = true
	for _, x := range []struct {
		act       account.Act
		path, key string
	}{
		{account.SeeDesk, "/desk/", locale.T(d.lang(), "desk.nav_home")},
		{account.SeeQueue, "/desk/review", locale.T(d.lang(), "desk.nav_review")},
		{account.KeepRegistry, "/desk/registry", locale.T(d.lang(), "desk.nav_registry")},
		{account.SeePeople, "/desk/people", locale.T(d.lang(), "desk.nav_people")},
		{account.SeeLog, "/desk/log", locale.T(d.lang(), "desk.nav_log")},
		{account.OwnSessions, "/desk/sessions", locale.T(d.lang(), "desk.nav_sessions")},
	} {
		if d.may(x.act) {
			p.Nav = append(p.Nav, link{Href: x.path, Label: x.key, Current: x.path == path})
		}
	}
	return p
}
