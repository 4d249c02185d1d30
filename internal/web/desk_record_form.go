package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"pliego/internal/followup"
	"pliego/internal/followup/wording"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

// recordKinds are the kinds that are entered at the desk; answers have a page of
// their own.
var recordKinds = []followup.Kind{followup.Assessment, followup.Action, followup.Commitment}

var recordKindNames = map[followup.Kind]string{
	followup.Assessment: "record.assessment", followup.Action: "record.action", followup.Commitment: "cell.commitment", followup.Answer: "cell.answer",
}

// leastSources is how many blocks of a source a form shows at the least; it always
// shows one that is blank.
const leastSources = 2

// recordForm is the form of one item: made of what was typed, or of an item.
type recordForm struct {
	Kind      followup.Kind
	Fields    []field
	Asks      []deskChoice // of what may be about several
	AsksWhy   string
	Inferred  bool
	CanInfer  bool
	Original  []field // of a commitment
	Other     []field // in the other languages
	OtherOpen bool
	Sources   []sourceForm
	Reason    *field // of a correction
	Down      bool   // it takes down what it corrects
}

type sourceForm struct {
	N       int
	Legend  string
	Fields  []field
	Copies  bool   // an archived copy can be kept with it
	Hash    string // of the copy that is kept
	Name    string
	FileWhy string
}

// recordFaults are what is wrong with an item's form, by the names of its fields.
type recordFaults map[string]string

func (f recordFaults) problems() []problem {
	var list []problem
	for name, why := range f {
		list = append(list, problem{"#item-" + name, why})
	}
	slices.SortFunc(list, func(a, b problem) int { return strings.Compare(a.Href, b.Href) })
	return list
}

// typedOf is what the form of an item holds before anybody typed.
func typedOf(lang string, i *followup.Item) url.Values {
	v := url.Values{
		"addressee": {i.Addressee}, "asks": i.Asks, "date": {string(i.Date)}, "action": {string(i.Action)}, "direction": {string(i.Direction)}, "original": {i.Original},
		"original_language": {i.OriginalLang}, "office": {i.Office}, "reference": {i.Reference}, "from": {i.From}, "due": {string(i.Due)}, "looked": {i.Looked}, "note": {i.Note}, "reason": {i.Reason},
	}
	if i.Inferred {
		v.Set("inferred", "1")
	}
	if i.TakenDown {
		v.Set("take_down", "1")
	}
	if i.Track != "" {
		v.Set("verdict", string(i.Track)+"/"+string(i.Value))
	}
	for _, l := range locale.Languages {
		v.Set("title_"+l, i.Title[l])
		v.Set("summary_"+l, i.Summary[l])
	}
	for n, c := range i.Citations {
		for name, value := range map[string]string{
			"url": c.URL, "source": c.Title, "publisher": c.Publisher, "place": c.Place, "quote": c.Quote, "archived": c.Archived, "sha256": c.SHA256, "grade": string(c.Grade), "confidence": string(c.Confidence),
		} {
			v.Set(name+"_"+strconv.Itoa(n), value)
		}
	}
	return v
}

// recordForms makes the fields of a form.
type recordForms struct {
	lang   string
	typed  url.Values
	faults recordFaults
}

func (f recordForms) line(name, label string, most int, optional bool) field {
	return field{ID: "item-" + name, Name: name, Label: label, Type: "text", Value: f.typed.Get(name), Max: most, Optional: optional, Why: f.faults[name]}
}

func (f recordForms) area(name, label string, optional bool) field {
	return field{ID: "item-" + name, Name: name, Label: label, Value: f.typed.Get(name), Max: followup.MaxSummary, Rows: 4, Optional: optional, Why: f.faults[name]}
}

func (f recordForms) choice(name, label string, options ...option) field {
	return field{ID: "item-" + name, Name: name, Label: label, Value: f.typed.Get(name), Options: options, Why: f.faults[name]}
}

