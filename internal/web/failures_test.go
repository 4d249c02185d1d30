package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"pliego/internal/mail"
	"pliego/internal/mail/outbox"
	"pliego/internal/signature"
	"pliego/internal/signature/review"
)

// These tests play out what has sunk letters elsewhere, through HTTP, with the
// rules of normal in force.

// guard puts the rules in force and believes the X-Forwarded-For of this machine.
func (h *house) guard() {
	h.t.Helper()
	rules, err := review.Rules(review.Config{Mode: review.Normal, Now: h.clock.Now, Names: h.db})
	h.must(err)
	h.signing.Rules = rules
	h.site.proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

func personForm(name, country, email string) url.Values {
	return url.Values{"kind": {"person"}, "name": {name}, "country": {country}, "email": {email}, "visibility": {"public"}, "consent": {"1"}}
}

// fillIn sends the form from a network, as a person does, who opens the page and
// types for a while, or as a program.
func (h *house) fillIn(f url.Values, from string, byPerson bool) (id string) {
	h.t.Helper()
	path := "/es/letters/" + openLetter + "/sign"
	if byPerson {
		f.Set("form", attr(field1(h.get(path), "form"), "value"))
		h.clock.advance(20 * time.Second)
	}
	r := h.request("POST", path, f.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Forwarded-For", from)
	a := h.do(r)
	if a.StatusCode != http.StatusSeeOther {
		h.t.Fatalf("sign: status %d\n%s", a.StatusCode, a.body)
	}
	sent := a.Header.Get("Location")
	id, _, err := h.signing.Vault.ParseToken(signature.TokenWait, sent[strings.LastIndexByte(sent, '/')+1:])
	h.must(err)
	return id
}

// press confirms as the signer does, and tells the state reached.
func (h *house) press(id string) signature.State {
	h.t.Helper()
	if a := h.post("/es/confirm/"+h.confirmToken(id), nil); a.StatusCode != http.StatusSeeOther {
		h.t.Fatalf("confirm: status %d\n%s", a.StatusCode, a.body)
	}
	sig, err := h.db.SignatureByID(context.Background(), id)
	h.must(err)
	return sig.State
}

// acceptAll accepts what waits and passes a test, as a coordinator does.
func (h *house) acceptAll(genuine func(*signature.Signature) bool) (accepted int) {
	h.t.Helper()
	ctx := context.Background()
	list, err := h.db.InState(ctx, signature.Waiting, "", "", 10_000)
	h.must(err)
	for _, sig := range list {
		if genuine(sig) {
			h.must(h.signing.Accept(ctx, sig.ID))
			accepted++
		}
	}
	return accepted
}

// 77,000 fake signers were removed from one petition. Here, on a smaller scale:
// a program with throw-away mailboxes and a few networks floods a letter while
// others sign it. None of its signatures is listed, none of the others' is lost.
func TestFloodOfFakeSigners(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.guard()
		throwAway := []string{"mailinator.com", "yopmail.com", "guerrillamail.com", "10minutemail.com", "trashmail.com", "sharklasers.com"}
		const fakes, others = 120, 15
		standing, waiting := 0, 0
		for i := range fakes {
			f := personForm(fmt.Sprintf("Firmante Falso %d", i), "UY", fmt.Sprintf("f%d@%s", i, throwAway[i%len(throwAway)]))
			if state := h.press(h.fillIn(f, fmt.Sprintf("198.51.100.%d", i%3), false)); state != signature.Waiting {
				t.Fatalf("fake %d is %s", i, state)
			}
			if i%(fakes/others) != 0 {
				continue
			}
			email := fmt.Sprintf("persona%d@gmail.com", i)
			if i == 0 { // somebody who is careful with their address
				email = "cuidadosa@yopmail.com"
			}
			switch state := h.press(h.fillIn(personForm(fmt.Sprintf("Persona Verdadera %d", i), "UY", email), fmt.Sprintf("203.0.113.%d", i), true)); state {
			case signature.Standing:
				standing++
			case signature.Waiting:
				waiting++
			default:
				t.Fatalf("person %d is %s", i, state)
			}
		}
		if standing != others-1 || waiting != 1 {
			t.Errorf("of %d persons %d stand and %d wait", others, standing, waiting)
		}
		h.settle()
		list := "/es/letters/" + openLetter + "/signatories"
		if got := names(h.get(list)); len(got) != standing || strings.Contains(strings.Join(got, ""), "Falso") {
			t.Errorf("listed: %q", got)
		}
		// A person looks: the genuine one gets through, and all of the others are
		// still there.
		if n := h.acceptAll(func(s *signature.Signature) bool { return strings.Contains(s.Public.Name, "Verdadera") }); n != 1 {
			t.Errorf("%d accepted", n)
		}
		h.settle()
		if got := names(h.get(list)); len(got) != others || strings.Contains(strings.Join(got, ""), "Falso") {
			t.Errorf("listed at the end: %q", got)
		}
		left, err := h.db.InState(context.Background(), signature.Waiting, "", "", 10_000)
		h.must(err)
		if len(left) != fakes {
			t.Errorf("%d of %d fakes are kept for a person to see", len(left), fakes)
		}
		for _, network := range []string{"198.51.100.", "203.0.113."} {
			if strings.Contains(h.log.String(), network) {
				t.Error("a network address is in the log")
			}
		}
	})
}

