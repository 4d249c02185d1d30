package e2e

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

var staff atomic.Int64

// invite invites somebody by the command, and gives the path of their link.
func (s *site) invite(t *testing.T, role, lang string) (enter string) {
	t.Helper()
	email := fmt.Sprintf("desk-%d@example.org", staff.Add(1))
	s.keepOut(email)
	link := strings.TrimSpace(s.run(t, "invite", email, "--role", role, "--lang", lang, "--no-mail"))
	u, err := url.Parse(link)
	if err != nil || !strings.HasPrefix(u.Path, "/desk/enter/") {
		t.Fatalf("invite printed %q", link)
	}
	return u.Path
}

// atDesk enters as a new coordinator and opens a page of the desk.
func atDesk(path string) func(*tab, string) {
	return func(b *tab, lang string) {
		b.t.Helper()
		b.staff = true
		b.open(b.site.invite(b.t, "coordinator", lang))
		b.send("")
		b.open("/desk/" + path)
		ask[any](b, `document.querySelectorAll('details').forEach(d => { d.open = true })`)
	}
}

// atVersions imports a letter, changes it, and opens one of its pages.
func atVersions(path string) func(*tab, string) {
	return func(b *tab, lang string) {
		b.t.Helper()
		slug := fmt.Sprintf("changed-%d", staff.Add(1))
		for i, what := range []string{"each month", "each week, in the languages of those who drink it"} {
			file := filepath.Join(b.t.TempDir(), "letter.txt")
			letter := "Open letter to the Ministers of Water\n\n3 May 2026\n\nWe, the undersigned, ask the governments of the region to:\n\n" +
				"1. Publish the quality of the water " + what + ".\n\n2. Repair the public networks before new ones are built.\n"
			if err := os.WriteFile(file, []byte(letter), 0o600); err != nil {
				b.t.Fatal(err)
			}
			if i == 0 {
				b.site.run(b.t, "letter", "import", file, "--slug", slug, "--open")
			} else {
				b.site.run(b.t, "letter", "revise", file, "--slug", slug, "--reason", "The assembly wanted it weekly")
			}
		}
		b.open("/" + lang + "/letters/" + slug + path)
	}
}

// deskRead pastes a letter at the desk and opens what was read.
func deskRead(b *tab, lang string) {
	atDesk("letters/new")(b, lang)
	ask[any](b, `document.querySelector('#pasted').value = `+strconv.Quote("Carta abierta por el agua\n\nPedimos a los gobiernos:\n\n1. Publicar la calidad del agua.\n\n"+
		"2. Reparar las redes.\n\nFirmantes\n\n1. Organización Ejemplo Uno, Uruguay\n3. Organización Ejemplo Dos, Chile\n"))
	b.send(`:has(#pasted)`)
}

// deskVerdicts pastes a list at the desk and opens what would become of it.
func deskVerdicts(b *tab, lang string) {
	atDesk("letters/"+practice+"/import")(b, lang)
	ask[any](b, `document.querySelector('#pasted').value = `+strconv.Quote("name,country,email,channel,note\nExample Collective of the List,Peru,,paper,Sheet 3\nAnother Example,Atlantis,nothing,paper,Sheet 4\n"))
	b.send(`:has(#pasted)`)
}

// deskInvited invites an organisation at the desk, opens the list with
// everything unfolded, and gives the path of the invitation.
func deskInvited(b *tab, lang string) (path string) {
	b.t.Helper()
	page := "letters/" + practice + "/invitations"
	atDesk(page)(b, lang)
	name := fmt.Sprintf("Organización Invitada de Ejemplo %d", staff.Add(1))
	ask[any](b, `document.querySelector('[name=name]').value = `+strconv.Quote(name))
	ask[any](b, `document.querySelector('[name=language]').value = `+strconv.Quote(lang))
	b.leads("the form", func() { ask[any](b, `document.querySelector('[value=add]').click()`) })
	ask[any](b, `document.querySelectorAll('details').forEach(d => { d.open = true })`)
	link := ask[string](b, `[...document.querySelectorAll('.rows li')].find(li => li.textContent.includes(`+strconv.Quote(name)+`)).querySelector('code').textContent`)
	u, err := url.Parse(link)
	if err != nil {
		b.t.Fatal(err)
	}
	return u.Path
}
