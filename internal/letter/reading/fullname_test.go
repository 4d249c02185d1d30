package reading_test

import (
	"testing"

	"pliego/internal/letter/reading"
)

func TestPrintedNameKeepsTitlesWhereTheyStood(t *testing.T) {
	for want, s := range map[string]reading.Signatory{
		"Example Person":           {Name: "Example Person", Raw: "Example Person, Chile"},
		"Dra. Example Person":      {Name: "Example Person", Titles: "Dra.", Raw: "3. Dra. Example Person, Universidad Ejemplo"},
		"Prof. Dr. Example Person": {Name: "Example Person", Titles: "Prof. Dr.", Raw: "Prof. Dr. Example Person"},
		"Dr. Example Person, PhD":  {Name: "Example Person", Titles: "Dr., PhD", Raw: "Dr. Example Person, PhD, Example Institute"},
		"Example Person, QC":       {Name: "Example Person", Titles: "QC", Raw: "Example Person QC"},
		"Printed Otherwise, Dr.":   {Name: "Printed Otherwise", Titles: "Dr.", Raw: ""},
	} {
		if got := s.FullName(); got != want {
			t.Errorf("%q: %q, want %q", s.Raw, got, want)
		}
	}
}
