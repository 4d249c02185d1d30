package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"pliego/internal/ledger"
	"pliego/internal/locale"
	"pliego/internal/mail"
	"pliego/internal/mail/outbox"
	"pliego/internal/signature"
	"pliego/internal/signature/review"
)

// letterbox keeps the mail that is handed over.
type letterbox struct{ list []*mail.Message }

func (b *letterbox) Send(_ context.Context, m *mail.Message) error {
	b.list = append(b.list, m)
	return nil
}

// post sends what is due and gives it.
func (h *house) postMail() []*mail.Message {
	h.t.Helper()
	box := &letterbox{}
	w := &outbox.Worker{Store: h.db, Signing: h.signing, Sender: box, BaseURL: baseURL, Log: h.site.log, Now: h.clock.Now}
	for {
		n, err := w.SendDue(context.Background())
		h.must(err)
		if n == 0 {
			return box.list
		}
	}
}

// offer lets the open letter be signed sealed, and gives the coalition's key.
func (h *house) offer() *age.X25519Identity {
	h.t.Helper()
	key, err := age.GenerateX25519Identity()
	h.must(err)
	h.must(h.signing.OfferSealed(context.Background(), openLetter, key.Recipient().String()))
	h.must(h.site.Refresh(context.Background()))
	return key
}

const (
	secretName   = "Colectivo Jamás Nombrado Ñandú"
	secretSigner = "Firmante Oculta Ibáñez"
	secretMail   = "oculta@jamas.example.org"
)

func sealedForm(name, email, country string) url.Values {
	return url.Values{
		"kind": {"organisation"}, "name": {name}, "country": {country}, "signer_name": {secretSigner},
		"email": {email}, "visibility": {"sealed"}, "consent": {"1"}, "show_country": {"1"},
	}
}

// phraseOf is the phrase that a page shows.
func phraseOf(a *answered) string {
	for _, n := range nodes(a.doc, tagged("input")) {
		if attr(n, "name") == "words" {
			return attr(n, "value")
		}
	}
	return ""
}

// sealHere signs sealed without an address, and gives the phrase.
func (h *house) sealHere(form url.Values) string {
	h.t.Helper()
	a := h.post("/es/letters/"+openLetter+"/sign", form)
	if a.StatusCode != http.StatusSeeOther {
		h.t.Fatalf("sign: %d\n%s", a.StatusCode, a.body)
	}
	page := a.Header.Get("Location")
	phrase := phraseOf(h.get(page))
	if a := h.post(page, url.Values{"act": {"confirm"}, "words": {phrase}}); a.StatusCode != http.StatusOK {
		h.t.Fatalf("confirm: %d\n%s", a.StatusCode, a.body)
	}
	return phrase
}

// tomorrow passes midnight UTC and gives what was held its place.
func (h *house) tomorrow() {
	h.t.Helper()
	now := h.clock.Now()
	h.clock.advance(ledger.Day(now).Add(24*time.Hour + time.Minute).Sub(now))
	h.settle()
}