// newRecordForm puts the form of a kind together; correction asks for the reason.
func newRecordForm(lang string, l *letter.Letter, kind followup.Kind, correction bool, typed url.Values, faults recordFaults) recordForm {
	f := recordForms{lang, typed, faults}
	out := recordForm{Kind: kind, AsksWhy: faults["asks"], Inferred: typed.Get("inferred") == "1", CanInfer: kind != followup.Assessment}
	out.Fields = append(out.Fields, f.choice("addressee", locale.T(lang, "reply.who_about"), append([]option{{"", "—"}}, officeOptions(lang, l)...)...))
	if kind == followup.Assessment {
		asks := []option{{"", "—"}}
		for _, a := range recordAsks(lang, l) {
			asks = append(asks, option{a.Key, a.Label.Text})
		}
		out.Fields = append(out.Fields, f.choice("asks", locale.T(lang, "agenda.ask"), asks...))
	} else {
		for _, a := range recordAsks(lang, l) {
			a.Chosen = slices.Contains(typed["asks"], a.Key)
			out.Asks = append(out.Asks, a)
		}
	}
	date := f.line("date", locale.T(lang, "record.date"), 10, false)
	date.Hint, date.Class = locale.T(lang, "record.date_hint"), "narrow"
	switch kind {
	case followup.Assessment:
		verdict := []option{{"", "—"}}
		for _, t := range []followup.Track{followup.TrackEvidenced, followup.TrackClaimed, followup.TrackSchedule, followup.TrackAnswer} {
			for _, v := range followup.Values[t][1:] {
				verdict = append(verdict, option{string(t) + "/" + string(v), locale.Named(lang, wording.Tracks, t) + ": " + locale.Named(lang, wording.Values, v)})
			}
		}
		judged := f.choice("verdict", locale.T(lang, "record.verdict"), verdict...)
		judged.Hint = locale.T(lang, "record.verdict_hint", "n", followup.RubricVersion)
		looked := f.area("looked", locale.T(lang, "record.looked"), true)
		looked.Hint = locale.T(lang, "record.looked_hint")
		out.Fields = append(out.Fields, judged, date, looked)
	case followup.Action:
		kinds, ways := []option{{"", "—"}}, []option{{"", "—"}}
		for _, k := range followup.ActionKinds {
			kinds = append(kinds, option{string(k), locale.Named(lang, wording.Actions, k)})
		}
		for _, d := range []followup.Direction{followup.Toward, followup.Against, followup.Mixed} {
			ways = append(ways, option{string(d), locale.Named(lang, wording.Directions, d)})
		}
		out.Fields = append(out.Fields, date, f.choice("action", locale.T(lang, "record.action_kind"), kinds...), f.choice("direction", locale.T(lang, "record.direction"), ways...))
	default:
		original := f.area("original", locale.T(lang, "record.original"), true)
		original.Max, original.Hint = followup.MaxReply, locale.T(lang, "record.original_hint")
		from := f.line("from", locale.T(lang, "record.from"), followup.MaxTitle, true)
		from.Hint = locale.T(lang, "record.from_hint")
		due := f.line("due", locale.T(lang, "record.due"), 10, true)
		due.Class = "narrow"
		out.Fields = append(out.Fields, date)
		out.Original = []field{original, f.choice("original_language", locale.T(lang, "reply.lang"), languageOptions()...),
			f.line("office", locale.T(lang, "record.office"), followup.MaxTitle, true), f.line("reference", locale.T(lang, "reply.reference"), followup.MaxTitle, true), from, due}
	}
	out.Fields = append(out.Fields, f.line("title_"+lang, locale.T(lang, "record.title"), followup.MaxTitle, kind != followup.Action), f.area("summary_"+lang, locale.T(lang, "record.summary"), true))
	for _, other := range locale.Languages {
		if other != lang {
			out.Other = append(out.Other, f.line("title_"+other, locale.T(lang, "record.title_in", "language", locale.Name(other)), followup.MaxTitle, true),
				f.area("summary_"+other, locale.T(lang, "record.summary_in", "language", locale.Name(other)), true))
			out.OtherOpen = out.OtherOpen || typed.Get("title_"+other) != "" || typed.Get("summary_"+other) != ""
		}
	}
	out.Other = append(out.Other, f.area("note", locale.T(lang, "record.note"), true))
	for n := range max(leastSources, min(sourcesTyped(typed)+1, followup.MaxCitations)) {
		out.Sources = append(out.Sources, f.source(n))
	}
	if correction {
		reason := f.line("reason", locale.T(lang, "desk.why_changed"), followup.MaxSummary, false)
		reason.Hint = locale.T(lang, "desk.reason_hint")
		out.Reason, out.Down = &reason, typed.Get("take_down") == "1"
	}
	return out
}

