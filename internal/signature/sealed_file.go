package signature

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"pliego/internal/letter"
	"pliego/internal/place"
)

// ErrSealedFile is returned for a file that is no export of sealed signatures.
var ErrSealedFile = errors.New("this is no file of sealed signatures, or it is damaged; pliego sealed export writes one")

// SealedRow is one sealed signature of an exported file: what the server knows of
// it, and the box.
type SealedRow struct {
	Signature string `json:"signature"`
	Number    int64  `json:"number,omitempty"`
	State     State  `json:"state"`
	Kind      Kind   `json:"kind"`
	SignedOn  string `json:"signed_on,omitempty"` // the day
	Text      string `json:"text_sha256"`
	Box       []byte `json:"box"`
}

type sealedHead struct {
	Format int    `json:"pliego_sealed"`
	Letter string `json:"letter"`
}

const (
	sealedFormat  = 1
	maxSealedLine = MaxBox*4/3 + 4096
)

// ExportSealed writes the boxes of a letter's sealed signatures, confirmed ones
// alone, with what the server knows of each: JSON, a line each, the first naming
// the letter. No store is needed to read it. It returns how many.
func (s *Service) ExportSealed(ctx context.Context, l *letter.Letter, w io.Writer) (n int, err error) {
	out := json.NewEncoder(w)
	if err := out.Encode(sealedHead{sealedFormat, l.Slug}); err != nil {
		return 0, err
	}
	err = s.Store.EachSealed(ctx, l.ID, func(sig *Signature, box []byte) error {
		if !sig.State.Confirmed() {
			return nil
		}
		n++
		return out.Encode(SealedRow{
			Signature: sig.ID, Number: sig.Number, State: sig.State, Kind: sig.Kind,
			SignedOn: sig.SignedAt.UTC().Format(time.DateOnly), Text: sig.TextHash, Box: box,
		})
	})
	return n, err
}

// Opened is a row with whose it is, or why its box does not open.
type Opened struct {
	SealedRow
	Signer Signer
	Err    error // ErrBox, ErrBoxKey, ErrOtherBox, or nil
}

// OpenSealed reads an exported file and opens each box. It fails with
// ErrSealedFile; a box that does not open is told in its row, and the others are
// opened all the same.
func OpenSealed(r io.Reader, identities []age.Identity, fn func(Opened) error) (slug string, err error) {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 16<<10), maxSealedLine)
	var head sealedHead
	if !in.Scan() || strictJSON(in.Bytes(), &head) != nil || head.Format != sealedFormat || letter.CheckSlug(head.Letter) != nil {
		return "", errors.Join(ErrSealedFile, in.Err())
	}
	for line := 2; in.Scan(); line++ {
		var o Opened
		if err := strictJSON(in.Bytes(), &o.SealedRow); err != nil || o.Signature == "" || len(o.Box) == 0 {
			return head.Letter, fmt.Errorf("line %d: %w", line, ErrSealedFile)
		}
		o.Signer, o.Err = OpenBox(o.Box, head.Letter, o.Signature, identities...)
		if err := fn(o); err != nil {
			return head.Letter, err
		}
	}
	if err := in.Err(); err != nil {
		return head.Letter, fmt.Errorf("%w (%w)", ErrSealedFile, err)
	}
	return head.Letter, nil
}

func strictJSON(b []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return d.Decode(to)
}

// CountriesToShow tells, by number, which countries of opened signatures may be
// shown: of those that stand and agreed, where enough others come from the same.
func CountriesToShow(list []Opened) map[int64]string {
	count := map[string]int{}
	agreed := func(o Opened) bool {
		_, known := place.ByAlpha2(o.Signer.Country)
		return o.Err == nil && o.State == Standing && o.Number > 0 && o.Signer.ShowCountry && known
	}
	for _, o := range list {
		if agreed(o) {
			count[o.Signer.Country]++
		}
	}
	show := map[int64]string{}
	for _, o := range list {
		if agreed(o) && count[o.Signer.Country] >= ShowCountryFrom {
			show[o.Number] = o.Signer.Country
		}
	}
	return show
}

// countriesHead begins what is handed back to the server.
const countriesHead = "pliego sealed countries 1 "

// WriteCountries writes which countries may be shown, for the server: it holds
// nothing of the others.
func WriteCountries(w io.Writer, slug string, show map[int64]string) error {
	type row struct {
		number  int64
		country string
	}
	var rows []row
	for n, c := range show {
		rows = append(rows, row{n, c})
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.number, b.number) })
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s\n", countriesHead, slug)
	for _, r := range rows {
		fmt.Fprintf(&b, "%d %s\n", r.number, r.country)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// ReadCountries reads what WriteCountries wrote.
func ReadCountries(text string) (slug string, show map[int64]string, err error) {
	bad := errors.New("this is no list of countries; pliego sealed open --countries writes one")
	first, rest, _ := strings.Cut(text, "\n")
	slug, ok := strings.CutPrefix(first, countriesHead)
	if !ok || letter.CheckSlug(slug) != nil {
		return "", nil, bad
	}
	show = map[int64]string{}
	for line := range strings.Lines(rest) {
		var n int64
		var country string
		if _, err := fmt.Sscanf(strings.TrimSpace(line), "%d %s", &n, &country); err != nil || n < 1 {
			return "", nil, bad
		}
		if _, known := place.ByAlpha2(country); !known {
			return "", nil, fmt.Errorf("%w: number %d has no country", bad, n)
		}
		show[n] = country
	}
	return slug, show, nil
}

// ShowCountries shows the countries of a letter's sealed signatures that its
// coordinator found to be shared by enough who agreed. The store shows none that
// fewer share, whatever it is told.
func (s *Service) ShowCountries(ctx context.Context, slug string, show map[int64]string) error {
	l, err := s.Store.LetterBySlug(ctx, slug)
	if err != nil {
		return err
	}
	if err := s.Store.ShowCountries(ctx, l.ID, show); err != nil {
		return fmt.Errorf("show the countries of letter %s: %w", slug, err)
	}
	return nil
}
