package roll_test

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"pliego/internal/sheet"
	"pliego/internal/signature/roll"
)

func TestListsInEveryLanguageAndForm(t *testing.T) {
	latin := func(s string) string {
		out, err := charmap.Windows1252.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	wide := func(s string) string {
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, c := range map[string]struct{ file, text string }{
		"English":             {"l.csv", "Organization Name,Country,E-mail\nExample Organisation,Chile,a@example.org\n"},
		"Spanish, semicolon":  {"l.csv", "Nombre de la organización;País;Correo electrónico\nExample Organisation;Chile;a@example.org\n"},
		"Portuguese, tabs":    {"l.tsv", "Nome da organização\tPaís\tE-mail\nExample Organisation\tChile\ta@example.org\n"},
		"French":              {"l.csv", "Nom de l’organisation,Pays,Adresse électronique\nExample Organisation,Chile,a@example.org\n"},
		"a title above":       {"l.csv", "Signatures of May,,\n,,\nName,Country,Email\nExample Organisation,Chile,a@example.org\n,,\n"},
		"Windows-1252":        {"l.csv", latin("Organización;País;Correo\nExample Organisation;Chile;a@example.org\n")},
		"UTF-16":              {"l.csv", wide("Organización;País;Correo\nExample Organisation;Chile;a@example.org\n")},
		"columns in disorder": {"l.csv", "email,remarks nobody knows,pais,nombre\na@example.org,x,Chile,Example Organisation\n"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := roll.Read(c.file, strings.NewReader(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if len(l.Rows) != 1 {
				t.Fatalf("%d rows: %+v", len(l.Rows), l.Rows)
			}
			for col, want := range map[roll.Column]string{roll.Name: "Example Organisation", roll.Country: "Chile", roll.Email: "a@example.org", roll.Note: ""} {
				if got := l.Cell(l.Rows[0], col); got != want {
					t.Errorf("%s = %q, want %q", col, got, want)
				}
			}
		})
	}
}

func TestPlainText(t *testing.T) {
	l, err := roll.Read("list.txt", strings.NewReader("Example Organisation, and others\tChile\n\n  Otra; más \n"))
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Rows) != 2 || l.Cell(l.Rows[0], roll.Name) != "Example Organisation, and others" || l.Cell(l.Rows[0], roll.Country) != "Chile" ||
		l.Cell(l.Rows[1], roll.Name) != "Otra; más" || l.Rows[1].Line != 3 {
		t.Errorf("rows: %+v", l.Rows)
	}
}

func TestWhatIsNoList(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"empty":           {"", roll.ErrEmpty},
		"headings alone":  {"name,country\n", roll.ErrEmpty},
		"no names":        {"one,two\n1,2\n", roll.ErrNoName},
		"a column twice":  {"name,nombre\na,b\n", roll.ErrTwice},
		"binary":          {"name,\x00\x01\n", roll.ErrFormat},
		"an old workbook": {"\xD0\xCF\x11\xE0rest", roll.ErrFormat},
		"a broken one":    {"PK\x03\x04rest", roll.ErrFormat},
		"a long cell":     {"name,note\n" + strings.Repeat("x", sheet.MaxCell+1) + ",y\n", roll.ErrTooBig},
		"many columns":    {"name" + strings.Repeat(",x", sheet.MaxColumns) + "\n", roll.ErrTooBig},
		"too many bytes":  {strings.Repeat("x\n", sheet.MaxBytes/2+1), roll.ErrTooBig},
		"too many rows":   {"name\n" + strings.Repeat("x\n", sheet.MaxRows+100), roll.ErrTooBig},
	} {
		if _, err := roll.Read("l.csv", strings.NewReader(c.text)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestWhatIsWrittenIsReadAgain(t *testing.T) {
	heads := []string{"name", "country", "why not"}
	table := [][]string{{"Ñandú “Example”", "PY", "x; y"}, {"=1+1", "", "line\nbreak"}}
	rows := func(put func([]string) error) error {
		for _, r := range table {
			if err := put(r); err != nil {
				return err
			}
		}
		return nil
	}
	for name, c := range map[string]struct {
		write func(*bytes.Buffer) error
		first string // what becomes of a formula
	}{
		"CSV":  {func(b *bytes.Buffer) error { return sheet.WriteCSV(b, heads, rows) }, "'=1+1"},
		"XLSX": {func(b *bytes.Buffer) error { return sheet.WriteXLSX(b, heads, rows) }, "=1+1"},
	} {
		var b bytes.Buffer
		if err := c.write(&b); err != nil {
			t.Fatal(err)
		}
		l, err := roll.Read("x", &b)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(l.Rows) != 2 || l.Cell(l.Rows[0], roll.Name) != table[0][0] || l.Cell(l.Rows[1], roll.Name) != c.first || !slices.Equal(l.Unknown(), []string{"why not"}) {
			t.Errorf("%s: %+v", name, l)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add("l.csv", []byte("name,country\n\"a\nb\",UY\n"))
	f.Add("l.txt", []byte("\xFF\xFEa\x00"))
	f.Add("l.xlsx", []byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		l, err := roll.Read(name, bytes.NewReader(b))
		if err != nil {
			return
		}
		for _, r := range l.Rows {
			for _, c := range roll.Columns {
				l.Cell(r, c)
			}
		}
	})
}
