package mail

import (
	"strings"
	"testing"
)

// Whoever sees the mailbox learns that a site was visited, and nothing of what for.
func TestSealedMessageSaysNothing(t *testing.T) {
	for _, lang := range Languages {
		m, err := Sealed(SealedData{
			ConfirmURL: "https://letters.example.org/" + lang + "/confirm/t0ken", DenyURL: "https://letters.example.org/" + lang + "/confirm/t0ken/disown",
			Expires: "25.11.2026",
		}, lang)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(m.Subject, "letters.example.org") || m.Subject == "" {
			t.Errorf("%s: the subject is %q", lang, m.Subject)
		}
		words := strings.ToLower(m.Subject + m.Text + readPage(t, m.HTML).words)
		words = strings.NewReplacer("letters.example.org", "", "confirm", "").Replace(words)
		for _, telling := range []string{"sign", "firm", "assin", "cart", "letter", "lettre", "seal", "reserv", "sigilo", "scell", "code", "código"} {
			if strings.Contains(words, telling) {
				t.Errorf("%s: the message says %q:\n%s", lang, telling, m.Text)
			}
		}
		if !strings.Contains(m.Text, "https://letters.example.org/"+lang+"/confirm/t0ken\n") {
			t.Errorf("%s: the link is not in\n%s", lang, m.Text)
		}
	}
}
