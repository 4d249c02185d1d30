package mail

import (
	"fmt"
	"html"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"
	"pgregory.net/rapid"
)

// kinds writes every message there is, about one letter and name.
var kinds = map[string]func(letter, name, lang string) (*Message, error){
	"confirm": func(letter, name, lang string) (*Message, error) {
		return Confirm(ConfirmData{Letter: letter, LetterLang: "es", Name: name, ConfirmURL: "https://letters.example.org/" + lang + "/confirm/t0ken",
			Code: "482 913", Expires: "25.11.2026", DenyURL: "https://letters.example.org/deny?a=1&b=2"}, lang)
	},
	"signed": func(letter, name, lang string) (*Message, error) {
		return Signed(SignedData{Letter: letter, Name: name, Number: "118", OwnURL: "https://letters.example.org/" + lang + "/signature/t0ken",
			LetterURL: "https://letters.example.org/x"}, lang)
	},
	"waiting": func(letter, name, lang string) (*Message, error) {
		return Waiting(WaitingData{Letter: letter, Name: name, OwnURL: "https://letters.example.org/" + lang + "/signature/t0ken",
			LetterURL: "https://letters.example.org/x"}, lang)
	},
	"revised": func(letter, name, lang string) (*Message, error) {
		return Revised(OwnPageData{Letter: letter, Name: name, OwnURL: "https://letters.example.org/" + lang + "/signature/t0ken",
			LetterURL: "https://letters.example.org/x"}, lang)
	},
	"already": func(letter, name, lang string) (*Message, error) {
		return AlreadySigned(AlreadySignedData{Letter: letter, Name: name, SignedOn: "25.11.2026", OwnURL: "https://letters.example.org/" + lang + "/signature/t0ken",
			LetterURL: "https://letters.example.org/x"}, lang)
	},
	"another": func(letter, name, lang string) (*Message, error) {
		return Another(AnotherData{Letter: letter, Signed: "Ana Ejemplo", SignedOn: "25.11.2026", Name: name, Expires: "2.12.2026",
			OwnURL: "https://letters.example.org/" + lang + "/signature/t0ken", ConfirmURL: "https://letters.example.org/confirm?t0ken=1&b=2"}, lang)
	},
	"refused": func(letter, name, lang string) (*Message, error) {
		return Refused(RefusedData{Letter: letter, Name: name, Why: []string{"One reason.", "Another reason."}, Note: "Please write to us.", Contact: "coalition@example.org",
			OwnURL: "https://letters.example.org/" + lang + "/signature/t0ken", LetterURL: "https://letters.example.org/x"}, lang)
	},
	"recorded": func(letter, name, lang string) (*Message, error) {
		return Recorded(OwnPageData{Letter: letter, Name: name, OwnURL: "https://letters.example.org/" + lang + "/signature/t0ken",
			LetterURL: "https://letters.example.org/x"}, lang)
	},
	"contested": func(letter, name, lang string) (*Message, error) {
		return Contested(ContestedData{OwnPageData{Letter: letter, Name: name, OwnURL: "https://letters.example.org/" + lang + "/signature/t0ken",
			LetterURL: "https://letters.example.org/x"}, []string{"One reason."}, "coalition@example.org"}, lang)
	},
	"restored": func(letter, name, lang string) (*Message, error) {
		return Restored(OwnPageData{Letter: letter, Name: name, OwnURL: "https://letters.example.org/" + lang + "/signature/t0ken",
			LetterURL: "https://letters.example.org/x"}, lang)
	},
	"notice": func(letter, name, lang string) (*Message, error) {
		return Notice(NoticeData{Letter: letter, Name: name, SignedOn: "25.11.2026", NoticeURL: "https://letters.example.org/" + lang + "/notice/t0ken",
			LetterURL: "https://letters.example.org/x"}, lang)
	},
	"sign-invitation": func(letter, name, lang string) (*Message, error) {
		return Invite(inviteSample(letter, name, lang), lang)
	},
	"sign-reminder": func(letter, name, lang string) (*Message, error) {
		return Remind(inviteSample(letter, name, lang), lang)
	},
	"notice-decided": func(letter, name, lang string) (*Message, error) {
		return NoticeDecided(NoticeData{Letter: letter, Name: name, SignedOn: "25.11.2026", NoticeURL: "https://letters.example.org/" + lang + "/notice/t0ken",
			LetterURL: "https://letters.example.org/x", Contact: "coalition@example.org"}, lang)
	},
	"withdrawn": func(letter, name, lang string) (*Message, error) {
		return Withdrawn(WithdrawnData{Letter: letter, Name: name, WithdrawnOn: "25.11.2026", LetterURL: "https://letters.example.org/" + lang + "/x"}, lang)
	},
}