// source is the block of the nth source.
func (f recordForms) source(n int) sourceForm {
	at, lang := "_"+strconv.Itoa(n), f.lang
	address := f.line("url"+at, locale.T(lang, "record.source_url"), followup.MaxAddress, true)
	address.Plain, address.InputMode = true, "url"
	archived := f.line("archived"+at, locale.T(lang, "record.source_archived"), followup.MaxAddress, true)
	archived.Plain, archived.InputMode = true, "url"
	quote := f.area("quote"+at, locale.T(lang, "record.source_quote"), true)
	quote.Rows = 2
	place := f.line("place"+at, locale.T(lang, "record.source_place"), followup.MaxTitle, true)
	place.Hint = locale.T(lang, "record.source_place_hint")
	grade := f.choice("grade"+at, locale.T(lang, "record.source_grade"), option{"", "—"})
	for _, g := range followup.Grades {
		grade.Options = append(grade.Options, option{string(g), locale.Named(lang, wording.Grades, g)})
	}
	seen := f.choice("confidence"+at, locale.T(lang, "record.source_seen"), option{string(followup.Seen), locale.T(lang, "record.seen")}, option{string(followup.Memory), locale.T(lang, "record.memory")})
	return sourceForm{N: n, Legend: locale.T(lang, "record.source_n", "n", n+1), Copies: true, Hash: f.typed.Get("sha256" + at), Name: f.typed.Get("copy_name" + at), FileWhy: f.faults["copy"+at], Fields: []field{
		address, f.line("publisher"+at, locale.T(lang, "record.source_publisher"), followup.MaxTitle, true), f.line("source"+at, locale.T(lang, "record.source_title"), followup.MaxTitle, true),
		quote, place, grade, seen, archived,
	}}
}

// sourcesTyped is the number of source blocks up to the last that holds something.
func sourcesTyped(form url.Values) int {
	for n := followup.MaxCitations - 1; n >= 0; n-- {
		if !blankSource(form, n) {
			return n + 1
		}
	}
	return 0
}

func blankSource(form url.Values, n int) bool {
	for _, name := range []string{"url_", "source_", "publisher_", "place_", "quote_", "archived_", "sha256_"} {
		if strings.TrimSpace(form.Get(name+strconv.Itoa(n))) != "" {
			return false
		}
	}
	return true
}

// itemTyped reads an item out of a form, and says what is wrong with it.
func itemTyped(lang string, l *letter.Letter, kind followup.Kind, correction bool, form url.Values) (*followup.Item, recordFaults) {
	faults := recordFaults{}
	day := func(name string) followup.Date {
		d := followup.Date(strings.TrimSpace(form.Get(name)))
		if d != "" && !d.Valid() {
			faults[name] = locale.T(lang, "record.bad_date")
		}
		return d
	}
	i := &followup.Item{
		Kind: kind, Addressee: form.Get("addressee"), Date: day("date"), Inferred: form.Get("inferred") == "1" && kind != followup.Assessment,
		Title: followup.Words{}, Summary: followup.Words{}, Note: unixLines(form.Get("note")), Reason: oneLine(form.Get("reason")),
	}
	if _, ok := l.Addressee(i.Addressee); !ok {
		faults["addressee"] = locale.T(lang, "problem.not_a_choice")
	}
	if i.Date == "" {
		faults["date"] = locale.T(lang, "problem.missing")
	}
	known := allAskKeys(l)
	for _, a := range form["asks"] {
		if slices.Contains(known, a) && !slices.Contains(i.Asks, a) {
			i.Asks = append(i.Asks, a)
		}
	}
	if len(i.Asks) == 0 && kind != followup.Commitment {
		faults["asks"] = locale.T(lang, "problem.missing")
	}
	for _, x := range locale.Languages {
		if t := oneLine(form.Get("title_" + x)); t != "" {
			i.Title[x] = t
		}
		if t := unixLines(form.Get("summary_" + x)); t != "" {
			i.Summary[x] = t
		}
	}
	switch kind {
	case followup.Assessment:
		track, value, _ := strings.Cut(form.Get("verdict"), "/")
		i.Track, i.Value, i.Rubric, i.Looked = followup.Track(track), followup.Value(value), followup.RubricVersion, unixLines(form.Get("looked"))
		if !i.Track.Has(i.Value) {
			faults["verdict"] = locale.T(lang, "problem.missing")
		}
		if i.Value == followup.NoEvidenceFound && i.Looked == "" {
			faults["looked"] = locale.T(lang, "record.say_where")
		}
	case followup.Action:
		i.Action, i.Direction = followup.ActionKind(form.Get("action")), followup.Direction(form.Get("direction"))
		if !slices.Contains(followup.ActionKinds, i.Action) {
			faults["action"] = locale.T(lang, "problem.missing")
		}
		if !slices.Contains([]followup.Direction{followup.Toward, followup.Against, followup.Mixed}, i.Direction) {
			faults["direction"] = locale.T(lang, "problem.missing")
		}
		if len(i.Title) == 0 {
			faults["title_"+lang] = locale.T(lang, "problem.missing")
		}
	default:
		i.Original, i.OriginalLang, i.Office, i.Reference = unixLines(form.Get("original")), form.Get("original_language"), oneLine(form.Get("office")), oneLine(form.Get("reference"))
		i.From, i.Due = oneLine(form.Get("from")), day("due")
		if i.Original == "" && len(i.Summary) == 0 {
			faults["original"] = locale.T(lang, "record.says_nothing")
		}
		if !locale.Known(i.OriginalLang) {
			i.OriginalLang = lang
		}
	}
	if correction && i.Reason == "" {
		faults["reason"] = locale.T(lang, "problem.missing")
	}
	i.Citations = sourcesOf(lang, form, faults)
	checkSources(lang, i, faults)
	if len(faults) == 0 {
		if err := i.Check(); err != nil { // a bound, as a form cannot exceed it
			faults["addressee"] = err.Error()
		}
	}
	return i, faults
}