// A sealed signature from the form to the list and off it again. Nothing on any
// page, in any file or mail says whose it is.
func TestSealedFromFormToGap(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if a := h.post("/es/letters/"+openLetter+"/sign", sealedForm(secretName, secretMail, "HN")); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("a letter that offers no sealing takes it: %d", a.StatusCode)
		}
		key := h.offer()
		for _, lang := range locale.Languages {
			a := h.get("/" + lang + "/letters/" + openLetter + "/sign")
			for _, says := range []string{"sign.sealed_what", "sign.sealed_who", "sign.sealed_long", "sign.sealed_mail", "sign.sealed_not"} {
				if !strings.Contains(textOf(a.doc), strings.Join(strings.Fields(locale.T(lang, says)), " ")) {
					t.Errorf("%s: the form does not say %s", lang, says)
				}
			}
		}
		a := h.post("/es/letters/"+openLetter+"/sign", sealedForm(secretName, secretMail, "HN"))
		sent := a.Header.Get("Location")
		h.expect(h.get(sent), http.StatusOK, privatePage)

		mails := h.postMail()
		if len(mails) != 1 || mails[0].To != secretMail {
			t.Fatalf("%d mails", len(mails))
		}
		for _, telling := range []string{secretName, secretSigner, "Open letter", openLetter, "firm"} {
			if m := mails[0]; strings.Contains(m.Subject+m.Text+m.HTML, telling) && telling != "firm" || strings.Contains(strings.ReplaceAll(m.Text, "confirm", ""), telling) {
				t.Errorf("the mail says %q:\n%s", telling, m.Text)
			}
		}
		at := strings.Index(mails[0].Text, baseURL+"/es/confirm/")
		link, _, _ := strings.Cut(mails[0].Text[at+len(baseURL):], "\n")
		phrases := map[string]bool{}
		var page *answered
		for range 2 { // mail scanners follow links
			page = h.get(link)
			h.expect(page, http.StatusOK, privatePage)
			phrases[phraseOf(page)] = true
		}
		if len(phrases) != 2 {
			t.Error("two looks at the page show one phrase")
		}
		if a := h.post(link, nil); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("confirmed without a phrase: %d", a.StatusCode)
		}
		phrase := phraseOf(page)
		done := h.post(link, url.Values{"words": {phrase}})
		h.expect(done, http.StatusOK, privatePage)
		for _, w := range strings.Fields(phrase) {
			if !strings.Contains(done.body, w) {
				t.Errorf("the last page lacks the word %q", w)
			}
		}
		// The mailbox leads to nothing from then on.
		for _, again := range []*answered{h.get(link), h.post(link, url.Values{"words": {phrase}}), h.get(sent)} {
			if again.StatusCode != http.StatusGone || strings.Contains(again.body, "Open letter") {
				t.Errorf("the link still works, or tells of the letter: %d", again.StatusCode)
			}
		}
		if mails := h.postMail(); len(mails) != 0 {
			t.Errorf("%d mails after confirming", len(mails))
		}

		own := h.recover(phrase)
		h.settle()
		list := "/es/letters/" + openLetter + "/signatories"
		if got := names(h.get(list)); len(got) != 0 {
			t.Errorf("listed before its day is over: %q", got)
		}
		h.tomorrow()
		if got, want := names(h.get(list)), []string{"1 Una organización, país reservado"}; !slices.Equal(got, want) {
			t.Fatalf("listed: %q, want %q", got, want)
		}
		base := "/es/letters/" + openLetter
		for _, path := range []string{
			list, list + "?order=name", list + "?order=country", list + "?q=colectivo", list + "?country=HN", base, base + "/feed.atom", base + "/signatories.csv",
			base + "/letter.docx", "/api/v1/letters/" + openLetter, "/api/v1/letters/" + openLetter + "/signatures", "/ledger/openings/000", own,
		} {
			a := h.get(path)
			if a.StatusCode != http.StatusOK {
				t.Errorf("%s: %d", path, a.StatusCode)
			}
			for _, secret := range []string{secretName, "Jamás", secretSigner, secretMail, "Honduras", `"HN"`, "12:00:00Z\",\n   \"visibility\": \"sealed\""} {
				if strings.Contains(a.body, secret) && !(secret == "Honduras" && strings.HasPrefix(path, list)) {
					t.Errorf("%s says %q", path, secret)
				}
			}
		}
		if !strings.Contains(h.get(base).body, locale.T("es", "tally.sealed", "n", 1)) {
			t.Error("the letter's page does not count it apart")
		}
		var api apiSignatureList
		h.must(json.Unmarshal([]byte(h.get("/api/v1/letters/"+openLetter+"/signatures").body), &api))
		row := api.Signatures[0]
		if api.Counts.Sealed != 1 || api.Counts.Organisations != 1 || row.Visibility != signature.Sealed || row.Name != "" || !row.SignedAt.Equal(ledger.Day(*row.SignedAt)) {
			t.Errorf("the API: %+v, %+v", api.Counts, row)
		}

		// The coalition opens the box, elsewhere.
		var file bytes.Buffer
		l, err := h.db.LetterBySlug(t.Context(), openLetter)
		h.must(err)
		n, err := h.signing.ExportSealed(t.Context(), l, &file)
		h.must(err)
		_, err = signature.OpenSealed(bytes.NewReader(file.Bytes()), []age.Identity{key}, func(o signature.Opened) error {
			if s := o.Signer; o.Err != nil || o.Number != 1 || s.Name != secretName || s.Email != secretMail || s.SignerName != secretSigner || s.Country != "HN" || !s.ShowCountry {
				t.Errorf("opened: %+v", o)
			}
			return nil
		})
		if err != nil || n != 1 {
			t.Errorf("%d exported, %v", n, err)
		}

		// Two clicks from the phrase: withdrawn, and the gap shows with the day's end.
		if a := h.post(own, url.Values{"act": {"withdraw"}}); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("withdraw: %d", a.StatusCode)
		}
		h.expect(h.get(own+"?ended"), http.StatusOK, privatePage)
		h.settle()
		if got := names(h.get(list)); !slices.Equal(got, []string{"1 Una organización, país reservado"}) {
			t.Errorf("the list tells the hour of withdrawing: %q", got)
		}
		if a := h.post("/es/recover", url.Values{"phrase": {phrase}}); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("the phrase leads back to what was withdrawn: %d", a.StatusCode)
		}
		if _, err := h.db.SealedBox(t.Context(), h.idOf(own)); !errors.Is(err, signature.ErrUnknown) {
			t.Errorf("the box of a withdrawn signature: %v", err)
		}
		h.tomorrow()
		if got := names(h.get(list)); len(got) != 1 || !strings.HasPrefix(got[0], "1 "+locale.T("es", "list.withdrawn", "date", "")) {
			t.Errorf("after withdrawing: %q", got)
		}
		if l, _ := h.db.LetterBySlug(t.Context(), openLetter); l.Counts.Listed() != 0 || l.Counts.Sealed() != 0 || l.Counts.Withdrawn != 1 {
			t.Errorf("counts %+v", l.Counts)
		}
	})
}

