package pack

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"pliego/internal/letter"
)

// readLetter reads one folder under letters/.
func (r *reader) readLetter(dir, slug string) (Letter, bool) {
	f, ok := r.yamlFile(dir+"/letter.yaml", true)
	if !ok {
		return Letter{}, false
	}
	top := f.fields(f.root, "")
	l := Letter{
		Slug:           slug,
		State:          letter.State(top.checked("state", true, checkState)),
		Date:           top.checked("date", false, checkDay),
		OriginalLang:   top.checked("original_language", true, checkTag),
		Publisher:      top.line("publisher", true),
		Elsewhere:      readElsewhere(top),
		Forum:          top.checked("forum", false, checkKey),
		ConvenersFirst: top.flag("conveners_first"),
		Agenda:         top.flag("agenda"),
		Edition:        top.flag("edition"),
		Texts:          readTexts(top),
	}
	if day := top.checked("deadline", false, checkDay); day != "" {
		start, _ := time.Parse(time.DateOnly, day) // checkDay has parsed it
		l.Deadline = start.AddDate(0, 0, 1).Add(-time.Second)
		if l.Date != "" && day < l.Date {
			f.add(top.at("deadline"), "deadline lies before the letter's date; correct one of them")
		}
	}
	top.done()
	checkLetter(top, l)
	if l.Forum != "" {
		r.after = append(r.after, func(p *Pack) {
			if !r.lostForums && !slices.ContainsFunc(p.Forums, func(f Forum) bool { return f.Key == l.Forum }) {
				f.add(top.at("forum"), "forum %q is not in forums.yaml; add it there or correct the key", l.Forum)
			}
		})
	}
	r.readClaims(dir, &l)
	l.Addressees = r.readAddressees(dir)
	l.Signatories = r.readSignatories(dir, l.Elsewhere != nil)
	l.Actions = r.readActions(dir)
	return l, true
}

func checkState(s string) string {
	if letter.State(s).Known() {
		return ""
	}
	var names []string
	for _, k := range letter.States {
		names = append(names, string(k))
	}
	return checkOneOf(s, names)
}

// checkLetter holds the parts of a letter against each other.
func checkLetter(top *fields, l Letter) {
	f := top.file
	place := func(s letter.State) int { return slices.Index(letter.States, s) }
	if l.Date == "" && l.State.Known() && place(l.State) >= place(letter.Delivered) && top.get("date", false) == nil {
		f.add(top.node, "date is missing; a letter that is %s has one", l.State)
	}
	summary, full := false, false
	for _, t := range l.Texts {
		summary = summary || t.Kind == letter.Summary
		full = full || t.Kind == letter.FullText
	}
	if summary && l.Elsewhere == nil && top.get("published_elsewhere", false) == nil {
		f.add(top.at("texts"), "a summary needs published_elsewhere; say there where the letter itself stands")
	}
	if summary && l.State.Known() && place(l.State) < place(letter.Closed) {
		f.add(top.at("state"), "state is %s, but a summary cannot be signed; use a state from closed on, or give the letter itself (kind: text)", l.State)
	}
	if _, ok := l.Text(l.OriginalLang); !ok && full && l.Elsewhere == nil && l.OriginalLang != "" {
		f.add(top.at("original_language"), "original_language is %s, but texts has no text in it; add the text or correct the language", l.OriginalLang)
	}
}

// readElsewhere reads where the original stands.
func readElsewhere(top *fields) *Elsewhere {
	n := top.get("published_elsewhere", false)
	if n == nil {
		return nil
	}
	x := top.file.fields(n, "published_elsewhere")
	e := &Elsewhere{
		URL:       x.checked("url", true, checkURL),
		Publisher: x.line("publisher", true),
		Lang:      x.checked("language", true, checkTag),
	}
	for i, c := range x.list("copies", false) {
		y := top.file.fields(c, fmt.Sprintf("published_elsewhere.copies[%d]", i+1))
		e.Copies = append(e.Copies, Copy{
			URL:       y.checked("url", true, checkURL),
			Publisher: y.line("publisher", true),
			Lang:      y.checked("language", true, checkTag),
			Date:      y.checked("date", false, checkDay),
		})
		y.done()
	}
	x.done()
	return e
}

