package mail

import (
	"strings"
	"testing"
)

func TestDeskMessagesBringTheLinkInEveryLanguage(t *testing.T) {
	for name, write := range map[string]func(string, string) (*Message, error){"invitation": Invitation, "enter": Enter} {
		subjects := map[string]bool{}
		for _, lang := range Languages {
			url := "https://letters.example.org/desk/enter/t0ken?lang=" + lang
			m, err := write(url, lang)
			if err != nil {
				t.Fatalf("%s.%s: %v", name, lang, err)
			}
			if !strings.Contains(m.Text, url+"\n") || !strings.Contains(m.Subject, "letters.example.org") || subjects[m.Subject] {
				t.Errorf("%s.%s: %q\n%s", name, lang, m.Subject, m.Text)
			}
			subjects[m.Subject] = true
		}
		if _, err := write("/desk/enter/t0ken", "es"); err == nil {
			t.Errorf("%s takes a link that is none", name)
		}
	}
}