func (h *house) recover(phrase string) (own string) {
	h.t.Helper()
	a := h.post("/fr/recover", url.Values{"phrase": {phrase}})
	if a.StatusCode != http.StatusSeeOther {
		h.t.Fatalf("recover: %d\n%s", a.StatusCode, a.body)
	}
	return strings.Replace(a.Header.Get("Location"), "/fr/", "/es/", 1)
}

func (h *house) idOf(own string) string {
	h.t.Helper()
	id, _, err := h.signing.Vault.ParseToken(signature.TokenOwn, own[strings.LastIndexByte(own, '/')+1:])
	h.must(err)
	return id
}

// Without an address it waits for a person, who hears nothing of whose it is; what
// never had a number leaves nothing when it is withdrawn.
func TestSealedWithoutAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		rules, err := review.Rules(review.Config{Mode: review.Normal, Now: h.clock.Now, Names: h.db})
		h.must(err)
		h.signing.Rules = rules
		h.offer()
		first, second := h.sealHere(sealedForm(secretName, "", "HN")), h.sealHere(sealedForm("Otra", "", "HN"))
		own := h.recover(first)
		a := h.get(own)
		h.expect(a, http.StatusOK, privatePage)
		if !strings.Contains(a.body, locale.T("es", "review.sealed_unaddressed")) {
			t.Error("the own page does not say why it waits")
		}
		h.must(h.signing.Accept(t.Context(), h.idOf(own)))
		if mails := h.postMail(); len(mails) != 0 {
			t.Errorf("%d mails", len(mails))
		}
		h.settle()
		if l, _ := h.db.LetterBySlug(t.Context(), openLetter); l.Counts.Highest != 0 {
			t.Error("accepting places it at once")
		}
		other := h.recover(second)
		if a := h.post(other, url.Values{"act": {"withdraw"}}); a.StatusCode != http.StatusOK || !strings.Contains(a.body, locale.T("es", "disown.done_text")) {
			t.Errorf("withdrawing what waits: %d", a.StatusCode)
		}
		if _, err := h.db.SignatureByID(t.Context(), h.idOf(other)); !errors.Is(err, signature.ErrUnknown) {
			t.Errorf("something is left of it: %v", err)
		}
		h.tomorrow()
		if got, want := names(h.get("/es/letters/"+openLetter+"/signatories")), []string{"1 Una organización, país reservado"}; !slices.Equal(got, want) {
			t.Errorf("listed: %q", got)
		}
	})
}

// A phrase that is mistyped comes back with what is wrong; another can be had.
func TestRecoveryPhrase(t *testing.T) {
	h := onSQLite(t)
	h.offer()
	phrase := h.sealHere(sealedForm(secretName, "", "HN"))
	typed := strings.Fields(phrase)
	wrong := func(i int, word string) string {
		w := slices.Clone(typed)
		w[i] = word
		return strings.Join(w, " ")
	}
	for text, says := range map[string]string{
		"":                             locale.T("es", "problem.phrase_length", "n", 12),
		wrong(4, "xyzzy"):              locale.T("es", "problem.phrase_word", "place", 5),
		strings.Repeat("ábaco ", 12):   locale.T("es", "problem.phrase_order"),
		strings.Repeat("ábaco ", 2000): locale.T("es", "problem.phrase_length", "n", 12),
	} {
		a := h.post("/es/recover", url.Values{"phrase": {text}})
		h.expect(a, http.StatusUnprocessableEntity, everyPage)
		if !strings.Contains(a.body, says) {
			t.Errorf("%.40q: %s is not said", text, says)
		}
		if text != "" && !strings.Contains(a.body, strings.Fields(text)[0]) {
			t.Error("what was typed is lost")
		}
	}
	own := h.recover(strings.ToUpper(phrase))
	page := h.post(own, url.Values{"act": {"phrase"}})
	h.expect(page, http.StatusOK, privatePage)
	if h.recover(phrase) != own {
		t.Error("looking at another phrase makes the first worthless")
	}
	if a := h.post(own, url.Values{"act": {"phrase"}, "words": {phraseOf(page)}}); a.StatusCode != http.StatusOK {
		t.Fatalf("another phrase: %d", a.StatusCode)
	}
	if a := h.post("/es/recover", url.Values{"phrase": {phrase}}); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the phrase before still leads there: %d", a.StatusCode)
	}
	if h.recover(phraseOf(page)) != own {
		t.Error("the new phrase leads elsewhere")
	}
	if a := h.post(own, url.Values{"act": {"correct"}, "name": {"X"}, "country": {"UY"}}); a.StatusCode == http.StatusSeeOther {
		t.Error("a sealed signature was given a name in clear")
	}
	limited := false
	for range 2 * recoverBurst {
		limited = limited || h.post("/es/recover", url.Values{"phrase": {phrase}}).StatusCode == http.StatusTooManyRequests
	}
	if !limited {
		t.Error("phrases can be tried without bound")
	}
}

