package web

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"pliego/internal/dialogue"
	"pliego/internal/evidence"
	"pliego/internal/evidence/claim"
	"pliego/internal/place"
)

func plain(name, says string) column { return column{name: name, kind: "string", says: says} }
func keyed(name, says string) column {
	return column{name: name, kind: "string", says: says, filter: true}
}
func whole(name, says string) column      { return column{name: name, kind: "integer", says: says} }
func realNumber(name, says string) column { return column{name: name, kind: "number", says: says} }
func yesNo(name, says string) column      { return column{name: name, kind: "boolean", says: says} }

// dataTables are the tables of the API.
var dataTables = []dataTable{
	{"texts", true, "The texts of a letter in all of their versions.", []column{
		keyed("language", "language code"), whole("version", "from 1"), keyed("kind", "the full text, or a summary"), plain("title", "title"), plain("body", "Markdown"),
		plain("closing", "closing words"), keyed("sha256", "hash of the text, which signatures name"), plain("published_at", "RFC 3339"),
		yesNo("editorial", "the change did not alter what is asked"), plain("reason", "why this version was made"), whole("signatures", "standing signatures of this version"),
	}, textRows},
	{"asks", true, "What a letter asks, in each language of its newest texts.", []column{
		keyed("key", "stable key"), keyed("language", "language code"), whole("number", "place in the letter, from 1"), plain("title", "title"), plain("body", "Markdown"),
	}, askRows},
	{"addressees", true, "The offices that a letter is put to.", slices.Concat([]column{
		keyed("key", "stable key"), keyed("country", "ISO 3166-1 alpha-2"), plain("office_native", "name of the office in its own language"), plain("native_language", "that language"),
		plain("source", "address of the page that names it"), keyed("confidence", "seen or memory: whether that page was read")}, columnsIn("office", "name of the office")), addresseeRows},
	{"deliveries", true, "That a letter was put to an addressee; the newest version of each delivery.", []column{
		keyed("id", "identifier"), whole("version", "from 1"), keyed("addressee", "key of the addressee"), keyed("channel", "email, post, hand or portal"), plain("sent_on", "date"),
		plain("received_on", "date, empty when nothing shows it"), plain("reference", "number that the office gave"), plain("due_on", "date by which an answer is due"), plain("note", "note"),
		plain("receipt_sha256", "hash of the receipt"), yesNo("proven", "something shows that the office has it"), plain("recorded_at", "RFC 3339"), plain("reason", "of a correction"),
	}, deliveryRows},
	{"record", true, "The items of a letter's record as they stand: answers, commitments, actions and assessments. ?on= and ?known= (dates) draw it as it stood on one day and as it was known on another.",
		slices.Concat([]column{
			keyed("id", "identifier"), whole("version", "from 1"), keyed("kind", "answer, commitment, action or assessment"), keyed("addressee", "key of the addressee"), plain("asks", "keys of asks, parted by spaces; none: the letter as a whole"),
			plain("date", "when it happened: YYYY, YYYY-MM or YYYY-MM-DD"), yesNo("date_inferred", "the date is not in the source"), plain("recorded_at", "RFC 3339"), plain("reason", "why it corrects the version before, or was taken down"),
			yesNo("taken_down", "it left a stub"), yesNo("verified", "a source was read and the date is sure"), keyed("action", "kind of action"), keyed("direction", "toward, against or mixed"),
			keyed("track", "of an assessment: answer, claimed, evidenced or schedule"), keyed("value", "of an assessment"), whole("rubric", "version of the rubric"), yesNo("by_rule", "derived by the rule from actions"),
			plain("looked", "where and when one looked"), plain("original", "own words of an answer or commitment"), plain("original_language", "their language"), plain("office", "that answered or promised"),
			plain("reference", "its number"), plain("due", "date of a commitment"), plain("note", "of whoever researched it"), plain("citations", "JSON: sources with address, publisher, grade, confidence and quoted words"),
			yesNo("second_person", "somebody else than who entered it confirmed it"), plain("reply", "JSON: what the addressee said of it before it was public"), plain("contests", "JSON: what is held against it, with a source")},
			columnsIn("title", "title"), columnsIn("summary", "summary")), recordRows},
	{"matrix", true, "The follow-up matrix: a row for each cell of an addressee and an ask, with its four tracks and the outcome. ?on= and ?known= as for the record.", []column{
		keyed("addressee", "key of the addressee"), keyed("ask", "key of the ask"), keyed("answer", "track: what the addressee replied"), keyed("claimed", "track: what the government claims"),
		keyed("evidenced", "track: what the coalition found"), keyed("schedule", "track: held against the date"), keyed("outcome", "what moved since the letter: no data, improved, no clear change or worsened"),
		whole("acts_toward", "verified actions toward the ask"), whole("acts_against", "verified actions against it"), whole("acts_mixed", "verified actions both ways"), whole("acts_unverified", "actions that count toward nothing"),
		plain("newest", "date of the newest item"), whole("rubric", "version of the rubric of the evidenced track"), yesNo("by_rule", "that track was derived by the rule"), plain("url", "page of the cell"),
	}, matrixRows},
	{"claims", true, "The statements of fact of a letter, a row for each part that was tested.", slices.Concat([]column{
		keyed("claim", "key of the claim"), keyed("ask", "key of the ask"), keyed("verdict", "supported, not supported, mixed or cannot be tested"), keyed("part", "key of the part"),
		keyed("test", "sum, level, rise, compare, study or none"), keyed("part_verdict", "of the part"), plain("reason", "why it could not be tested"), plain("indicators", "keys, parted by spaces")},
		columnsIn("statement", "the claim"), columnsIn("what", "the part")), claimRows},
	{"outcomes", true, "What moved since a letter: for each ask, place and indicator a verdict with the figures that it rests on.", []column{
		keyed("ask", "key of the ask"), keyed("place", "ISO 3166-1 alpha-3"), keyed("indicator", "key of the indicator"), keyed("verdict", "improved, no clear change, worsened or no data"), plain("reason", "why there is no verdict"),
		keyed("source", "key of the source"), whole("baseline_year", "year"), realNumber("baseline", "value before the letter"), whole("latest_year", "year"), realNumber("latest", "newest value"), realNumber("needed", "size of change that would be clear"),
	}, outcomeRows},
	{"forums", false, "Meetings that letters are put to.", slices.Concat([]column{
		keyed("key", "stable key"), keyed("kind", "summit, assembly, ministerial and so on"), keyed("country", "ISO 3166-1 alpha-2"), plain("from", "first day: YYYY, YYYY-MM or YYYY-MM-DD"), plain("to", "last day"),
		plain("source", "address of the page"), keyed("confidence", "seen or memory")}, columnsIn("name", "name"), columnsIn("body", "who meets"), columnsIn("place", "town")), forumRows},
	{"provisions", false, "What forums adopted, point by point, against what letters ask.", slices.Concat([]column{
		keyed("id", "identifier"), whole("version", "from 1"), keyed("letter", "slug of the letter"), keyed("forum", "key of the forum"), plain("instrument", "title of what was adopted"), plain("point", "its number or part"), plain("quote", "the words themselves"),
		plain("asks", "keys of asks, parted by spaces"), keyed("answers", "full, partial or evades"), plain("reserved", "States with a reservation"), plain("source", "address"), keyed("confidence", "seen or memory"),
		plain("recorded_at", "RFC 3339"), plain("reason", "of a correction, or of taking it down"), yesNo("taken_down", "it left a stub")}, columnsIn("summary", "summary")), provisionRows},
	{"indicators", false, "What is measured.", slices.Concat([]column{
		keyed("key", "stable key"), keyed("unit", "persons, deaths, events, per-100k, percent or places"), plain("denominator", "what a rate or share is of"), whole("good", "which way it should move: -1 lower, 1 higher, 0 neither"), whole("decimals", "digits shown"),
		plain("sources", "keys or families, the preferred first")}, columnsIn("name", "name"), columnsIn("definition", "what is counted"), columnsIn("comparison", "what to mind")), indicatorRows},
	{"observations", false, "Yearly figures, a row for each indicator, place, year and source. Sources are never joined.", []column{
		keyed("indicator", "key of the indicator"), keyed("place", "ISO 3166-1 alpha-3, or a state such as MEX-09"), keyed("period", "year"), realNumber("value", "in the unit of the indicator"), keyed("unit", "unit"),
		keyed("source", "key of the source"), yesNo("derived", "computed from other figures of the same source"), keyed("flag", "implausible or provisional: it counts toward no verdict"), plain("note", "note"),
	}, observationRows},
	{"sources", false, "Where figures come from, each in one vintage.", []column{
		keyed("key", "stable key of this vintage"), keyed("family", "the publication"), keyed("vintage", "when the publisher issued it"), plain("title", "title"), plain("publisher", "publisher"),
		plain("licence", "licence of the publisher"), plain("url", "address"), yesNo("imported", "brought here by somebody, and not by a pack"),
	}, sourceRows},
	{"places", false, "Places that something was measured in.", slices.Concat([]column{
		keyed("code", "ISO 3166-1 alpha-3, or a state such as MEX-09"), keyed("within", "the country of a state")}, columnsIn("name", "name")), placeRows},
	{"ledger", false, "The state of the public log: the newest signed checkpoint.", []column{
		whole("size", "entries"), plain("signed_at", "RFC 3339"), plain("checkpoint", "signed note"),
	}, ledgerRows},
}

