package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"pliego/internal/followup"
	"pliego/internal/letter"
	"pliego/internal/locale"
	"pliego/internal/place"
	"pliego/internal/search"
)

// indexes keeps what is searched, in each language.
type indexes struct {
	mu   sync.Mutex
	kept map[string]keptIndex
}

type keptIndex struct {
	key   string // of the versions that it was made from
	at    time.Time
	index *search.Index
}

// staleMost is how long an index may be behind the site: while people sign, letters
// change each second, and their words do not.
const staleMost = 10 * time.Second

// The kinds of what is found.
const (
	kindLetter    = "letter"
	kindAsk       = "ask"
	kindAddressee = "addressee"
	kindRecord    = "record"
	kindForum     = "forum"
	kindAgenda    = "agenda"
	kindIndicator = "indicator"
	kindPlace     = "place"
)

var foundKinds = []string{kindLetter, kindAsk, kindAddressee, kindRecord, kindForum, kindAgenda, kindIndicator, kindPlace}

var foundKindNames = map[string]string{
	kindLetter: "search.kind_letter", kindAsk: "search.kind_ask", kindAddressee: "search.kind_addressee", kindRecord: "search.kind_record",
	kindForum: "search.kind_forum", kindAgenda: "search.kind_agenda", kindIndicator: "search.kind_indicator", kindPlace: "search.kind_place",
}

type searchPage struct {
	page
	Query, Kind string
	Kinds       []option
	Asked       bool
	Found       string
	Hits        []hitView
	Next        string
}

type hitView struct {
	Href    string
	Kind    string
	Title   words
	Snippet []search.Piece
}

// hitsOnPage is how many results one page shows; mostPages bounds how far one can turn.
const (
	hitsOnPage = 20
	mostPages  = 50
)

// search finds words in all that the site shows in public.
func (s *Site) search(w http.ResponseWriter, r *http.Request, lang string) error {
	ctx, cancel := within(r)
	defer cancel()
	q := r.URL.Query()
	p := searchPage{page: s.newPage(lang, "/search", locale.T(lang, "search.title"), locale.T(lang, "search.lead")), Query: excerpt(q.Get("q"), search.MaxQuery), Kind: oneOf(q.Get("kind"), append([]string{""}, foundKinds...)...)}
	p.Kinds = []option{{"", locale.T(lang, "search.all")}}
	for _, k := range foundKinds {
		p.Kinds = append(p.Kinds, option{k, locale.Named(lang, foundKindNames, k)})
	}
	if p.Query != "" {
		p.Private = true // search engines need no pages of results
		index, err := s.indexOf(ctx, lang)
		if err != nil {
			return err
		}
		hits := index.Find(p.Query, p.Kind)
		p.Asked, p.Found = true, locale.T(lang, "search.found", "n", len(hits))
		turn, err := strconv.Atoi(q.Get("page"))
		if err != nil || turn < 1 {
			turn = 1
		}
		turn = min(turn, mostPages)
		from := min((turn-1)*hitsOnPage, len(hits))
		to := min(from+hitsOnPage, len(hits))
		for _, h := range hits[from:to] {
			p.Hits = append(p.Hits, hitView{Href: "/" + lang + h.Href, Kind: locale.Named(lang, foundKindNames, h.Kind), Title: words{h.Title, h.Lang}, Snippet: search.Snippet(h.Text, p.Query)})
		}
		if to < len(hits) && turn < mostPages {
			p.Next = "?" + url.Values{"q": {p.Query}, "kind": {p.Kind}, "page": {strconv.Itoa(turn + 1)}}.Encode()
		}
	}
	w.Header()["Cache-Control"] = revalidate
	return s.draw(w, http.StatusOK, "search", &p)
}

// indexOf gives what is searched in a language, made anew when the site changed.
func (s *Site) indexOf(ctx context.Context, lang string) (*search.Index, error) {
	key := fmt.Sprint(s.versions.of(""), s.versions.load().evidence)
	s.indexes.mu.Lock()
	kept, ok := s.indexes.kept[lang]
	s.indexes.mu.Unlock()
	if ok && (kept.key == key || s.now().Sub(kept.at) < staleMost) {
		return kept.index, nil
	}
	shared, err, _ := s.drawing.Do("search "+lang, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), waitMost)
		defer cancel()
		docs, err := s.documents(ctx, lang)
		if err != nil {
			return nil, err
		}
		index := search.New(docs)
		s.indexes.mu.Lock()
		defer s.indexes.mu.Unlock()
		if s.indexes.kept == nil {
			s.indexes.kept = map[string]keptIndex{}
		}
		s.indexes.kept[lang] = keptIndex{key, s.now(), index}
		return index, nil
	})
	if err != nil {
		return nil, err
	}
	return shared.(*search.Index), nil
}

// documents are all that can be found, in the words of a language where there are any.
func (s *Site) documents(ctx context.Context, lang string) (docs []search.Document, err error) {
	letters, err := s.store.Letters(ctx, publicStates()...)
	if err != nil {
		return nil, err
	}
	for _, l := range letters {
		more, err := s.letterDocuments(ctx, lang, l)
		if err != nil {
			return nil, err
		}
		docs = append(docs, more...)
	}
	more, err := s.forumDocuments(ctx, lang, letters)
	if err != nil {
		return nil, err
	}
	docs = append(docs, more...)
	indicators, err := s.store.Indicators(ctx)
	if err != nil {
		return nil, err
	}
	for _, i := range indicators {
		docs = append(docs, search.Document{Kind: kindIndicator, Href: "/indicators/" + i.Key, Title: i.Names.In(lang), Text: i.Definitions.In(lang), Lang: lang, Also: allWords(i.Names) + " " + strings.ReplaceAll(i.Key, "-", " ")})
	}
	return append(docs, s.placeDocuments(ctx, lang)...), nil
}

