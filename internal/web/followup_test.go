package web

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"pliego/internal/followup"
)

// withRecord records some acts of the two governments of the printed letter, and
// what was made of them.
func (h *house) withRecord() {
	h.t.Helper()
	source := func(publisher string, g followup.Grade, c followup.Confidence) []followup.Citation {
		return []followup.Citation{{URL: "https://" + publisher + ".example.org/page", Publisher: publisher, Grade: g, Confidence: c, Quote: "so it says"}}
	}
	act := func(id, addressee, date string, d followup.Direction, c []followup.Citation) *followup.Item {
		return &followup.Item{ID: id, Kind: followup.Action, Addressee: addressee, Asks: []string{"first-ask"}, Date: followup.Date(date), Action: followup.Law, Direction: d,
			Title: followup.Words{"en": "Act " + id, "es": "Acto " + id}, Summary: followup.Words{"en": "What was done, <b>in short</b>."}, Citations: c, RecordedBy: "pack:example"}
	}
	verdict := &followup.Item{ID: "v1", Kind: followup.Assessment, Addressee: "ury", Asks: []string{"first-ask"}, Date: "2014-05-06", Track: followup.TrackEvidenced,
		Value: followup.Limited, Rubric: 1, Citations: source("gazette", followup.Official, followup.Seen), RecordedBy: "somebody"}
	inferred := act("a3", "ury", "2017", followup.Toward, source("paper", followup.Press, followup.Seen))
	inferred.Inferred = true
	l, err := h.db.LetterBySlug(h.t.Context(), printedLetter)
	h.must(err)
	h.must(h.db.AppendRecord(h.t.Context(), l.ID, l.Slug, []*followup.Item{
		act("a1", "ury", "2014-05-06", followup.Toward, source("gazette", followup.Official, followup.Seen)),
		act("a2", "ury", "2018-03", followup.Against, source("paper", followup.Press, followup.Seen)), inferred,
		act("a4", "bra", "2015", followup.Toward, []followup.Citation{{Publisher: "somebody", Grade: followup.Press, Confidence: followup.Memory}}), verdict,
	}, h.clock.Now()))
	h.must(h.site.Refresh(h.t.Context()))
}

const followUpPath = "/es/letters/" + printedLetter + "/follow-up"

func (h *house) matrix(query string) map[string][]string {
	h.t.Helper()
	a := h.get(followUpPath + ".csv" + query)
	rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
	h.must(err)
	if got := strings.Join(rows[0][:7], ","); got != "addressee,ask,answer,claimed,evidenced,schedule,outcome" {
		h.t.Errorf("the columns are %s", got)
	}
	cells := map[string][]string{}
	for _, row := range rows[1:] {
		cells[row[0]+" "+row[1]] = row
	}
	return cells
}

func TestFollowUpBeforeAnythingIsRecorded(t *testing.T) {
	h := onSQLite(t)
	a := h.get(followUpPath)
	h.expect(a, http.StatusOK, publicPage)
	if !strings.Contains(a.body, "no se ha registrado nada") {
		t.Error("the page does not say that nothing was recorded")
	}
	for cell, row := range h.matrix("") {
		if got := strings.Join(row[2:7], ","); got != "not recorded,nothing recorded,not yet assessed,no date,no data" {
			t.Errorf("%s: %s", cell, got)
		}
	}
}

