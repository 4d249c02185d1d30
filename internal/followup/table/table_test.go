package table

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"pliego/internal/followup"
	"pliego/internal/sheet"
)

var offices, asks = []string{"ury", "mex"}, []string{"use", "violence"}

func source(publisher string, g followup.Grade) followup.Citation {
	return followup.Citation{URL: "https://" + publisher + ".example.org/x", Publisher: publisher, Place: "art. 3", Quote: "so, \"it\" says\nhere", Grade: g, Confidence: followup.Seen}
}

func items() []*followup.Item {
	return []*followup.Item{
		{ID: "a1", Version: 1, Kind: followup.Action, Addressee: "ury", Asks: []string{"use", "violence"}, Date: "2014-05", Inferred: true, Action: followup.Law, Direction: followup.Toward,
			Title: followup.Words{"es": "Una ley", "en": "A law"}, Summary: followup.Words{"pt": "-o que fez"}, Note: "=SUM(1)", Citations: []followup.Citation{source("gazette", followup.Official), source("paper", followup.Press)}},
		{ID: "v1", Version: 1, Kind: followup.Assessment, Addressee: "mex", Asks: []string{"use"}, Date: "2015", Track: followup.TrackEvidenced, Value: followup.NoEvidenceFound, Rubric: 1, Looked: "the gazette, 2026",
			Citations: []followup.Citation{source("gazette", followup.Official)}},
		{ID: "c1", Version: 1, Kind: followup.Commitment, Addressee: "ury", Date: "2016-01-02", Original: "Lo haremos", OriginalLang: "es", Office: "Ministerio", Reference: "12/3", From: "an1", Due: "2017"},
	}
}

