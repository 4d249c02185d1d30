// Package search finds words in what a site shows, without regard to case and
// accents. The whole of it is held in memory: it is made of letters, records and
// definitions, a few thousand texts, not of lists of signatories. So both databases
// give the same answers, and what is taken down is gone with the next index.
package search

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"
	"unicode"

	"pliego/internal/place"
)

// Document is one thing that can be found, in the words of one language.
type Document struct {
	Kind  string // letter, ask, act, …
	Href  string
	Title string
	Text  string
	Lang  string // of the text
	Also  string // the same in other languages, searched and not shown
}

// Hit is a document that was found.
type Hit struct {
	Document
	Snippet []Piece
	score   float64
}

// Piece is a stretch of a snippet; a marked one was searched for.
type Piece struct {
	Text   string
	Marked bool
}

// Index is made once and then only read: it is safe for concurrent use.
type Index struct {
	docs  []Document
	words []string             // all of them, in order
	posts map[string][]posting // by word
}

type posting struct {
	doc    int32
	weight float32
}

// Bounds of a query.
const (
	MaxQuery  = 200 // characters
	maxWords  = 12
	maxPrefix = 400 // words that the beginning of a word may stand for
)

// How much a word counts by where it stands.
const (
	inTitle = 6
	inText  = 1
	inAlso  = 0.5
)

// New makes an index.
func New(docs []Document) *Index {
	x := &Index{docs: docs, posts: map[string][]posting{}}
	for n, d := range docs {
		weights := map[string]float64{}
		for _, part := range []struct {
			text   string
			weight float64
		}{{d.Title, inTitle}, {d.Text, inText}, {d.Also, inAlso}} {
			for _, w := range strings.Fields(place.Fold(part.text)) {
				weights[w] += part.weight
			}
		}
		for w, weight := range weights {
			// A word that stands there ten times says hardly more than one that stands there five times.
			x.posts[w] = append(x.posts[w], posting{int32(n), float32(1 + math.Log(weight+1))})
		}
	}
	for w := range x.posts {
		x.words = append(x.words, w)
	}
	sort.Strings(x.words)
	return x
}

// Terms are the words of a query, folded; nil when it holds none.
func Terms(query string) []string {
	if runes := []rune(query); len(runes) > MaxQuery {
		query = string(runes[:MaxQuery])
	}
	terms := strings.Fields(place.Fold(query))
	return terms[:min(len(terms), maxWords)]
}

// Find gives the documents that hold every word of a query, or words that begin with
// it, the best first. kind "" is all kinds.
func (x *Index) Find(query, kind string) []Hit {
	terms := Terms(query)
	if len(terms) == 0 {
		return nil
	}
	scores := map[int32]float64{}
	for n, term := range terms {
		found := x.matches(term)
		if n == 0 {
			scores = found
			continue
		}
		for doc, score := range scores {
			if more, ok := found[doc]; ok {
				scores[doc] = score + more
			} else {
				delete(scores, doc)
			}
		}
	}
	var hits []Hit
	for doc, score := range scores {
		d := x.docs[doc]
		if kind == "" || d.Kind == kind {
			hits = append(hits, Hit{Document: d, score: score})
		}
	}
	slices.SortFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.Href, b.Href))
	})
	return hits
}

// matches scores the documents that hold a word, or one that begins with it.
func (x *Index) matches(term string) map[int32]float64 {
	out := map[int32]float64{}
	from := sort.SearchStrings(x.words, term)
	for n := from; n < len(x.words) && n < from+maxPrefix && strings.HasPrefix(x.words[n], term); n++ {
		word := x.words[n]
		if word != term && len(term) < 3 {
			break // one or two letters stand for themselves alone
		}
		posts := x.posts[word]
		rare := math.Log(1 + float64(len(x.docs))/float64(len(posts)))
		if word != term {
			rare *= 0.7
		}
		for _, p := range posts {
			out[p.doc] = max(out[p.doc], float64(p.weight)*rare)
		}
	}
	return out
}

// snippetLen is about how many characters a snippet has.
const snippetLen = 220

// Snippet is the part of a text in which words of the query stand closest, with
// them marked.
func Snippet(text, query string) []Piece {
	terms := Terms(query)
	words := fieldsAt(text)
	marked := make([]bool, len(words))
	first := -1
	for n, w := range words {
		for _, folded := range strings.Fields(place.Fold(text[w[0]:w[1]])) {
			for _, t := range terms {
				marked[n] = marked[n] || folded == t || len(t) >= 3 && strings.HasPrefix(folded, t)
			}
		}
		if marked[n] && first < 0 {
			first = n
		}
	}
	if len(words) == 0 {
		return nil
	}
	begin := 0
	if first > 8 {
		begin = first - 8
	}
	var out []Piece
	add := func(s string, m bool) {
		if k := len(out); k > 0 && out[k-1].Marked == m {
			out[k-1].Text += s
			return
		}
		out = append(out, Piece{s, m})
	}
	if begin > 0 {
		add("… ", false)
	}
	for n := begin; n < len(words); n++ {
		if words[n][0]-words[begin][0] > snippetLen {
			add(" …", false)
			return out
		}
		if n > begin {
			add(" ", false)
		}
		add(text[words[n][0]:words[n][1]], marked[n])
	}
	return out
}

// fieldsAt gives where the words of a text begin and end.
func fieldsAt(s string) (at [][2]int) {
	begin := -1
	for i, r := range s {
		switch {
		case unicode.IsSpace(r):
			if begin >= 0 {
				at = append(at, [2]int{begin, i})
			}
			begin = -1
		case begin < 0:
			begin = i
		}
	}
	if begin >= 0 {
		at = append(at, [2]int{begin, len(s)})
	}
	return at
}
