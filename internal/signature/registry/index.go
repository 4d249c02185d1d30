package registry

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"sync"
)

// Index finds, among many organisations, those that may be the same as one. It
// may be used by several goroutines at once, and changes while it is searched.
// The zero Index is empty and ready.
type Index struct {
	mu       sync.RWMutex
	rows     []*row             // by their place; nil for one that was removed
	places   map[string]int32   // id → place
	postings map[string][]int32 // key → places, ascending
	scratch  sync.Pool
}

// row is one organisation in the index.
type row struct {
	id   string
	is   *prepared
	keys []string
}

// Found is one organisation that a search found.
type Found struct {
	ID string
	Match
}

// candidates bounds how many organisations are compared word by word in one
// search: the best by the rarity of the words they share.
const candidates = 200

// Put adds an organisation or replaces what is known of it.
func (x *Index) Put(id string, s Subject) {
	r := &row{id: id, is: prepare(s)}
	r.keys = keysOf(r.is, "^", "&")
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(id)
	if x.places == nil {
		x.places, x.postings = map[string]int32{}, map[string][]int32{}
	}
	at := int32(len(x.rows))
	x.rows = append(x.rows, r)
	x.places[id] = at
	for _, key := range r.keys {
		x.postings[key] = append(x.postings[key], at)
	}
}

// Remove takes an organisation out; one that is not there does no harm.
func (x *Index) Remove(id string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(id)
}

func (x *Index) remove(id string) {
	at, ok := x.places[id]
	if !ok {
		return
	}
	for _, key := range x.rows[at].keys {
		list := x.postings[key]
		if i, ok := slices.BinarySearch(list, at); ok {
			list = slices.Delete(slices.Clone(list), i, i+1)
		}
		if len(list) == 0 {
			delete(x.postings, key)
		} else {
			x.postings[key] = list
		}
	}
	x.rows[at] = nil
	delete(x.places, id)
}

// Len is how many organisations the index holds.
func (x *Index) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.places)
}

// Search gives the organisations that a person should look at beside s, the
// likeliest first, at most limit.
func (x *Index) Search(s Subject, limit int) []Found {
	query := prepare(s)
	keys := keysOf(query, "&", "^")
	x.mu.RLock()
	defer x.mu.RUnlock()
	var found []Found
	for _, at := range x.nearest(keys) {
		r := x.rows[at]
		if m := compare(query, r.is); m.Same() {
			found = append(found, Found{r.id, m})
		}
	}
	slices.SortFunc(found, func(a, b Found) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
	return found[:min(limit, len(found))]
}

// nearest are the places of the rows that share the rarest keys.
func (x *Index) nearest(keys []string) []int32 {
	if len(x.rows) == 0 {
		return nil
	}
	sums, _ := x.scratch.Get().(*[]float32)
	if sums == nil || len(*sums) < len(x.rows) {
		fresh := make([]float32, len(x.rows)+len(x.rows)/4)
		sums = &fresh
	}
	sum := *sums
	var touched []int32
	for _, key := range keys {
		list := x.postings[key]
		if len(list) == 0 {
			continue
		}
		rarity := float32(math.Log(1 + float64(len(x.rows))/float64(len(list))))
		for _, at := range list {
			if sum[at] == 0 {
				touched = append(touched, at)
			}
			sum[at] += rarity
		}
	}
	// What is shared, held against how much else the row has.
	for _, at := range touched {
		sum[at] /= 1 + 0.05*float32(len(x.rows[at].keys))
	}
	best := touched
	if len(touched) > candidates {
		best = make([]int32, 0, candidates)
		least := kthLargest(touched, sum, candidates)
		for _, at := range touched {
			if sum[at] > least {
				best = append(best, at)
			}
		}
		for _, at := range touched { // equals, as far as there is room
			if sum[at] == least && len(best) < candidates {
				best = append(best, at)
			}
		}
	}
	best = slices.Clone(best)
	for _, at := range touched {
		sum[at] = 0
	}
	x.scratch.Put(sums)
	return best
}

// kthLargest is the sum that k of the places reach.
func kthLargest(places []int32, sum []float32, k int) float32 {
	// A heap of the k largest, the least of them on top.
	heap := make([]float32, 0, k)
	down := func(i int) {
		for {
			c := 2*i + 1
			if c >= len(heap) {
				return
			}
			if c+1 < len(heap) && heap[c+1] < heap[c] {
				c++
			}
			if heap[i] <= heap[c] {
				return
			}
			heap[i], heap[c] = heap[c], heap[i]
			i = c
		}
	}
	for _, at := range places {
		v := sum[at]
		if len(heap) < k {
			heap = append(heap, v)
			if len(heap) == k {
				for i := k/2 - 1; i >= 0; i-- {
					down(i)
				}
			}
		} else if v > heap[0] {
			heap[0] = v
			down(0)
		}
	}
	return heap[0]
}

// keysOf are what an organisation is found by: its words, acronyms, initials,
// the whole name in one piece, and its words less one letter for slips of
// spelling. An acronym that the beginnings of words spell is found by its first
// two letters and the country; those of names are marked in another way than
// those of acronyms, and the other way round in a search, so that only the one
// finds the other.
func keysOf(p *prepared, acronym, spelling string) []string {
	var keys []string
	add := func(k string) { keys = append(keys, k) }
	for _, n := range p.names {
		add("=" + n.compact)
		for _, t := range n.tokens {
			switch t.class {
			case country:
			case ordinary:
				add(t.key)
				addSlips(t.text, add)
			default:
				add(t.key)
			}
		}
		if lone := n.lone(); lone != "" {
			add("!" + lone)
			if p.country != "" && len(lone) > 3 {
				add(acronym + p.country + lone[:2])
			}
		}
		if first := n.all; p.country != "" && len(first) > 2 && len(first[0]) > 1 {
			add(spelling + p.country + first[0][:2])
			for _, w := range first[1:] {
				add(spelling + p.country + first[0][:1] + w[:1])
			}
		}
		for _, in := range n.initials {
			if len(in) > 2 {
				add("!" + in)
			}
		}
	}
	for _, a := range p.acronyms {
		add("!" + a)
	}
	if p.domain != "" {
		add("/" + p.domain)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// addSlips adds the word less each of its letters: two words that differ by one
// letter have one of these in common, or one is the other's.
func addSlips(w string, add func(string)) {
	if len(w) < 5 || len(w) > 30 || strings.ContainsFunc(w, func(r rune) bool { return r > 127 }) {
		return
	}
	add("~" + w)
	for i := 1; i < len(w); i++ {
		if w[i] != w[i-1] {
			add("~" + w[:i] + w[i+1:])
		}
	}
}
