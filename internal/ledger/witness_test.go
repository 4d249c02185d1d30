package ledger

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"
)

// testWitness is a witness with its private key.
func testWitness(t testing.TB, name string) (Witness, ed25519.PrivateKey) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	key := append([]byte{algCosignature}, public...)
	sum := sha256.Sum256(append([]byte(name+"\n"), key...))
	w, err := ParseWitness(fmt.Sprintf("%s+%08x+%s@https://witness.example.org/", name, binary.BigEndian.Uint32(sum[:]), base64.StdEncoding.EncodeToString(key)))
	if err != nil {
		t.Fatal(err)
	}
	return w, private
}

// cosign is the line by which a witness cosigns the body of a checkpoint.
func cosign(w Witness, private ed25519.PrivateKey, body string, at time.Time) string {
	raw := binary.BigEndian.AppendUint32(nil, w.KeyHash())
	raw = binary.BigEndian.AppendUint64(raw, uint64(at.Unix()))
	raw = append(raw, ed25519.Sign(private, fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", at.Unix(), body))...)
	return "— " + w.Name() + " " + base64.StdEncoding.EncodeToString(raw) + "\n"
}

func TestWitnessIsAKeyAndAnAddress(t *testing.T) {
	w, _ := testWitness(t, "witness.example.org/w1")
	if w.URL != "https://witness.example.org" || w.Name() != "witness.example.org/w1" {
		t.Errorf("%+v", w)
	}
	log := testKey(t).Verifier() // a key that signs logs, not cosignatures
	for what, s := range map[string]string{
		"nothing": "", "no address": w.Key, "no key": "https://witness.example.org", "a log's key": log + "@https://witness.example.org",
		"another hash": strings.Replace(w.Key, w.Key[len(w.Name())+1:len(w.Name())+9], "00000000", 1) + "@https://witness.example.org",
		"another name": "x" + w.Key + "@https://witness.example.org", "a query": w.Key + "@https://witness.example.org/?a", "a password": w.Key + "@http://a:b@witness.example.org",
		"no host": w.Key + "@https:///x", "a cut key": w.Key[:len(w.Key)-4] + "@https://witness.example.org",
	} {
		if got, err := ParseWitness(s); err == nil {
			t.Errorf("%s: it reads as %+v", what, got)
		}
	}
}

func TestOnlyTheWitnessOwnWordOnThisCheckpointCounts(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	log := testKey(t)
	w, private := testWitness(t, "witness.example.org/w1")
	other, otherPrivate := testWitness(t, "witness.example.org/w2")
	impostor, impostorPrivate := testWitness(t, "witness.example.org/w1") // the same name
	c := Checkpoint{Origin: log.Name(), Size: 9}
	signed, err := log.Sign(c)
	if err != nil {
		t.Fatal(err)
	}
	right := cosign(w, private, c.Text(), now)
	strangers := cosign(other, otherPrivate, c.Text(), now)
	for what, answer := range map[string]string{"alone": right, "after another's": strangers + right, "before another's": right + strangers} {
		got, err := w.openCosignature(signed, []byte(answer), now)
		if err != nil || got != (Cosignature{w.Key, 9, right, now}) {
			t.Errorf("%s: %+v, %v", what, got, err)
		}
		// What is kept stands under the checkpoint, and the log's own signature too.
		if _, err := log.Open(append(signed[:len(signed):len(signed)], got.Line...)); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	// A checkpoint that bears cosignatures already is as good.
	if _, err := w.openCosignature(append(signed[:len(signed):len(signed)], strangers...), []byte(right), now); err != nil {
		t.Error(err)
	}
	larger := Checkpoint{Origin: log.Name(), Size: 10}
	for what, answer := range map[string]string{
		"nothing": "", "words": "thank you\n", "another's alone": strangers, "an impostor's": cosign(impostor, impostorPrivate, c.Text(), now),
		"one of another checkpoint": cosign(w, private, larger.Text(), now), "one of the future": cosign(w, private, c.Text(), now.Add(time.Hour)),
		"a cut one": right[:len(right)-9] + "\n", "one without a line's end": strings.TrimSuffix(right, "\n"), "one that is too long": strings.Repeat(strangers, 200) + right,
	} {
		if got, err := w.openCosignature(signed, []byte(answer), now); err == nil {
			t.Errorf("%s passes as %+v", what, got)
		}
	}
}

func FuzzParseWitness(f *testing.F) {
	w, _ := testWitness(f, "witness.example.org/w1")
	f.Add(w.Key + "@https://witness.example.org")
	f.Add("+00000000+@http")
	f.Fuzz(func(t *testing.T, s string) {
		w, err := ParseWitness(s)
		if err != nil {
			return
		}
		if again, err := ParseWitness(w.Key + "@" + w.URL); err != nil || again.Key != w.Key || again.URL != w.URL {
			t.Fatalf("%q reads as %+v, which reads as %+v, %v", s, w, again, err)
		}
	})
}

func FuzzWitnessAnswer(f *testing.F) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	log := testKey(f)
	w, private := testWitness(f, "witness.example.org/w1")
	c := Checkpoint{Origin: log.Name(), Size: 9}
	signed, err := log.Sign(c)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(cosign(w, private, c.Text(), now)))
	f.Add([]byte("12\n"))
	f.Add([]byte("-1\n"))
	f.Fuzz(func(t *testing.T, answer []byte) {
		if got, err := w.openCosignature(signed, answer, now); err == nil {
			if again, err := w.openCosignature(signed, []byte(got.Line), now); err != nil || again != got {
				t.Fatalf("%q gives %+v, which gives %+v, %v", answer, got, again, err)
			}
		}
		if size, err := parseWitnessSize(answer); err == nil && fmt.Sprintf("%d\n", size) != string(answer) {
			t.Fatalf("%q reads as %d", answer, size)
		}
	})
}
