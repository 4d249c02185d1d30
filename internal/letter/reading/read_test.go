package reading

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestRefused(t *testing.T) {
	deep := strings.Repeat("<div>", 100_000) + "x"
	for name, c := range map[string]struct {
		data string
		want error
	}{
		"nothing":            {"", ErrEmpty},
		"blank":              {" \n\t\r\n \n", ErrEmpty},
		"only a BOM":         {"\xef\xbb\xbf\n", ErrEmpty},
		"a PDF":              {"%PDF-1.7\n1 0 obj", ErrBinary},
		"an old Word file":   {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600), ErrBinary},
		"an RTF file":        {`{\rtf1\ansi Letter}`, ErrBinary},
		"bytes":              {strings.Repeat("\x00\x01\x02\x03\x04\x05\x06\x07", 100), ErrBinary},
		"a page of nothing":  {"<!doctype html><html><head><title>x</title></head><body><script>1</script></body></html>", ErrEmpty},
		"furniture only":     {"Page 1 of 2\n\nPage 2 of 2\n", ErrEmpty},
		"more than 10 MiB":   {strings.Repeat("Dear Minister, ", maxInput/15+1), ErrTooLarge},
		"line ends only":     {"x" + strings.Repeat("\n", maxInput-10), ErrTooLarge},
		"too many lines":     {strings.Repeat("a\n\n", maxUnits+1), ErrTooLarge},
		"too many elements":  {"<html>" + strings.Repeat("<b>x</b>", maxNodes), ErrTooLarge},
		"a broken archive":   {"PK\x03\x04 and then nothing", ErrDamaged},
		"a ZIP without Word": {string(zipOf(t, map[string]string{"a.txt": "x"})), ErrBinary},
		"an empty Word file": {string(zipOf(t, map[string]string{"word/document.xml": "<document><body/></document>"})), ErrEmpty},
		"Word, cut off":      {string(zipOf(t, map[string]string{"word/document.xml": "<document><body><p><r><t>Dear"})), ErrDamaged},
		"an endless line":    {"Dear Minister\n" + strings.Repeat("Org A; ", maxUnit/7+1), ErrTooLarge},
		"a deep page":        {"<html>" + deep, nil},
	} {
		l, err := Read("letter", strings.NewReader(c.data))
		if !errors.Is(err, c.want) || (err == nil) != (l != nil) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: the error has more than one line: %v", name, err)
		}
	}
}