func written(t *testing.T, list []*followup.Item, workbook bool) []sheet.Row {
	t.Helper()
	var b bytes.Buffer
	write := sheet.WriteCSV
	if workbook {
		write = sheet.WriteXLSX
	}
	err := write(&b, Heads(), func(put func([]string) error) error {
		for _, i := range list {
			if err := Write(i, put); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	rows, err := sheet.Read(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestWhatIsExportedChangesNothingWhenItIsImported(t *testing.T) {
	for _, workbook := range []bool{false, true} {
		read, err := Read(written(t, items(), workbook))
		if err != nil {
			t.Fatal(err)
		}
		write, verdicts, err := Decide(read, items(), offices, asks, "somebody", "")
		if err != nil || len(write) != 0 || len(verdicts) != 3 {
			t.Fatalf("workbook %v: %d versions, %d verdicts, %v: %+v", workbook, len(write), len(verdicts), err, verdicts)
		}
		for n, v := range verdicts {
			if v.Fate != Unchanged {
				t.Errorf("workbook %v, row %d: %s %v", workbook, n+1, v.Fate, v.Err)
			}
		}
		again, verdicts, err := Decide(read, nil, offices, asks, "somebody", "")
		if err != nil || len(again) != 3 || verdicts[0].Fate != New || len(again[0].Citations) != 2 {
			t.Errorf("into an empty record: %d, %+v, %v", len(again), verdicts, err)
		}
	}
}

func TestCorrectionsNeedAReason(t *testing.T) {
	changed := items()[:1]
	changed[0].Title["es"] = "Otra ley"
	for reason, want := range map[string]Fate{"": Wrong, "It was read again.": Corrects} {
		read, err := Read(written(t, changed, false))
		if err != nil {
			t.Fatal(err)
		}
		write, verdicts, err := Decide(read, items(), offices, asks, "somebody", reason)
		if err != nil || verdicts[0].Fate != want || want == Wrong && !errors.Is(verdicts[0].Err, ErrReason) {
			t.Errorf("with the reason %q: %+v, %v", reason, verdicts, err)
		}
		if want == Corrects && (len(write) != 1 || write[0].Version != 2 || write[0].Reason != reason) {
			t.Errorf("the correction is %+v", write)
		}
	}
}

// No table brings in a verdict without a source that was read, and a wrong row
// stops none of the others.
func TestWrongRowsSayWhy(t *testing.T) {
	csv := "tipo;destinatario;pedido;fecha;línea;valor;rúbrica;fuente;editor;grado;confianza;sentido;acto;title es;inferida\n"
	for _, c := range []struct{ row, want string }{
		{"assessment;ury;use;2015;evidenced;limited;1;;;;;;;;", "citation"},
		{"assessment;ury;use;2015;evidenced;limited;1;;;official;memory;;;;", "none of its sources was read"},
		{"assessment;ury;use;2015;evidenced;limited;;https://example.org/x;p;official;seen;;;;", "citation"},
		{"assessment;ury;use;2015;evidenced;substantial;1;https://example.org/x;p;press;seen;;;;", "two independent"},
		{"assessment;ury;use;2015;evidenced;perfect;1;https://example.org/x;p;press;seen;;;;", "no value"},
		{"assessment;zzz;use;2015;evidenced;limited;1;https://example.org/x;p;press;seen;;;;", "nobody with the key"},
		{"assessment;ury;none;2015;evidenced;limited;1;https://example.org/x;p;press;seen;;;;", "none with the key"},
		{"assessment;ury;use;soon;evidenced;limited;1;https://example.org/x;p;press;seen;;;;", "date"},
		{"assessment;ury;use;2015;evidenced;limited;one;https://example.org/x;p;press;seen;;;;", "no number"},
		{"action;ury;use;2015;;;;https://example.org/x;p;press;seen;sideways;law;Una ley;", "direction"},
		{"action;ury;use;2015;;;;javascript:x;p;press;seen;toward;law;Una ley;", "no web address"},
		{"action;ury;use;2015;;;;https://example.org/x;p;press;seen;toward;law;Una ley;maybe", "neither yes nor no"},
		{"rumour;ury;use;2015;;;;https://example.org/x;p;press;seen;;;;", "no kind"},
		{"action;ury;use;2015;;;;https://example.org/x;p;press;seen;toward;law;Una ley;no", ""},
	} {
		rows, err := sheet.Read([]byte(csv + c.row + "\naction;mex;use;2016;;;;https://example.org/y;p;press;seen;against;law;Otra ley;\n"))
		if err != nil {
			t.Fatal(err)
		}
		read, err := Read(rows)
		if err != nil {
			t.Fatal(err)
		}
		write, verdicts, err := Decide(read, nil, offices, asks, "somebody", "")
		if err != nil {
			t.Fatal(err)
		}
		if c.want == "" {
			if len(write) != 2 {
				t.Errorf("%s: %+v", c.row, verdicts)
			}
			continue
		}
		if verdicts[0].Fate != Wrong || verdicts[0].Err == nil || !strings.Contains(verdicts[0].Err.Error(), c.want) {
			t.Errorf("%s: %+v, and not %q", c.row, verdicts[0], c.want)
		}
		if len(write) != 1 || verdicts[1].Fate != New || write[0].ID == "" {
			t.Errorf("%s stopped the row after it: %+v", c.row, verdicts[1])
		}
	}
}

func TestTablesWithoutHeadings(t *testing.T) {
	for content, want := range map[string]error{"a,b\n1,2\n": ErrHeads, "kind,addressee,date\n": ErrEmpty, "kind,tipo,addressee,date\nx,y,z,1\n": ErrTwice} {
		rows, err := sheet.Read([]byte(content))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Read(rows); !errors.Is(err, want) {
			t.Errorf("%q: %v", content, err)
		}
	}
	if _, err := Read(nil); !errors.Is(err, ErrEmpty) {
		t.Errorf("nothing: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("id,kind,addressee,date,asks,source_url\n1,action,ury,2015,use,https://example.org\n1,,,,,https://example.org/2\n"))
	f.Add([]byte("kind;addressee;date\nassessment;ury;'-x\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		rows, err := sheet.Read(b)
		if err != nil {
			return
		}
		read, err := Read(rows)
		if err != nil {
			return
		}
		write, verdicts, err := Decide(read, nil, offices, asks, "somebody", "")
		if err != nil || len(verdicts) != len(read.Rows) {
			t.Fatalf("%d verdicts for %d rows, %v", len(verdicts), len(read.Rows), err)
		}
		for _, i := range write {
			if err := i.Check(); err != nil {
				t.Errorf("%+v is to be written: %v", i, err)
			}
		}
	})
}