// Names of people who never signed came back on a letter. Whoever types others'
// names cannot confirm from others' mailboxes; with one mailbox, spelt
// differently, or one domain of their own, a few names at most stand before a
// person looks; and a name that is on the letter does not come a second time.
func TestNamesOfPeopleWhoNeverSigned(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.guard()
		if state := h.press(h.fillIn(personForm("María Verdadera", "UY", "maria@gmail.com"), "203.0.113.7", true)); state != signature.Standing {
			t.Fatalf("the first is %s", state)
		}
		const n = 25
		forger := func(what string, atMost int, email func(i int) string, confirms bool) {
			t.Helper()
			states := map[signature.State]int{}
			for i := range n {
				id := h.fillIn(personForm(fmt.Sprintf("Vecina %s %d", what, i), "UY", email(i)), "198.51.100.9", true)
				if confirms {
					states[h.press(id)]++
				}
			}
			if states[signature.Standing] > atMost || confirms && states[signature.Standing]+states[signature.Waiting] != n {
				t.Errorf("%s: %v", what, states)
			}
		}
		forger("con su propia dirección", 0, func(i int) string { return fmt.Sprintf("vecina%d@gmail.com", i) }, false)
		forger("con un buzón", 1, func(i int) string { return fmt.Sprintf("falsaria+%d@gmail.com", i) }, true)
		forger("con un dominio", 10, func(i int) string { return fmt.Sprintf("vecina%d@dominio-propio.uy", i) }, true)
		if state := h.press(h.fillIn(personForm("MARIA  Verdadera", "UY", "otra@riseup.net"), "203.0.113.8", true)); state != signature.Waiting {
			t.Errorf("a name that is on the letter: %s", state)
		}
		h.settle()
		if got := names(h.get("/es/letters/" + openLetter + "/signatories")); len(got) != 1+1+10 {
			t.Errorf("%d listed: %q", len(got), got)
		}
	})
}

// tray is a sender of mail that keeps it.
type tray struct {
	mu  sync.Mutex
	got []*mail.Message
}

func (s *tray) Send(_ context.Context, m *mail.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got = append(s.got, m)
	return nil
}

var mailedLink = regexp.MustCompile(regexp.QuoteMeta(baseURL) + `/\S+`)

// Signatures were lost to programs that open every link of a mail before its
// reader does. Here they may, as often as they like: nothing is used up,
// nothing is confirmed or withdrawn, and the reader's own press counts.
func TestMailScannersUseNothingUp(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		h.guard()
		sender := &tray{}
		worker := &outbox.Worker{Store: h.db, Signing: h.signing, Sender: sender, BaseURL: baseURL, Log: slog.New(slog.DiscardHandler), Now: h.clock.Now}
		scan := func() {
			t.Helper()
			_, err := worker.SendDue(ctx)
			h.must(err)
			if len(sender.got) == 0 {
				t.Fatal("there is no mail")
			}
			for _, m := range sender.got {
				links := mailedLink.FindAllString(m.Text+" "+m.HTML, -1)
				if len(links) < 2 {
					t.Fatalf("%d links in %q", len(links), m.Subject)
				}
				for _, link := range links {
					path := strings.TrimRight(strings.TrimPrefix(link, baseURL), `"'<>.,)`)
					path, _, _ = strings.Cut(path, `"`)
					for _, method := range []string{"GET", "GET", "HEAD", "OPTIONS"} {
						h.do(h.request(method, path, ""))
					}
				}
			}
			sender.got = nil
		}
		id := h.fillIn(personForm("Persona Ejemplo", "UY", "persona@gmail.com"), "203.0.113.7", true)
		state := func() signature.State {
			sig, err := h.db.SignatureByID(ctx, id)
			h.must(err)
			return sig.State
		}
		scan()
		if state() != signature.Unconfirmed {
			t.Fatalf("a scanner made it %s", state())
		}
		if got := h.press(id); got != signature.Standing {
			t.Fatalf("after the scanner the press leads to %s", got)
		}
		h.settle()
		scan() // the mail of thanks, with the link that can withdraw
		if state() != signature.Standing {
			t.Errorf("a scanner made it %s", state())
		}
		if got := names(h.get("/es/letters/" + openLetter + "/signatories")); len(got) != 1 {
			t.Errorf("listed: %q", got)
		}
	})
}

// An office of forty behind one address was taken for a robot. Here all of them
// get through: the first at once, the others after one look of a person.
func TestOfficeBehindOneAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.guard()
		const staff = 40
		states := map[signature.State]int{}
		for i := range staff {
			f := personForm(fmt.Sprintf("Colega Ejemplo %d", i), "UY", fmt.Sprintf("colega%d@oficina.org.uy", i))
			states[h.press(h.fillIn(f, "203.0.113.7", true))]++
		}
		if states[signature.Standing] < 10 || states[signature.Standing]+states[signature.Waiting] != staff {
			t.Errorf("states %v", states)
		}
		for i := range staff { // with addresses of their own, nobody waits
			f := personForm(fmt.Sprintf("Vecino Ejemplo %d", i), "UY", fmt.Sprintf("vecino%d@gmail.com", i))
			if state := h.press(h.fillIn(f, "203.0.113.8", true)); state != signature.Standing {
				t.Errorf("neighbour %d is %s", i, state)
			}
		}
		h.acceptAll(func(*signature.Signature) bool { return true })
		h.settle()
		if got := names(h.get("/es/letters/" + openLetter + "/signatories")); len(got) != 2*staff {
			t.Errorf("%d listed", len(got))
		}
	})
}