func TestFollowUpOnEachDay(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.withRecord()
		for query, want := range map[string]string{
			"?on=2014-05-05": "not yet assessed 0 0 0", "?on=2014-05-06": "limited 1 0 0", "?on=2017-12-31": "limited 1 0 1",
			"?on=2018-03-30": "limited 1 0 1", "?on=2018-03-31": "limited 1 1 1", "": "limited 1 1 1", "?known=2013-12-31": "not yet assessed 0 0 0",
		} {
			row := h.matrix(query)["ury first-ask"]
			if got := strings.Join([]string{row[4], row[7], row[8], row[10]}, " "); got != want {
				t.Errorf("%s: %s, want %s", query, got, want)
			}
		}
		if row := h.matrix("")["bra first-ask"]; row[4] != "not yet assessed" || row[7] != "0" || row[10] != "1" {
			t.Errorf("what is remembered counts: %v", row)
		}
		for _, query := range []string{"", "?on=2018-03-31&sort=newest&show=moved", "?show=reversed", "?sort=nonsense&show=nonsense"} {
			h.expect(h.get(followUpPath+query), http.StatusOK, publicPage)
		}
		if a := h.get(followUpPath + "?on=31.3.2018"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "31.3.2018") {
			t.Errorf("a bad date: %d", a.StatusCode)
		}
		if a := h.get(followUpPath + ".csv?on=nonsense"); a.StatusCode != http.StatusBadRequest {
			t.Errorf("a bad date of a file: %d", a.StatusCode)
		}
		var got struct {
			Letter string      `json:"letter"`
			Cells  []matrixRow `json:"cells"`
		}
		h.must(json.Unmarshal([]byte(h.get(followUpPath+".json").body), &got))
		if got.Letter != printedLetter || len(got.Cells) != 4 || got.Cells[0].URL == "" {
			t.Errorf("%+v", got)
		}
	})
}

func TestCellTellsItsStoryWithSources(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.withRecord()
		a := h.get(followUpPath + "/ury/first-ask")
		h.expect(a, http.StatusOK, publicPage)
		for _, want := range []string{"Acto a1", "https://gazette.example.org/page", "texto oficial", "so it says", "&lt;b&gt;in short", "marzo de 2018",
			"no cuenta para ningún juicio", "La fecha es inferida", "Ninguna segunda persona"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the story lacks %q", want)
			}
		}
		if strings.Index(a.body, "Acto a2") > strings.Index(a.body, "Acto a1") {
			t.Error("the newest does not come first")
		}
		if a := h.get(followUpPath + "/bra/second-ask"); !strings.Contains(a.body, "Aquí no consta nada") {
			t.Errorf("an empty cell:\n%s", a.body)
		}
		for _, path := range []string{"/none/first-ask", "/ury/none"} {
			if a := h.get(followUpPath + path); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d", path, a.StatusCode)
			}
		}
		h.expect(h.get("/es/rubric"), http.StatusOK, publicPage)
		for _, path := range []string{"/addressees/ury", "/asks/first-ask"} {
			if a := h.get("/es/letters/" + printedLetter + path); !strings.Contains(a.body, "1 acto a favor, 1 acto en contra") || !strings.Contains(a.body, "limitado") {
				t.Errorf("%s does not say where it stands", path)
			}
		}

		// A correction shows what it corrects; what is taken down leaves a stub, on
		// every day.
		l, err := h.db.LetterBySlug(t.Context(), printedLetter)
		h.must(err)
		before := h.clock.Now()
		h.clock.advance(48 * time.Hour)
		record, err := h.db.RecordOf(t.Context(), l.ID)
		h.must(err)
		for _, i := range record {
			next := *i
			next.Version++
			switch i.ID {
			case "a1":
				next.Title, next.Reason = followup.Words{"es": "Acto mejor leído"}, "El título estaba equivocado."
			case "a2":
				next = followup.Item{ID: "a2", Version: 2, Kind: followup.Action, Addressee: "ury", Reason: "La fuente se retractó.", TakenDown: true}
			default:
				continue
			}
			h.must(h.db.AppendRecord(t.Context(), l.ID, l.Slug, []*followup.Item{&next}, h.clock.Now()))
		}
		h.must(h.site.Refresh(t.Context()))
		a = h.get(followUpPath + "/ury/first-ask")
		if !strings.Contains(a.body, "Acto mejor leído") || !strings.Contains(a.body, "El título estaba equivocado.") || !strings.Contains(a.body, "La fuente se retractó.") || strings.Contains(a.body, "Acto a2") {
			t.Errorf("after correction and removal:\n%s", a.body)
		}
		a = h.get(followUpPath + "/ury/first-ask?known=" + before.UTC().Format(time.DateOnly))
		if !strings.Contains(a.body, "Acto a1") || strings.Contains(a.body, "Acto mejor leído") || strings.Contains(a.body, "Acto a2") {
			t.Errorf("as known before:\n%s", a.body)
		}
	})
}
