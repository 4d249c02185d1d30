package typeset

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

// setBoth sets l both ways and fails the test on any error.
func setBoth(t *testing.T, l *Letter) []byte {
	t.Helper()
	pdf, _ := setPDF(t, l)
	if err := DOCX(context.Background(), io.Discard, l); err != nil {
		t.Fatal(err)
	}
	return pdf
}

func first(bs []Block) Block {
	if len(bs) == 0 {
		return Block{}
	}
	return bs[0]
}

func TestHostileText(t *testing.T) {
	controls := make([]byte, 256)
	for i := range controls {
		controls[i] = byte(i)
	}
	nested := []Block{{Kind: Paragraph, Runs: []Run{{Text: "deep"}}}}
	for range MaxDepth {
		nested = []Block{{Kind: NumberList, Start: 999_999_999, Items: [][]Block{nested}}}
	}
	for name, blocks := range map[string][]Block{
		"no blocks":                  nil,
		"empty blocks":               {{}, {Kind: Heading}, {Kind: BulletList}, {Kind: NumberList, Items: [][]Block{nil, {}}}, {Kind: Quote}, {Kind: Code}, {Kind: Rule}},
		"unknown kind":               {{Kind: 99, Runs: []Run{{Text: "x"}}}},
		"a word of 100,000":          {{Runs: []Run{{Text: strings.Repeat("W", 100_000)}}}},
		"a paragraph of 1 MB":        {{Runs: []Run{{Text: strings.Repeat("palabra ", 1<<17)}}}},
		"control characters":         {{Runs: []Run{{Text: string(controls)}}}},
		"only spaces":                {{Runs: []Run{{Text: strings.Repeat(" ", 1000)}}}},
		"only line ends":             {{Runs: []Run{{Text: "", Break: true}, {Text: " ", Break: true}, {Text: "\n\n", Break: true}}}},
		"PDF operators":              {{Runs: []Run{{Text: `) Tj ET endstream endobj \) \( (`}}}},
		"XML":                        {{Runs: []Run{{Text: `]]></w:t></w:r></w:p></w:body><!-- & "'`}}}},
		"deep lists":                 nested,
		"a heading that fills pages": {{Kind: Heading, Level: 1, Runs: []Run{{Text: strings.Repeat("titulo ", 5000)}}}},
		"a strange level":            {{Kind: Heading, Level: -7, Runs: []Run{{Text: "x"}}}, {Kind: Heading, Level: 1 << 40, Runs: []Run{{Text: "y"}}}},
		"a link with quotes":         {{Runs: []Run{{Text: "x", URL: `https://example.org/"><w:p>)(\`}}}},
	} {
		t.Run(name, func(t *testing.T) {
			l := sample(t)
			l.Intro = blocks
			if len(plainText(first(blocks).Runs)) < 1<<16 {
				l.Asks[0].Text, l.Notice = blocks, blocks
			}
			pdf := setBoth(t, l)
			text := unfooted(words(t, pdf), l)
			inOrder(t, text, l.Title, l.Labels.Asks, l.Signatories[51].Name, l.TextHash)
		})
	}
}

func TestNothingIsLostFromLongWords(t *testing.T) {
	l := sample(t)
	word := strings.Repeat("Donaudampfschifffahrt", 60)
	l.Signatories = []Signatory{{Number: 1, Name: word, Country: word}}
	l.Title = word[:900]
	l.AddressedTo = []string{word}
	text := strings.ReplaceAll(unfooted(words(t, setBoth(t, l)), l), " ", "")
	if n := strings.Count(text, "Donaudampfschifffahrt"); n < 3*60+900/21 {
		t.Errorf("%d of the parts are left", n)
	}
}

func TestAnEntryTallerThanAPage(t *testing.T) {
	l := sample(t)
	name := strings.Repeat("muy larga ", 390) + "fin"
	l.Signatories = []Signatory{{Number: 1, Name: "antes"}, {Number: 2, Name: name}, {Number: 3, Name: "después"}}
	text := unfooted(words(t, setBoth(t, l)), l)
	inOrder(t, text, "1 antes", "2 "+name, "3 después", l.TextHash)
}

func TestRefused(t *testing.T) {
	long := strings.Repeat("x", MaxField+1)
	for name, c := range map[string]struct {
		spoil func(*Letter)
		says  string
	}{
		"no title":                 {func(l *Letter) { l.Title = " " }, "title: is empty"},
		"long title":               {func(l *Letter) { l.Title = strings.Repeat("é", MaxTitle+1) }, "title: has 1001 characters"},
		"no language":              {func(l *Letter) { l.Lang = "" }, "language"},
		"language that breaks out": {func(l *Letter) { l.TextLang = "en) /Evil (" }, "text's language"},
		"address":                  {func(l *Letter) { l.URL = "javascript:alert(1)" }, "address"},
		"hash":                     {func(l *Letter) { l.TextHash = "abc" }, "hash"},
		"short hash":               {func(l *Letter) { l.TextHash = "abcd" }, "hash"},
		"no time":                  {func(l *Letter) { l.Published = time.Time{} }, "published"},
		"missing label":            {func(l *Letter) { l.Labels.Asks = "" }, "label Asks: is empty in en"},
		"long label":               {func(l *Letter) { l.Labels.To = long }, "label To"},
		"long page label":          {func(l *Letter) { l.Labels.Page = long }, "label Page"},
		"long date":                {func(l *Letter) { l.DateLine = long }, "date"},
		"long office":              {func(l *Letter) { l.AddressedTo = []string{"a", long} }, "addressee 2"},
		"many offices":             {func(l *Letter) { l.AddressedTo = make([]string, MaxAddressees+1) }, "addressees"},
		"many asks":                {func(l *Letter) { l.Asks = make([]Ask, MaxAsks+1) }, "asks"},
		"many signatories":         {func(l *Letter) { l.Signatories = make([]Signatory, MaxSignatories+1) }, "signatories"},
		"ask without number":       {func(l *Letter) { l.Asks[1].Number = 0 }, "ask 2 in order"},
		"long ask title":           {func(l *Letter) { l.Asks[1].Title = long }, "ask 2"},
		"signatory without number": {func(l *Letter) { l.Signatories[4].Number = -1 }, "signatory 5 in order"},
		"signatory without name":   {func(l *Letter) { l.Signatories[4].Name = "\t" }, "signatory 5: has neither"},
		"long signatory":           {func(l *Letter) { l.Signatories[4].Name = long }, "signatory 5: is longer"},
		"long text":                {func(l *Letter) { l.Intro = []Block{{Runs: []Run{{Text: strings.Repeat("x", MaxText+1)}}}} }, "text: is longer"},
		"many blocks":              {func(l *Letter) { l.Closing = make([]Block, MaxBlocks+1) }, "text: has more than"},
		"deep blocks": {func(l *Letter) {
			b := []Block{{}}
			for range MaxDepth + 2 {
				b = []Block{{Kind: Quote, Items: [][]Block{b}}}
			}
			l.Asks[0].Text = b
		}, "deep in one another"},
	} {
		l := sample(t)
		c.spoil(l)
		_, err := PDF(context.Background(), io.Discard, l)
		if !errors.Is(err, ErrLetter) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: PDF says %v", name, err)
		}
		if err := DOCX(context.Background(), io.Discard, l); !errors.Is(err, ErrLetter) {
			t.Errorf("%s: DOCX says %v", name, err)
		}
	}
}

func TestLabelsAreNeededOnlyForWhatIsPrinted(t *testing.T) {
	l := sample(t)
	l.AddressedTo, l.Asks, l.Signatories, l.URL, l.TextHash, l.Labels = nil, nil, nil, "", "", Labels{}
	setBoth(t, l)
}
