package reading

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// decode finds a file's format and takes it apart.
func decode(name string, data []byte) (*source, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, ErrEmpty
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return readWord(data)
	}
	if known := signature(data); known != "" {
		return nil, fmt.Errorf("%w: this is %s; save it as DOCX or text", ErrBinary, known)
	}
	text, err := toText(data)
	if err != nil {
		return nil, err
	}
	text = plainer.Replace(norm.NFC.String(text))
	if strings.TrimSpace(text) == "" {
		return nil, ErrEmpty
	}
	if isHTML(text) {
		return readPage(text)
	}
	// A file of nothing but line ends is bounded before it becomes units.
	if strings.Count(text, "\n") > 4*maxUnits {
		return nil, fmt.Errorf("%w: more than %d lines; save only the letter", ErrTooLarge, 4*maxUnits)
	}
	ext := strings.ToLower(filepath.Ext(name))
	return readPlain(text, ext == ".md" || ext == ".markdown" || looksMarkdown(text)), nil
}

// plainer makes line ends one sign and no-break spaces plain ones. With it
// goes NFC, since some systems write an accent as a sign of its own.
var plainer = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u00a0", " ", "\u202f", " ", "\u2007", " ")

// signature names the common formats that people try and that are not read.
func signature(data []byte) string {
	for prefix, format := range map[string]string{
		"%PDF-": "a PDF", "{\\rtf": "an RTF file", "\xd0\xcf\x11\xe0": "an old Word file (.doc)",
		"\x89PNG": "a picture", "\xff\xd8\xff": "a picture", "GIF8": "a picture",
	} {
		if bytes.HasPrefix(data, []byte(prefix)) {
			return format
		}
	}
	return ""
}

// toText decodes UTF-8, UTF-16 (by its mark, or by its zero bytes) and, for
// what is neither, Windows-1252, of which Latin-1 is a part.
func toText(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return fromUTF16(data[2:], binary.LittleEndian), nil
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return fromUTF16(data[2:], binary.BigEndian), nil
	}
	sample := data[:min(len(data), 4096)]
	if zeros := bytes.Count(sample, []byte{0}); zeros > len(sample)/3 {
		even := 0
		for i := 0; i < len(sample); i += 2 {
			if sample[i] == 0 {
				even++
			}
		}
		switch {
		case even == 0:
			return fromUTF16(data, binary.LittleEndian), nil
		case even == zeros:
			return fromUTF16(data, binary.BigEndian), nil
		}
	}
	control := 0
	for _, b := range data {
		if b < 0x20 && b != '\n' && b != '\r' && b != '\t' && b != '\f' && b != '\v' || b == 0x7f {
			control++
		}
	}
	if control > 0 && control > len(data)/500 || bytes.Count(data, []byte{0}) > 2 {
		return "", ErrBinary
	}
	if utf8.Valid(data) {
		return string(data), nil
	}
	// A few broken bytes in a UTF-8 text are damage, not another encoding.
	runes, broken := 0, 0
	for b := data; len(b) > 0; {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			broken++
		} else if n > 1 {
			runes++
		}
		b = b[n:]
	}
	if runes > 10*broken {
		return strings.ToValidUTF8(string(data), "\uFFFD"), nil
	}
	decoded, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrBinary, err)
	}
	return string(decoded), nil
}

func fromUTF16(data []byte, order binary.ByteOrder) string {
	u := make([]uint16, len(data)/2)
	for i := range u {
		u[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(u))
}

// isHTML judges by the beginning of the text, or by several closing tags of
// the elements that letters are made of.
func isHTML(text string) bool {
	head := strings.ToLower(strings.TrimSpace(text[:min(len(text), 2048)]))
	for _, p := range []string{"<!doctype html", "<html", "<head", "<body", "<?xml version"} {
		if strings.HasPrefix(head, p) && (p != "<?xml version" || strings.Contains(head, "<html")) {
			return true
		}
	}
	if strings.Contains(head, "<html") || strings.Contains(head, "<!doctype html") {
		return true
	}
	tags := 0
	for _, p := range []string{"</p>", "</div>", "</li>", "</h1>", "</h2>", "</td>", "</article>", "</body>"} {
		tags += strings.Count(text, p)
	}
	return tags >= 3 && strings.Count(head, "<") > 0
}
