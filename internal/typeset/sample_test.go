package typeset

import (
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// printed is the list of those who signed the letter of 19 November 2013, as printed on it.
func printed(t testing.TB) []Signatory {
	t.Helper()
	f, err := os.Open("testdata/signatories.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []Signatory
	for _, r := range rows[1:] {
		n, err := strconv.Atoi(r[0])
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, Signatory{Number: n, Name: r[1], Acronym: r[2], Country: r[3]})
	}
	return out
}

// many repeats the printed list to n signatories with numbers of their own.
func many(t testing.TB, n int) []Signatory {
	base := printed(t)
	out := make([]Signatory, n)
	for i := range out {
		out[i] = base[i%len(base)]
		out[i].Number = i + 1
		out[i].Name = fmt.Sprintf("%s %d", out[i].Name, i+1)
	}
	return out
}

func md(t testing.TB, src string) []Block {
	t.Helper()
	b, err := Markdown(src)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sample is the record of the letter of 2013, in English.
func sample(t testing.TB) *Letter {
	asks := []struct{ title, text string }{
		{"Policies that reduce violence", "Judge drug enforcement by the harm it spares communities, not by the size of the market: less violence from trafficking, territorial control, arms and people trading, and from the policies themselves."},
		{"Proportional penalties and alternatives to prison", "Review drug penalties so that they follow the gravity of the act, the violence used and the offender’s rank, and open alternatives to prison for non-violent offences, above all where people, many of them women, are vulnerable."},
		{"A gender perspective in drug policy", "Look at how drugs and drug law strike women in particular, and correct a penal policy that fills prisons with couriers and small dealers, many of them poor and many with young children."},
		{"Decriminalise use, possession and personal growing", "Take personal use, possession and growing out of criminal and security policy, offer public-health care to those with problematic use, free security bodies for real targets and so ease overcrowded prisons."},
		{"Review the use of armed forces", "Review the role of soldiers in anti-drug operations, which the signatories hold to be ineffective against supply and harmful for rights, for the military profession and for the line between defence and public security."},
	}
	l := &Letter{
		Lang:     "en",
		Title:    "Open letter to Ministers Responsible for Public Security in the Americas",
		DateLine: "19 November 2013",
		Occasion: "for the Fourth Meeting of Ministers Responsible for Public Security (MISPA IV), Medellín",
		AddressedTo: []string{
			"The ministers responsible for public security of the 34 active member States of the Organization of American States",
		},
		Notice:          md(t, "Published elsewhere: this sheet records the letter in summary. The original stands at [wola.org](https://www.wola.org/analysis/open-letter-to-ministers-responsible-for-public-security-in-the-americas/)."),
		Intro:           md(t, "Fifty-two organisations ask the region’s security ministers to resume the drug-policy debate begun in *Antigua* in June 2013, to put human rights and less violence at its centre, to adopt five changes and to let civil society take part."),
		Closing:         md(t, "Ministers should carry on the agreed work after Antigua, look for answers other than force-led ones, admit civil society to the talks and restate that human rights come first."),
		Signatories:     printed(t),
		SignatoriesNote: "as printed on the letter",
		URL:             "https://pliego.example.org/en/letters/mispa-iv-2013",
		TextHash:        strings.Repeat("0123456789abcdef", 4),
		Published:       time.Date(2013, 11, 19, 12, 0, 0, 0, time.UTC),
		Labels: Labels{To: "To", Asks: "What it asks", Signatories: "52 signatories", Number: "No.", Name: "Name",
			Country: "Country", Address: "This letter and its record", Hash: "SHA-256 of the text"},
	}
	for i, a := range asks {
		l.Asks = append(l.Asks, Ask{Number: i + 1, Title: a.title, Text: md(t, a.text)})
	}
	return l
}
