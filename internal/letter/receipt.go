package letter

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"unicode/utf8"

	"pliego/internal/vault"
)

// Receipt is a file that shows a delivery: a stamped copy, a postal slip, a
// message. It is kept in the vault; its hash is public.
type Receipt struct {
	Name  string
	Bytes []byte
}

// MaxReceipt bounds a receipt, and maxPixels a picture that is opened.
const (
	MaxReceipt = 10 << 20
	maxPixels  = 40_000_000
)

// ErrReceipt says that a file is no receipt that can be kept.
var ErrReceipt = errors.New("a receipt is a PDF, a JPEG or PNG picture, or text, of at most 10 MB")

// NewReceipt takes a file for a receipt. A picture is drawn anew, so that what a
// camera wrote into it, such as the place, is gone.
func NewReceipt(name string, content []byte) (*Receipt, error) {
	if len(content) == 0 || len(content) > MaxReceipt {
		return nil, ErrReceipt
	}
	switch {
	case bytes.HasPrefix(content, []byte("%PDF-")):
		return &Receipt{name, content}, nil
	case bytes.HasPrefix(content, []byte("\xff\xd8\xff")), bytes.HasPrefix(content, []byte("\x89PNG\r\n")):
		return redrawn(name, content)
	case utf8.Valid(content) && !bytes.ContainsRune(content, 0):
		return &Receipt{name, content}, nil
	}
	return nil, ErrReceipt
}

func redrawn(name string, content []byte) (*Receipt, error) {
	head, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil || head.Width <= 0 || head.Height <= 0 || head.Width > maxPixels/head.Height {
		return nil, ErrReceipt
	}
	picture, format, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, ErrReceipt
	}
	var out bytes.Buffer
	if format == "png" {
		err = png.Encode(&out, picture)
	} else {
		err = jpeg.Encode(&out, picture, &jpeg.Options{Quality: 90})
	}
	if err != nil {
		return nil, fmt.Errorf("draw a receipt anew: %w", err)
	}
	return &Receipt{name, out.Bytes()}, nil
}

// Hash is the receipt's SHA-256, in hexadecimal.
func (r *Receipt) Hash() string {
	sum := sha256.Sum256(r.Bytes)
	return hex.EncodeToString(sum[:])
}

func (r *Receipt) pack() ([]byte, error) {
	b, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("write a receipt: %w", err)
	}
	return b, nil
}

// ReceiptOf opens a delivery's receipt; ErrNotFound when there is none.
func (s *Service) ReceiptOf(ctx context.Context, v *vault.Vault, d Delivery) (*Receipt, error) {
	if d.ReceiptID == "" {
		return nil, ErrNotFound
	}
	sealed, err := s.Store.DeliveryReceipt(ctx, d.ReceiptID)
	if err != nil {
		return nil, err
	}
	b, err := v.Open(d.ReceiptID, sealed)
	if err != nil {
		return nil, fmt.Errorf("receipt %s: %w", d.ReceiptID, err)
	}
	var r Receipt
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, fmt.Errorf("read receipt %s: %w", d.ReceiptID, err)
	}
	return &r, nil
}
