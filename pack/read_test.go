package pack

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pliego/internal/letter"
	"pliego/internal/signature"
)

// good is a small pack without a mistake; tests break one thing in it.
func good() map[string]string {
	return map[string]string{
		"pack.yaml": "key: example\nname: {en: Example}\nversion: \"1\"\nlicence: CC0-1.0\n",
		"forums.yaml": `forums:
  - key: meeting-1
    name: {en: First meeting, es: Primera reunión}
    kind: ministerial
    body: {en: Example Body}
    place: {en: Lima}
    country: PE
    from: 2013-11
    to: 2013-11-22
    source_url: https://example.org/meeting
    confidence: seen
`,
		"provisions.csv": "forum,instrument,point,summary_en,letter,asks,answers,source_url,confidence\n" +
			"meeting-1,Declaration,4(a),It says so.,a-letter,first second,partial,,memory\n",
		"letters/a-letter/letter.yaml": `state: delivered
date: 2013-11-19
deadline: 2013-11-30
original_language: nl
publisher: Example Organisation
published_elsewhere:
  url: https://example.org/letter
  publisher: Example Organisation
  language: nl
  copies:
    - {url: "http://example.org/copy", publisher: Another, language: en, date: 2013-11-20}
forum: meeting-1
conveners_first: true
texts:
  en:
    kind: summary
    title: A letter
    body: |
      First paragraph.

      Second paragraph.
    asks:
      - {key: first, title: First, text: One thing.}
      - {key: second, title: Second, text: Another.}
    closing: That is all.
  es:
    kind: summary
    title: Una carta
    body: Un párrafo.
    asks:
      - {key: first, title: Primero, text: Una cosa.}
      - {key: second, title: Segundo, text: Otra.}
`,
		"letters/a-letter/addressees.csv": "key,country,office_es,office_pt,office_en,office_fr,office_native,native_language,source_url,confidence\n" +
			"sur,SR,,,Minister of Justice and Police,,Minister van Justitie en Politie,nl,https://example.org/sur,seen\n" +
			"sur-court,SR,,,Court of Justice,,,,,memory\n" +
			"everyone,,Todo el mundo,,Everyone,,,,,\n",
		"letters/a-letter/signatories.csv": "number,kind,basis,name,acronym,country,country_basis,convener,role,raw,evidence\n" +
			"1,organisation,printed,\"Example, Organisation\",EO,PY,stated,yes,,\"1. Example, Organisation - EO, Paraguay\",\n" +
			"2,person,given,A Person,,,none,,Professor,,Paper list of 3 May\n" +
			",organisation,given,Third,,UY,in_name,no,,,E-mail of 4 May\n",
		"README.md":  "About this pack.\n",
		".gitignore": "*\n",
	}
}

func mapFS(files map[string]string) fstest.MapFS {
	m := fstest.MapFS{}
	for name, data := range files {
		m[name] = &fstest.MapFile{Data: []byte(data)}
	}
	return m
}

func TestReadGood(t *testing.T) {
	p, err := Read(mapFS(good()))
	if err != nil {
		t.Fatal(err)
	}
	if p.Key != "example" || p.Names["en"] != "Example" || p.Version != "1" || len(p.Letters) != 1 || len(p.Forums) != 1 || len(p.Provisions) != 1 {
		t.Fatalf("%+v", p)
	}
	l := p.Letters[0]
	if !l.Deadline.Equal(time.Date(2013, 11, 30, 23, 59, 59, 0, time.UTC)) || !l.ConvenersFirst || l.OriginalLang != "nl" {
		t.Errorf("deadline %v, conveners first %v, language %s", l.Deadline, l.ConvenersFirst, l.OriginalLang)
	}
	if len(l.Elsewhere.Copies) != 1 || l.Elsewhere.Copies[0].Date != "2013-11-20" {
		t.Errorf("elsewhere %+v", l.Elsewhere)
	}
	if len(l.Texts) != 2 || l.Texts[0].Lang != "es" || l.Texts[1].Body != "First paragraph.\n\nSecond paragraph." || l.Texts[1].Closing != "That is all." {
		t.Errorf("texts %+v", l.Texts)
	}
	if a := l.Addressees; len(a) != 3 || a[0].OfficeNative != "Minister van Justitie en Politie" || a[2].Office["es"] != "Todo el mundo" {
		t.Errorf("addressees %+v", a)
	}
	s := l.Signatories
	if len(s) != 3 || s[0].Public.Name != "Example, Organisation" || !s[0].Convener || s[1].Kind != signature.Person || s[1].Public.Role != "Professor" || s[2].Number != 0 {
		t.Errorf("signatories %+v", s)
	}
	if f := p.Forums[0]; f.From != "2013-11" || f.Country != "PE" {
		t.Errorf("forum %+v", f)
	}
	if v := p.Provisions[0]; len(v.Asks) != 2 || v.Asks[1] != "second" || v.Point != "4(a)" {
		t.Errorf("provision %+v", v)
	}
}

