package e2e

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

//go:embed hands.js
var hands string

// call is a call of a function of hands.js.
func call(function string, args ...any) string {
	list := make([]string, len(args))
	for i, a := range args {
		b, err := json.Marshal(a)
		if err != nil {
			panic(fmt.Sprintf("%v is no JSON: %v", a, err))
		}
		list[i] = string(b)
	}
	return strings.TrimSpace(hands) + "." + function + "(" + strings.Join(list, ",") + ")"
}

// press clicks with the mouse what a reader sees: a "link", "button", "fold" or
// "field" by its words.
func (b *tab) press(kind, text string) {
	b.t.Helper()
	at := ask[struct {
		X, Y float64
		Why  string
	}](b, call("place", kind, text))
	if at.Why != "" {
		b.t.Fatalf("the %s %q %s on the page:\n%s", kind, text, at.Why, b.text())
	}
	for _, what := range []input.DispatchMouseEventType{input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased} {
		must(b, input.DispatchMouseEvent, input.DispatchMouseEventParams{
			Type: what, X: at.X, Y: at.Y, Button: input.MouseButtonLeft, ClickCount: 1,
		})
	}
}

// follow clicks a link and waits for its page.
func (b *tab) follow(text string) {
	b.t.Helper()
	b.leads("the link "+text, func() { b.press("link", text) })
}

// submit presses a button and waits for the answer.
func (b *tab) submit(text string) {
	b.t.Helper()
	b.leads("the button "+text, func() { b.press("button", text) })
}

// fill types into a field in the place of what is there.
func (b *tab) fill(label, value string) {
	b.t.Helper()
	b.press("field", label)
	if !ask[bool](b, call("focused", label)) {
		b.t.Fatalf("a click into the field %q does not reach it", label)
	}
	ask[any](b, call("select", label))
	if value == "" {
		if err := chromedp.Do(b.ctx, chromedp.KeyEvent(kb.Delete)); err != nil {
			b.t.Fatalf("press the delete key: %v", err)
		}
	} else {
		must(b, input.InsertText, input.InsertTextParams{Text: value})
	}
	b.holds(label, value)
}

// choose takes an option of a list by its words.
func (b *tab) choose(label, option string) {
	b.t.Helper()
	if !ask[bool](b, call("choose", label, option)) {
		b.t.Fatalf("the list %q does not offer %q", label, option)
	}
}

// holds checks what is in a field: text, an option's words, or "true" where it
// is ticked.
func (b *tab) holds(label, want string) {
	b.t.Helper()
	if got := ask[*string](b, call("value", label)); got == nil {
		b.t.Errorf("there is no field %q", label)
	} else if *got != want {
		b.t.Errorf("the field %q holds %q, not %q", label, *got, want)
	}
}

// text is what a reader reads on the page.
func (b *tab) text() string {
	b.t.Helper()
	return ask[string](b, call("text"))
}

// sees checks that words are on the page.
func (b *tab) sees(words ...string) {
	b.t.Helper()
	text := b.text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			b.t.Errorf("the page does not say %q:\n%s", w, text)
		}
	}
}

// misses checks that words are not on the page.
func (b *tab) misses(words ...string) {
	b.t.Helper()
	text := b.text()
	for _, w := range words {
		if strings.Contains(text, w) {
			b.t.Errorf("the page says %q:\n%s", w, text)
		}
	}
}

// heading is the page's first heading.
func (b *tab) heading() string {
	b.t.Helper()
	return ask[string](b, call("heading"))
}

// why checks what is said to be wrong, beside a field that is marked so.
func (b *tab) why(label, want string) {
	b.t.Helper()
	if got := ask[string](b, call("why", label)); !strings.Contains(got, want) {
		b.t.Errorf("beside the field %q stands %q, not %q", label, got, want)
	}
}

// titled checks the page's first heading.
func (b *tab) titled(want string) {
	b.t.Helper()
	if got := b.heading(); got != want {
		b.t.Fatalf("the page is headed %q, not %q:\n%s", got, want, b.text())
	}
}

// row is what the list shows at a number.
func (b *tab) row(number string) string {
	b.t.Helper()
	return ask[string](b, call("row", number))
}

// reloadUntil loads the page again until a condition holds.
func (b *tab) reloadUntil(what string, holds func() bool) {
	b.t.Helper()
	eventually(b.t, what, func() bool {
		if holds() {
			return true
		}
		b.reload()
		return holds()
	})
}