func textRows(ctx context.Context, s *Site, q tableQuery) (rows [][]any, err error) {
	versions, err := s.store.TextVersions(ctx, q.letter.ID)
	for _, t := range versions {
		rows = append(rows, []any{t.Lang, t.Version, string(t.Kind), t.Title, t.Body, t.Closing, t.Hash, stamp(t.PublishedAt), t.Editorial, t.Reason, t.Signers})
	}
	return rows, err
}

func askRows(_ context.Context, _ *Site, q tableQuery) (rows [][]any, err error) {
	for _, t := range q.letter.Texts {
		for n, a := range t.Asks {
			rows = append(rows, []any{a.Key, t.Lang, n + 1, a.Title, a.Body})
		}
	}
	return rows, nil
}

func addresseeRows(_ context.Context, _ *Site, q tableQuery) (rows [][]any, err error) {
	for _, a := range q.letter.Addressees {
		rows = append(rows, append([]any{a.Key, a.Country, a.OfficeNative, a.NativeLang, a.SourceURL, a.Confidence}, inLanguages(a.Office)...))
	}
	return rows, nil
}

func deliveryRows(ctx context.Context, s *Site, q tableQuery) (rows [][]any, err error) {
	list, err := s.letters.Store.Deliveries(ctx, q.letter.ID)
	for _, d := range list {
		rows = append(rows, []any{d.ID, d.Version, d.Addressee, d.Channel, d.SentOn, d.ReceivedOn, d.Reference, d.DueOn, d.Note, d.ReceiptHash, d.Proven(), stamp(d.RecordedAt), d.Reason})
	}
	return rows, err
}