func TestReadMistakes(t *testing.T) {
	const (
		letterFile = "letters/a-letter/letter.yaml"
		people     = "letters/a-letter/signatories.csv"
		offices    = "letters/a-letter/addressees.csv"
	)
	for _, c := range []struct {
		file, old, new string // what is replaced, once; an empty old replaces the file
		want           string // must begin a line of the error
		contains       string // and be in that line
	}{
		{"pack.yaml", "key: example", "key: Example Pack", "pack.yaml:1: ", "not a key"},
		{"pack.yaml", "version: \"1\"\n", "", "pack.yaml:1: ", "version is missing"},
		{"pack.yaml", "licence: CC0-1.0", "licence: ", "pack.yaml:4: ", "licence is empty"},
		{"pack.yaml", "licence:", "license:", "pack.yaml:4: ", "license is no field"},
		{"pack.yaml", "name: {en: Example}", "name: {de: Beispiel}", "pack.yaml:2: ", "use es, pt, en or fr"},
		{"pack.yaml", "name: {en: Example}", "name: Example", "pack.yaml:2: ", "must be fields"},
		{"pack.yaml", "name: {en: Example}", "name: {}", "pack.yaml:2: ", "no language"},
		{"pack.yaml", "version: \"1\"", "key: twice", "pack.yaml:3: ", "twice"},
		{"pack.yaml", "key: example", "key: [a, b]", "pack.yaml:1: ", "must be one value"},
		{"pack.yaml", "name: {en: Example}", "name: {en: [unclosed}", "pack.yaml:", "not YAML"},
		{"pack.yaml", "key: example", "key: &a example", "pack.yaml:1: ", "anchor"},
		{"pack.yaml", "key: example", "key: !!str example", "pack.yaml:1: ", "tag"},
		{"pack.yaml", "licence: CC0-1.0\n", "licence: CC0-1.0\n---\nkey: other\n", "pack.yaml:", "second document"},
		{"pack.yaml", "name: {en: Example}", "name: {en: \"Ex\\u202eample\"}", "pack.yaml:2: ", "U+202E"},
		{"pack.yaml", "name: {en: Example}", "name: {en: \"Ex\\u0007ample\"}", "pack.yaml:2: ", "U+0007"},
		{"pack.yaml", "name: {en: Example}", "name: {en: \"Ex\\nample\"}", "pack.yaml:2: ", "line break"},
		{"pack.yaml", "name: {en: Example}", "name: {en: " + strings.Repeat("x", maxLine+1) + "}", "pack.yaml:2: ", "at most"},
		{"pack.yaml", "", "", "pack.yaml: ", "is empty"},
		{"pack.yaml", "", "- a\n- b\n", "pack.yaml:1: ", "must be fields"},
		{"pack.yaml", "", strings.Repeat("[", 40) + strings.Repeat("]", 40), "pack.yaml:1: ", "nested deeper"},

		{"forums.yaml", "kind: ministerial", "kind: party", "forums.yaml:4: ", "summit, assembly"},
		{"forums.yaml", "from: 2013-11", "from: November 2013", "forums.yaml:8: ", "not a date"},
		{"forums.yaml", "from: 2013-11", "from: 2013-13", "forums.yaml:8: ", "not a date"},
		{"forums.yaml", "to: 2013-11-22", "to: 2013-10", "forums.yaml:9: ", "before from"},
		{"forums.yaml", "country: PE", "country: PER", "forums.yaml:7: ", "two capital letters"},
		{"forums.yaml", "country: PE", "country: XQ", "forums.yaml:7: ", "no country"},
		{"forums.yaml", "https://example.org/meeting", "ftp://example.org/meeting", "forums.yaml:10: ", "not a web address"},
		{"forums.yaml", "    source_url: https://example.org/meeting\n", "", "forums.yaml:10: ", "confidence is seen"},
		{"forums.yaml", "confidence: seen", "confidence: sure", "forums.yaml:11: ", "seen or memory"},
		{"forums.yaml", "forums:", "forums: 3\nmore:", "forums.yaml:1: ", "must be a list"},
		{"forums.yaml", "confidence: seen\n", "confidence: seen\n  - {key: meeting-1, name: {en: A}, kind: court, body: {en: B}, from: 2014, confidence: memory}\n", "forums.yaml:12: ", "on line 2 already"},

		{"provisions.csv", "meeting-1,", "meeting-2,", "provisions.csv:2: ", "not in forums.yaml"},
		{"provisions.csv", "a-letter", "b-letter", "provisions.csv:2: ", "not under letters/"},
		{"provisions.csv", "first second", "first third", "provisions.csv:2: ", `ask "third"`},
		{"provisions.csv", "first second", "first first", "provisions.csv:2: ", "twice"},
		{"provisions.csv", "partial", "maybe", "provisions.csv:2: ", "full, partial or evades"},
		{"provisions.csv", ",memory", ",seen", "provisions.csv:2: ", "source_url is empty"},
		{"provisions.csv", "It says so.", "", "provisions.csv:2: ", "no summary"},

		{letterFile, "state: delivered", "state: lost", letterFile + ":1: ", "draft, circulating"},
		{letterFile, "state: delivered", "state: open", letterFile + ":1: ", "summary cannot be signed"},
		{letterFile, "date: 2013-11-19", "date: 19 November 2013", letterFile + ":2: ", "write it as 2013-11-19"},
		{letterFile, "date: 2013-11-19", "date: 2013-02-30", letterFile + ":2: ", "not a date"},
		{letterFile, "date: 2013-11-19\n", "", letterFile + ":1: ", "date is missing"},
		{letterFile, "deadline: 2013-11-30", "deadline: 2013-11-18", letterFile + ":3: ", "before the letter's date"},
		{letterFile, "original_language: nl", "original_language: Dutch language", letterFile + ":4: ", "BCP 47"},
		{letterFile, "publisher: Example Organisation\np", "p", letterFile + ":1: ", "publisher is missing"},
		{letterFile, "url: https://example.org/letter", "url: example.org/letter", letterFile + ":7: ", "not a web address"},
		{letterFile, "url: https://example.org/letter", "url: https://user:pass@example.org/", letterFile + ":7: ", "not a web address"},
		{letterFile, "url: https://example.org/letter", "url: javascript:alert(1)", letterFile + ":7: ", "not a web address"},
		{letterFile, "language: en, date", "languages: en, date", letterFile + ":11: ", "copies[1].languages is no field"},
		{letterFile, "forum: meeting-1", "forum: meeting-9", letterFile + ":12: ", "not in forums.yaml"},
		{letterFile, "conveners_first: true", "conveners_first: perhaps", letterFile + ":13: ", "true or false"},
		{letterFile, "  es:\n", "  nl:\n", letterFile + ":26: ", "use es, pt, en or fr"},
		{letterFile, "kind: summary", "kind: précis", letterFile + ":16: ", "text or summary"},
		{letterFile, "title: A letter", "title: ''", letterFile + ":17: ", "texts.en.title is empty"},
		{letterFile, "body: Un párrafo.", "", letterFile + ":27: ", "texts.es.body is missing"},
		{letterFile, "{key: second, title: Segundo, text: Otra.}", "{key: third, title: Segundo, text: Otra.}", letterFile + ":16: ", `lacks the ask "third"`},
		{letterFile, "      - {key: second, title: Segundo, text: Otra.}\n", "", letterFile + ":16: ", `has the ask "second"`},
		{letterFile, "{key: first, title: Primero, text: Una cosa.}\n      - {key: second, title: Segundo, text: Otra.}", "{key: second, title: Segundo, text: Otra.}\n      - {key: first, title: Primero, text: Una cosa.}", letterFile + ":16: ", "another order"},
		{letterFile, "{key: second, title: Second", "{key: first, title: Second", letterFile + ":24: ", "twice"},
		{letterFile, "{key: second, title: Second", "{key: Second!, title: Second", letterFile + ":24: ", "not a key"},
		{letterFile, "text: Another.", "body: Another.", letterFile + ":24: ", "text is missing"},
		{letterFile, "closing: That is all.", "closing: [a]", letterFile + ":25: ", "must be one value"},
		{letterFile, "title: A letter", "title: " + strings.Repeat("x", letter.MaxTitle+1), letterFile + ":16: ", "at most"},
		{letterFile, "One thing.", strings.Repeat("x", letter.MaxAsk+1), letterFile + ":23: ", "at most"},
		{letterFile, "publisher: Another,", "publisher: *other,", letterFile + ":", "unknown anchor"},

		{people, "number,", "nr,", people + ":1: ", `column "nr"`},
		{people, ",evidence\n", ",raw\n", people + ":1: ", "twice"},
		{people, "convener,role", "role,role", people + ":1: ", "twice"},
		{people, "2,person", "1,person", people + ":3: ", "on line 2 already"},
		{people, "2,person", "two,person", people + ":3: ", "whole number"},
		{people, "2,person", "0,person", people + ":3: ", "whole number"},
		{people, "2,person", "-2,person", people + ":3: ", "whole number"},
		{people, "person,given", "group,given", people + ":3: ", "organisation or person"},
		{people, "person,given", "person,confirmed", people + ":3: ", "only a signer"},
		{people, "person,given", "person,guessed", people + ":3: ", "printed or given"},
		{people, "A Person", "", people + ":3: ", "name is empty"},
		{people, "A Person", "A\u202ePerson", people + ":3: ", "U+202E"},
		{people, "A Person", "A\xffPerson", people + ":3: ", "UTF-8"},
		{people, "PY,stated", "Paraguay,stated", people + ":2: ", "two capital letters"},
		{people, "PY,stated", "PY,none", people + ":2: ", "do not fit"},
		{people, "PY,stated", ",stated", people + ":2: ", "do not fit"},
		{people, ",yes,", ",maybe,", people + ":2: ", "yes or no"},
		{people, "\"1. Example, Organisation - EO, Paraguay\"", "", people + ":2: ", "raw is empty"},
		{people, "Paper list of 3 May", "", people + ":3: ", "evidence is empty"},
		{people, "UY,in_name,no,,,", "UY,in_name,no,Director,,", people + ":4: ", "are of persons"},
		{people, "UY,in_name,no,,,", "UY,in_name,no,,", people + ":4: ", "has 10 fields where the first row has 11"},
		{people, "\"Example, Organisation\"", "\"Example, Organisation", people + ":2: ", "not CSV"},
		{people, "", "", people + ": ", "is empty"},

		{offices, "sur,SR", "sur,UY", offices + ":2: ", "does not fit country UY"},
		{offices, "sur-court", "sur", offices + ":3: ", "on line 2 already"},
		{offices, "sur-court", "SUR", offices + ":3: ", "not a key"},
		{offices, ",nl,", ",,", offices + ":2: ", "go together"},
		{offices, "Court of Justice", "", offices + ":3: ", "no office"},
		{offices, ",memory", ",", offices + ":3: ", "confidence is empty"},
		{offices, "https://example.org/sur", "", offices + ":2: ", "source_url is empty"},
		{offices, "https://example.org/sur", "https://exa mple.org", offices + ":2: ", "not a web address"},
	} {
		t.Run(c.want+c.contains, func(t *testing.T) {
			files := good()
			if c.old == "" {
				files[c.file] = c.new
			} else {
				if !strings.Contains(files[c.file], c.old) {
					t.Fatalf("%s does not hold %q", c.file, c.old)
				}
				files[c.file] = strings.Replace(files[c.file], c.old, c.new, 1)
			}
			mustName(t, mapFS(files), c.want, c.contains)
		})
	}
}

