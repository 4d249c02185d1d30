package followup

import (
	"errors"
	"strings"
	"testing"
	"time"
)

var replied = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func TestRepliesAreHeldAgainstTheRules(t *testing.T) {
	good := func() *Reply {
		return &Reply{Lang: "es", Text: "La aceptamos.", Date: "2026-11-20", On: map[string]Value{"use": Accepted}}
	}
	if err := good().Check([]string{"use"}, replied); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*Reply){
		"nothing said":     func(r *Reply) { r.Text, r.On = "", nil },
		"no language":      func(r *Reply) { r.Lang = "" },
		"no date":          func(r *Reply) { r.Date = "" },
		"the future":       func(r *Reply) { r.Date = "2027-01-01" },
		"an ask of nobody": func(r *Reply) { r.On = map[string]Value{"none": Accepted} },
		"silence":          func(r *Reply) { r.On = map[string]Value{"use": NoReply} },
		"too long":         func(r *Reply) { r.Text = strings.Repeat("a", MaxReply+1) },
		"a zero":           func(r *Reply) { r.Office = "a\x00b" },
	} {
		r := good()
		spoil(r)
		if err := r.Check([]string{"use"}, replied); !errors.Is(err, ErrReply) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Silence is a verdict only when delivery is proven, the date has passed and nothing
// came; an answer that comes after all corrects it.
func TestSilenceAccusesNobodyWithoutProof(t *testing.T) {
	asks := []string{"use", "violence"}
	page := "https://letters.example.org/es/letters/l/delivery"
	for _, c := range []struct {
		name      string
		delivered bool
		due       string
	}{{"not proven", false, "2026-06-30"}, {"no date", true, ""}, {"not passed", true, "2026-11-24"}, {"in the future", true, "2027-01-01"}} {
		if _, err := Silent(nil, "ury", asks, c.delivered, c.due, page, "s", "somebody", replied); !errors.Is(err, ErrNoReplyYet) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	silence, err := Silent(nil, "ury", asks, true, "2026-06-30", page, "s", "somebody", replied)
	if err != nil || len(silence) != 2 {
		t.Fatal(silence, err)
	}
	record := Record{}
	for _, i := range silence {
		if err := i.Check(); err != nil {
			t.Errorf("%+v: %v", i, err)
		}
		i.RecordedAt = replied
		record = append(record, i)
	}
	if _, err := Silent(record, "ury", asks, true, "2026-06-30", page, "s2", "somebody", replied); !errors.Is(err, ErrNoReplyYet) {
		t.Errorf("silence twice: %v", err)
	}
	before := map[string]*Item{}
	for _, i := range record.Newest() {
		before[i.ID] = i
	}
	r := &Reply{Addressee: "ury", Lang: "es", Text: "Llegó tarde.", Date: "2026-10-01", On: map[string]Value{"use": Rejected}}
	for _, i := range r.Items("a", page, "somebody", asks, before) {
		if err := i.Check(); err != nil {
			t.Errorf("%+v: %v", i, err)
		}
		i.RecordedAt = replied.Add(time.Hour)
		record = append(record, i)
	}
	cells := record.As(replied.AddDate(0, 0, 1), replied.AddDate(0, 0, 1)).Cells(asks)
	for ask, want := range map[string]Value{"use": Rejected, "violence": Acknowledged} {
		if got := cells[Cell{"ury", ask}].Tracks[TrackAnswer].Value; got != want {
			t.Errorf("on %s the answer stands at %s, not %s", ask, got, want)
		}
	}
	if _, err := Silent(record, "ury", asks, true, "2026-06-30", page, "s3", "somebody", replied); !errors.Is(err, ErrNoReplyYet) {
		t.Errorf("silence after an answer: %v", err)
	}
}
