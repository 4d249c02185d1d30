package web

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"

	ics "github.com/arran4/golang-ical"

	"pliego/internal/account"
)

// The feed tells what was recorded, of all or of one cell, and marks what nobody
// has verified.
func TestFollowUpFeed(t *testing.T) {
	h := onSQLite(t)
	h.withRecord()
	read := func(query string) (titles []string, all string) {
		a := h.get(followUpPath + ".atom" + query)
		if a.StatusCode != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/atom+xml") {
			t.Fatalf("%d %s", a.StatusCode, a.Header.Get("Content-Type"))
		}
		var f atomFeed
		h.must(xml.Unmarshal([]byte(a.body), &f))
		seen := map[string]bool{}
		for _, e := range f.Entries {
			if seen[e.ID] || !strings.Contains(e.Link.Href, "/letters/"+printedLetter+"/") || e.Updated == "" {
				t.Errorf("%+v", e)
			}
			seen[e.ID] = true
			titles = append(titles, e.Title)
		}
		return titles, a.body
	}
	titles, all := read("")
	if len(titles) != 5 || !strings.Contains(strings.Join(titles, "\n"), "Brasil: Acto a4") {
		t.Errorf("%q", titles)
	}
	if !strings.Contains(all, "No está verificado") && !strings.Contains(all, "Sin verificar") {
		t.Error("what nobody has verified is told like the rest")
	}
	if got, _ := read("?addressee=bra&ask=first-ask"); len(got) != 1 {
		t.Errorf("of one cell: %q", got)
	}
	if got, _ := read("?addressee=nobody"); len(got) != 0 {
		t.Errorf("of nobody: %q", got)
	}
	if a := h.get(strings.Replace(followUpPath, printedLetter, "no-such-letter", 1) + ".atom"); a.StatusCode != http.StatusNotFound {
		t.Errorf("of no letter: %d", a.StatusCode)
	}
}

// The calendar holds what is due, and the pages of governments and meetings show
// the agenda that is theirs.
func TestCalendarAndAgendaElsewhere(t *testing.T) {
	h := onSQLite(t)
	l, err := h.db.LetterBySlug(t.Context(), printedLetter)
	h.must(err)
	_, c := h.staff("coordinator@example.org", account.Coordinator)
	form := url.Values{"act": {"save"}, "ask": {l.Texts[0].Asks[0].Key}, "lang": {"es"}, "text": {"Publicar las cifras cada año"}, "by": {"coalition"}, "state": {"proposed"},
		"since": {"2014-01-01"}, "addressee": {"ury"}, "due": {"2027-02"}}
	if a := h.at(c, "POST", "/desk/letters/"+printedLetter+"/agenda", form); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	h.settle()
	a := h.get("/es/letters/" + printedLetter + "/calendar.ics")
	if a.StatusCode != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/calendar") {
		t.Fatalf("%d %s", a.StatusCode, a.Header.Get("Content-Type"))
	}
	cal, err := ics.ParseCalendar(strings.NewReader(a.body))
	h.must(err)
	found := false
	for _, e := range cal.Events() {
		if strings.Contains(e.GetProperty(ics.ComponentPropertySummary).Value, "Publicar las cifras") {
			start, err := e.GetAllDayStartAt()
			h.must(err)
			found = start.Format("2006-01-02") == "2027-02-28"
		}
	}
	if !found {
		t.Errorf("the last day of February is not in the calendar:\n%s", a.body)
	}
	base := "/es/letters/" + printedLetter + "/addressees/"
	if a := h.get(base + "ury"); !strings.Contains(a.body, "Publicar las cifras") {
		t.Error("the page of the government lacks its piece of the agenda")
	}
	if a := h.get(base + "bra"); strings.Contains(a.body, "Publicar las cifras") {
		t.Error("the page of another government has it")
	}
}