// mustName reads a bad pack and wants a problem that begins and goes on as said.
func mustName(t *testing.T, fsys fs.FS, begins, contains string) {
	t.Helper()
	p, err := Read(fsys)
	var problems *Problems
	if p != nil || !errors.As(err, &problems) {
		t.Fatalf("Read gives %v, %v; want only *Problems", p, err)
	}
	for _, q := range problems.List {
		if s := q.String(); strings.HasPrefix(s, begins) && strings.Contains(s, contains) {
			return
		}
	}
	t.Errorf("no problem begins with %q and holds %q among:\n%v", begins, contains, err)
}

func TestReadFilesThatDoNotBelong(t *testing.T) {
	for file, want := range map[string]string{
		"signatories.csv":              "no such file here",
		"letters/loose.txt":            "only folders belong in letters",
		"letters/a-letter/notes.txt":   "letter.yaml, signatories.csv",
		"letters/a-letter/more/a.yaml": "no such folder",
		"letters/Bad_Slug/letter.yaml": "slug",
		"extra/file.csv":               "no such folder",
	} {
		t.Run(file, func(t *testing.T) {
			files := good()
			files[file] = "x"
			mustName(t, mapFS(files), "", want)
		})
	}
	t.Run("letter.yaml missing", func(t *testing.T) {
		files := good()
		files["letters/other/README.md"] = "x"
		mustName(t, mapFS(files), "letters/other/letter.yaml: ", "is not there")
	})
	t.Run("nothing at all", func(t *testing.T) { mustName(t, fstest.MapFS{}, "pack.yaml: ", "is not there") })
	t.Run("folder in a file's place", func(t *testing.T) {
		files := good()
		delete(files, "pack.yaml")
		files["pack.yaml/x"] = "x"
		mustName(t, mapFS(files), "pack.yaml: ", "not a regular file")
	})
}