// readTexts reads the letter's texts, in the order of Languages.
func readTexts(top *fields) []letter.Text {
	n := top.get("texts", true)
	if n == nil {
		return nil
	}
	x := top.file.fields(n, "texts")
	if len(x.keys) == 0 && n.Kind == yaml.MappingNode {
		top.file.add(n, "texts has no language; give at least one of %s", orList(Languages))
	}
	var texts []letter.Text
	var nodes []*yaml.Node
	for _, lang := range Languages {
		t := x.get(lang, false)
		if t == nil {
			if x.value[lang] != nil {
				top.file.add(x.value[lang], "texts.%s is empty; write the text or take it out", lang)
			}
			continue
		}
		nodes = append(nodes, t)
		texts = append(texts, readText(top.file, t, lang))
	}
	for _, k := range x.keys {
		if !x.known[k.Value] {
			top.file.add(k, "texts: language %s", checkLang(k.Value))
		}
	}
	for i := 1; i < len(texts); i++ {
		sameAsks(top.file, nodes[i], texts[0], texts[i])
	}
	return texts
}

// readText reads the letter in one language.
func readText(f *yamlFile, n *yaml.Node, lang string) letter.Text {
	found := f.problems.count()
	x := f.fields(n, "texts."+lang)
	t := letter.Text{
		Lang:       lang,
		Kind:       letter.TextKind(x.checked("kind", true, checkTextKind)),
		Title:      x.line("title", true),
		Body:       x.prose("body", true, letter.MaxBody),
		AsksInBody: x.flag("asks_in_body"),
		Closing:    x.prose("closing", false, letter.MaxBody),
	}
	seen := map[string]bool{}
	asks := x.list("asks", false)
	if len(asks) > letter.MaxAsks {
		f.add(asks[letter.MaxAsks], "texts.%s has %d asks; %d at most", lang, len(asks), letter.MaxAsks)
		asks = asks[:letter.MaxAsks]
	}
	for i, a := range asks {
		y := f.fields(a, fmt.Sprintf("texts.%s.asks[%d]", lang, i+1))
		ask := letter.Ask{Key: y.key("key"), Title: y.line("title", true), Body: y.prose("text", true, letter.MaxAsk)}
		y.done()
		if ask.Key != "" && seen[ask.Key] {
			f.add(y.at("key"), "ask %q is here twice in %s; keep one", ask.Key, lang)
		}
		seen[ask.Key] = true
		t.Asks = append(t.Asks, ask)
	}
	x.done()
	if f.problems.count() == found {
		// The letter's own rules, for whatever was not found line by line.
		if err := t.Check(); err != nil {
			f.add(n, "texts.%s: %s", lang, strings.ReplaceAll(err.Error(), "\n", "; "))
		}
	}
	return t
}

func checkTextKind(s string) string {
	return checkOneOf(s, []string{string(letter.FullText), string(letter.Summary)})
}

// sameAsks wants the asks of two texts to have the same keys in the same order.
func sameAsks(f *yamlFile, n *yaml.Node, a, b letter.Text) {
	keys := func(t letter.Text) []string {
		var out []string
		for _, ask := range t.Asks {
			out = append(out, ask.Key)
		}
		return out
	}
	ka, kb := keys(a), keys(b)
	if slices.Contains(ka, "") || slices.Contains(kb, "") {
		return // a wrong key is named already
	}
	ok := true
	for _, k := range ka {
		if !slices.Contains(kb, k) {
			f.add(n, "texts.%s lacks the ask %q, which texts.%s has; give every language the same asks", b.Lang, k, a.Lang)
			ok = false
		}
	}
	for _, k := range kb {
		if !slices.Contains(ka, k) {
			f.add(n, "texts.%s has the ask %q, which texts.%s lacks; give every language the same asks", b.Lang, k, a.Lang)
			ok = false
		}
	}
	if ok && !slices.Equal(ka, kb) {
		f.add(n, "texts.%s has its asks in another order than texts.%s; keep one order", b.Lang, a.Lang)
	}
}
