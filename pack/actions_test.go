package pack

import (
	"strings"
	"testing"
)

func TestActionsAreReadAndMistakesNamed(t *testing.T) {
	const head = "key,addressee,date,date_basis,kind,direction,asks,title_en,summary_en,source_url,source_publisher,source_grade,confidence,note\n"
	const name = "letters/a-letter/actions.csv"
	good1 := "act-1,sur,2014-05,seen,law,toward,first second,A law,It does so.,https://example.org/law,Example Gazette,official,seen,\n"
	with := func(rows string) map[string]string {
		files := good()
		files[name] = head + rows
		return files
	}
	p, err := Read(mapFS(with(good1)))
	if err != nil {
		t.Fatal(err)
	}
	if a := p.Letters[0].Actions; len(a) != 1 || a[0].ID != "act-1" || a[0].Title["en"] != "A law" || len(a[0].Asks) != 2 || a[0].Inferred {
		t.Errorf("%+v", a)
	}
	for _, c := range []struct{ old, new, want string }{
		{"act-1,", "Act 1,", "key"}, {",sur,", ",nobody,", "none of the letter's"}, {"2014-05,", "May 2014,", "date"}, {",seen,law", ",guessed,law", "use seen or inferred"},
		{",law,", ",wish,", "kind"}, {"toward", "upward", "direction"}, {"first second", "first third", `"third"`}, {"A law", "", "title"},
		{"https://example.org/law", "ftp://example.org", "source_url"}, {"https://example.org/law", "", "address"}, {"official", "gold", "source_grade"}, {"official,seen", "official,sure", "confidence"},
	} {
		_, err := Read(mapFS(with(strings.Replace(good1, c.old, c.new, 1))))
		if err == nil || !strings.Contains(err.Error(), name+":2") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q for %q: %v", c.new, c.old, err)
		}
	}
	if _, err := Read(mapFS(with(good1 + good1))); err == nil || !strings.Contains(err.Error(), "on line 2 already") {
		t.Errorf("the same key twice: %v", err)
	}
}