// letterDocuments are a letter, what it asks and of whom, what is on record of it, and its agenda.
func (s *Site) letterDocuments(ctx context.Context, lang string, l *letter.Letter) (docs []search.Document, err error) {
	text, ok := l.Text(lang)
	if !ok {
		return nil, nil
	}
	base := "/letters/" + l.Slug
	asks := map[string]string{}
	whole := search.Document{Kind: kindLetter, Href: base, Title: text.Title, Text: plainMarkdown(text.Body + "\n\n" + text.Closing), Lang: text.Lang}
	for _, t := range l.Texts {
		if t.Lang != text.Lang {
			whole.Also += " " + t.Title
		}
	}
	docs = append(docs, whole)
	for _, a := range text.Asks {
		asks[a.Key] = a.Title
		docs = append(docs, search.Document{Kind: kindAsk, Href: base + "/asks/" + a.Key, Title: a.Title, Text: plainMarkdown(a.Body), Lang: text.Lang})
	}
	names := map[string]string{}
	for _, a := range l.Addressees {
		name, in := addresseeName(lang, a)
		office, _ := a.OfficeIn(lang)
		names[a.Key] = name
		docs = append(docs, search.Document{Kind: kindAddressee, Href: base + "/addressees/" + a.Key, Title: name, Text: office, Lang: in, Also: allWords(a.Office) + " " + a.OfficeNative})
	}
	record, err := s.recordOf(ctx, l)
	if err != nil {
		return nil, err
	}
	for _, i := range record.As(s.now(), s.now()).Items() {
		if i.TakenDown || i.Kind == followup.Assessment || len(text.Asks) == 0 {
			continue
		}
		ask := text.Asks[0].Key
		if len(i.Asks) > 0 {
			ask = i.Asks[0]
		}
		d := search.Document{Kind: kindRecord, Href: base + "/follow-up/" + i.Addressee + "/" + ask + "#" + i.ID}
		d.Title, d.Lang = i.Title.In(lang)
		summary, _ := i.Summary.In(lang)
		d.Text = strings.TrimSpace(names[i.Addressee] + ", " + string(i.Date) + ". " + summary + " " + i.Original)
		d.Also = allWords(i.Title) + " " + allWords(i.Summary) + " " + asks[ask]
		if d.Title == "" {
			d.Title, d.Lang = names[i.Addressee], lang
		}
		docs = append(docs, d)
	}
	agenda, err := s.store.AgendaOf(ctx, l.ID)
	if err != nil {
		return nil, err
	}
	for _, i := range agenda.Newest(s.now()) {
		d := search.Document{Kind: kindAgenda, Href: base + "/agenda/" + i.Slug(), Title: asks[i.Ask]}
		d.Text, d.Lang = i.In(lang)
		d.Also = i.Text + " " + i.Office
		docs = append(docs, d)
	}
	return docs, nil
}

// forumDocuments are the forums, and the points that they adopted about public letters.
func (s *Site) forumDocuments(ctx context.Context, lang string, letters []*letter.Letter) (docs []search.Document, err error) {
	forums, err := s.store.Forums(ctx)
	if err != nil {
		return nil, err
	}
	public := map[string]bool{}
	for _, l := range letters {
		public[l.ID] = true
	}
	for _, f := range forums {
		name, in := followup.Words(f.Names).In(lang)
		docs = append(docs, search.Document{Kind: kindForum, Href: "/forums/" + f.Key, Title: name, Text: forumWhen(lang, f), Lang: in, Also: allWords(f.Names) + " " + allWords(f.Body)})
	}
	provisions, err := s.store.Provisions(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range provisions {
		if p.TakenDown || !public[p.LetterID] {
			continue
		}
		d := search.Document{Kind: kindForum, Href: "/forums/" + p.Forum + "#" + p.ID, Also: allWords(p.Summary)}
		d.Title, _ = followup.Words(forums[p.Forum].Names).In(lang)
		d.Text, d.Lang = p.Summary.In(lang)
		d.Text = strings.TrimSpace(p.Instrument + ". " + d.Text + " " + p.Quote)
		docs = append(docs, d)
	}
	return docs, nil
}

// placeDocuments are the countries that something was measured in.
func (s *Site) placeDocuments(ctx context.Context, lang string) (docs []search.Document) {
	holdings, err := s.store.Holdings(ctx, nil)
	if err != nil {
		s.log.Warn("search", "err", err)
		return nil
	}
	seen := map[string]bool{}
	for _, h := range holdings {
		a, ok := place.AreaByCode(h.Place)
		if !ok || seen[h.Place] {
			continue
		}
		seen[h.Place] = true
		d := search.Document{Kind: kindPlace, Href: "/places/" + h.Place, Title: a.Name(lang), Lang: lang, Also: h.Place}
		for _, other := range locale.Languages {
			d.Also += " " + a.Name(other)
		}
		docs = append(docs, d)
	}
	return docs
}

// allWords are words in every language, to search in.
func allWords[W ~map[string]string](w W) string {
	var b strings.Builder
	for _, lang := range locale.Languages {
		b.WriteString(w[lang] + " ")
	}
	return b.String()
}

// plainMarkdown is a text without its marks.
func plainMarkdown(s string) string {
	return strings.NewReplacer("*", "", "_", " ", "#", "", "`", "", "[", "", "]", " ", "\n", " ").Replace(s)
}