// sourcesOf reads the sources of a form; blocks that hold nothing are none.
func sourcesOf(lang string, form url.Values, faults recordFaults) (list []followup.Citation) {
	for n := range sourcesTyped(form) {
		if blankSource(form, n) {
			continue
		}
		at := "_" + strconv.Itoa(n)
		get := func(name string) string { return strings.TrimSpace(form.Get(name + at)) }
		c := followup.Citation{URL: get("url"), Title: oneLine(get("source")), Publisher: oneLine(get("publisher")), Place: oneLine(get("place")), Quote: unixLines(get("quote")), Archived: get("archived"),
			SHA256: get("sha256"), Grade: followup.Grade(get("grade")), Confidence: followup.Confidence(get("confidence"))}
		for name, address := range map[string]string{"url": c.URL, "archived": c.Archived} {
			if address != "" && !webAddress(address) {
				faults[name+at] = locale.T(lang, "record.bad_address")
			}
		}
		if c.Confidence != followup.Memory {
			c.Confidence = followup.Seen
		}
		if c.URL == "" && c.Confidence == followup.Seen {
			faults["url"+at] = locale.T(lang, "record.no_address")
		}
		if !slices.Contains(followup.Grades, c.Grade) {
			faults["grade"+at] = locale.T(lang, "problem.missing")
		}
		if len(c.SHA256) > 64 {
			faults["copy"+at] = locale.T(lang, "reply.bad_file")
		}
		list = append(list, c)
	}
	return list
}

// checkSources says which sources a verdict lacks, in words.
func checkSources(lang string, i *followup.Item, faults recordFaults) {
	switch {
	case len(i.Citations) == 0 || i.Kind == followup.Assessment && !followup.Cited(i.Citations):
		faults["url_0"] = locale.T(lang, "record.need_source")
	case i.Value.Strong() && !followup.Independent(i.Citations):
		faults["grade_0"] = locale.T(lang, "record.weak")
	}
}

// officeOptions are those that a letter is put to.
func officeOptions(lang string, l *letter.Letter) (list []option) {
	for _, a := range l.Addressees {
		name, _ := addresseeName(lang, a)
		list = append(list, option{a.Key, name})
	}
	return list
}

// recordAsks are the asks of a letter in a language, or in whichever it has.
func recordAsks(lang string, l *letter.Letter) (list []deskChoice) {
	text, ok := l.Text(lang)
	if !ok || len(text.Asks) == 0 {
		for _, t := range l.Texts {
			if len(t.Asks) > 0 {
				text = t
				break
			}
		}
	}
	for _, a := range text.Asks {
		list = append(list, deskChoice{Key: a.Key, Label: words{a.Title, text.Lang}})
	}
	return list
}

func languageOptions() (list []option) {
	for _, x := range locale.Languages {
		list = append(list, option{x, locale.Name(x)})
	}
	return list
}

// todayIs is the day of a moment, as records write it.
func todayIs(now time.Time) followup.Date { return followup.Date(now.UTC().Format(time.DateOnly)) }
