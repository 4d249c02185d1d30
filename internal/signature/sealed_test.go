package signature

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"filippo.io/age"
	"pgregory.net/rapid"

	"pliego/internal/letter"
)

func coalition(t testing.TB) *age.X25519Identity {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// A box opens to what was put in, for its signature alone, and its length tells
// nothing: also not of the longest that the form takes, in any script.
func TestBoxTellsNothingByItsLength(t *testing.T) {
	key := coalition(t)
	to := key.Recipient().String()
	empty, err := closeBox(to, Signer{})
	if err != nil {
		t.Fatal(err)
	}
	text := func(t *rapid.T, name string, most int) string {
		return rapid.StringOfN(rapid.SampledFrom([]rune{'a', '"', '\\', '<', 'ñ', '字', '𐍈', '\u00a0'}), 0, most, -1).Draw(t, name)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := Signer{
			Letter: strings.Repeat("l", 64), Signature: "0190a5c6-93c2-7d4e-8f3b-2a1b0c9d8e7f", Kind: Organisation,
			Name: text(t, "name", MaxName), Acronym: text(t, "acronym", MaxAcronym), Country: "SV", Website: text(t, "website", MaxWebsite),
			SignerName: text(t, "signer", MaxSigner), SignerRole: text(t, "role", MaxSigner), Email: strings.Repeat("e", MaxEmail), ShowCountry: true,
		}
		box, err := closeBox(to, s)
		if err != nil {
			t.Fatal(err)
		}
		if len(box) != len(empty) || len(box) > MaxBox {
			t.Fatalf("%d bytes, and an empty one has %d", len(box), len(empty))
		}
		got, err := OpenBox(box, s.Letter, s.Signature, key)
		s.Version = signerVersion
		if err != nil || got != s {
			t.Fatalf("opened to %+v, %v", got, err)
		}
	})
	longest := Signer{
		Letter: strings.Repeat("l", 64), Name: strings.Repeat("𐍈", MaxName), Acronym: strings.Repeat("𐍈", MaxAcronym), Website: strings.Repeat("𐍈", MaxWebsite),
		SignerName: strings.Repeat("𐍈", MaxSigner), SignerRole: strings.Repeat("𐍈", MaxSigner), Email: strings.Repeat("e", MaxEmail),
	}
	if box, err := closeBox(to, longest); err != nil || len(box) != len(empty) {
		t.Errorf("the longest: %d bytes, %v", len(box), err)
	}
}

func TestBoxOpensForNobodyElse(t *testing.T) {
	key := coalition(t)
	box, err := closeBox(key.Recipient().String(), Signer{Letter: "a-letter", Signature: "one", Name: "Oculta"})
	if err != nil {
		t.Fatal(err)
	}
	damaged := bytes.Clone(box)
	damaged[len(damaged)-1] ^= 1
	for name, c := range map[string]struct {
		box      []byte
		slug, id string
		key      age.Identity
		want     error
	}{
		"another key": {box, "a-letter", "one", coalition(t), ErrBoxKey}, "another signature": {box, "a-letter", "two", key, ErrOtherBox},
		"another letter": {box, "b-letter", "one", key, ErrOtherBox}, "damaged": {damaged, "a-letter", "one", key, ErrBox},
		"cut": {box[:len(box)/2], "a-letter", "one", key, ErrBox}, "nothing": {nil, "a-letter", "one", key, ErrBox},
		"too long": {make([]byte, MaxBox+1), "a-letter", "one", key, ErrBox},
	} {
		if s, err := OpenBox(c.box, c.slug, c.id, c.key); !errors.Is(err, c.want) || s != (Signer{}) {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
}

func TestRecipients(t *testing.T) {
	one, two := coalition(t), coalition(t)
	box, err := closeBox(one.Recipient().String()+" "+two.Recipient().String(), Signer{Letter: "l", Signature: "s"})
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []age.Identity{one, two} {
		if _, err := OpenBox(box, "l", "s", key); err != nil {
			t.Errorf("one of two keys: %v", err)
		}
	}
	for _, text := range []string{"", "age1nonsense", "ssh-ed25519 AAAA", one.String(), strings.Repeat(one.Recipient().String()+" ", maxRecipients+1)} {
		if _, err := ParseRecipients(text); err == nil || strings.Contains(err.Error(), one.String()) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}

// Reading a hostile file ends, and opens nothing that is not this key's.
func FuzzOpenSealed(f *testing.F) {
	key := coalition(f)
	box, err := closeBox(key.Recipient().String(), Signer{Letter: "l-1", Signature: "s", Name: "Oculta"})
	if err != nil {
		f.Fatal(err)
	}
	head := `{"pliego_sealed":1,"letter":"l-1"}` + "\n"
	f.Add([]byte(head + fmt.Sprintf(`{"signature":"s","state":"standing","kind":"person","text_sha256":"","box":%q}`, "YWdl") + "\n"))
	f.Add([]byte(head))
	f.Add([]byte(`{"pliego_sealed":2}`))
	f.Add(append([]byte(head), box...))
	f.Fuzz(func(t *testing.T, file []byte) {
		rows := 0
		slug, err := OpenSealed(bytes.NewReader(file), []age.Identity{key}, func(o Opened) error {
			rows++
			if o.Err == nil && o.Signer.Name != "Oculta" {
				t.Errorf("opened to %+v", o.Signer)
			}
			return nil
		})
		if err != nil && !errors.Is(err, ErrSealedFile) {
			t.Errorf("%v", err)
		}
		if err == nil && letter.CheckSlug(slug) != nil || rows > len(file) {
			t.Errorf("letter %q, %d rows", slug, rows)
		}
	})
}

func FuzzReadCountries(f *testing.F) {
	f.Add(countriesHead + "l-1\n1 SV\n2 HN\n")
	f.Add(countriesHead + "l-1\n-1 SV\n")
	f.Fuzz(func(t *testing.T, text string) {
		slug, show, err := ReadCountries(text)
		if err != nil {
			return
		}
		var b strings.Builder
		if err := WriteCountries(&b, slug, show); err != nil {
			t.Fatal(err)
		}
		if again, same, err := ReadCountries(b.String()); err != nil || again != slug || len(same) != len(show) {
			t.Errorf("%q reads as %v, which reads back as %v, %v", text, show, same, err)
		}
	})
}