// everyMessage runs f for each kind in each language.
func everyMessage(t *testing.T, letter, name string, f func(t *testing.T, kind, lang string, m *Message)) {
	for kind, write := range kinds {
		for _, lang := range Languages {
			t.Run(kind+"."+lang, func(t *testing.T) {
				m, err := write(letter, name, lang)
				if err != nil {
					t.Fatal(err)
				}
				f(t, kind, lang, m)
			})
		}
	}
}

// page is what a mail program makes of HTML.
type page struct {
	lang   string
	words  string // all text, white space squeezed
	hrefs  []string
	tags   map[string]int
	values []string // the text of each bdi element
}

// readPage parses HTML and collects what the tests look at.
func readPage(t *testing.T, src string) page {
	t.Helper()
	root, err := nethtml.Parse(strings.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	p := page{tags: map[string]int{}}
	var all strings.Builder
	var textOf func(n *nethtml.Node) string
	textOf = func(n *nethtml.Node) string {
		if n.Type == nethtml.TextNode {
			return n.Data
		}
		var b strings.Builder
		for c := range n.ChildNodes() {
			b.WriteString(textOf(c))
		}
		return b.String()
	}
	for n := range root.Descendants() {
		if n.Type == nethtml.TextNode && n.Parent.Data != "style" {
			all.WriteString(n.Data + " ")
		}
		if n.Type != nethtml.ElementNode {
			continue
		}
		p.tags[n.Data]++
		if n.Data == "bdi" {
			p.values = append(p.values, textOf(n))
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "href":
				p.hrefs = append(p.hrefs, a.Val)
			case a.Key == "lang" && n.Data == "html":
				p.lang = a.Val
			case a.Key == "src" || a.Key == "background" || a.Key == "srcset" || strings.HasPrefix(a.Key, "on"):
				t.Errorf("<%s %s>: a mail loads and runs nothing", n.Data, a.Key)
			}
		}
	}
	p.words = squeeze(all.String())
	return p
}

func TestEveryMessage(t *testing.T) {
	letter, name := "Carta a los Ministros & Ministras", "Red “Ejemplo” <A> de Daños"
	everyMessage(t, letter, name, func(t *testing.T, kind, lang string, m *Message) {
		p := readPage(t, m.HTML)
		if m.Lang != lang || p.lang != lang {
			t.Errorf("the language is %q, and of the HTML %q", m.Lang, p.lang)
		}
		if !strings.HasSuffix(m.Subject, letter) || len(m.Subject) < len(letter)+8 {
			t.Errorf("the subject is %q", m.Subject)
		}
		for _, missing := range []string{"<no value>", "ZgotmplZ", "{{", "}}", "%!", "[]", "::", "..."} {
			if strings.Contains(m.Subject+m.Text+m.HTML, missing) {
				t.Errorf("%q stands in the message:\n%s", missing, m.Text)
			}
		}
		var values []string
		for line := range strings.SplitSeq(m.Text, "\n") {
			if len(line) > 998 || strings.TrimRight(line, " \t") != line {
				t.Errorf("the line %.80q is too long or ends in a space", line)
			}
			if _, v, ok := strings.Cut(line, ": "); ok {
				values = append(values, strings.TrimSpace(v))
			}
		}
		for _, want := range p.values {
			if !slices.Contains(values, want) {
				t.Errorf("%q stands in the HTML and not in the text:\n%s", want, m.Text)
			}
		}
		if !slices.Contains(p.values, letter) || !slices.Contains(p.values, name) {
			t.Errorf("the letter and the name are not among %q", p.values)
		}
		// The link: as the button and in clear, and alone on its line of the text.
		link := "https://letters.example.org/" + lang + "/"
		var own []string
		for _, h := range p.hrefs {
			if strings.HasPrefix(h, link) {
				own = append(own, h)
			} else if !strings.Contains(m.Text, "\n"+h+"\n") {
				t.Errorf("the link %s is not in the text", h)
			}
		}
		if len(own) != 2 || own[0] != own[1] || !strings.Contains(p.words, own[0]) || !strings.Contains(m.Text, "\n"+own[0]+"\n") {
			t.Errorf("the links are %q", own)
		}
		for _, tag := range []string{"script", "img", "link", "iframe", "form", "input", "object", "base"} {
			if p.tags[tag] > 0 {
				t.Errorf("there is a <%s>", tag)
			}
		}
		if p.tags["h1"] != 1 || p.tags["title"] != 1 || strings.Contains(m.HTML, "url(") || strings.Contains(m.HTML, "@import") {
			t.Error("there is not one h1 and title, or the styles load something")
		}
		// HTML and text say the same words.
		for para := range strings.SplitSeq(m.Text, "\n") {
			para = strings.TrimRight(para, ":\u00A0")
			if _, _, isFact := strings.Cut(para, ": "); !isFact && !strings.HasPrefix(para, "https:") && !strings.Contains(p.words, squeeze(para)) {
				t.Errorf("the text says %q, the HTML does not", para)
			}
		}
		if kind == "confirm" && (!strings.Contains(p.words, "482 913") || !strings.Contains(m.Text, "\n482 913\n")) {
			t.Error("the code is missing")
		}
	})
}

