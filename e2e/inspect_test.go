package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
)

// views are how each page is looked at.
var views = []view{{360, false}, {360, true}, {1280, false}, {1280, true}}

// shotsFolder names the environment variable of the folder into which every page
// is drawn as a PNG; without it none is.
const shotsFolder = "PLIEGO_SHOTS"

// inspect opens a page and looks at it in every view: axe finds nothing, nothing
// is wider than the screen, and it bears text of twice the size.
func inspect(t *testing.T, s *site, browser context.Context, k kindOfPage, lang string) {
	b := newTab(t, browser, s, views[0], true)
	k.open(b, lang)
	if got := ask[string](b, `document.documentElement.lang`); got != lang {
		t.Errorf("the page is in %q", got)
	}
	ask[any](b, axeSource(t))
	for _, v := range views {
		b.look(v)
		for _, violation := range b.axe(v) {
			t.Errorf("%v: %s", v, violation)
		}
		if over := ask[int](b, call("tooWide")); over > 0 {
			t.Errorf("%v: the page is %d pixels wider than the screen", v, over)
		}
		b.shoot(fmt.Sprintf("%s-%s-%v", k.name, lang, v))
	}
	b.look(view{width: narrowest})
	if over := ask[int](b, call("tooWide")); over > 0 {
		t.Errorf("the page is %d pixels wider than a screen of %d", over, narrowest)
	}
	b.look(view{width: 1280})
	before := b.textSize()
	b.zoomText(2)
	if after := b.textSize(); after < 1.9*before {
		t.Errorf("a reader who doubles the size of text gets %v pixels instead of %v", after, before)
	}
	if over := ask[int](b, call("tooWide")); over > 0 {
		t.Errorf("with text of twice the size the page is %d pixels wider than the screen", over)
	}
	b.shoot(fmt.Sprintf("%s-%s-1280-text200", k.name, lang))
}

// narrowest is the width at which WCAG 2.2 asks for text that reflows (1.4.10).
const narrowest = 320

// zoomText sets the reader's own size of text, as in the browser's settings.
func (b *tab) zoomText(times int64) {
	b.t.Helper()
	must(b, page.SetFontSizes, page.SetFontSizesParams{FontSizes: &page.FontSizes{Standard: 16 * times, Fixed: 13 * times}})
}

// textSize is the size of the page's text, in pixels.
func (b *tab) textSize() float64 {
	b.t.Helper()
	return ask[float64](b, `parseFloat(getComputedStyle(document.querySelector('main')).fontSize)`)
}

var axeSource = func() func(t *testing.T) string {
	read := sync.OnceValues(func() ([]byte, error) {
		return os.ReadFile(filepath.Join("node_modules", "axe-core", "axe.min.js"))
	})
	return func(t *testing.T) string {
		t.Helper()
		source, err := read()
		if err != nil {
			t.Fatalf("axe-core is not there: %v; e2e/prepare.sh installs it", err)
		}
		return string(source) + "; null"
	}
}()

// What axe-core tries: all rules, and in the dark, where only colours differ,
// those about colours.
const (
	allRules    = `{type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}`
	colourRules = `{type: 'rule', values: ['color-contrast', 'link-in-text-block']}`
)

// axe asks axe-core about the page, and returns what breaks a rule.
func (b *tab) axe(v view) []string {
	b.t.Helper()
	rules, least := allRules, 10
	if v.dark {
		rules, least = colourRules, 1
	}
	found := ask[string](b, `axe.run(document, {
		runOnly: `+rules+`,
		resultTypes: ['violations'],
	}).then(r => JSON.stringify({rules: r.passes.length, violations: r.violations.map(v => v.id + ' (' + v.impact + '): ' + v.help + '\n' +
		v.nodes.slice(0, 5).map(n => '  ' + n.html.slice(0, 200) + '\n    ' + n.failureSummary.replace(/\n/g, '\n    ')).join('\n'))}))`)
	var result struct {
		Rules      int
		Violations []string
	}
	if err := json.Unmarshal([]byte(found), &result); err != nil {
		b.t.Fatalf("axe said %s: %v", found, err)
	}
	if result.Rules < least {
		b.t.Errorf("%v: only %d of axe's rules found something to try", v, result.Rules)
	}
	return result.Violations
}

// shoot draws the whole page as a PNG, if wanted.
func (b *tab) shoot(name string) {
	b.t.Helper()
	folder := os.Getenv(shotsFolder)
	if folder == "" {
		return
	}
	size := must(b, page.GetLayoutMetrics, cdp.Empty{}).CSSContentSize
	shot := must(b, page.CaptureScreenshot, page.CaptureScreenshotParams{
		CaptureBeyondViewport: new(true), Clip: &page.Viewport{Width: size.Width, Height: min(size.Height, 6000), Scale: 1},
	})
	file := filepath.Join(folder, strings.ReplaceAll(name, "/", "-")+".png")
	if err := os.WriteFile(file, shot.Data, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
