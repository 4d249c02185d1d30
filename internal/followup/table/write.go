package table

import (
	"strconv"
	"strings"

	"pliego/internal/followup"
)

// Heads are the headings of an export.
func Heads() []string {
	out := make([]string, len(Columns))
	for n, c := range Columns {
		out[n] = string(c)
	}
	return out
}

// Write puts an item into rows, a further one for each source after the first.
func Write(i *followup.Item, put func(cells []string) error) error {
	first := followup.Citation{}
	if len(i.Citations) > 0 {
		first = i.Citations[0]
	}
	values := sourceCells(first)
	inferred, rubric := "", ""
	if i.Inferred {
		inferred = "yes"
	}
	if i.Rubric > 0 {
		rubric = strconv.Itoa(i.Rubric)
	}
	for c, v := range map[Column]string{
		"id": i.ID, "kind": string(i.Kind), "addressee": i.Addressee, "asks": strings.Join(i.Asks, ","), "date": string(i.Date), "inferred": inferred,
		"action": string(i.Action), "direction": string(i.Direction), "track": string(i.Track), "value": string(i.Value), "rubric": rubric, "looked": i.Looked,
		"original": i.Original, "original_language": i.OriginalLang, "office": i.Office, "reference": i.Reference, "from": i.From, "due": string(i.Due), "note": i.Note,
	} {
		values[c] = v
	}
	for _, lang := range []string{"es", "pt", "en", "fr"} {
		values[Column("title_"+lang)], values[Column("summary_"+lang)] = i.Title[lang], i.Summary[lang]
	}
	if err := put(cells(values)); err != nil {
		return err
	}
	for n := 1; n < len(i.Citations); n++ {
		values := sourceCells(i.Citations[n])
		values["id"] = i.ID
		if err := put(cells(values)); err != nil {
			return err
		}
	}
	return nil
}

func cells(values map[Column]string) []string {
	out := make([]string, len(Columns))
	for n, c := range Columns {
		out[n] = values[c]
	}
	return out
}

func sourceCells(c followup.Citation) map[Column]string {
	return map[Column]string{
		"source_url": c.URL, "source_publisher": c.Publisher, "source_title": c.Title, "source_place": c.Place, "source_quote": c.Quote,
		"source_archived": c.Archived, "source_sha256": c.SHA256, "source_grade": string(c.Grade), "source_confidence": string(c.Confidence),
	}
}