// Each language has its own words, in every block.
func TestNothingIsLeftUntranslated(t *testing.T) {
	for kind := range kinds {
		for _, block := range []string{"subject", "title", "before", "button", "after", "letter", "name", "expires", "signed_on", "withdrawn_on", "fallback", "foot"} {
			seen := map[string]string{}
			for _, lang := range Languages {
				var b strings.Builder
				if err := wordings[kind+"."+lang].ExecuteTemplate(&b, block, said{Letter: "X", Host: "x.example"}); err != nil {
					t.Fatalf("%s.%s: %v", kind, lang, err)
				}
				got := strings.TrimSpace(b.String())
				if got == "" {
					t.Errorf("%s.%s: %s is empty", kind, lang, block)
				}
				// "Carta" is the same word in Spanish and Portuguese.
				if other, ok := seen[got]; ok && got != "Carta" && got != "Número de registro" {
					t.Errorf("%s: %s is %q in both %s and %s", kind, block, got, other, lang)
				}
				seen[got] = lang
				if lang == "fr" && regexp.MustCompile(`[^\x{00A0}][?!;]|[^\x{00A0}]:( |$)`).MatchString(got) {
					t.Errorf("%s.fr: %s: a space that does not break is missing before a sign: %q", kind, block, got)
				}
			}
		}
	}
	entries, err := fs.Glob(files, "templates/*.tmpl")
	if err != nil || len(entries) != (len(kinds)+4)*len(Languages) { // and those shared, and those that name no letter
		t.Errorf("there are %d files of words, want %d", len(entries), (len(kinds)+4)*len(Languages))
	}
}

func TestHostileNames(t *testing.T) {
	for _, name := range []string{
		"<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, "</bdi></table><h1>Hacked</h1>", "{{.URL}}", "javascript:alert(1)",
		"A\r\nBcc: b@example.org\r\n\r\nYour account is closed", "\x00\x1b[31m\x7f", "\u202Eegnahc\u2066", "\xff\xfe broken",
		strings.Repeat("Ñ", 10_000), strings.Repeat("very long ", 5_000), strings.Repeat("𝔄", 500), "a\u2028b\u2029c\u0085d",
	} {
		everyMessage(t, name, name, func(t *testing.T, kind, lang string, m *Message) {
			plain, err := kinds[kind]("X", "Y", lang)
			if err != nil {
				t.Fatal(err)
			}
			p, want := readPage(t, m.HTML), readPage(t, plain.HTML)
			if fmt.Sprint(p.tags) != fmt.Sprint(want.tags) || !slices.Equal(p.hrefs, want.hrefs) {
				t.Errorf("%.30q changes the elements of the HTML: %v, not %v", name, p.tags, want.tags)
			}
			if strings.Count(m.Text, "\n") != strings.Count(plain.Text, "\n") {
				t.Errorf("%.30q makes lines of its own:\n%s", name, m.Text)
			}
			for line := range strings.SplitSeq(m.Text, "\n") {
				if len(line) > 998 || strings.ContainsFunc(line, unicode.IsControl) || strings.ContainsAny(line, "\u202E\u2066\u2028") {
					t.Errorf("%.30q makes the line %.100q", name, line)
				}
			}
			m.ID, m.To = "1", "signer@example.org"
			c, err := newTestWriter(t).compose(m)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := parse(c.raw); err != nil {
				t.Error(err)
			}
		})
	}
}

