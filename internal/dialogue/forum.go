// Package dialogue is where letters and those they address meet: forums, what
// they adopt, and the work agenda. It knows no SQL and no HTTP.
package dialogue

// Forum is a meeting, such as an assembly or a ministerial.
type Forum struct {
	Key        string
	Names      map[string]string // by language
	Kind       string            // summit, assembly, ministerial, …
	Body       string            // the organisation that meets
	Place      string
	From, To   string // ISO 8601 dates
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