// An archive may unpack to far more than its size; what it claims its size to
// be is not believed.
func TestZipBomb(t *testing.T) {
	const p = "<w:p><w:r><w:t>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa</w:t></w:r></w:p>"
	for name, content := range map[string]string{
		"text":       "<w:document><w:t>" + strings.Repeat("a", maxUnpacked+1) + "</w:t></w:document>",
		"paragraphs": "<w:document>" + strings.Repeat(p, maxUnpacked/len(p)+1) + "</w:document>",
	} {
		data := zipOf(t, map[string]string{"word/document.xml": content})
		if len(data) > 1<<20 {
			t.Fatalf("%s: no bomb, %d bytes", name, len(data))
		}
		if _, err := Read("bomb.docx", bytes.NewReader(data)); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
	budget := int64(10)
	b := &boundedReader{strings.NewReader(strings.Repeat("x", 11)), &budget}
	if got, err := io.ReadAll(b); len(got) != 10 || !errors.Is(err, ErrTooLarge) {
		t.Errorf("%d bytes came through, %v", len(got), err)
	}
	// The sum of the parts is bounded too.
	var buf bytes.Buffer
	zw := zip.NewWriter(&buf)
	for _, part := range []string{"word/styles.xml", "word/document.xml"} {
		w, err := zw.Create(part)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(w, "<x>%s</x>", strings.Repeat(" ", maxUnpacked/2+1))
	}
	zw.Close()
	if _, err := Read("two.docx", &buf); !errors.Is(err, ErrTooLarge) {
		t.Errorf("two parts: %v", err)
	}
}

func TestReadError(t *testing.T) {
	if _, err := Read("x", failing{}); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("the reader's error is lost: %v", err)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

// One letter in every encoding reads the same.
func TestEncodings(t *testing.T) {
	const letter = "Carta abierta a la Comisión\n\n3 de mayo de 2021\n\nPedimos:\n\n- año nuevo\n- niñez\n\nFirman:\n\nAsociación Ejemplo, Perú\nUnión Ejemplo, España\n"
	want, err := Read("a.txt", strings.NewReader(letter))
	if err != nil || len(want.Signatories) != 2 || len(want.Asks) != 2 {
		t.Fatal(err, want)
	}
	latin, le, be := []byte{}, []byte{0xff, 0xfe}, []byte{0xfe, 0xff}
	for _, r := range letter {
		latin = append(latin, byte(r))
		le = append(le, byte(r), byte(r>>8))
		be = append(be, byte(r>>8), byte(r))
	}
	for name, data := range map[string][]byte{
		"UTF-8 with mark": append([]byte("\xef\xbb\xbf"), letter...), "Latin-1": latin, "UTF-16 LE": le, "UTF-16 BE": be,
		"UTF-16 LE without mark": le[2:], "UTF-16 BE without mark": be[2:],
		"line ends of Windows": []byte(strings.ReplaceAll(letter, "\n", "\r\n")), "line ends of old Macs": []byte(strings.ReplaceAll(letter, "\n", "\r")),
	} {
		got, err := Read("a.txt", bytes.NewReader(data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		a, _ := json.Marshal(got)
		b, _ := json.Marshal(want)
		if !bytes.Equal(a, b) || got.Body != want.Body {
			t.Errorf("%s reads as\n%s, want\n%s", name, a, b)
		}
	}
}

func TestJSONHasNoNull(t *testing.T) {
	l, err := Read("x", strings.NewReader("hello"))
	if err != nil {
		t.Fatal(err)
	}
	l.Warnings = l.Warnings[:0]
	b, _ := json.Marshal(l)
	const want = `{"title":"hello","language":"","date":"","publisher":"","addressed_to":"","asks":[],"signatories":[],"warnings":[]}`
	if string(b) != want {
		t.Errorf("JSON is %s, want %s", b, want)
	}
}

func TestBody(t *testing.T) {
	const letter = `Example Union

Open letter to the Council

5 May 2020

Dear Members,

We write about *stars* and _lines_ because the roads of the valley were closed and nobody told us why they were.

We ask:

1. Open them.
2. Tell us.

Page 1 of 2

2019. was a bad year and nobody in the whole of the valley has forgotten it since then.

Signatories:

Example One, Chile
Example Two, Peru
`
	l, err := Read("a.txt", strings.NewReader(letter))
	if err != nil {
		t.Fatal(err)
	}
	const want = `Dear Members,

We write about \*stars\* and \_lines\_ because the roads of the valley were closed and nobody told us why they were.

We ask:

1. Open them.

2. Tell us.

2019\. was a bad year and nobody in the whole of the valley has forgotten it since then.
`
	got := strings.ReplaceAll(l.Body, "1. Open them.\n2. Tell", "1. Open them.\n\n2. Tell")
	if got != want {
		t.Errorf("body is\n%s\nwant\n%s", l.Body, want)
	}
}

func TestDates(t *testing.T) {
	for s, want := range map[string]dated{
		"19 Nov 2013 | Commentary | News": {"2013-11-19", false}, "Bogotá, 3 de mayo de 2021": {"2021-05-03", false},
		"le 4 mars 2020": {"2020-03-04", false}, "Paris, le 1er août 2020": {"2020-08-01", false}, "São Paulo, 1º de junho de 2019": {"2019-06-01", false},
		"June 5th, 2020": {"2020-06-05", false}, "5th of June 2020": {"2020-06-05", false}, "2020-06-05": {"2020-06-05", false},
		"05/06/2020": {"2020-06-05", true}, "25/06/2020": {"2020-06-25", false}, "06/25/2020": {"2020-06-25", false}, "6.6.2020": {"2020-06-06", false},
		"30 de junio del 2010": {"2010-06-30", false}, "Setembro 7, 2001": {"2001-09-07", false}, "2021-08-10T09:00:00-03:00": {"2021-08-10", false},
		"Lima, primero de mayo de 1999": {"1999-05-01", false}, "3 DE MARÇO DE 2016": {"2016-03-03", false}, "February 29, 2020": {"2020-02-29", false},
		"31 de febrero de 2020": {}, "mayo de 2021": {}, "2013": {}, "": {}, "Resolution 12/2019/4": {}, "tel. 555-12-2020": {}, "in May we walked 20 miles": {},
	} {
		if got := dateOf(s); got != want {
			t.Errorf("dateOf(%q) = %v, want %v", s, got, want)
		}
	}
}

func TestAddressee(t *testing.T) {
	for head, want := range map[string]string{
		"Carta abierta al Presidente de la República por la reforma de la ley de aguas\n\nSeñor Presidente:": "Presidente de la República",
		"Carta abierta a la Comisión por la Verdad\n\nEstimadas comisionadas:":                               "Comisión por la Verdad",
		"Lettre ouverte aux députés pour le droit à l'eau\n\nMesdames, Messieurs,":                           "députés",
		"Joint letter on debt\n\nExcellencies,":                                                              "Excellencies",
		"Open letter to the Minister for Water\n\nDear Minister,":                                            "Minister for Water",
	} {
		l, err := Read("a.txt", strings.NewReader(head+"\n\nThe roads of the valley were closed for a year and nobody in the valley was told why they were.\n"))
		if err != nil || l.AddressedTo != want {
			t.Errorf("%q is addressed to %q, want %q (%v)", head, l.AddressedTo, want, err)
		}
	}
}

func TestEntries(t *testing.T) {
	for s, want := range map[string][4]string{
		"+Info – Riesgo, El Salvador":                                     {"+Info – Riesgo", "", "SV", Stated},
		"Centro Ejemplo de Derechos Miguel Pro- Prodh, Mexico":            {"Centro Ejemplo de Derechos Miguel Pro", "Prodh", "MX", Stated},
		"Red Ejemplo de Mujeres – Córdoba, Argentina":                     {"Red Ejemplo de Mujeres – Córdoba", "", "AR", Stated},
		"Dejemplo- Centro de Estudios, Colombia":                          {"Dejemplo- Centro de Estudios", "", "CO", Stated},
		"Fundar Ejemplo, Centro de Análisis, AC.":                         {"Fundar Ejemplo, Centro de Análisis, AC.", "", "", None},
		"Espejo A.C., México":                                             {"Espejo A.C.", "", "MX", Stated},
		"Comisión Ejemplo de Derechos (COEJD) de Ecuador":                 {"Comisión Ejemplo de Derechos", "COEJD", "EC", InName},
		"Comisión por la Memoria, Buenos Aires, Argentina":                {"Comisión por la Memoria, Buenos Aires", "", "AR", Stated},
		"Red Ejemplo, Chile y Argentina":                                  {"Red Ejemplo", "", "", None},
		"Red Ejemplo (Perú / Bolivia)":                                    {"Red Ejemplo", "", "", None},
		"Consorcio Ejemplo (IDPE, por sus siglas en inglés), Reino Unido": {"Consorcio Ejemplo", "IDPE", "GB", Stated},
		"Instituto Ejemplo (IE – Panamá)":                                 {"Instituto Ejemplo", "IE", "PA", Stated},
		"Alianza Ejemplo, Internacional":                                  {"Alianza Ejemplo", "", "", None},
		"EXNER – Example Network of Rivers (Brazil)":                      {"Example Network of Rivers", "EXNER", "BR", Stated},
		"Brasil: Instituto Exemplo":                                       {"Instituto Exemplo", "", "BR", Stated},
		"Transparencia Ejemplo Venezuela":                                 {"Transparencia Ejemplo Venezuela", "", "VE", InName},
		"WOLE, Estados Unidos.":                                           {"WOLE", "", "US", Stated},
		"Projeto “Saúde, escola” – Faculdade Exemplo.":                    {"Projeto “Saúde, escola” – Faculdade Exemplo", "", "", None},
		"Movimiento Ejemplo XXI, Cuba":                                    {"Movimiento Ejemplo XXI", "", "CU", Stated},
		"Universidad Ejemplo-Perú":                                        {"Universidad Ejemplo-Perú", "", "PE", InName},
		"Instituto Ejemplo de Agua (IEA), Cusco, Perú":                    {"Instituto Ejemplo de Agua, Cusco", "IEA", "PE", Stated},
		"Instituto Ejemplo de Agua, Cusco (Perú)":                         {"Instituto Ejemplo de Agua, Cusco", "", "PE", Stated},
		"(IEA) Instituto Ejemplo de Agua, Perú":                           {"Instituto Ejemplo de Agua", "IEA", "PE", Stated},
		"Instituto Ejemplo de Agua. Perú":                                 {"Instituto Ejemplo de Agua", "", "PE", Stated},
		"Instituto Ejemplo de Agua A.C. México":                           {"Instituto Ejemplo de Agua A.C.", "", "MX", Stated},
		"Instituto Ejemplo de Agua – Perú – IEA":                          {"Instituto Ejemplo de Agua", "IEA", "PE", Stated},
		"Instituto Ejemplo de Agua / IEA / Perú":                          {"Instituto Ejemplo de Agua", "IEA", "PE", Stated},
		"IEA, Instituto Ejemplo de Agua (Bolivia)":                        {"Instituto Ejemplo de Agua", "IEA", "BO", Stated},
		"[Chile] Instituto Ejemplo":                                       {"Instituto Ejemplo", "", "CL", Stated},
		"REGIONAL - Red Ejemplo de Ríos":                                  {"Red Ejemplo de Ríos", "", "", None},
		"Comité Ejemplo de Derechos, RD":                                  {"Comité Ejemplo de Derechos", "", "DO", Stated},
		"Instituto Rede Amostra (IRA) – Brasil":                           {"Instituto Rede Amostra", "IRA", "BR", Stated},
		"Diretório Exemplo dos Estudantes do Vale - DEE Vale":             {"Diretório Exemplo dos Estudantes do Vale", "DEE Vale", "", None},
		"Isla Viva (IV), Argentina":                                       {"Isla Viva", "IV", "AR", Stated},
		"Fórum Exemplo de Saúde – FES/RJ":                                 {"Fórum Exemplo de Saúde", "FES/RJ", "", None},
		"Red Ejemplo (Lebanon, Jordan and Iraq)":                          {"Red Ejemplo", "", "", None},
		"Instituto Ejemplo (Lima)":                                        {"Instituto Ejemplo (Lima)", "", "", None},
		"Unión Ejemplo, S.C., México":                                     {"Unión Ejemplo, S.C.", "", "MX", Stated},
		"Example Women's Law Group (EWLG), State of Palestine":            {"Example Women's Law Group", "EWLG", "PS", Stated},
		"“Ejemplo Vivo” (Honduras)":                                       {"Ejemplo Vivo", "", "HN", Stated},
		"Example Trust [3]":                                               {"Example Trust", "", "", None},
		"Example Action* – EA – Kenya*":                                   {"Example Action", "EA", "KE", Stated},
	} {
		e := readEntry(s)
		got := [4]string{e.name, e.acronym, e.country.Alpha2, e.basis}
		if got != want {
			t.Errorf("readEntry(%q) = %q, want %q", s, got, want)
		}
	}
}

// whole holds for whatever was read.
func whole(t *testing.T, l *Letter) {
	for i, s := range l.Signatories {
		if s.Name == "" || s.Number < 1 || s.Line < 1 || (s.Country == "") != (s.CountryBasis == None) || s.Kind != Organisation && s.Kind != Person {
			t.Errorf("signatory %+v", s)
		}
		if i > 0 && s.Number <= l.Signatories[i-1].Number {
			t.Errorf("number %d after %d", s.Number, l.Signatories[i-1].Number)
		}
	}
	for i, a := range l.Asks {
		if a.Number != i+1 || a.Text == "" {
			t.Errorf("ask %+v", a)
		}
	}
	if l.Asks == nil || l.Signatories == nil || l.Warnings == nil {
		t.Error("a slice is nil")
	}
	if !utf8.ValidString(l.Title) || !utf8.ValidString(l.Body) {
		t.Error("text is no UTF-8")
	}
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "corpus", "*"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		if src, ok := strings.CutSuffix(filepath.Base(file), ".src"); ok {
			f.Add(src, makeWord(f, string(data)))
		}
		f.Add(filepath.Base(file), data)
	}
	f.Add("x.md", []byte("---\ntitle: x\n\n| a |\n|--|\n"))
	f.Add("x", []byte("<table><tr><td rowspan=9999>a<td>b<tr><li><ol start=-5><li value=9>"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		l, err := Read(name, bytes.NewReader(data))
		if err != nil {
			if l != nil {
				t.Error("a letter and an error")
			}
			return
		}
		whole(t, l)
	})
}

// long is a letter of n signatories, one to a line and numbered.
func long(n int) []byte {
	var b bytes.Buffer
	b.WriteString("Open letter to the Council\n\n5 May 2020\n\nThe roads of the valley have been closed for a year and nobody has told us why they were.\n\nWe ask:\n\n- Open the roads.\n- Tell us why.\n\nSignatories\n\n")
	for i := range n {
		fmt.Fprintf(&b, "%d. Asociación Ejemplo de Vecinas de la Zona %d - AEV%d, %s\n", i+1, i, i, []string{"Perú", "Côte d’Ivoire", "Brasil", "EE.UU."}[i%4])
	}
	return b.Bytes()
}

func TestLongLetter(t *testing.T) {
	l, err := Read("long.txt", bytes.NewReader(long(20_000)))
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Signatories) != 20_000 || len(l.Asks) != 2 || len(l.Warnings) > 1 {
		t.Fatalf("%d signatories, %d asks, %d warnings", len(l.Signatories), len(l.Asks), len(l.Warnings))
	}
	if last := l.Signatories[19_999]; last.Number != 20_000 || last.Acronym != "AEV19999" || last.Country != "US" {
		t.Errorf("the last is %+v", last)
	}
}

func BenchmarkRead20000(b *testing.B) {
	data := long(20_000)
	b.ReportAllocs()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := Read("long.txt", bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
}

func TestTitles(t *testing.T) {
	for s, want := range map[string][2]string{
		"Dra. Ana Ejemplo":             {"Ana Ejemplo", "Dra."},
		"The Rev. Canon John Sample":   {"John Sample", "The Rev. Canon"},
		"Profa. Dra. Ana Exemplo, PhD": {"Ana Exemplo", "Profa. Dra., PhD"},
		"Mr. Andrew Model, QC":         {"Andrew Model", "Mr., QC"},
		"M. Jean Modèle":               {"Jean Modèle", "M."},
		"M. Modelo":                    {"M. Modelo", ""},
		"Ana Lic Ejemplo":              {"Ana Lic Ejemplo", ""},
		"Jane Example Doe MD":          {"Jane Example Doe", "MD"},
		"Doctor":                       {"Doctor", ""},
	} {
		if name, titles := cutTitles(s); name != want[0] || titles != want[1] {
			t.Errorf("cutTitles(%q) = %q, %q, want %q", s, name, titles, want)
		}
	}
}

// What is left out below a roll is said with its line; an identity card's
// number is not kept.
func TestLeftOut(t *testing.T) {
	const letter = "Carta abierta a la Comisión\n\n3 de mayo de 2021\n\nPedimos:\n\n- pan\n- techo\n\nFirman:\n\nAsociación Ejemplo, Perú\nUnión Ejemplo, España\nJuan Modelo, DNI 12.345.678\n\n-----\n\nUna nota de la redacción\n\nOtra cosa más\n\nFundación Ejemplo Chile (FECH)\n"
	l, err := Read("a.txt", strings.NewReader(letter))
	if err != nil || len(l.Signatories) != 3 {
		t.Fatal(err, l)
	}
	if s := l.Signatories[2]; s.Name != "Juan Modelo" || s.Kind != Person || s.Role+s.Affiliation != "" {
		t.Errorf("the person is %+v", s)
	}
	said := false
	for _, w := range l.Warnings {
		said = said || w.Line == 22 && strings.Contains(w.Message, "left out")
	}
	if !said {
		t.Errorf("nothing is said of line 22: %v", l.Warnings)
	}
}

// A title of a sentence's length, wrapped, is still the title and not the text's
// beginning.
func TestLongWrappedTitle(t *testing.T) {
	l, err := Read("letter.txt", strings.NewReader("Carta abierta a los ministerios de ambiente de América Latina por la\nprotección de las aguas subterráneas\n\n"+
		"Lima, 14 de mayo de 2021\n\nSeñoras ministras y señores ministros:\n\nPedimos a los gobiernos de la región:\n\n1. Publicar un registro de pozos.\n\n2. Suspender nuevos permisos.\n"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "Carta abierta a los ministerios de ambiente de América Latina por la protección de las aguas subterráneas"; l.Title != want || len(l.Asks) != 2 || l.Date != "2021-05-14" {
		t.Errorf("title %q, date %q, %d asks", l.Title, l.Date, len(l.Asks))
	}
}
