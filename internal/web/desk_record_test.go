package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"pliego/internal/account"
	"pliego/internal/followup"
)

// enters begins a session of somebody who works at the desk already: the one before
// ends with time.
func (h *house) enters(p *account.Person) *http.Cookie {
	h.t.Helper()
	now := h.clock.Now()
	h.must(h.db.SendLink(h.t.Context(), p.ID, now.Add(time.Hour), now.Add(-time.Minute)))
	is, err := h.db.PersonByID(h.t.Context(), p.ID)
	h.must(err)
	token, err := h.signing.Vault.Token(account.TokenEnter, is.ID, is.Generation)
	h.must(err)
	a := h.post("/desk/enter/"+token, nil)
	if len(a.Cookies()) != 1 {
		h.t.Fatalf("enter again: %d", a.StatusCode)
	}
	return a.Cookies()[0]
}

// bringCopy posts a form with the archived copy of a source.
func (h *house) bringCopy(c *http.Cookie, path, field, name, content string, form url.Values) *answered {
	h.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for key, values := range form {
		for _, v := range values {
			h.must(w.WriteField(key, v))
		}
	}
	part, err := w.CreateFormFile(field, name)
	h.must(err)
	_, err = part.Write([]byte(content))
	h.must(err)
	h.must(w.Close())
	r := h.request("POST", path, b.String())
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.AddCookie(c)
	return h.do(r)
}

const recordDesk = "/desk/letters/" + printedLetter + "/record"

func verdictForm() url.Values {
	return url.Values{
		"kind": {"assessment"}, "addressee": {"ury"}, "asks": {"first-ask"}, "date": {"2026-04-30"}, "verdict": {"evidenced/complete"}, "summary_es": {"Se hizo <b>todo</b>."},
		"url_0": {"https://example.org/gazette"}, "publisher_0": {"Diario Oficial de Ejemplo"}, "place_0": {"artículo 3"}, "quote_0": {"Derógase el artículo"}, "grade_0": {"official"}, "confidence_0": {"seen"},
	}
}

// enterDraft enters an item and gives its draft's address and reference.
func (h *house) enterDraft(c *http.Cookie, form url.Values) (path, ref string) {
	h.t.Helper()
	a := h.at(c, "POST", recordDesk+"/edit", form)
	if a.StatusCode != http.StatusSeeOther {
		h.t.Fatalf("enter: %d\n%s", a.StatusCode, a.body)
	}
	path, _, _ = strings.Cut(a.Header.Get("Location"), "?")
	return path, h.refOf(c, path)
}

func (h *house) refOf(c *http.Cookie, path string) string {
	h.t.Helper()
	a := h.at(c, "GET", path, nil)
	h.expect(a, http.StatusOK, deskPage)
	return formOf(a, "draft").Get("draft")
}

