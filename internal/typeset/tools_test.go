package typeset

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// setPDF sets l and fails the test if that fails.
func setPDF(t testing.TB, l *Letter) ([]byte, []Warning) {
	t.Helper()
	var b bytes.Buffer
	warnings, err := PDF(context.Background(), &b, l)
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), warnings
}

// poppler runs one of the poppler-utils on a PDF; "-" and what follows are put behind its name.
func poppler(t testing.TB, pdf []byte, tool string, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "letter.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	for i, a := range args {
		if a == "FILE" {
			args[i] = path
		}
	}
	var stderr bytes.Buffer
	cmd := exec.Command(tool, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s (of Debian's poppler-utils): %v\n%s", tool, err, stderr.String())
	}
	if stderr.Len() > 0 {
		t.Errorf("%s complains: %s", tool, stderr.String())
	}
	return string(out)
}

// words is the text of a PDF in the order in which it was drawn, with every gap as one space.
func words(t testing.TB, pdf []byte) string {
	t.Helper()
	return strings.Join(strings.Fields(poppler(t, pdf, "pdftotext", "-raw", "-enc", "UTF-8", "FILE", "-")), " ")
}

// unfooted is text without the page numbers and titles at the pages' feet, which cut through what runs
// on from one page to the next.
func unfooted(text string, l *Letter) string {
	return regexp.MustCompile(` (?:`+regexp.QuoteMeta(l.Title)+` )?\d+ / \d+\b`).ReplaceAllString(text, "")
}

// inOrder fails unless all parts stand in text, one behind the other.
func inOrder(t *testing.T, text string, parts ...string) {
	t.Helper()
	at := 0
	for _, p := range parts {
		p = strings.Join(strings.Fields(p), " ")
		i := strings.Index(text[at:], p)
		if i < 0 {
			end := min(len(text), at+300)
			t.Fatalf("%q is missing, or not after what should stand before it; there: %q", p, text[at:end])
		}
		at += i + len(p)
	}
}

func pages(t *testing.T, pdf []byte) string {
	t.Helper()
	for line := range strings.Lines(poppler(t, pdf, "pdfinfo", "FILE")) {
		if n, ok := strings.CutPrefix(line, "Pages:"); ok {
			return strings.TrimSpace(n)
		}
	}
	t.Fatal("pdfinfo names no pages")
	return ""
}