// One address gives a letter one signature, public or sealed; when the letter
// closes nothing tells any more which addresses gave sealed ones.
func TestSealedAddressSignsOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.offer()
		confirm := func(form url.Values) int {
			h.post("/es/letters/"+openLetter+"/sign", form)
			mails := h.postMail()
			at := strings.Index(mails[0].Text, baseURL+"/es/confirm/")
			if at < 0 {
				t.Fatalf("no link:\n%s", mails[0].Text)
			}
			link, _, _ := strings.Cut(mails[0].Text[at+len(baseURL):], "\n")
			a := h.post(link, url.Values{"words": {phraseOf(h.get(link))}})
			h.postMail()
			return a.StatusCode
		}
		if s := confirm(sealedForm("Una", "a@example.org", "HN")); s != http.StatusOK {
			t.Errorf("the first: %d", s)
		}
		if s := confirm(sealedForm("Una", "A@example.org", "HN")); s != http.StatusConflict {
			t.Errorf("sealed twice: %d", s)
		}
		if s := confirm(signForm("Una", "a@example.org")); s != http.StatusConflict {
			t.Errorf("public after sealed: %d", s)
		}
		if s := confirm(signForm("Otra", "b@example.org")); s != http.StatusSeeOther {
			t.Errorf("public: %d", s)
		}
		if s := confirm(sealedForm("Otra", "b@example.org", "HN")); s != http.StatusConflict {
			t.Errorf("sealed after public: %d", s)
		}
		l, err := h.db.LetterBySlug(t.Context(), openLetter)
		h.must(err)
		h.must(h.letters.Close(t.Context(), openLetter))
		if _, err := h.db.SealedIndexKey(t.Context(), l.ID); !errors.Is(err, signature.ErrUnknown) {
			t.Errorf("the key of the index after closing: %v", err)
		}
		if n := h.count(`SELECT count(*) FROM sealed_address`); n != 0 {
			t.Errorf("%d addresses in the index after closing", n)
		}
	})
}

// The address of who did not go on is destroyed when its link expires.
func TestUnconfirmedSealedGoesWithItsLink(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.offer()
		h.post("/es/letters/"+openLetter+"/sign", sealedForm(secretName, secretMail, "HN"))
		h.postMail()
		keeper := &signature.Keeper{Store: h.db, Log: h.site.log, Now: h.clock.Now}
		for day := range 8 {
			_, err := keeper.Sweep(t.Context())
			h.must(err)
			if n := h.count(`SELECT count(*) FROM vault`); n != 1 && day < 7 || n != 0 && day == 7 {
				t.Errorf("after %d days the vault holds %d records", day, n)
			}
			h.clock.advance(24 * time.Hour)
		}
		if n := h.count(`SELECT count(*) FROM sealed_box`); n != 0 {
			t.Errorf("%d boxes are left", n)
		}
	})
}

// A letter's index goes with its deadline too, when nobody closes it.
func TestSealedIndexGoesWithTheDeadline(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.offer()
		keeper := &signature.Keeper{Store: h.db, Log: h.site.log, Now: h.clock.Now}
		for _, want := range []int{0, 1, 0} {
			swept, err := keeper.Sweep(t.Context())
			h.must(err)
			if swept.SealedIndexes != want {
				t.Errorf("%d indexes destroyed, want %d", swept.SealedIndexes, want)
			}
			h.clock.advance(31 * 24 * time.Hour)
		}
	})
}
