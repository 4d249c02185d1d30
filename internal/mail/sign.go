package mail

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"os"

	"github.com/emersion/go-msgauth/dkim"
)

// signedHeaders are covered by the signature. Those that name the parties and
// the subject are listed once more than they occur, so that none can be added
// on the way without breaking it (RFC 6376, 8.15).
var signedHeaders = []string{
	"From", "From", "To", "To", "Subject", "Subject", "Date", "Date", "Message-ID",
	"MIME-Version", "Content-Type", "Content-Type", "Content-Language", "Auto-Submitted",
}

// signer adds a DKIM-Signature to a message.
type signer struct{ opts dkim.SignOptions }

// newSigner reads the key and tries it once.
func newSigner(cfg DKIM) (*signer, error) {
	if cfg.Domain == "" || cfg.Selector == "" || cfg.KeyFile == "" {
		return nil, fmt.Errorf("mail: DKIM needs a domain, a selector and a key file, all three or none of them")
	}
	domain, err := asciiDomain(cfg.Domain)
	if err != nil {
		return nil, fmt.Errorf("mail: the DKIM domain %.80q is no domain name", cfg.Domain)
	}
	if _, err := asciiDomain(cfg.Selector); err != nil || !isASCII(cfg.Selector) {
		return nil, fmt.Errorf("mail: the DKIM selector %.80q may hold letters, digits, - and dots only", cfg.Selector)
	}
	key, err := readKey(cfg.KeyFile)
	if err != nil {
		return nil, err
	}
	return &signer{opts: dkim.SignOptions{
		Domain: domain, Selector: cfg.Selector, Signer: key, Hash: crypto.SHA256,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed,
		BodyCanonicalization:   dkim.CanonicalizationRelaxed,
		HeaderKeys:             signedHeaders,
	}}, nil
}

// sign gives back the message with the signature before it.
func (s *signer) sign(raw []byte) ([]byte, error) {
	opts := s.opts
	var b bytes.Buffer
	if err := dkim.Sign(&b, bytes.NewReader(raw), &opts); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// readKey reads a private key: PKCS #8 (RSA or Ed25519) or PKCS #1 (RSA), PEM.
func readKey(name string) (crypto.Signer, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("mail: the DKIM key cannot be read: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, 64<<10))
	if err != nil {
		return nil, fmt.Errorf("mail: the DKIM key cannot be read: %w", err)
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, fmt.Errorf("mail: the DKIM key file %s holds no PEM block: make one with: openssl genpkey -algorithm ed25519", name)
	}
	var key any
	switch block.Type {
	case "PRIVATE KEY":
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	default:
		return nil, fmt.Errorf("mail: the DKIM key file %s holds a %q, where an unencrypted PRIVATE KEY (RSA or Ed25519) is needed", name, block.Type)
	}
	if err != nil {
		return nil, fmt.Errorf("mail: the DKIM key in %s is damaged: %w", name, err)
	}
	switch k := key.(type) {
	case ed25519.PrivateKey:
		return k, nil
	case *rsa.PrivateKey:
		if k.N.BitLen() < 1024 { // RFC 8301, 3.2: verifiers ignore shorter ones
			return nil, fmt.Errorf("mail: the DKIM key in %s has %d bits; at least 1024 are needed and 2048 advised", name, k.N.BitLen())
		}
		return k, nil
	}
	return nil, fmt.Errorf("mail: the DKIM key in %s is neither RSA nor Ed25519", name)
}
