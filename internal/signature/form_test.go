package signature

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func good() Form {
	return Form{Kind: "organisation", Name: "Organización Ejemplo", Country: "SV", SignerName: "Example Signer", Email: "name@example.org", Consent: "1"}
}

func TestFormProblemsNameTheirField(t *testing.T) {
	if ps := good().Normalise().Check(false); len(ps) > 0 {
		t.Fatalf("a good form: %v", ps)
	}
	for name, c := range map[string]struct {
		change func(*Form)
		field  string
		code   string
	}{
		"no kind":              {func(f *Form) { f.Kind = "" }, "kind", NotAChoice},
		"another kind":         {func(f *Form) { f.Kind = "robot" }, "kind", NotAChoice},
		"no name":              {func(f *Form) { f.Name = "  " }, "name", Missing},
		"dots for a name":      {func(f *Form) { f.Name = "..." }, "name", NoLetters},
		"long name":            {func(f *Form) { f.Name = strings.Repeat("é", MaxName+1) }, "name", TooLong},
		"zero byte":            {func(f *Form) { f.Name = "a\x00b" }, "name", BadText},
		"turned text":          {func(f *Form) { f.Name = "a\u202eb" }, "name", BadText},
		"not UTF-8":            {func(f *Form) { f.Name = "a\xff" }, "name", BadText},
		"link in the name":     {func(f *Form) { f.Name = "Win money https://evil.example" }, "name", LinkInName},
		"address as a name":    {func(f *Form) { f.Name = "someone@example.org" }, "name", LinkInName},
		"long acronym":         {func(f *Form) { f.Acronym = strings.Repeat("A", MaxAcronym+1) }, "acronym", TooLong},
		"no country":           {func(f *Form) { f.Country = "" }, "country", Missing},
		"person of no country": {func(f *Form) { f.Kind, f.Country = "person", NoCountry }, "country", PersonsCountry},
		"no such country":      {func(f *Form) { f.Country = "XX" }, "country", UnknownCountry},
		"script as website":    {func(f *Form) { f.Website = "javascript:alert(1)" }, "website", BadWebsite},
		"user in website":      {func(f *Form) { f.Website = "https://a:b@example.org" }, "website", BadWebsite},
		"no signer":            {func(f *Form) { f.SignerName = "" }, "signer_name", Missing},
		"no e-mail":            {func(f *Form) { f.Email = "" }, "email", Missing},
		"no @":                 {func(f *Form) { f.Email = "firma.example.org" }, "email", NoAt},
		"two addresses":        {func(f *Form) { f.Email = "a@example.org, b@example.org" }, "email", BadEmail},
		"name and address":     {func(f *Form) { f.Email = "A <a@example.org>" }, "email", BadEmail},
		"header injection":     {func(f *Form) { f.Email = "a@example.org\r\nBcc: b@example.org" }, "email", BadText},
		"no dot in domain":     {func(f *Form) { f.Email = "a@localhost" }, "email", BadEmail},
		"long e-mail":          {func(f *Form) { f.Email = strings.Repeat("a", 250) + "@example.org" }, "email", TooLong},
		"sealed":               {func(f *Form) { f.Visibility = "sealed" }, "visibility", SealedNotHere},
		"no such choice":       {func(f *Form) { f.Visibility = "loud" }, "visibility", NotAChoice},
		"no consent":           {func(f *Form) { f.Consent = "" }, "consent", ConsentRequired},
	} {
		f := good()
		c.change(&f)
		ps := f.Normalise().Check(false)
		if len(ps) != 1 || ps.Of(c.field) != c.code {
			t.Errorf("%s: %v; want %s at %s", name, ps, c.code, c.field)
		}
	}
}

func TestWhatIsNotWrong(t *testing.T) {
	for name, change := range map[string]func(*Form){
		"a person needs no signer": func(f *Form) { f.Kind, f.SignerName = "person", "" },
		"website without scheme":   func(f *Form) { f.Website = "example.org/es" },
		"a regional organisation":  func(f *Form) { f.Country = "none" },
		"country in lower case":    func(f *Form) { f.Country = "br" },
		"plus in the address":      func(f *Form) { f.Email = "a+b@sub.example.org" },
		"capital letters":          func(f *Form) { f.Email = "Name@Example.ORG" },
		"accented domain":          func(f *Form) { f.Email = "name@ejémplo.org" },
		"a name of digits":         func(f *Form) { f.Name = "350" },
		"a name in another script": func(f *Form) { f.Name = "例の団体" },
		"spaces around":            func(f *Form) { f.Email, f.Name = " a@example.org ", "  A   B " },
	} {
		f := good()
		change(&f)
		if ps := f.Normalise().Check(false); len(ps) > 0 {
			t.Errorf("%s: %v", name, ps)
		}
	}
}

func FuzzForm(f *testing.F) {
	f.Add("organisation", "Name", "SV", "https://example.org", "a@example.org")
	f.Add("person", "\u202e", "xx", "javascript:", "a@b@c")
	f.Fuzz(func(t *testing.T, kind, name, country, website, email string) {
		form := Form{Kind: kind, Name: name, Country: country, Website: website, Email: email, SignerName: "s", Consent: "1"}.Normalise()
		if len(form.Check(true)) > 0 {
			return
		}
		if !utf8.ValidString(form.Name) || strings.ContainsAny(form.Email, "\r\n<>,") || strings.ContainsAny(form.Website, "\"<> \n") {
			t.Fatalf("taken: %+v", form)
		}
		if again := form.Normalise(); again != form {
			t.Fatalf("normalising twice differs: %+v, %+v", form, again)
		}
	})
}