// A verdict goes from the desk to its addressee, and past a second person to the
// public; before that nothing of it is public anywhere.
func TestVerdictFromDeskToPublic(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first, c := h.staff("first@example.org", account.Coordinator)
		second, _ := h.staff("second@example.org", account.Reviewer)
		for _, path := range []string{recordDesk, recordDesk + "/edit?kind=assessment", recordDesk + "/edit?kind=action", recordDesk + "/edit?kind=commitment", recordDesk + "/cells", recordDesk + "/import"} {
			h.expect(h.at(c, "GET", path, nil), http.StatusOK, deskPage)
		}
		for what, spoil := range map[string]url.Values{
			"no source":               {"url_0": nil, "publisher_0": nil, "place_0": nil, "quote_0": nil},
			"a source that is no web": {"url_0": {"ftp://example.org/x"}},
			"one newspaper":           {"grade_0": {"press"}},
			"from memory":             {"confidence_0": {"memory"}},
			"no grade":                {"grade_0": {""}},
			"no verdict":              {"verdict": {"evidenced/not yet assessed"}},
			"a verdict of no track":   {"verdict": {"schedule/complete"}},
			"nothing found, nowhere":  {"verdict": {"evidenced/no evidence found"}},
			"no date":                 {"date": {"30.4.2026"}},
			"nobody":                  {"addressee": {"fra"}},
			"no ask":                  {"asks": {"third-ask"}},
		} {
			form := verdictForm()
			for k, v := range spoil {
				form[k] = v
			}
			a := h.at(c, "POST", recordDesk+"/edit", form)
			h.expect(a, http.StatusUnprocessableEntity, deskPage)
			if !strings.Contains(a.body, "Se hizo &lt;b&gt;todo") {
				t.Errorf("%s: what was typed is lost", what)
			}
		}
		bad := h.bringCopy(c, recordDesk+"/edit", "copy_0", "x.exe", "MZ\x90\x00", verdictForm())
		h.expect(bad, http.StatusUnprocessableEntity, deskPage)
		form := verdictForm()
		form.Set("date", "")
		kept := h.bringCopy(c, recordDesk+"/edit", "copy_0", "gaceta.pdf", "%PDF-1.4 example", form)
		h.expect(kept, http.StatusUnprocessableEntity, deskPage)
		form = formOf(kept, "verdict")
		if form.Get("sha256_0") == "" || !strings.Contains(kept.body, "gaceta.pdf") {
			t.Fatal("the copy is lost with a form that was refused")
		}
		form.Set("date", "2026-04-30")
		path, ref := h.enterDraft(c, form)

		copyPath := "/es/letters/" + printedLetter + "/copies/" + form.Get("sha256_0")
		cell := followUpPath + "/ury/first-ask"
		l, err := h.db.LetterBySlug(t.Context(), printedLetter)
		h.must(err)
		hidden := func(when string) {
			t.Helper()
			h.settle()
			for _, p := range []string{cell, followUpPath, followUpPath + ".csv", followUpPath + ".json", "/es/letters/" + printedLetter + "/addressees/ury", "/api/v1/letters/" + printedLetter, recordDesk + ".csv"} {
				a := h.at(c, "GET", p, nil)
				if strings.Contains(a.body, "Derógase") || strings.Contains(a.body, "Se hizo &lt;b&gt;todo") || strings.Contains(a.body, "example.org/gazette") {
					t.Errorf("%s: %s shows a draft", when, p)
				}
			}
			if row := h.matrix("")["ury first-ask"]; row[4] != "not yet assessed" {
				t.Errorf("%s: the matrix says %v", when, row)
			}
			if a := h.get(copyPath); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s: the copy is public: %d", when, a.StatusCode)
			}
		}
		hidden("written")
		act := func(c *http.Cookie, act, ref string, want int) {
			t.Helper()
			if a := h.at(c, "POST", recordDesk, url.Values{"act": {act}, "draft": {ref}}); a.StatusCode != want {
				t.Errorf("%s: %d, not %d\n%.400s", act, a.StatusCode, want, a.body[strings.Index(a.body, "<main")+1:])
			}
		}
		act(c, "publish", ref, http.StatusUnprocessableEntity)
		act(c, "show", ref, http.StatusSeeOther)
		a := h.at(c, "GET", path, nil)
		own := regexp.MustCompile(`/es/answer/[\w-]+/record`).FindString(a.body)
		if own == "" {
			t.Fatal("no link for the addressee")
		}
		hidden("shown")
		if a := h.at(c, "POST", recordDesk+"/edit", url.Values{"draft": {path[strings.LastIndexByte(path, '/')+1:]}, "revision": {"2"}, "date": {"2026"}}); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("rewritten while the addressee reads it: %d", a.StatusCode)
		}
		a = h.get(own)
		h.expect(a, http.StatusOK, privatePage)
		if !strings.Contains(a.body, "Derógase") || !strings.Contains(a.body, "15 de mayo de 2026") || strings.Contains(a.body, "/copies/") {
			t.Error("the addressee does not see the draft, or when it is public")
		}
		reply := formOf(a, "revision")
		reply.Set("act", "reply")
		if a := h.post(own, reply); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("an empty reply: %d", a.StatusCode)
		}
		reply.Set("text", "Falta el <i>reglamento</i>.")
		if a := h.post(own, reply); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("a reply: %d", a.StatusCode)
		}
		if a := h.post(own, reply); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Falta el &lt;i&gt;") {
			t.Errorf("a reply from an old page: %d", a.StatusCode)
		}
		hidden("replied to")
		ref = h.refOf(c, path)
		h.clock.advance(13 * 24 * time.Hour)
		reviewer := h.enters(second)
		act(reviewer, "publish", ref, http.StatusUnprocessableEntity)
		act(reviewer, "back", ref, http.StatusForbidden)
		h.clock.advance(24 * time.Hour)
		c, reviewer = h.enters(first), h.enters(second)
		act(c, "publish", ref, http.StatusUnprocessableEntity)
		act(reviewer, "publish", strings.Replace(ref, ":3", ":2", 1), http.StatusUnprocessableEntity)
		hidden("refused")
		act(reviewer, "publish", ref, http.StatusSeeOther)
		act(reviewer, "publish", ref, http.StatusUnprocessableEntity)
		h.settle()
		a = h.get(cell)
		h.expect(a, http.StatusOK, publicPage)
		for _, want := range []string{"Derógase el artículo", "artículo 3", "Falta el &lt;i&gt;reglamento", "Una segunda persona lo confirmó", strings.Replace(copyPath, "/es/", "/en/", 1), "Diario Oficial de Ejemplo"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the cell lacks %q", want)
			}
		}
		if row := h.matrix("")["ury first-ask"]; row[4] != "complete" {
			t.Errorf("the matrix says %v", row)
		}
		if row := h.matrix("?known=2026-05-14")["ury first-ask"]; row[4] != "not yet assessed" {
			t.Errorf("before it was public it was known: %v", row)
		}
		if a := h.get(copyPath); a.body != "%PDF-1.4 example" || a.Header.Get("Content-Type") != "application/octet-stream" {
			t.Errorf("the copy: %d %q", a.StatusCode, a.body)
		}
		record, err := h.db.RecordOf(t.Context(), l.ID)
		h.must(err)
		if len(record) != 1 || record[0].RecordedBy != first.ID || record[0].Second != second.ID {
			t.Errorf("on record: %+v", record[0])
		}

		// The addressee contests it, and it is corrected: both stay readable.
		contest := url.Values{"act": {"contest"}, "item": {record[0].ID}, "text": {"No está <u>en vigor</u>."}, "source": {"ftp://example.org"}}
		if a := h.post(own, contest); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "No está &lt;u&gt;") {
			t.Errorf("a contest without a source: %d", a.StatusCode)
		}
		contest.Set("source", "https://example.org/not-in-force")
		if a := h.post(own, contest); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("a contest: %d", a.StatusCode)
		}
		if a := h.get(cell); strings.Contains(a.body, "en vigor") {
			t.Error("a contest is public before anybody looked")
		}
		waiting, err := h.db.Contests(t.Context(), l.ID)
		h.must(err)
		if a := h.at(c, "GET", recordDesk, nil); !strings.Contains(a.body, "No está &lt;u&gt;") {
			t.Error("the desk does not show the contest")
		}
		if a := h.at(c, "GET", "/desk/", nil); !strings.Contains(a.body, "registro: 1 en camino") {
			t.Error("the desk's first page does not say that something waits")
		}
		for _, want := range []int{http.StatusSeeOther, http.StatusUnprocessableEntity} {
			if a := h.at(c, "POST", recordDesk, url.Values{"act": {"confirm"}, "contest": {waiting[0].ID}}); a.StatusCode != want {
				t.Errorf("confirm a contest: %d", a.StatusCode)
			}
		}
		h.settle()
		a = h.get(cell)
		if !strings.Contains(a.body, "No está &lt;u&gt;en vigor") || !strings.Contains(a.body, "https://example.org/not-in-force") || strings.Contains(a.body, "contests this") || h.matrix("")["ury first-ask"][4] != "complete" {
			t.Error("the contest is not beside what it contests, or changed it")
		}
		for _, path := range []string{".csv", ""} {
			a := h.get("/api/v1/letters/" + printedLetter + "/record" + path)
			if !strings.Contains(a.body, "not-in-force") || !strings.Contains(a.body, "reglamento") {
				t.Errorf("%s says nothing of reply and contest: %d %s", path, a.StatusCode, a.body)
			}
		}
		a = h.at(c, "GET", recordDesk+"/edit?item="+url.QueryEscape(record[0].ID), nil)
		h.expect(a, http.StatusOK, deskPage)
		form = formOf(a, "verdict")
		form.Set("verdict", "evidenced/limited")
		if a := h.at(c, "POST", recordDesk+"/edit", form); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("a correction without a reason: %d", a.StatusCode)
		}
		form.Set("reason", "El reglamento falta.")
		path, ref = h.enterDraft(c, form)
		act(c, "show", ref, http.StatusSeeOther)
		ref = h.refOf(c, path)
		h.clock.advance(followup.PreviewWithin)
		act(h.enters(second), "publish", ref, http.StatusSeeOther)
		h.settle()
		a = h.get(cell)
		for _, want := range []string{"El reglamento falta.", "No está &lt;u&gt;en vigor"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the corrected cell lacks %q", want)
			}
		}
		if strings.Contains(a.body, "Falta el &lt;i&gt;") || h.matrix("")["ury first-ask"][4] != "limited" || h.matrix("?known=2026-05-20")["ury first-ask"][4] != "complete" {
			t.Error("the correction speaks with the reply to what it corrects, or the past is another")
		}
	})
}

