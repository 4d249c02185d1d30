package pack

import (
	"slices"
	"strconv"
	"strings"

	"pliego/internal/letter"
	"pliego/internal/place"
	"pliego/internal/signature"
)

// readAddressees reads a letter's addressees.csv.
func (r *reader) readAddressees(dir string) []letter.Addressee {
	t, ok := r.table(dir+"/addressees.csv",
		[]string{"key", "country", "office_es", "office_pt", "office_en", "office_fr"},
		[]string{"office_native", "native_language", "source_url", "confidence"})
	if !ok {
		return nil
	}
	var list []letter.Addressee
	seen := map[string]int{}
	for _, w := range t.rows {
		a := letter.Addressee{
			Key:          w.checked("key", true, checkKey),
			Country:      w.checked("country", false, checkCountry),
			Office:       w.languages("office_"),
			OfficeNative: w.get("office_native"),
			NativeLang:   w.checked("native_language", false, checkTag),
			SourceURL:    w.checked("source_url", false, checkURL),
			Confidence:   w.checked("confidence", !w.empty("country") || !w.empty("source_url"), func(s string) string { return checkOneOf(s, confidences) }),
		}
		if first := seen[a.Key]; first > 0 && a.Key != "" {
			w.add("addressee %q is on line %d already; keep one, or tell the offices of one State apart as in ury-senate", a.Key, first)
		} else {
			seen[a.Key] = w.line
		}
		if c, ok := place.ByAlpha2(a.Country); ok && a.Key != "" {
			code := strings.ToLower(c.Alpha3)
			if a.Key != code && !strings.HasPrefix(a.Key, code+"-") {
				w.add("key %q does not fit country %s; use %s, or %s- and a word where a State has several offices here", a.Key, a.Country, code, code)
			}
		}
		if len(a.Office) == 0 && w.empty("office_native") {
			w.add("has no office; name it in at least one language")
		}
		if w.empty("office_native") != w.empty("native_language") {
			w.add("office_native and native_language go together; give both or neither")
		}
		if msg := checkSource(a.SourceURL, a.Confidence); msg != "" && w.empty("source_url") {
			w.add("%s", msg)
		}
		list = append(list, a)
	}
	return list
}

// readSignatories reads a letter's signatories.csv. elsewhere tells that the
// letter was published elsewhere, so that names may be as printed.
func (r *reader) readSignatories(dir string, elsewhere bool) []Signatory {
	t, ok := r.table(dir+"/signatories.csv",
		[]string{"number", "kind", "basis", "name", "acronym", "country", "country_basis"},
		[]string{"role", "affiliation", "website", "convener", "raw", "evidence"})
	if !ok {
		return nil
	}
	list := make([]Signatory, 0, len(t.rows))
	seen := map[int64]int{}
	for _, w := range t.rows {
		s := Signatory{
			Number: w.number(),
			Kind: signature.Kind(w.checked("kind", true, func(s string) string {
				return checkOneOf(s, []string{string(signature.Organisation), string(signature.Person)})
			})),
			Basis: signature.Basis(w.checked("basis", true, checkBasis)),
			Public: signature.Public{
				Name:        w.need("name"),
				Acronym:     w.get("acronym"),
				Country:     w.checked("country", false, checkCountry),
				Website:     w.checked("website", false, checkURL),
				Role:        w.get("role"),
				Affiliation: w.get("affiliation"),
			},
			CountryBasis: w.checked("country_basis", true, func(s string) string {
				return checkOneOf(s, []string{"stated", "in_name", "none"})
			}),
			Convener: w.checked("convener", false, func(s string) string { return checkOneOf(s, []string{"yes", "no"}) }) == "yes",
			Raw:      w.get("raw"),
			Evidence: w.get("evidence"),
		}
		if first := seen[s.Number]; first > 0 && s.Number > 0 {
			w.add("number %d is on line %d already; give each signatory its own", s.Number, first)
		} else {
			seen[s.Number] = w.line
		}
		if s.CountryBasis != "" && w.empty("country") != (s.CountryBasis == "none") {
			w.add("country and country_basis do not fit; a country is stated or in_name, and none goes with an empty one")
		}
		w.checkBasisParts(s, elsewhere)
		list = append(list, s)
	}
	return list
}

// checkBasis refuses what a pack cannot know: that a signer confirmed.
func checkBasis(s string) string {
	if s == string(signature.Confirmed) {
		return "is confirmed, which only a signer can make it; use printed, or given with its evidence"
	}
	return checkOneOf(s, []string{string(signature.AsPrinted), string(signature.Given)})
}

// checkBasisParts wants what each basis rests on.
func (w row) checkBasisParts(s Signatory, elsewhere bool) {
	switch s.Basis {
	case signature.AsPrinted:
		if w.empty("raw") {
			w.add("raw is empty; a name that is as printed has the line as printed")
		}
		if !elsewhere {
			w.add("basis is printed, but letter.yaml has no published_elsewhere; say there where it was printed, or use given")
		}
	case signature.Given:
		if w.empty("evidence") {
			w.add("evidence is empty; say what shows that the signature was given, without personal data")
		}
	}
	if s.Kind == signature.Organisation && !(w.empty("role") && w.empty("affiliation")) {
		w.add("role and affiliation are of persons; leave them empty for an organisation")
	}
}

// number reads a signatory's number, which may be empty.
func (w row) number() int64 {
	s := w.get("number")
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 1 || n > 1_000_000_000 || slices.Contains([]byte("+0"), s[0]) {
		w.add("number is %q; write a whole number from 1 on, or leave it empty", clip(s))
		return 0
	}
	return n
}
