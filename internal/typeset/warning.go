package typeset

import (
	"fmt"
	"slices"
	"sync"
	"unicode"
)

// MaxWarnings is the most warnings that one call gives; the last one then tells how many more there were.
const MaxWarnings = 1000

// Warning names a text that the PDF could not print as it is written.
type Warning struct {
	// Where it stands: "signatory 17", "title", "text".
	Where string
	// Text is the whole field, or the word in a longer text.
	Text string
	// Script is Unicode's name of the script of the first letter without a glyph: "Arabic", "Han".
	// It is "Common" where only symbols that belong to none are without one.
	Script string
	// RightToLeft says that the script runs from right to left, which the PDF cannot set.
	RightToLeft bool
	// Printed is what stands in its place: the transliteration, or the text with boxes.
	Printed string
	// More is set on the last warning only, when there were more than MaxWarnings: how many are not listed.
	More int
}

// String is the warning as one English sentence.
func (w Warning) String() string {
	if w.More > 0 {
		return fmt.Sprintf("%d more texts cannot be printed as they are written", w.More)
	}
	why := "the fonts have no letters for it"
	if w.Script == "Common" {
		why = "the fonts lack a symbol in it"
	}
	if w.RightToLeft {
		why += ", and text from right to left is not supported"
	}
	return fmt.Sprintf("%s: %q (script: %s) is printed as %q: %s", w.Where, w.Text, w.Script, w.Printed, why)
}

// warnings collects up to MaxWarnings.
type warnings struct {
	list []Warning
	more int
}

func (ws *warnings) add(w Warning) {
	if len(ws.list) >= MaxWarnings {
		ws.more++
		return
	}
	ws.list = append(ws.list, w)
}

func (ws *warnings) all() []Warning {
	if ws.more > 0 {
		return append(ws.list, Warning{More: ws.more})
	}
	return ws.list
}

// scriptNames is unicode.Scripts' keys in an order, so that the same rune always gets the same name.
var scriptNames = sync.OnceValue(func() []string {
	names := make([]string, 0, len(unicode.Scripts))
	for n := range unicode.Scripts {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
})

// scriptOf is the Unicode script of r, "Unknown" for code points that have none.
func scriptOf(r rune) string {
	for _, n := range scriptNames() {
		if unicode.Is(unicode.Scripts[n], r) {
			return n
		}
	}
	return "Unknown"
}

// rightToLeft lists the living scripts that are written from right to left.
var rightToLeft = map[string]bool{
	"Adlam": true, "Arabic": true, "Hanifi_Rohingya": true, "Hebrew": true, "Mandaic": true, "Mende_Kikakui": true,
	"Nko": true, "Samaritan": true, "Syriac": true, "Thaana": true, "Yezidi": true,
}