// A name of up to 200 characters is shown as it is, whatever it is made of.
func TestNamesSurvive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringN(1, maxShown, -1).Filter(func(s string) bool { return clean(s, utf8.RuneCountInString(s)+1) == s && s != "" }).Draw(t, "name")
		letter := rapid.StringN(1, maxInTitle, -1).Filter(func(s string) bool {
			return clean(s, utf8.RuneCountInString(s)+1) == s && s != "" && strings.TrimSpace(s) == s
		}).Draw(t, "letter")
		kind := rapid.SampledFrom(slices.Sorted(maps.Keys(kinds))).Draw(t, "kind")
		lang := rapid.SampledFrom(Languages).Draw(t, "lang")
		m, err := kinds[kind](letter, name, lang)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(m.Subject, ": "+letter) && !strings.HasSuffix(m.Subject, ":"+letter) {
			t.Errorf("the subject %q lost %q", m.Subject, letter)
		}
		if !strings.Contains(m.Text, ": "+name+"\n") {
			t.Errorf("the text lost %q", name)
		}
		if !strings.Contains(html.UnescapeString(m.HTML), ">"+name+"</bdi>") {
			t.Errorf("the HTML lost %q", name)
		}
	})
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	good := ConfirmData{Letter: "L", Name: "N", ConfirmURL: "https://example.org/c", Expires: "E", DenyURL: "https://example.org/d"}
	if m, err := Confirm(good, "en"); err != nil || strings.Contains(m.Text, "code") {
		t.Errorf("without a code: %v", err)
	}
	for says, change := range map[string]func(*ConfirmData){
		"letter is empty":     func(d *ConfirmData) { d.Letter = " " },
		"name is empty":       func(d *ConfirmData) { d.Name = "\n" },
		"expires is empty":    func(d *ConfirmData) { d.Expires = "" },
		"ConfirmURL is empty": func(d *ConfirmData) { d.ConfirmURL = "" },
		"ConfirmURL must be":  func(d *ConfirmData) { d.ConfirmURL = "javascript:alert('s3cret')" },
		"ConfirmURL has more": func(d *ConfirmData) { d.ConfirmURL = "https://example.org/s3cret" + strings.Repeat("x", maxLink) },
		"DenyURL must be":     func(d *ConfirmData) { d.DenyURL = "/deny/s3cret" },
		"DenyURL is empty":    func(d *ConfirmData) { d.DenyURL = "" },
		"language of letter":  func(d *ConfirmData) { d.LetterLang = `es" onclick="x` },
		"ConfirmURL must  be": func(d *ConfirmData) { d.ConfirmURL = "https://example.org/s3cret\n" },
		"ConfirmURL  must be": func(d *ConfirmData) { d.ConfirmURL = "https://user:s3cret@example.org/" },
	} {
		d := good
		change(&d)
		_, err := Confirm(d, "en")
		if err == nil || !strings.Contains(err.Error(), squeeze(says)) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%v, want an error with %q", err, squeeze(says))
		}
	}
	for _, lang := range []string{"", "de", "es-MX", "../en"} {
		if _, err := Confirm(good, lang); err == nil || !strings.Contains(err.Error(), "es, pt, en, fr") {
			t.Errorf("in %q: %v", lang, err)
		}
	}
}

// Who waits for the end of a pause is not told of a suspicion.
func TestWaitingForAPauseSaysSo(t *testing.T) {
	for _, lang := range Languages {
		d := WaitingData{Letter: "X", Name: "N", OwnURL: "https://letters.example.org/o", LetterURL: "https://letters.example.org/x"}
		doubted, err := Waiting(d, lang)
		if err != nil {
			t.Fatal(err)
		}
		d.Paused = true
		paused, err := Waiting(d, lang)
		if err != nil {
			t.Fatal(err)
		}
		if paused.Subject == doubted.Subject || paused.Text == doubted.Text || strings.Contains(paused.Text, "  ") || paused.HTML == doubted.HTML {
			t.Errorf("%s: %s", lang, paused.Text)
		}
	}
}

// Who is asked to confirm for a letter that is paused hears of the pause, and so
// does another person at an address that has signed.
func TestAskingDuringAPauseSaysSo(t *testing.T) {
	for _, lang := range Languages {
		for kind, write := range map[string]func(paused bool) (*Message, error){
			"confirm": func(paused bool) (*Message, error) {
				return Confirm(ConfirmData{Letter: "X", Name: "N", ConfirmURL: "https://letters.example.org/c", Expires: "E", DenyURL: "https://letters.example.org/d", Paused: paused}, lang)
			},
			"another": func(paused bool) (*Message, error) {
				return Another(AnotherData{Letter: "X", Signed: "S", SignedOn: "D", Name: "N", OwnURL: "https://letters.example.org/o",
					ConfirmURL: "https://letters.example.org/c", Expires: "E", Paused: paused}, lang)
			},
		} {
			usual, err := write(false)
			if err != nil {
				t.Fatal(err)
			}
			paused, err := write(true)
			if err != nil {
				t.Fatal(err)
			}
			if len(paused.Text) < len(usual.Text)+40 || len(paused.HTML) < len(usual.HTML)+40 || strings.Contains(paused.Text, "  ") {
				t.Errorf("%s.%s: %s", kind, lang, paused.Text)
			}
		}
	}
}

func inviteSample(letter, name, lang string) InviteData {
	return InviteData{Letter: letter, Name: name, Until: "10/5/2026", Embargo: "8/5/2026", InvitationURL: "https://letters.example.org/" + lang + "/invitation/t0ken"}
}