func TestWhoIsAloneMayPublishAndThePageSaysSo(t *testing.T) {
	h := onSQLite(t)
	p, c := h.staff("only@example.org", account.Coordinator)
	path, ref := h.enterDraft(c, verdictForm())
	for _, act := range []string{"show", "back", "show"} {
		if a := h.at(c, "POST", recordDesk, url.Values{"act": {act}, "draft": {ref}}); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %d", act, a.StatusCode)
		}
		ref = h.refOf(c, path)
	}
	h.clock.advance(followup.PreviewWithin)
	c = h.enters(p)
	if a := h.at(c, "POST", recordDesk, url.Values{"act": {"publish"}, "draft": {ref}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("publish: %d\n%s", a.StatusCode, a.body)
	}
	h.settle()
	cell := followUpPath + "/ury/first-ask"
	if a := h.get(cell); !strings.Contains(a.body, "Ninguna segunda persona") {
		t.Error("the page does not say that nobody else confirmed it")
	}

	// What is taken down leaves a stub, and the draft said what it is.
	l, err := h.db.LetterBySlug(t.Context(), printedLetter)
	h.must(err)
	record, err := h.db.RecordOf(t.Context(), l.ID)
	h.must(err)
	down := url.Values{"item": {record[0].ID}, "take_down": {"1"}, "summary_es": {"otra cosa"}}
	if a := h.at(c, "POST", recordDesk+"/edit", down); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "otra cosa") {
		t.Errorf("taken down without a reason: %d", a.StatusCode)
	}
	down.Set("reason", "Lo ordenó un tribunal.")
	path, ref = h.enterDraft(c, down)
	if a := h.at(c, "GET", path, nil); !strings.Contains(a.body, "Evaluado: completo") || !strings.Contains(a.body, "Lo ordenó un tribunal.") {
		t.Error("the draft does not say what it takes down")
	}
	h.at(c, "POST", recordDesk, url.Values{"act": {"show"}, "draft": {ref}})
	if a := h.at(c, "POST", recordDesk, url.Values{"act": {"publish"}, "draft": {h.refOf(c, path)}}); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("take down: %d\n%s", a.StatusCode, a.body)
	}
	h.settle()
	if a := h.get(cell); strings.Contains(a.body, "Derógase") || !strings.Contains(a.body, "Lo ordenó un tribunal.") || h.matrix("")["ury first-ask"][4] != "not yet assessed" {
		t.Error("what was taken down is still told, or leaves no stub")
	}
}

