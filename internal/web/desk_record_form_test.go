package web

import (
	"encoding/json"
	"net/url"
	"testing"

	"pliego/internal/followup"
	"pliego/internal/letter"
)

// Whatever is posted, a form either says what is wrong or gives an item that holds
// by the rules, which its own form gives again.
func FuzzItemTyped(f *testing.F) {
	l := &letter.Letter{Slug: "x", OriginalLang: "es", Addressees: []letter.Addressee{{Key: "ury", Country: "UY"}}, Texts: []letter.Text{{Lang: "es", Asks: []letter.Ask{{Key: "first-ask", Title: "Uno"}}}}}
	f.Add("assessment", verdictForm().Encode())
	f.Add("action", "addressee=ury&asks=first-ask&date=2020&action=law&direction=toward&title_es=Una++ley&url_3=https://example.org&grade_3=press&inferred=1")
	f.Add("commitment", "addressee=ury&date=2020-02&original=a%0D%0Ab&original_language=xx&due=2021&url_0=https://example.org&grade_0=copy&confidence_0=memory")
	f.Add("assessment", "addressee=ury&asks=first-ask&asks=first-ask&date=2020&verdict=evidenced/limited&url_49=https://example.org&grade_49=official&title_es=%FF")
	f.Add("action", "date=2020-13-40&url_0=%3A%2F%2F&grade_0=x&verdict=/")
	f.Fuzz(func(t *testing.T, kind, body string) {
		form, err := url.ParseQuery(body)
		k := followup.Kind(kind)
		if err != nil || recordKindNames[k] == "" || k == followup.Answer {
			return
		}
		item, faults := itemTyped("es", l, k, false, form)
		newRecordForm("es", l, k, false, form, faults)
		if len(faults) > 0 {
			return
		}
		if err := item.Check(); err != nil {
			t.Fatalf("%s is taken: %v", body, err)
		}
		again, faults := itemTyped("es", l, k, false, typedOf("es", item))
		if len(faults) > 0 {
			t.Fatalf("its own form is refused: %v", faults)
		}
		a, err := json.Marshal(item)
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(again)
		if err != nil || string(a) != string(b) {
			t.Fatalf("%s\n%s\n%v", a, b, err)
		}
	})
}
