package web

import (
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func (h *house) figures(path string) [][]string {
	h.t.Helper()
	a := h.get(path)
	rows, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
	h.must(err)
	if got := strings.Join(rows[0], ","); got != "place,period,value,unit,source" {
		h.t.Errorf("%s: the columns are %s", path, got)
	}
	return rows[1:]
}

// What the pages and files show are the figures that were published, each with
// its source one step away.
func TestIndicatorsShowTheirFiguresAndSources(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.withEvidence()
		h.expect(h.get("/es/indicators"), http.StatusOK, publicPage)
		if a := h.get("/es/indicators"); !strings.Contains(a.body, "Tasa de homicidios") || !strings.Contains(a.body, "/es/penalties") {
			t.Errorf("the list:\n%s", a.body)
		}
		const rate = "/es/indicators/homicide-rate"
		a := h.get(rate + "?places=HND,SLV&from=2005&to=2015&source=unodc-gsh-2019")
		h.expect(a, http.StatusOK, publicPage)
		for _, want := range []string{"85,1", "105,4", "la carta, noviembre de 2013", "Honduras", "procesado por Pliego"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the page lacks %q", want)
			}
		}
		if strings.Contains(a.body, "83,2") {
			t.Error("figures of another source stand in the same chart")
		}
		figures := 0
		for _, n := range nodes(a.doc, tagged("td")) {
			if links := nodes(n, tagged("a")); len(links) == 1 {
				figures++
				if figures == 1 || strings.Contains(textOf(n), "85,1") {
					if got := h.get(strings.SplitN(attr(links[0], "href"), "#", 2)[0]); got.StatusCode != http.StatusOK || !strings.Contains(got.body, `id="source-unodc-gsh-2019"`) {
						t.Errorf("%s leads to %d", attr(links[0], "href"), got.StatusCode)
					}
				}
			}
		}
		if figures != 22 {
			t.Errorf("%d figures in the table", figures)
		}
		a = h.get("/es/indicators/homicide-rate/HND/2011")
		h.expect(a, http.StatusOK, publicPage)
		if !strings.Contains(a.body, "85,1") || !strings.Contains(a.body, "83,2") {
			t.Error("the page of a figure does not show what each source says")
		}
		h.expect(h.get(rate), http.StatusOK, publicPage)
		h.expect(h.get(rate+"?places=ATG&from=1800&to=1801"), http.StatusOK, publicPage)
		h.expect(h.get(rate+"?places=HND&places=SLV&places=MEX&places=COL&places=CRI&places=GTM&places=BLZ&places=BRA&places=ARG"), http.StatusOK, publicPage)
		h.expect(h.get(rate+"?places=<script>&from=x&to=99999&source=nonsense"), http.StatusOK, publicPage)
		for _, path := range []string{"/es/indicators/none", "/es/indicators/none.csv", "/es/indicators/homicide-rate/XXX/2011", "/es/indicators/homicide-rate/HND/1800", "/es/indicators/homicide-rate/HND/x", rate + ".svg?places=HND&to=1801", rate + ".png?to=1801", rate + ".embed?to=1801"} {
			if a := h.get(path); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d", path, a.StatusCode)
			}
		}

		rows := h.figures(rate + ".csv?places=HND&from=2011&to=2011")
		var sources []string
		for _, row := range rows {
			if row[0] != "HND" || row[1] != "2011" || row[3] != "per-100k" {
				t.Errorf("%v", row)
			}
			sources = append(sources, row[4]+" "+row[2][:4])
		}
		if got := strings.Join(sources, ", "); !strings.Contains(got, "unodc-gsh-2019 85.") || !strings.Contains(got, " 83.") {
			t.Errorf("without a source: %s", got)
		}
		if rows := h.figures(rate + ".csv?places=HND&from=2011&to=2011&source=unodc-gsh-2019"); len(rows) != 1 {
			t.Errorf("with a source: %v", rows)
		}
		if rows := h.figures("/es/indicators/homicide-count.csv?places=MEX&from=2010&to=2010"); !strings.Contains(strings.Join(flat(rows), " "), "25757") {
			t.Errorf("Mexico in 2010: %v", rows)
		}
		if rows := h.figures(rate + ".csv"); len(rows) < 1000 {
			t.Errorf("%d rows of everything", len(rows))
		}
	})
}

func flat(rows [][]string) (out []string) {
	for _, row := range rows {
		out = append(out, row...)
	}
	return out
}

func TestChartsOfEveryIndicatorAreWellFormed(t *testing.T) {
	h := onSQLite(t)
	h.withEvidence()
	list, err := h.db.Indicators(t.Context())
	h.must(err)
	drawnCharts := 0
	for _, i := range list {
		for _, lang := range []string{"es", "fr"} {
			a := h.get("/" + lang + "/indicators/" + i.Key)
			h.expect(a, http.StatusOK, publicPage)
			charts := nodes(a.doc, func(n *html.Node) bool { return attr(n, "role") == "img" })
			if len(charts) == 0 {
				continue
			}
			file := h.get("/" + lang + "/indicators/" + i.Key + ".svg")
			if file.StatusCode != http.StatusOK || file.Header.Get("Content-Type") != "image/svg+xml" {
				t.Errorf("%s as a file: %d, %s", i.Key, file.StatusCode, file.Header.Get("Content-Type"))
			}
			for d := xml.NewDecoder(strings.NewReader(file.body)); ; {
				if _, err := d.Token(); errors.Is(err, io.EOF) {
					break
				} else if err != nil {
					t.Fatalf("%s: %v", i.Key, err)
				}
			}
			drawnCharts++
		}
	}
	if drawnCharts < 12 {
		t.Errorf("%d charts", drawnCharts)
	}
}

func TestPlacesShowRecordAndEvidence(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.withEvidence()
		h.withRecord()
		h.expect(h.get("/es/places"), http.StatusOK, publicPage)
		a := h.get("/es/places/URY")
		h.expect(a, http.StatusOK, publicPage)
		for _, want := range []string{"Uruguay", "limitado", "Tasa de homicidios", "Mediana de ", "/es/letters/" + printedLetter + "/follow-up/ury/first-ask", "/es/penalties?country=URY"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("Uruguay's page lacks %q", want)
			}
		}
		for _, code := range []string{"DMA", "KNA", "MEX-08"} { // few figures, or of a part of a country
			h.expect(h.get("/fr/places/"+code), http.StatusOK, publicPage)
		}
		for _, code := range []string{"XXX", "ZWE", "ury"} {
			if a := h.get("/es/places/" + code); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s: %d", code, a.StatusCode)
			}
		}
	})
}

// Every figure of the claims leads, in one step, to a page that holds it with its
// source.
func TestFiguresOfClaimsLeadToTheirObservations(t *testing.T) {
	h := onSQLite(t)
	h.withEvidence()
	followed := map[string]bool{}
	for _, n := range nodes(h.get("/en/letters/"+printedLetter+"/claims").doc, tagged("a")) {
		href, fragment, _ := strings.Cut(attr(n, "href"), "#")
		if !strings.HasPrefix(href, "/en/indicators/") || followed[href+fragment] {
			continue
		}
		followed[href+fragment] = true
		a := h.get(href)
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, `id="`+fragment+`"`) {
			t.Errorf("%q leads to %s#%s: %d", textOf(n), href, fragment, a.StatusCode)
		}
	}
	if len(followed) < 30 {
		t.Errorf("%d figures were followed", len(followed))
	}
}
