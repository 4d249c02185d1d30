package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
)

//go:embed messages/*.json
var files embed.FS

// message is one sentence of one language: a text, or a text for each plural
// category of its argument n.
type message struct {
	text   string
	plural map[string]string
}

func (m *message) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &m.text)
	}
	return json.Unmarshal(data, &m.plural)
}

// catalogs reads the embedded files once. They are part of the program, and a
// test reads them all, so a file that cannot be read is a bug of the build.
var catalogs = sync.OnceValue(func() map[string]map[string]message {
	all := make(map[string]map[string]message, len(Languages))
	for _, lang := range Languages {
		data, err := files.ReadFile("messages/" + lang + ".json")
		if err != nil {
			panic(fmt.Sprintf("locale: %v", err))
		}
		catalog := make(map[string]message)
		if err := json.Unmarshal(data, &catalog); err != nil {
			panic(fmt.Sprintf("locale: messages/%s.json: %v", lang, err))
		}
		all[lang] = catalog
	}
	return all
})

// Piece is a part of a message: words of the catalog, or the value put in
// place of a placeholder.
type Piece struct {
	// Text holds the words, or the value as the language writes it.
	Text string
	// Value is the argument as it was given; nil for words of the catalog.
	Value any
}

// T gives the message of a key, with each {placeholder} replaced by the
// argument of that name. Arguments come as name, value, name, value. Whole
// numbers are written as the language groups them; a message with plurals
// goes by the argument "n". A message missing in lang is given in English;
// an unknown key is shown in ⟦brackets⟧ and an argument that is missing stays
// in its braces, so that the fault is seen and the page still serves.
func T(lang, key string, args ...any) string {
	pieces := Pieces(lang, key, args...)
	if len(pieces) == 1 {
		return pieces[0].Text
	}
	var out strings.Builder
	for _, piece := range pieces {
		out.WriteString(piece.Text)
	}
	return out.String()
}

// Pieces is T before it is put together, for a caller that must treat the
// values otherwise than the words: a page puts a link into a sentence.
func Pieces(lang, key string, args ...any) []Piece {
	text, spoken := lookup(lang, key, args)
	var pieces []Piece
	for text != "" {
		start := strings.IndexByte(text, '{')
		end := strings.IndexByte(text, '}')
		if start < 0 || end < start {
			pieces = append(pieces, Piece{Text: text})
			break
		}
		if start > 0 {
			pieces = append(pieces, Piece{Text: text[:start]})
		}
		if value, ok := argument(args, text[start+1:end]); ok {
			pieces = append(pieces, Piece{Text: write(spoken, value), Value: value})
		} else {
			pieces = append(pieces, Piece{Text: text[start : end+1]})
		}
		text = text[end+1:]
	}
	return pieces
}

// Has tells whether a key has a message.
func Has(key string) bool {
	_, ok := catalogs()[Fallback][key]
	return ok
}

// lookup gives the text of a key and the language that it is in.
func lookup(lang, key string, args []any) (text, spoken string) {
	for _, spoken := range []string{lang, Fallback} {
		found, ok := catalogs()[spoken][key]
		if !ok {
			continue
		}
		if found.plural == nil {
			return found.text, spoken
		}
		n, _ := argument(args, "n")
		whole, _ := integer(n)
		return found.plural[category(spoken, whole)], spoken
	}
	return "⟦" + key + "⟧", Fallback
}

func argument(args []any, name string) (any, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return args[i+1], true
		}
	}
	return nil, false
}

func integer(value any) (int64, bool) {
	switch n := value.(type) {
	case int:
		return int64(n), true
	case int32:
		return int64(n), true
	case int64:
		return n, true
	}
	return 0, false
}

func write(lang string, value any) string {
	if n, ok := integer(value); ok {
		return Number(lang, n)
	}
	return fmt.Sprint(value)
}