func recordRows(ctx context.Context, s *Site, q tableQuery) (rows [][]any, err error) {
	days := s.daysOf(q.r)
	if days.wrong {
		return nil, errBadRequest
	}
	record, err := s.recordOf(ctx, q.letter)
	if err != nil {
		return nil, err
	}
	for _, i := range record.As(days.on, days.known).Items() {
		citations, err := asJSON(append(i.Citations[:0:0], i.Citations...))
		if err != nil {
			return nil, fmt.Errorf("sources of %s: %w", i.ID, err)
		}
		if len(i.Citations) == 0 {
			citations = "[]"
		}
		reply, contests := "", "[]"
		if i.Reply != nil {
			if reply, err = asJSON(i.Reply); err != nil {
				return nil, fmt.Errorf("reply to %s: %w", i.ID, err)
			}
		}
		if len(i.Contests) > 0 {
			if contests, err = asJSON(i.Contests); err != nil {
				return nil, fmt.Errorf("contests of %s: %w", i.ID, err)
			}
		}
		row := []any{i.ID, i.Version, string(i.Kind), i.Addressee, joined(i.Asks), string(i.Date), i.Inferred, stamp(i.RecordedAt), i.Reason, i.TakenDown, i.Verified(),
			string(i.Action), string(i.Direction), string(i.Track), string(i.Value), optional(i.Rubric, i.Rubric > 0), i.ByRule, i.Looked, i.Original, i.OriginalLang, i.Office, i.Reference, string(i.Due), i.Note, citations, i.Second != "", reply, contests}
		rows = append(rows, slices.Concat(row, inLanguages(i.Title), inLanguages(i.Summary)))
	}
	return rows, nil
}

func matrixRows(_ context.Context, s *Site, q tableQuery) (rows [][]any, err error) {
	_, _, list, err := s.matrixOf(q.r, q.letter.OriginalLang)
	for _, m := range list {
		rows = append(rows, []any{m.Addressee, m.Ask, string(m.Answer), string(m.Claimed), string(m.Evidenced), string(m.Schedule), string(m.Outcome),
			m.Toward, m.Against, m.Mixed, m.Unverified, string(m.Newest), optional(m.Rubric, m.Rubric > 0), m.ByRule, m.URL})
	}
	return rows, err
}

func claimRows(ctx context.Context, s *Site, q tableQuery) (rows [][]any, err error) {
	found, err := s.checked(ctx, q.letter)
	for _, r := range found {
		for _, p := range r.Parts {
			reason := string(p.Reason)
			if reason == "" {
				reason = p.Part.Reason.In("en")
			}
			row := []any{r.Claim.Key, r.Claim.Ask, string(r.Verdict), p.Part.Key, string(p.Part.Test), string(p.Verdict), reason, joined(p.Part.Indicators)}
			rows = append(rows, slices.Concat(row, inLanguages(r.Claim.Statements), inLanguages(p.Part.What)))
		}
	}
	return rows, err
}

