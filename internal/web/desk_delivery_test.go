package web

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pliego/internal/account"
	"pliego/internal/letter"
	"pliego/internal/locale"
)

func TestDeliveryIsRecordedWithItsReceipt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := context.Background()
		_, c := h.staff("coordinator@example.org", account.Coordinator)
		page := "/desk/letters/" + openLetter + "/delivery"
		h.expect(h.at(c, "GET", page, nil), http.StatusOK, deskPage)
		if a := h.get("/es/letters/" + openLetter); strings.Contains(a.body, openLetter+"/delivery") {
			t.Error("a page leads to deliveries that are not there")
		}
		for name, form := range map[string]url.Values{
			"no name":    {"act": {"office"}, "office": {" "}},
			"no address": {"act": {"office"}, "office": {"Ministerio"}, "source": {"ftp://example.org/x"}},
		} {
			a := h.bring(c, page, "", "", form)
			h.expect(a, http.StatusUnprocessableEntity, deskPage)
			if attr(field1(a, "office"), "value") != form.Get("office") && form.Get("office") != " " {
				t.Errorf("%s: what was typed is lost", name)
			}
		}
		for range 2 {
			h.bring(c, page, "", "", url.Values{"act": {"office"}, "office": {"Ministerio de Ejemplos"}, "country": {"UY"}, "source": {"https://example.org/uy"}})
		}
		l, err := h.db.LetterBySlug(ctx, openLetter)
		h.must(err)
		if len(l.Addressees) != 1 || l.Addressees[0].Key != "ury" {
			t.Fatalf("addressees: %+v", l.Addressees)
		}
		form := url.Values{"act": {"deliver"}, "addressee": {"ury"}, "channel": {"hand"}, "sent_on": {"2026-04-30"}, "received_on": {"2026-04-29"}, "due_on": {"2026-06-30"}, "note": {"En mesa de entrada"}}
		a := h.bring(c, page, "", "", form)
		h.expect(a, http.StatusUnprocessableEntity, deskPage)
		if !strings.Contains(a.body, locale.T("es", "delivery.before_sent")) || !strings.Contains(a.body, "En mesa de entrada") {
			t.Error("the fault is not said, or what was typed is lost")
		}
		form.Set("received_on", "2027-01-01")
		if a = h.bring(c, page, "", "", form); !strings.Contains(a.body, locale.T("es", "delivery.future")) {
			t.Errorf("received in the future: %d", a.StatusCode)
		}
		form.Set("received_on", "2026-04-30")
		for name, bad := range map[string]string{"a program": "MZ\x90\x00", "a broken picture": "\xff\xd8\xff\xe1nothing"} {
			if a := h.bring(c, page, "x.jpg", bad, form); a.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("%s is taken for a receipt: %d", name, a.StatusCode)
			}
		}
		var photo bytes.Buffer
		h.must(jpeg.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil))
		secret := "GPS 34.90 S 56.16 W"
		segment := "Exif\x00\x00" + secret
		marked := append([]byte{0xff, 0xd8, 0xff, 0xe1, 0, byte(len(segment) + 2)}, segment...)
		marked = append(marked, photo.Bytes()[2:]...)
		if a = h.bring(c, page, "sello.jpg", string(marked), form); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("deliver: %d\n%.900s", a.StatusCode, a.body)
		}
		h.settle()
		list, err := h.letters.Store.Deliveries(ctx, l.ID)
		h.must(err)
		if len(list) != 1 || !list[0].Proven() || list[0].ReceiptHash == "" {
			t.Fatalf("on record: %+v", list)
		}
		for _, lang := range locale.Languages {
			a = h.get("/" + lang + "/letters/" + openLetter + "/delivery")
			h.expect(a, http.StatusOK, publicPage)
			if !strings.Contains(a.body, list[0].ReceiptHash) || !strings.Contains(a.body, "En mesa de entrada") {
				t.Errorf("%s: the page lacks what is on record", lang)
			}
		}
		a = h.at(c, "GET", "/desk/receipts/"+l.ID+"/"+list[0].ID, nil)
		if a.StatusCode != http.StatusOK || strings.Contains(a.body, secret) || a.Header.Get("Content-Type") != "application/octet-stream" {
			t.Errorf("the receipt: %d, %v, or it says where it was taken", a.StatusCode, a.Header)
		}

		// A correction is a further version, for a reason; what was there stays.
		fix := url.Values{"act": {"correct"}, "id": {list[0].ID}, "channel": {"hand"}, "sent_on": {"2026-04-30"}, "received_on": {"2026-05-01"}, "reference": {"EXP-77"}}
		if a = h.bring(c, page, "", "", fix); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("corrected without a reason: %d", a.StatusCode)
		}
		fix.Set("reason", "El sello dice 1 de mayo")
		if a = h.bring(c, page, "", "", fix); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("correct: %d\n%.900s", a.StatusCode, a.body)
		}
		h.settle()
		a = h.get("/es/letters/" + openLetter + "/delivery")
		if !strings.Contains(a.body, "EXP-77") || !strings.Contains(a.body, "El sello dice 1 de mayo") || !strings.Contains(a.body, list[0].ReceiptHash) {
			t.Errorf("the correction: %s", textOf(a.doc))
		}
		if a := h.bring(c, page, "", "", url.Values{"act": {"mark"}}); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("an open letter is delivered: %d", a.StatusCode)
		}
		h.must(h.letters.Close(ctx, openLetter))
		if a := h.bring(c, page, "", "", url.Values{"act": {"mark"}}); a.StatusCode != http.StatusSeeOther {
			t.Errorf("mark: %d", a.StatusCode)
		}
		if l, err = h.db.LetterBySlug(ctx, openLetter); err != nil || l.State != letter.Delivered {
			t.Errorf("the letter is %s, %v", l.State, err)
		}
		fix.Set("taken_down", "1")
		fix.Set("reason", "Fue otra carta")
		h.bring(c, page, "", "", fix)
		h.settle()
		if a = h.get("/es/letters/" + openLetter + "/delivery"); strings.Contains(a.body, "EXP-77") || !strings.Contains(a.body, locale.T("es", "delivery.none")) {
			t.Error("what did not happen is still shown")
		}
		// A letter that is not public has no deliveries that are.
		if a := h.bring(c, "/desk/letters/draft-letter/delivery", "", "", form); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("a draft is delivered: %d", a.StatusCode)
		}
		a = h.at(c, "GET", "/desk/log", nil)
		for _, want := range []string{"delivery.office", "delivery.deliver", "delivery.correct", "receipt.open"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the log lacks %s", want)
			}
		}
	})
}
