package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"pliego/internal/account"
	"pliego/internal/locale"
	"pliego/internal/signature"
)

// doubtAll has every signature wait.
type doubtAll struct{}

func (doubtAll) Doubt(_ context.Context, c signature.Case) (*signature.Doubt, error) {
	if c.Moment != signature.Confirming {
		return nil, nil
	}
	return &signature.Doubt{Rule: "burst"}, nil
}

// staff enters as a new person of a role, and gives the session's cookie.
func (h *house) staff(email string, role account.Role) (*account.Person, *http.Cookie) {
	h.t.Helper()
	p, token, err := h.accounts.Invite(context.Background(), "", email, role, "es", true)
	h.must(err)
	h.expect(h.get("/desk/enter/"+token), http.StatusOK, privatePage)
	a := h.post("/desk/enter/"+token, nil)
	if a.StatusCode != http.StatusSeeOther || len(a.Cookies()) != 1 {
		h.t.Fatalf("enter: %d, cookies %v\n%s", a.StatusCode, a.Cookies(), a.body)
	}
	c := a.Cookies()[0]
	if !c.HttpOnly || !c.Secure || c.Name != "__Host-desk" || c.SameSite != http.SameSiteLaxMode || c.Path != "/" {
		h.t.Errorf("the cookie is %+v", c)
	}
	if again := h.post("/desk/enter/"+token, nil); again.StatusCode != http.StatusGone {
		h.t.Errorf("the link lets in twice: %d", again.StatusCode)
	}
	return p, c
}

// at asks for a page of the desk, or posts to it, with a cookie.
func (h *house) at(c *http.Cookie, method, path string, form url.Values) *answered {
	h.t.Helper()
	r := h.request(method, path, form.Encode())
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if c != nil {
		r.AddCookie(c)
	}
	return h.do(r)
}

func TestEveryDeskRouteForEveryRole(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		cookies := map[account.Role]*http.Cookie{}
		fresh := func(role account.Role) *http.Cookie { // some routes end sessions
			_, c := h.staff(strings.ToLower(string(role))+time.Now().Format("150405.000000000")+"@example.org", role)
			return c
		}
		for _, role := range account.Roles {
			cookies[role] = fresh(role)
		}
		for _, rt := range h.site.deskTable() {
			path := strings.NewReplacer("{$}", "", "{letter}", openLetter, "{lang}", "es").Replace(rt.pattern)
			if a := h.at(nil, rt.method, path, nil); rt.method == http.MethodGet && (a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/desk/sign-in")) ||
				rt.method == http.MethodPost && a.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s %s for nobody: %d", rt.method, path, a.StatusCode)
			}
			for _, role := range account.Roles {
				a := h.at(cookies[role], rt.method, path, url.Values{})
				if forbidden := a.StatusCode == http.StatusForbidden; forbidden == role.May(rt.act) {
					t.Errorf("%s %s for a %s: %d", rt.method, path, role, a.StatusCode)
				}
				if a.StatusCode == http.StatusUnauthorized || a.StatusCode >= 500 {
					t.Errorf("%s %s for a %s: %d", rt.method, path, role, a.StatusCode)
				}
				if cc := a.Header.Get("Cache-Control"); cc != "no-store" {
					t.Errorf("%s %s: Cache-Control %q", rt.method, path, cc)
				}
				if rt.act == account.EndEverything && role == account.Coordinator {
					for _, r := range account.Roles {
						cookies[r] = fresh(r)
					}
				}
			}
		}
		r := h.request("POST", "/desk/sessions/all", "")
		r.AddCookie(cookies[account.Coordinator])
		r.Header.Set("Origin", "https://elsewhere.example")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if a := h.do(r); a.StatusCode != http.StatusForbidden {
			t.Errorf("a form of another site ends sessions: %d", a.StatusCode)
		}
	})
}

func TestReviewerDecidesAndSeesNoAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.signing.Rules = []signature.Rule{doubtAll{}}
		var ids []string
		for _, name := range []string{"Uno", "Dos", "Tres"} {
			sent, token := h.signed("Organización "+name, strings.ToLower(name)+"@example.org")
			h.post("/es/confirm/"+token, nil)
			id, _, err := h.signing.Vault.ParseToken(signature.TokenWait, sent[strings.LastIndexByte(sent, '/')+1:])
			h.must(err)
			ids = append(ids, id)
		}
		_, coordinator := h.staff("coordinator@example.org", account.Coordinator)
		reviewerPerson, reviewer := h.staff("reviewer@example.org", account.Reviewer)

		a := h.at(coordinator, "GET", "/desk/review", nil)
		h.expect(a, http.StatusOK, deskPage)
		if !strings.Contains(a.body, "uno@example.org") || !strings.Contains(a.body, "Organización Dos") {
			t.Error("a coordinator does not see who signed")
		}
		a = h.at(reviewer, "GET", "/desk/review?letter="+openLetter, nil)
		h.expect(a, http.StatusOK, deskPage)
		if strings.Contains(a.body, "uno@example.org") || strings.Contains(a.body, "Example Signer") || !strings.Contains(a.body, "Organización Dos") {
			t.Error("a reviewer sees an address, or no name")
		}
		if a := h.at(reviewer, "GET", "/desk/", nil); !strings.Contains(a.body, locale.T("es", "desk.waiting", "n", 3)) {
			t.Error("the desk does not say how many wait")
		}
		if a := h.at(reviewer, "POST", "/desk/review", url.Values{"act": {"accept"}}); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("nothing ticked: %d", a.StatusCode)
		}
		decide := func(act string, id ...string) *answered {
			return h.at(reviewer, "POST", "/desk/review", url.Values{"act": {act}, "id": id, "note": {"Escriba a la coalición"}})
		}
		if a := decide("accept", ids[0], ids[0], "no-such-id"); a.Header.Get("Location") != "/desk/review?letter=&done=accept&n=1" {
			t.Errorf("accept: %d to %s", a.StatusCode, a.Header.Get("Location"))
		}
		decide("refuse", ids[1], ids[2])
		a = h.at(reviewer, "GET", "/desk/review?state=refused&done=refuse&n=2", nil)
		if !strings.Contains(a.body, "Organización Dos") || !strings.Contains(a.body, "Escriba a la coalición") || !strings.Contains(a.body, locale.T("es", "desk.refused", "n", 2)) {
			t.Errorf("the refused are not listed:\n%s", a.body)
		}
		decide("undo", ids[2])
		h.settle()
		if got := names(h.get("/es/letters/" + openLetter + "/signatories")); len(got) != 1 || !strings.Contains(got[0], "Uno") {
			t.Errorf("listed: %q", got)
		}
		for i, want := range []signature.State{signature.Standing, signature.Refused, signature.Waiting} {
			sig, err := h.db.SignatureByID(ctx, ids[i])
			h.must(err)
			if sig.State != want {
				t.Errorf("signature %d is %s, want %s", i, sig.State, want)
			}
		}
		a = h.at(coordinator, "GET", "/desk/log", nil)
		h.expect(a, http.StatusOK, deskPage)
		for _, want := range []string{"review.accept", "review.refuse", "review.undo", ids[1], "reviewer@example.org"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the log lacks %s", want)
			}
		}
		if strings.Contains(a.body, "uno@example.org") || strings.Contains(a.body, "Organización") {
			t.Error("the log names a signer")
		}

		if a := h.at(coordinator, "POST", "/desk/people", url.Values{"act": {"end"}, "id": {reviewerPerson.ID}}); a.StatusCode != http.StatusSeeOther {
			t.Errorf("end access: %d", a.StatusCode)
		}
		if a := h.at(reviewer, "GET", "/desk/review", nil); a.StatusCode != http.StatusSeeOther {
			t.Errorf("after the access ended: %d", a.StatusCode)
		}
		for _, personal := range []string{"uno@example.org", "reviewer@example.org", "Example Signer"} {
			if strings.Contains(h.log.String(), personal) {
				t.Errorf("%q is in the server's log", personal)
			}
		}
	})
}

func TestSignInTellsNobodyWhoWorksHere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		_, c := h.staff("coordinator@example.org", account.Coordinator)
		known := h.post("/desk/sign-in", url.Values{"email": {"coordinator@example.org"}})
		unknown := h.post("/desk/sign-in", url.Values{"email": {"somebodyelses@example.org"}})
		if strings.Replace(known.body, "coordinator@", "somebodyelses@", 1) != unknown.body || known.StatusCode != unknown.StatusCode {
			t.Error("the answer tells whether an address works here")
		}
		if a := h.post("/desk/sign-in", url.Values{"email": {"nothing"}}); a.StatusCode != http.StatusUnprocessableEntity || attr(field1(a, "email"), "value") != "nothing" {
			t.Errorf("a bad address: %d", a.StatusCode)
		}
		for _, path := range []string{"/desk/", "/desk/people", "/desk/sessions", "/desk/log", "/desk/review"} {
			h.expect(h.at(c, "GET", path, nil), http.StatusOK, deskPage)
		}
		for _, lang := range locale.Languages {
			if a := h.at(c, "POST", "/desk/language", url.Values{"lang": {lang}}); a.StatusCode != http.StatusSeeOther {
				t.Fatalf("language: %d", a.StatusCode)
			}
			a := h.at(c, "GET", "/desk/", nil)
			if got := attr(nodes(a.doc, tagged("html"))[0], "lang"); got != lang {
				t.Errorf("the desk is in %s, want %s", got, lang)
			}
		}
		if a := h.at(c, "POST", "/desk/sessions", url.Values{"act": {"all"}}); a.StatusCode != http.StatusSeeOther || a.Cookies()[0].MaxAge >= 0 {
			t.Errorf("signing out: %d, %v", a.StatusCode, a.Cookies())
		}
		if a := h.at(c, "GET", "/desk/", nil); a.StatusCode != http.StatusSeeOther {
			t.Errorf("after signing out: %d", a.StatusCode)
		}
	})
}

// deskPage holds for every page behind the sign-in. Its forms are taken from
// this site only, and old browsers tell the site by the referrer's origin alone.
func deskPage(a *answered) []string {
	faults := everyPage(a)
	if a.Header.Get("Referrer-Policy") != "same-origin" {
		faults = append(faults, "its address is told to others")
	}
	if a.Header.Get("Cache-Control") != "no-store" {
		faults = append(faults, "it may be kept")
	}
	if !strings.Contains(a.body, `content="noindex, nofollow"`) {
		faults = append(faults, "search engines may list it")
	}
	return faults
}
