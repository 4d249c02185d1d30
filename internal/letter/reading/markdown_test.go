package reading

import (
	"strings"
	"testing"
)

// TestBodyLetteredItems: items counted by letters or roman numbers are
// paragraphs of their own in the body, with no bullet beside their marker.
func TestBodyLetteredItems(t *testing.T) {
	const text = "Open letter to the Example Council\n\nWe ask you to:\n\na) open the archive;\nb) pay the staff;\nc) publish the plan.\n"
	l, err := Read("letter.txt", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if want := "\n\na) open the archive;\n\nb) pay the staff;\n\nc) publish the plan."; !strings.Contains(l.Body, want) {
		t.Errorf("the body is %q, which lacks %q", l.Body, want)
	}
}
