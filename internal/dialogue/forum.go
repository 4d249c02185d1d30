// Package dialogue is where letters and those they address meet: forums, what
// they adopt, and the work agenda. It knows no SQL and no HTTP.
package dialogue

// Forum is a meeting, such as an assembly or a ministerial.
type Forum struct {
	Key        string
	Names      map[string]string // by language
	Kind       string            // summit, assembly, ministerial, …
	Body       map[string]string // the organisation that meets, by language
	Place      map[string]string // the town, by language; may be empty
	Country    string            // of the place: ISO 3166-1 alpha-2, or ""
	From, To   string            // YYYY, YYYY-MM or YYYY-MM-DD
	SourceURL  string
	Confidence string // seen or memory: whether the source was read
}

// NameIn is the forum's name in lang, or else in English.
func (f Forum) NameIn(lang string) string {
	if n := f.Names[lang]; n != "" {
		return n
	}
	return f.Names["en"]
}