// A table becomes drafts, and nothing else: no import makes anything public.
func TestImportAtTheDeskMakesDrafts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.withRecord()
		_, c := h.staff("coordinator@example.org", account.Coordinator)
		csv := h.at(c, "GET", recordDesk+".csv", nil).body
		a := h.bring(c, recordDesk+"/import", "record.csv", csv, url.Values{})
		if a.StatusCode != http.StatusSeeOther {
			t.Fatalf("the export: %d\n%s", a.StatusCode, a.body)
		}
		if a := h.at(c, "GET", a.Header.Get("Location"), nil); !strings.Contains(a.body, "0 nuevas, 0 correcciones, 5 sin cambios, 0 con errores") {
			t.Error("what was exported is not what is on record")
		}
		rows := "kind,addressee,asks,date,track,value,rubric,source_url,source_grade,source_confidence,action,direction,title_es\n" +
			"assessment,ury,first-ask,2020,evidenced,reversed,1,https://example.org/1,official,seen,,,\n" +
			"assessment,ury,first-ask,2020,evidenced,reversed,1,,,,,,\n" +
			"assessment,ury,first-ask,2020,evidenced,reversed,,https://example.org/1,official,seen,,,\n" +
			"action,bra,second-ask,2021,,,,https://example.org/2,press,seen,law,toward,Una ley nueva\n" +
			"action,fra,second-ask,2021,,,,https://example.org/2,press,seen,law,toward,Otra\n"
		a = h.bring(c, recordDesk+"/import", "rows.csv", rows, url.Values{})
		look := a.Header.Get("Location")
		a = h.at(c, "GET", look, nil)
		h.expect(a, http.StatusOK, deskPage)
		if !strings.Contains(a.body, "2 nuevas, 0 correcciones, 0 sin cambios, 3 con errores") {
			t.Errorf("the verdicts: %s", a.body[strings.Index(a.body, "<main"):])
		}
		l, err := h.db.LetterBySlug(t.Context(), printedLetter)
		h.must(err)
		if list, err := h.db.Drafts(t.Context(), l.ID, ""); err != nil || len(list) != 0 {
			t.Errorf("a look keeps drafts: %v %v", list, err)
		}
		if a := h.at(c, "POST", look, nil); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("keep: %d", a.StatusCode)
		}
		h.settle()
		if row := h.matrix("")["ury first-ask"]; row[4] != "limited" {
			t.Errorf("an import is public: %v", row)
		}
		list, err := h.db.Drafts(t.Context(), l.ID, "")
		if err != nil || len(list) != 2 {
			t.Fatalf("%d drafts, %v", len(list), err)
		}
		for query, want := range map[string]bool{"": true, "?state=written&kind=action&addressee=bra": true, "?state=shown": false, "?state=public": false, "?addressee=ury": false, "?ask=second-ask&from=x": true} {
			a := h.at(c, "GET", recordDesk+query, nil)
			h.expect(a, http.StatusOK, deskPage)
			if strings.Contains(a.body, "Una ley nueva") != want {
				t.Errorf("%q lists it: %v", query, !want)
			}
		}
		for _, content := range []string{"", "a,b\n1,2\n", "PK\x03\x04broken"} {
			a := h.bring(c, recordDesk+"/import", "x.csv", content, url.Values{})
			h.expect(a, http.StatusUnprocessableEntity, deskPage)
		}
		for _, path := range []string{recordDesk + "/drafts/none", recordDesk + "/edit?draft=none", recordDesk + "/edit?item=none", recordDesk + "/edit?kind=answer", recordDesk + "/copies/none", recordDesk + "/import/none"} {
			if a := h.at(c, "GET", path, nil); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d", path, a.StatusCode)
			}
		}
		for _, form := range []url.Values{{"act": {"publish"}}, {"act": {"show"}, "draft": {"none:1"}}, {"act": {"confirm"}, "contest": {"none"}}} {
			if a := h.at(c, "POST", recordDesk, form); a.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("%v: %d", form, a.StatusCode)
			}
		}
	})
}