func outcomeRows(ctx context.Context, s *Site, q tableQuery) (rows [][]any, err error) {
	e, err := s.store.LetterEvidence(ctx, q.letter.Slug)
	of, undated := claim.Of(q.letter)
	if err != nil || undated != nil || len(e.Outcomes) == 0 {
		return nil, err // without a day there is nothing to measure from
	}
	found, err := evidence.Outcomes(ctx, s.store, e.Outcomes, of.Places, of.Date, time.Time{})
	for _, o := range found {
		for _, i := range o.Indicators {
			had, has := i.HasBaseline(), i.HasLatest()
			rows = append(rows, []any{o.Ask, o.Place, i.Indicator, string(i.Verdict), string(i.Reason), i.Source, optional(i.Baseline.Year, had), optional(i.Baseline.Value, had),
				optional(i.Latest.Year, has), optional(i.Latest.Value, has), optional(i.Needed, i.Reason == "")})
		}
	}
	return rows, err
}

func forumRows(ctx context.Context, s *Site, _ tableQuery) (rows [][]any, err error) {
	forums, err := s.store.Forums(ctx)
	var list []dialogue.Forum
	for _, f := range forums {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b dialogue.Forum) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Key, b.Key)) })
	for _, f := range list {
		row := []any{f.Key, f.Kind, f.Country, f.From, f.To, f.SourceURL, f.Confidence}
		rows = append(rows, slices.Concat(row, inLanguages(f.Names), inLanguages(f.Body), inLanguages(f.Place)))
	}
	return rows, err
}

func provisionRows(ctx context.Context, s *Site, _ tableQuery) (rows [][]any, err error) {
	letters, err := s.store.Letters(ctx, publicStates()...)
	if err != nil {
		return nil, err
	}
	slugs := map[string]string{}
	for _, l := range letters {
		slugs[l.ID] = l.Slug
	}
	list, err := s.store.Provisions(ctx)
	for _, p := range list {
		slug, is := slugs[p.LetterID]
		if !is {
			continue // what is set against a letter that is not public is not either
		}
		row := []any{p.ID, p.Version, slug, p.Forum, p.Instrument, p.Point, p.Quote, joined(p.Asks), string(p.Answers), joined(p.Reserved), p.Source.URL, string(p.Source.Confidence), stamp(p.RecordedAt), p.Reason, p.TakenDown}
		rows = append(rows, append(row, inLanguages(p.Summary)...))
	}
	return rows, err
}

func indicatorRows(ctx context.Context, s *Site, _ tableQuery) (rows [][]any, err error) {
	list, err := s.store.Indicators(ctx)
	for _, i := range list {
		row := []any{i.Key, string(i.Unit), i.Denominator, int(i.Good), i.Decimals, joined(i.Sources)}
		rows = append(rows, slices.Concat(row, inLanguages(i.Names), inLanguages(i.Definitions), inLanguages(i.Comparison)))
	}
	return rows, err
}

func observationRows(ctx context.Context, s *Site, q tableQuery) (rows [][]any, err error) {
	indicators, err := s.store.Indicators(ctx)
	if err != nil {
		return nil, err
	}
	var query evidence.Query
	for column, into := range map[string]*[]string{"indicator": &query.Indicators, "place": &query.Places, "source": &query.Sources} {
		if value := q.filters[column]; value != "" {
			*into = []string{value}
		}
	}
	list, err := evidence.Read(ctx, s.store, query)
	for _, x := range list {
		i, _ := evidence.Find(indicators, x.Indicator)
		for _, v := range x.Values {
			rows = append(rows, []any{x.Indicator, x.Place, v.Period.String(), v.Value, string(i.Unit), x.Source, x.Derived, string(v.Flag), v.Note})
		}
	}
	return rows, err
}

func sourceRows(ctx context.Context, s *Site, _ tableQuery) (rows [][]any, err error) {
	list, err := s.store.Sources(ctx)
	for _, x := range list {
		rows = append(rows, []any{x.Key, x.Family, x.Vintage, x.Title, x.Publisher, x.Licence, x.URL, x.Imported})
	}
	return rows, err
}

func placeRows(ctx context.Context, s *Site, _ tableQuery) (rows [][]any, err error) {
	holdings, err := s.store.Holdings(ctx, nil)
	var codes []string
	for _, h := range holdings {
		codes = append(codes, h.Place)
	}
	slices.Sort(codes)
	for _, code := range slices.Compact(codes) {
		a, ok := place.AreaByCode(code)
		if !ok {
			continue
		}
		within := ""
		if a.IsState() {
			within, _, _ = strings.Cut(code, "-")
		}
		rows = append(rows, []any{code, within, a.Name("es"), a.Name("pt"), a.Name("en"), a.Name("fr")})
	}
	return rows, err
}

func ledgerRows(ctx context.Context, s *Site, _ tableQuery) ([][]any, error) {
	size, signed, err := s.store.LatestCheckpoint(ctx)
	if err != nil || size < 0 {
		return nil, err
	}
	at, err := s.store.CheckpointTime(ctx, size)
	if err != nil {
		return nil, err
	}
	return [][]any{{size, stamp(at), string(signed)}}, nil
}
