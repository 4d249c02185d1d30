package mail

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"
)

// keyFile writes a key as PEM, and gives its name.
func keyFile(t *testing.T, kind string, der []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "dkim.pem")
	if err := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func pkcs8(t *testing.T, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestSignatureVerifies(t *testing.T) {
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	edPub, edKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaPub, err := x509.MarshalPKIXPublicKey(&rsaKey.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ file, record string }{
		"RSA, PKCS 8": {keyFile(t, "PRIVATE KEY", pkcs8(t, rsaKey)), "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(rsaPub)},
		"RSA, PKCS 1": {keyFile(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey)), "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(rsaPub)},
		"Ed25519":     {keyFile(t, "PRIVATE KEY", pkcs8(t, edKey)), "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(edPub)},
	} {
		t.Run(name, func(t *testing.T) {
			var m mailServer
			m.start(t, false)
			cfg := Config{URL: "smtp://" + m.addr, DKIM: DKIM{Domain: "example.org", Selector: "pliego", KeyFile: c.file}}
			msg := message("1")
			msg.Subject = "Confirme su firma: «Ñandú»   y más"
			if err := open(t, cfg).Send(t.Context(), msg); err != nil {
				t.Fatal(err)
			}
			raw := m.mails()[0].raw
			verify := func(raw []byte) error {
				vs, err := dkim.VerifyWithOptions(bytes.NewReader(raw), &dkim.VerifyOptions{LookupTXT: func(name string) ([]string, error) {
					if name != "pliego._domainkey.example.org" {
						t.Errorf("the key is looked for at %s", name)
					}
					return []string{c.record}, nil
				}})
				if err != nil {
					return err
				}
				if len(vs) != 1 || vs[0].Domain != "example.org" {
					t.Fatalf("verifications: %+v", vs)
				}
				for _, h := range []string{"From", "To", "Subject", "Date", "Message-ID", "Content-Type"} {
					if !slices.ContainsFunc(vs[0].HeaderKeys, func(k string) bool { return strings.EqualFold(k, h) }) {
						t.Errorf("%s is not signed", h)
					}
				}
				return vs[0].Err
			}
			if err := verify(raw); err != nil {
				t.Errorf("the signature does not verify: %v\n%s", err, raw)
			}
			for what, forged := range map[string][]byte{
				"another body":       bytes.Replace(raw, []byte("Hola"), []byte("Holo"), 1),
				"another recipient":  bytes.Replace(raw, []byte("signer@"), []byte("sinner@"), 1),
				"a second Subject":   append([]byte("Subject: Free money\r\n"), raw...),
				"a second From":      append([]byte("From: <x@example.net>\r\n"), raw...),
				"another Message-ID": bytes.Replace(raw, []byte("<1@"), []byte("<2@"), 1),
			} {
				if bytes.Equal(forged, raw) {
					t.Fatalf("%s: nothing was changed", what)
				}
				if verify(forged) == nil {
					t.Errorf("the signature still verifies after %s", what)
				}
			}
		})
	}
}

func TestUnusableKeys(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GODEBUG", "rsa1024min=0")
	short, err := rsa.GenerateKey(rand.Reader, 768)
	if err != nil {
		t.Fatal(err)
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var _ crypto.Signer = ed
	good := keyFile(t, "PRIVATE KEY", pkcs8(t, ed))
	text := filepath.Join(t.TempDir(), "x")
	if err := os.WriteFile(text, []byte("not a key"), 0o600); err != nil {
		t.Fatal(err)
	}
	for says, d := range map[string]DKIM{
		"all three":              {Domain: "example.org"},
		"all three or":           {Selector: "s", KeyFile: good},
		"cannot be read":         {"example.org", "s", filepath.Join(t.TempDir(), "none")},
		"no PEM block":           {"example.org", "s", text},
		"unencrypted":            {"example.org", "s", keyFile(t, "ENCRYPTED PRIVATE KEY", []byte("x"))},
		"is damaged":             {"example.org", "s", keyFile(t, "PRIVATE KEY", []byte("x"))},
		"neither RSA":            {"example.org", "s", keyFile(t, "PRIVATE KEY", pkcs8(t, ec))},
		"768 bits":               {"example.org", "s", keyFile(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(short))},
		"is no domain name":      {"example.org;", "s", good},
		"may hold letters, digi": {"example.org", "s; t=y", good},
	} {
		_, err := Open(Config{URL: "smtp://localhost", From: "letters@example.org", DKIM: d})
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v, want an error with %q", d, err, says)
		}
	}
}
