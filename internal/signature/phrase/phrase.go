// Package phrase writes a secret as twelve words, so that a person can keep it
// on paper or in memory, and reads it back. The words are those of the BIP-39
// lists; what they encode is our own: 96 bits of secret and 36 of checksum, so
// that a mistyped or misheard word is told as such and never taken for another
// secret.
package phrase

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"

	"github.com/tyler-smith/go-bip39/wordlists"
	"golang.org/x/text/unicode/norm"

	"pliego/internal/place"
)

const (
	// Length is how many words a phrase has.
	Length = 12

	bitsPerWord  = 11
	secretBytes  = 12
	checksumBits = Length*bitsPerWord - 8*secretBytes

	// MaxText bounds what is read as a phrase, in bytes: twelve words are far
	// shorter, also when somebody numbers them.
	MaxText = 1000
)

// Errors of Parse besides UnknownWord.
var (
	ErrLength   = fmt.Errorf("a phrase has %d words", Length)
	ErrChecksum = errors.New("one of the words is not right, or their order is not")
)

// UnknownWord says that a word is in none of the lists: the one at this place,
// counted from 1. The word itself is not repeated, since most of it may be right.
type UnknownWord int

func (w UnknownWord) Error() string {
	return fmt.Sprintf("word %d is none of those that a phrase is made of", int(w))
}

// Secret is what a phrase stands for.
type Secret [secretBytes]byte

// New makes a secret at random.
func New() Secret {
	var s Secret
	rand.Read(s[:]) // never fails (crypto/rand)
	return s
}

// list is one language's words, and the places of those words without accents.
type list struct {
	words []string
	place map[string]int
}

// lists are the lists by the language of the page. There is none in Portuguese
// among them; its readers get the words of the nearest language.
var lists = sync.OnceValue(func() map[string]*list {
	byLang := map[string]*list{}
	for lang, words := range map[string][]string{"es": wordlists.Spanish, "en": wordlists.English, "fr": wordlists.French} {
		l := &list{place: make(map[string]int, len(words))}
		for i, w := range words {
			w = norm.NFC.String(w)
			l.words = append(l.words, w)
			l.place[place.Fold(w)] = i
		}
		byLang[lang] = l
	}
	byLang["pt"] = byLang["es"]
	return byLang
})

// Language is the language of the words that a reader of lang gets.
func Language(lang string) string {
	switch lang {
	case "es", "en", "fr":
		return lang
	case "pt":
		return "es"
	}
	return "en"
}

// number is the secret followed by its checksum, as one number.
func (s Secret) number() *big.Int {
	sum := sha256.Sum256(append([]byte("pliego phrase 1 "), s[:]...))
	n := new(big.Int).SetBytes(s[:])
	n.Lsh(n, checksumBits)
	check := new(big.Int).SetBytes(sum[:8])
	return n.Or(n, check.Rsh(check, 64-checksumBits))
}

// Words writes the secret in the words of a language.
func (s Secret) Words(lang string) []string {
	l := lists()[Language(lang)]
	n := s.number()
	mask := big.NewInt(1<<bitsPerWord - 1)
	words := make([]string, Length)
	for i := Length - 1; i >= 0; i-- {
		words[i] = l.words[new(big.Int).And(n, mask).Int64()]
		n.Rsh(n, bitsPerWord)
	}
	return words
}

// Parse reads a phrase in any of the languages, whatever its case, accents,
// numbering and punctuation. It fails with ErrLength, an UnknownWord or
// ErrChecksum.
func Parse(text string) (Secret, error) {
	if len(text) > MaxText {
		return Secret{}, ErrLength
	}
	words := split(text)
	if len(words) != Length {
		return Secret{}, ErrLength
	}
	// Languages share words, so each list is tried: the one that knows the most of
	// them says which is wrong.
	var failed error
	furthest := -1
	for _, lang := range []string{"es", "en", "fr"} {
		s, known, err := lists()[lang].parse(words)
		if err == nil {
			return s, nil
		}
		if known > furthest {
			furthest, failed = known, err
		}
	}
	return Secret{}, failed
}

// split finds the words of a text: runs of letters.
func split(text string) []string {
	return strings.FieldsFunc(place.Fold(text), func(r rune) bool { return r < 'a' || r > 'z' })
}

// parse reads words of one list; known is how many of them are in it.
func (l *list) parse(words []string) (s Secret, known int, err error) {
	n := new(big.Int)
	for i, w := range words {
		at, ok := l.place[w]
		if !ok {
			if err == nil {
				err = UnknownWord(i + 1)
			}
			continue
		}
		known++
		n.Or(n.Lsh(n, bitsPerWord), big.NewInt(int64(at)))
	}
	if err != nil {
		return Secret{}, known, err
	}
	new(big.Int).Rsh(n, checksumBits).FillBytes(s[:])
	if s.number().Cmp(n) != 0 {
		return Secret{}, known, ErrChecksum
	}
	return s, known, nil
}
