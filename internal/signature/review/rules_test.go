package review

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/signature"
)

// listed are the persons on the letter, by name.
type listed map[string]bool

func (l listed) PersonListed(_ context.Context, _ string, p signature.Public, _ string) (bool, error) {
	return l[p.Name+p.Country], nil
}

// desk is the rules of a mode with a clock that the test moves.
type desk struct {
	t     *testing.T
	now   time.Time
	rules []signature.Rule
}

func newDesk(t *testing.T, mode Mode) *desk {
	t.Helper()
	d := &desk{t: t, now: time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	more, err := ReadProminent(strings.NewReader("Red de Ejemplo = red.example.pe # for this test\n\n# nothing\n"))
	if err != nil {
		t.Fatal(err)
	}
	d.rules, err = Rules(Config{Mode: mode, Now: func() time.Time { return d.now }, Names: listed{"Ana PérezSV": true}, Prominent: more})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var anyLetter = &letter.Letter{ID: "letter"}

// ask gives the names of the rules that doubt, with what they saw.
func (d *desk) ask(c signature.Case) string {
	d.t.Helper()
	if c.Letter == nil {
		c.Letter = anyLetter
	}
	var said []string
	for _, r := range d.rules {
		doubt, err := r.Doubt(context.Background(), c)
		if err != nil {
			d.t.Fatal(err)
		}
		if doubt != nil {
			said = append(said, strings.TrimSuffix(doubt.Rule+" "+doubt.Detail, " "))
		}
	}
	return strings.Join(said, "; ")
}

func confirming(name, country, email, website string) signature.Case {
	return signature.Case{Moment: signature.Confirming, Email: email, Signature: &signature.Signature{
		Kind: signature.Organisation, Public: signature.Public{Name: name, Country: country, Website: website},
	}}
}

func person(name, country, email string) signature.Case {
	c := confirming(name, country, email, "")
	c.Signature.Kind = signature.Person
	return c
}

func filled(f signature.Filling) signature.Case {
	c := confirming("Asociación Ejemplo", "UY", "a@asociacion.uy", "")
	c.Moment, c.Filling = signature.Filled, f
	return c
}

func TestWhatOneSignatureIsDoubtedFor(t *testing.T) {
	page := func(took time.Duration) signature.Filling { return signature.Filling{Page: true, Took: took} }
	for name, c := range map[string]struct {
		signature.Case
		normal, strict string
	}{
		"an ordinary organisation":           {confirming("Asociación Ejemplo", "UY", "a@asociacion.org.uy", "https://asociacion.org.uy"), "", ""},
		"an example":                         {confirming("Example Organisation", "UY", "a@example.org", "https://example.org"), "", ""},
		"a throw-away address":               {confirming("Asociación Ejemplo", "UY", "a@mailinator.com", ""), "disposable mailinator.com", "disposable mailinator.com"},
		"under one, in capitals":             {confirming("Asociación Ejemplo", "UY", "a@X.MAILINATOR.com", ""), "disposable x.mailinator.com", "disposable x.mailinator.com"},
		"a domain that only ends like one":   {confirming("Asociación Ejemplo", "UY", "a@a-mailinator.com", ""), "", ""},
		"a ministry":                         {confirming("Ministerio de Seguridad Pública", "UY", "a@gmail.com", ""), "prominent ministerio de", "prominent ministerio de"},
		"a body of the United Nations":       {confirming("Naciones Unidas, Derechos Humanos", "UY", "a@gmail.com", ""), "prominent naciones unidas", "prominent naciones unidas"},
		"the same from its own domain":       {confirming("Naciones Unidas, Derechos Humanos", "UY", "a@montevideo.un.org", ""), "", ""},
		"a domain that holds that domain":    {confirming("Naciones Unidas", "UY", "a@notun.org", ""), "prominent naciones unidas", "prominent naciones unidas"},
		"a name that holds part of a word":   {confirming("Unicefalia", "UY", "a@gmail.com", ""), "", ""},
		"a name that a coordinator listed":   {confirming("La RED de  éjemplo", "PE", "a@gmail.com", ""), "prominent red de ejemplo", "prominent red de ejemplo"},
		"and its owner":                      {confirming("Red de Ejemplo", "PE", "a@red.example.pe", ""), "", ""},
		"an address of another country":      {confirming("Asociación Ejemplo", "UY", "a@asociacion.ru", ""), "", "country RU, stated UY"},
		"address and website of another":     {confirming("Asociación Ejemplo", "UY", "a@asociacion.ru", "https://asociacion.ru"), "country RU, stated UY", "country RU, stated UY"},
		"address and website of two others":  {confirming("Asociación Ejemplo", "UY", "a@asociacion.ru", "https://asociacion.by"), "", "country RU, stated UY"},
		"a word for a domain":                {confirming("Asociación Ejemplo", "UY", "a@asociacion.io", "https://asociacion.tv"), "", ""},
		"without a country":                  {confirming("Red regional", "", "a@red.cr", "https://red.cr"), "", ""},
		"the United Kingdom":                 {confirming("Example Charity", "GB", "a@charity.org.uk", "https://charity.org.uk"), "", ""},
		"an island of France":                {confirming("Association Exemple", "MQ", "a@association.fr", "https://association.fr"), "", ""},
		"a person who is listed":             {person("Ana Pérez", "SV", "a@gmail.com"), "same-person", "same-person"},
		"a person of that name elsewhere":    {person("Ana Pérez", "GT", "a@gmail.com"), "", ""},
		"an organisation of a person's name": {confirming("Ana Pérez", "SV", "a@gmail.com", ""), "", ""},
		"in a second":                        {filled(page(900 * time.Millisecond)), "hurried 0.9 s", "hurried 0.9 s"},
		"in a second, come back":             {filled(signature.Filling{Page: true, Back: true, Took: time.Second}), "", ""},
		"in two seconds":                     {filled(page(2 * time.Second)), "", ""},
		"in a day":                           {filled(page(23 * time.Hour)), "", ""},
		"by another clock":                   {filled(page(-time.Second)), "", ""},
		"by a program":                       {filled(signature.Filling{}), "", "no-page"},
		"without an address":                 {confirming("Asociación Ejemplo", "UY", "", ""), "", ""},
	} {
		for mode, want := range map[Mode]string{Off: "", Normal: c.normal, Strict: c.strict} {
			if got := newDesk(t, mode).ask(c.Case); got != want {
				t.Errorf("%s, %s: %q, want %q", name, mode, got, want)
			}
		}
	}
}

// Who is not shown leaves no trace of a domain in a doubt.
func TestDoubtAboutASealedSignatureTellsNothing(t *testing.T) {
	c := confirming("", "", "a@mailinator.com", "")
	if got := newDesk(t, Normal).ask(c); got != "disposable" {
		t.Errorf("%q", got)
	}
}

func TestManyFromOneNetworkWait(t *testing.T) {
	d := newDesk(t, Normal)
	from := func(prefix string, l *letter.Letter) string {
		c := filled(signature.Filling{Page: true, Took: time.Minute})
		c.Network, c.Letter = netip.MustParsePrefix(prefix), l
		return d.ask(c)
	}
	for i := range 105 {
		want := ""
		if i >= 100 {
			want = "network over 100 within an hour"
		}
		if got := from("192.0.2.1/32", anyLetter); got != want {
			t.Fatalf("form %d: %q", i+1, got)
		}
	}
	if got := from("192.0.2.2/32", anyLetter) + from("192.0.2.1/32", &letter.Letter{ID: "another"}); got != "" {
		t.Errorf("another network, another letter: %q", got)
	}
	d.now = d.now.Add(time.Hour)
	if got := from("192.0.2.1/32", anyLetter); got != "" {
		t.Errorf("an hour later: %q", got)
	}
}

func TestManyFromOneDomainWait(t *testing.T) {
	d := newDesk(t, Normal)
	for i := range 30 {
		want := ""
		if i >= 10 {
			want = "same-domain oficina.uy"
		}
		if got := d.ask(person(fmt.Sprintf("Persona %d", i), "UY", fmt.Sprintf("p%d@sub%d.oficina.uy", i, i))); got != want {
			t.Fatalf("person %d: %q, want %q", i+1, got, want)
		}
		for _, open := range []string{"gmail.com", "yahoo.com.ar", "riseup.net", "example.org"} {
			if got := d.ask(person(fmt.Sprintf("Persona %d", i), "UY", fmt.Sprintf("p%d@%s", i, open))); got != "" {
				t.Fatalf("person %d at %s: %q", i+1, open, got)
			}
		}
	}
}

func TestOtherSpellingsOfAMailboxWait(t *testing.T) {
	d := newDesk(t, Normal)
	for _, c := range []struct{ email, want string }{
		{"ana.perez@gmail.com", ""},
		{"Ana.Perez@gmail.com", ""}, // again, after withdrawing
		{"anaperez@gmail.com", "same-mailbox"},
		{"ana.perez+2@googlemail.com", "same-mailbox"},
		{"ana.perez@riseup.net", ""}, // dots tell mailboxes apart elsewhere
		{"anaperez@riseup.net", ""},
		{"anaperez+x@riseup.net", "same-mailbox"},
	} {
		if got := d.ask(person("Persona", "UY", c.email)); got != c.want {
			t.Errorf("%s: %q, want %q", c.email, got, c.want)
		}
	}
	if got := d.ask(confirming("Asociación", "UY", "anaperez@gmail.com", "")); got != "" {
		t.Errorf("for an organisation too: %q", got)
	}
}

// A letter that goes viral passes Normal entirely, however fast it grows: its
// signers come through the page. Programs wait then, and Strict is strict until
// the rate has become the letter's own.
func TestBurstIsNotVirality(t *testing.T) {
	for _, mode := range []Mode{Normal, Strict} {
		d := newDesk(t, mode)
		waited := map[string]int{}
		signer := 0
		sign := func(every time.Duration, n int) (waiting int) {
			for range n {
				d.now = d.now.Add(every)
				signer++
				form := filled(signature.Filling{Page: true, Took: time.Minute})
				form.Network = netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(signer >> 16), byte(signer >> 8), byte(signer)}), 32)
				button := person(fmt.Sprintf("Persona %d", signer), "UY", fmt.Sprintf("p%d@gmail.com", signer))
				if said := d.ask(form) + d.ask(button); said != "" {
					waited[strings.Fields(said)[0]]++
					waiting++
				}
			}
			return waiting
		}
		sign(10*time.Minute, 100) // a quiet day
		waiting := sign(time.Second, 600)
		later := 0
		for range 6 {
			later = sign(time.Second, 1800)
		}
		switch mode {
		case Normal:
			if len(waited) > 0 {
				t.Errorf("normal: %v wait while a letter goes viral", waited)
			}
			// A program in the middle of it.
			if got := d.ask(filled(signature.Filling{})); got != "" {
				t.Errorf("normal: a program when the rate is the letter's own: %q", got)
			}
			quiet := newDesk(t, Normal)
			var said string
			for range burstLeast + 10 {
				said = quiet.ask(filled(signature.Filling{}))
			}
			if !strings.HasPrefix(said, Burst) {
				t.Errorf("normal: a program that sends many at once: %q", said)
			}
		case Strict:
			if waiting < 500 || len(waited) != 1 || waited[Burst] == 0 {
				t.Errorf("strict: %d of 600 wait in a burst, for %v", waiting, waited)
			}
			if later > 0 {
				t.Errorf("strict: %d wait after three hours of it", later)
			}
		}
	}
}

