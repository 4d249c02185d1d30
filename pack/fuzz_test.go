package pack

import (
	"errors"
	"strings"
	"testing"
	"unicode"

	"pliego/internal/letter"
)

// fuzzFile replaces one file of a good pack by whatever comes. Reading must
// end in a sound pack, or in problems that each name a file and a line in it.
func fuzzFile(f *testing.F, name string, more ...string) {
	for _, s := range append(more, good()[name], "", "\ufeff", "a", "a: [", "\"", "- - -", "a,b\n1", "\xff\x00") {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		files := good()
		files[name] = string(data)
		p, err := Read(mapFS(files))
		if err == nil {
			sound(t, p)
			return
		}
		var problems *Problems
		if p != nil || !errors.As(err, &problems) || problems.count() == 0 {
			t.Fatalf("Read gives %v and %v", p, err)
		}
		for _, q := range problems.List {
			lines := strings.Count(files[q.File], "\n") + strings.Count(files[q.File], "\r") + strings.Count(files[q.File], "\u0085") +
				strings.Count(files[q.File], "\u2028") + strings.Count(files[q.File], "\u2029") + 1
			if q.File == "" || q.Message == "" || q.Line < 0 || q.Line > lines+1 {
				t.Errorf("problem %+v in a file of %d lines", q, lines)
			}
			if strings.ContainsFunc(q.String(), func(c rune) bool { return c == '\n' || c == 0x1b }) {
				t.Errorf("problem %q does not stand on one line", q.String())
			}
		}
	})
}

// sound holds for every pack that Read gives out.
func sound(t *testing.T, p *Pack) {
	t.Helper()
	if checkKey(p.Key) != "" || len(p.Names) == 0 {
		t.Errorf("key %q, names %v", p.Key, p.Names)
	}
	for _, l := range p.Letters {
		if !l.State.Known() || letter.CheckSlug(l.Slug) != nil || len(l.Texts) == 0 {
			t.Errorf("letter %+v", l)
		}
		for _, text := range l.Texts {
			if err := text.Check(); err != nil {
				t.Errorf("text: %v", err)
			}
			if len(text.Asks) != len(l.Texts[0].Asks) {
				t.Errorf("%d asks in %s, %d in %s", len(text.Asks), text.Lang, len(l.Texts[0].Asks), l.Texts[0].Lang)
			}
		}
		numbers := map[int64]bool{}
		for _, s := range l.Signatories {
			if s.Public.Name == "" || strings.ContainsFunc(s.Public.Name, unicode.IsControl) || s.Number < 0 || s.Number > 0 && numbers[s.Number] {
				t.Errorf("signatory %+v", s)
			}
			numbers[s.Number] = true
		}
		for _, a := range l.Addressees {
			if a.Key == "" || len(a.Office) == 0 && a.OfficeNative == "" {
				t.Errorf("addressee %+v", a)
			}
		}
	}
	for _, f := range p.Forums {
		if f.Key == "" || len(f.Names) == 0 || f.From == "" || f.To == "" {
			t.Errorf("forum %+v", f)
		}
	}
	for _, v := range p.Provisions {
		if v.Forum == "" || v.Letter == "" || len(v.Asks) == 0 || len(v.Summary) == 0 {
			t.Errorf("provision %+v", v)
		}
	}
}

func FuzzLetter(f *testing.F) {
	fuzzFile(f, "letters/a-letter/letter.yaml", "a: &a [*a]\n", "a: !!binary x\n", "texts: {en: {asks: [[[]]]}}", "? - a\n: b\n", "<<: {state: open}\n", "\"\\e[31m\\nred\": x\n")
}

func FuzzSignatories(f *testing.F) {
	fuzzFile(f, "letters/a-letter/signatories.csv", "number,kind,basis,name,acronym,country,country_basis\n9999999999,person,given,\"a\nb\",,,\n")
}

func FuzzAddressees(f *testing.F) { fuzzFile(f, "letters/a-letter/addressees.csv") }

func FuzzForums(f *testing.F) { fuzzFile(f, "forums.yaml", "forums: []\n", "forums: [1, {}]\n") }

func FuzzProvisions(f *testing.F) { fuzzFile(f, "provisions.csv") }
