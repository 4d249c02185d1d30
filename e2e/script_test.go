package e2e

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
)

// pointAtChart points at the year 2010 of a chart: with script, the values of
// that year show, of every line, and go when the pointer leaves.
func pointAtChart(t *testing.T, s *site, browser context.Context) {
	b := newTab(t, browser, s, view{width: 1280}, true)
	b.open("/es/indicators/homicide-rate?places=MEX,URY")
	type spot struct{ X, Y float64 }
	at := ask[spot](b, `(() => {
		const years = [...document.querySelectorAll("svg.chart .axis")].filter((n) => n.textContent === "2010" && n.getBoundingClientRect().width > 0);
		years[0].scrollIntoView({block: "center"});
		const box = years[0].getBoundingClientRect();
		return {X: box.left + box.width / 2, Y: box.top - 60};
	})()`)
	point := func(x, y float64) {
		must(b, input.DispatchMouseEvent, input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved, X: x, Y: y})
	}
	point(at.X, at.Y)
	said := ask[string](b, `document.querySelector(".tip:not([hidden])")?.innerText ?? ""`)
	for _, want := range []string{"México, 2010: 22,7", "Uruguay, 2010: 6,2"} {
		if !strings.Contains(said, want) {
			t.Errorf("the pointer on 2010 shows %q, without %q", said, want)
		}
	}
	point(2, at.Y)
	if said := ask[string](b, `document.querySelector(".tip:not([hidden])")?.innerText ?? ""`); said != "" {
		t.Errorf("off the chart %q still shows", said)
	}
}

// slideYears moves the slider of the matrix: it then shows the record as of the
// year, and the address says so.
func slideYears(t *testing.T, s *site, browser context.Context) {
	b := newTab(t, browser, s, view{width: 360}, true)
	b.open("/es/letters/mispa-iv-2013/follow-up")
	const state = `document.querySelector("nav.years + .note")?.innerText + " " + location.search + " " + document.querySelectorAll(".matrix section").length`
	before := ask[string](b, `document.querySelector(".matrix").innerText`)
	got := ask[string](b, `(async () => {
		const slider = document.querySelector(".years-slider");
		slider.value = [...document.querySelectorAll("nav.years a")].findIndex((a) => a.textContent === "2014");
		slider.dispatchEvent(new Event("input"));
		for (let n = 0; n < 100 && !location.search; n++) await new Promise((done) => setTimeout(done, 50));
		return `+state+`;
	})()`)
	if !strings.Contains(got, "31 de diciembre de 2014") || !strings.Contains(got, "?on=2014-12-31 34") {
		t.Errorf("after sliding to 2014: %s", got)
	}
	if after := ask[string](b, `document.querySelector(".matrix").innerText`); after == before {
		t.Error("the matrix of 2014 is that of today")
	}
}