func TestReadSaysEverythingAtOnce(t *testing.T) {
	files := good()
	files["pack.yaml"] = strings.Replace(files["pack.yaml"], "key: example", "key: E!", 1)
	files["forums.yaml"] = strings.Replace(files["forums.yaml"], "kind: ministerial", "kind: x", 1)
	files["letters/a-letter/signatories.csv"] = strings.Replace(files["letters/a-letter/signatories.csv"], "PY", "py", 1)
	_, err := Read(mapFS(files))
	for _, want := range []string{"pack.yaml:1: ", "forums.yaml:4: ", "signatories.csv:2: "} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not named in:\n%v", want, err)
		}
	}
}

// A file that cannot be read must not make every reference to it a mistake.
func TestReadDoesNotBlameReferences(t *testing.T) {
	for _, file := range []string{"forums.yaml", "letters/a-letter/letter.yaml"} {
		files := good()
		files[file] = "a: [b"
		var problems *Problems
		if _, err := Read(mapFS(files)); !errors.As(err, &problems) || len(problems.List) != 1 || problems.List[0].File != file {
			t.Errorf("%s broken: want one problem, got\n%v", file, err)
		}
	}
}

func TestReadDir(t *testing.T) {
	dir := t.TempDir()
	write := func(name, data string) {
		t.Helper()
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, data := range good() {
		write(name, data)
	}
	if p, err := ReadDir(dir); err != nil || p.Key != "example" {
		t.Fatalf("ReadDir: %v", err)
	}
	if _, err := ReadDir(filepath.Join(dir, "nowhere")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}

	outside := filepath.Join(t.TempDir(), "pack.yaml")
	if err := os.WriteFile(outside, []byte(good()["pack.yaml"]), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "pack.yaml")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "pack.yaml")); err != nil {
		t.Fatal(err)
	}
	var problems *Problems
	if _, err := ReadDir(dir); !errors.As(err, &problems) || problems.List[0].File != "pack.yaml" {
		t.Errorf("a link out of the folder was followed: %v", err)
	}
}
