package web

import (
	"image/png"
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Each way to see an indicator has a page, a drawing and a picture for
// messengers, which is the one that the page names; one kind of page may be framed.
func TestViewsOfIndicators(t *testing.T) {
	h := onSQLite(t)
	h.withEvidence()
	const base = "/es/indicators/homicide-rate"
	for view, want := range map[string][]string{
		"line": {"la carta, noviembre de 2013"}, "bars": {"La última cifra de cada país entre", "Dominica"}, "multiples": {"Uruguay"},
		"map": {"El Caribe, ampliado", "Antigua y Barbuda"}, "table": {"<table"}, "nonsense": {"la carta, noviembre de 2013"},
	} {
		query := "?view=" + view
		a := h.get(base + query)
		h.expect(a, http.StatusOK, publicPage)
		for _, w := range want {
			if !strings.Contains(a.body, w) {
				t.Errorf("%s lacks %q", view, w)
			}
		}
		charts := nodes(a.doc, func(n *html.Node) bool { return attr(n, "role") == "img" && attr(n, "aria-label") != "" })
		if (len(charts) == 2) == (view == "table") {
			t.Errorf("%s: %d drawings", view, len(charts))
		}
		if a := h.get(base + ".svg" + query); a.StatusCode != http.StatusOK {
			t.Errorf("%s as SVG: %d", view, a.StatusCode)
		}
		if view == "nonsense" {
			query = ""
		}
		if view != "line" && !strings.Contains(a.body, `property="og:image" content="`) {
			t.Errorf("%s names no picture", view)
		}
		picture, err := png.DecodeConfig(strings.NewReader(h.get(base + ".png" + query).body))
		if err != nil || picture.Width != 1200 || picture.Height != 630 {
			t.Errorf("%s as PNG: %v, %d by %d", view, err, picture.Width, picture.Height)
		}
		if frame := h.get(base + ".embed" + query); frame.StatusCode != http.StatusOK || !strings.Contains(frame.Header.Get("Content-Security-Policy"), "frame-ancestors *") {
			t.Errorf("%s in a frame: %d, %s", view, frame.StatusCode, frame.Header.Get("Content-Security-Policy"))
		}
	}
	for _, path := range []string{base, base + ".embed?to=1801"} {
		if got := h.get(path).Header.Get("Content-Security-Policy"); strings.Contains(got, "frame-ancestors *") {
			t.Errorf("%s may be framed: %s", path, got)
		}
	}
	if places := h.get(base + "?view=bars&places=DMA,KNA,GRD"); strings.Contains(places.body, "Honduras, 2") {
		t.Error("a country that was not chosen stands in the ranking")
	}
}
