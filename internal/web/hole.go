package web

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// hole is a place of a drawn page that is filled anew for each reader, while
// everything around it is kept, compressed too: the form's token is all that
// differs between the sign pages that readers get.
type hole struct {
	fill       func() (string, error) // always of size bytes, all of them fit for HTML
	size       int
	head, tail []byte // the page around it
	// A gzip stream of the page is the head's deflate blocks, one stored block
	// with what fills the hole (RFC 1951 section 3.2.4), and the tail's blocks,
	// which were packed apart and so refer to nothing before them.
	packedHead, packedTail []byte
	headSum                uint32 // CRC-32 of the head
}

// gzipHead is a gzip header without name and time (RFC 1952 section 2.3).
var gzipHead = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}

// newHole takes a page apart behind the words of a template where the hole is.
// A page without them has no hole: nil.
func newHole(page []byte, behind string, size int, fill func() (string, error)) (*hole, error) {
	at := bytes.Index(page, []byte(behind))
	if at < 0 {
		return nil, nil
	}
	at += len(behind)
	head, tail := page[:at], page[at:]
	h := &hole{fill: fill, size: size, head: head, tail: tail, headSum: crc32.ChecksumIEEE(head)}
	var err error
	if h.packedHead, err = deflated(gzipHead, head, (*flate.Writer).Flush); err == nil {
		h.packedTail, err = deflated(nil, tail, (*flate.Writer).Close)
	}
	if err != nil {
		return nil, fmt.Errorf("compress a page around its hole: %w", err)
	}
	return h, nil
}

func deflated(before, part []byte, end func(*flate.Writer) error) ([]byte, error) {
	var out bytes.Buffer
	out.Write(before)
	w, err := flate.NewWriter(&out, flate.DefaultCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(part); err != nil {
		return nil, err
	}
	if err := end(w); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// filled is the page with a fresh filling, compressed or plain.
func (h *hole) filled(packed bool) ([]byte, error) {
	filling, err := h.fill()
	if err != nil {
		return nil, err
	}
	if len(filling) != h.size {
		return nil, fmt.Errorf("a filling of %d bytes for a hole of %d", len(filling), h.size)
	}
	if !packed {
		out := make([]byte, 0, len(h.head)+h.size+len(h.tail))
		return append(append(append(out, h.head...), filling...), h.tail...), nil
	}
	out := make([]byte, 0, len(h.packedHead)+5+h.size+len(h.packedTail)+8)
	out = append(out, h.packedHead...)
	out = append(out, 0)
	out = binary.LittleEndian.AppendUint16(out, uint16(h.size))
	out = binary.LittleEndian.AppendUint16(out, ^uint16(h.size))
	out = append(out, filling...)
	out = append(out, h.packedTail...)
	sum := crc32.Update(h.headSum, crc32.IEEETable, []byte(filling))
	sum = crc32.Update(sum, crc32.IEEETable, h.tail)
	out = binary.LittleEndian.AppendUint32(out, sum)
	return binary.LittleEndian.AppendUint32(out, uint32(len(h.head)+h.size+len(h.tail))), nil
}

// serveFilled writes a page with a hole, or 304 when the reader has it and got
// it within the hour: what is filled in lives longer than that.
func (d *drawn) serveFilled(w http.ResponseWriter, r *http.Request, now time.Time) error {
	etag := strings.TrimSuffix(d.etag, `"`) + "-" + strconv.FormatInt(now.Unix()/3600, 36) + `"`
	header := w.Header()
	header["Etag"], header["Cache-Control"], header["Vary"] = []string{etag}, d.cacheControl, varyEncoding
	if match := r.Header["If-None-Match"]; match != nil && etagMatches(match, etag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	packed := acceptsGzip(r.Header["Accept-Encoding"])
	body, err := d.hole.filled(packed)
	if err != nil {
		return fmt.Errorf("fill in a drawn page: %w", err)
	}
	if packed {
		header["Content-Encoding"] = gzipEncoding
	}
	header["Content-Type"] = d.contentType
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		// A reader who went away is no fault of ours.
		_, _ = w.Write(body)
	}
	return nil
}