func TestMemoryIsBoundedAndForgets(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	c := newCounter(func() time.Time { return now }, 48*time.Hour)
	c.kept.most = 100
	for i := range 10_000 {
		c.add("network", fmt.Sprint(i))
	}
	if n := len(c.kept.kept); n > 100 {
		t.Errorf("%d kept", n)
	}
	salt := c.kept.salt
	if c.add("a", "b") != 1 || c.add("a", "b") != 2 || c.add("ab", "") != 1 {
		t.Error("it does not count")
	}
	now = now.Add(day)
	if c.add("a", "b") != 1 || len(c.kept.kept) != 1 || c.kept.salt == salt {
		t.Error("a day later it remembers, or keeps its salt")
	}
}

func TestEveryRuleHasWords(t *testing.T) {
	lines, err := table(Config{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	rules := []string{signature.RulePaused, signature.RuleSharedAddress}
	for _, l := range lines {
		rules = append(rules, l.name)
	}
	for _, lang := range locale.Languages {
		for _, rule := range rules {
			if w := Words(lang, rule); w == Words(lang, "no such rule") || strings.ContainsAny(w, "⟦{") {
				t.Errorf("%s, %s: %q", lang, rule, w)
			}
		}
	}
}

func TestProminentListThatIsWrongNamesTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"Example\n= example.org\n":                     "line 2",
		"Example = example\n":                          "line 1",
		"\n\nExample = https://example.org/\n":         "line 3",
		strings.Repeat("word ", 13):                    "at most 12 words",
		strings.Repeat("name\n", maxProminent+1):       "at most",
		"x = " + strings.Repeat("a", 1<<20) + ".org\n": "list of prominent names",
	} {
		if _, err := ReadProminent(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v, want %q", text, err, want)
		}
	}
}

func FuzzReadProminent(f *testing.F) {
	f.Add("Example = example.org")
	f.Add("# nothing")
	f.Fuzz(func(t *testing.T, s string) {
		list, err := ReadProminent(strings.NewReader(s))
		if err != nil {
			return
		}
		p, err := newProminent(list)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range list {
			if _, found := p.find(name.Name); !found {
				t.Errorf("%q does not find itself", name.Name)
			}
		}
	})
}

// What the rules cost one signer, form and button.
func BenchmarkRules(b *testing.B) {
	rules, err := Rules(Config{Mode: Normal})
	if err != nil {
		b.Fatal(err)
	}
	for _, moment := range []signature.Moment{signature.Filled, signature.Confirming} {
		b.Run(fmt.Sprint(moment), func(b *testing.B) {
			c := confirming("Asociación Civil de Ejemplo por el Agua", "UY", "", "https://asociacion.org.uy")
			c.Moment, c.Letter, c.Network = moment, anyLetter, netip.MustParsePrefix("192.0.2.1/32")
			for i := 0; b.Loop(); i++ {
				c.Email = fmt.Sprintf("a%d@asociacion.org.uy", i)
				for _, r := range rules {
					if _, err := r.Doubt(context.Background(), c); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
